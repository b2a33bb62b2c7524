//! The limits for one API: files, bytes, time.
//!
//! The largest known contract has 13 MB, and the one with the most files has about 50. All limits
//! are far above these.

use crate::failure::CommandFailure;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The limits for one API.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Files, the page and its scripts included.
    pub files: usize,
    /// Bytes of one file, after decompression.
    pub file_bytes: usize,
    /// Bytes of all files, after decompression.
    pub bytes: usize,
    /// Consecutive references, each to another file.
    pub depth: usize,
    /// Redirects in a row.
    pub redirects: usize,
    /// Time to connect.
    pub connect: Duration,
    /// Time for one response.
    pub request: Duration,
    /// Time for everything.
    pub whole: Duration,
    /// Concurrent requests.
    pub parallel: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 2000,
            file_bytes: 32 << 20,
            bytes: 128 << 20,
            depth: 50,
            redirects: 5,
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            whole: Duration::from_secs(300),
            parallel: 16,
        }
    }
}

/// What remains of the limits for one API.
pub struct Budget {
    files: AtomicUsize,
    bytes: AtomicUsize,
    limits: Limits,
}

impl Budget {
    /// The full limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            files: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            limits: limits.clone(),
        }
    }

    /// Counts one more file.
    ///
    /// # Errors
    ///
    /// When the limit of files is exceeded.
    pub fn file(&self) -> Result<(), CommandFailure> {
        let limit = self.limits.files;
        if self.files.fetch_add(1, Ordering::Relaxed) < limit {
            return Ok(());
        }
        Err(
            CommandFailure::new(format!("the contract consists of more than {limit} files"))
                .help("check whether its references lead to new addresses endlessly"),
        )
    }

    /// Counts further bytes.
    ///
    /// # Errors
    ///
    /// When the limit of bytes is exceeded.
    pub fn take(&self, bytes: usize) -> Result<(), CommandFailure> {
        let limit = self.limits.bytes;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= limit {
            return Ok(());
        }
        Err(
            CommandFailure::new(format!("the files are longer than {limit} bytes together"))
                .help("no contract is that long: check what the address returns"),
        )
    }

    /// The number of bytes so far.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}
