//! How much one API may take: files, bytes, time.
//!
//! The largest known contract has 13 MB and the one with the most files some 50; no limit comes
//! near them.

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
    /// References in a row, each leading to a file of its own.
    pub depth: usize,
    /// Redirects in a row.
    pub redirects: usize,
    /// Time to connect.
    pub connect: Duration,
    /// Time for one response.
    pub request: Duration,
    /// Time for all.
    pub whole: Duration,
    /// Requests at once.
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

/// The rest of the limits for one API.
pub struct Budget {
    files: AtomicUsize,
    bytes: AtomicUsize,
    limits: Limits,
}

impl Budget {
    /// All of it.
    pub fn new(limits: &Limits) -> Self {
        Self {
            files: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            limits: limits.clone(),
        }
    }

    /// One more file.
    ///
    /// # Errors
    ///
    /// When that is too many.
    pub fn file(&self) -> Result<(), CommandFailure> {
        let limit = self.limits.files;
        if self.files.fetch_add(1, Ordering::Relaxed) < limit {
            return Ok(());
        }
        Err(
            CommandFailure::new(format!("the contract consists of more than {limit} files"))
                .help("look whether its references lead to ever new addresses"),
        )
    }

    /// More bytes.
    ///
    /// # Errors
    ///
    /// When that is too many.
    pub fn take(&self, bytes: usize) -> Result<(), CommandFailure> {
        let limit = self.limits.bytes;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= limit {
            return Ok(());
        }
        Err(
            CommandFailure::new(format!("the files are longer than {limit} bytes together"))
                .help("no contract is that long: look what is there"),
        )
    }

    /// How many bytes there were so far.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}
