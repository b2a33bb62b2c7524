//! The destination of results: standard output, or a file that is written completely or not at all.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The destination of results.
pub struct OutputTarget {
    to: Box<dyn Write>,
    is_terminal: bool,
    /// The file that is written, and the path that it gets at the end.
    file: Option<(PathBuf, PathBuf)>,
}

impl OutputTarget {
    /// Standard output.
    pub fn standard() -> Self {
        let out = io::stdout();
        let is_terminal = out.is_terminal();
        Self {
            to: Box::new(BufWriter::with_capacity(64 << 10, out.lock())),
            is_terminal,
            file: None,
        }
    }

    /// A file. It is written to a temporary file and renamed at the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be created.
    pub fn file(path: &Path) -> Result<Self, Failure> {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let beside = path.with_file_name(name);
        let file = File::create(&beside)
            .map_err(|error| Failure::local(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self {
            to: Box::new(BufWriter::new(file)),
            is_terminal: false,
            file: Some((beside, path.to_owned())),
        })
    }

    /// A file that grows while it is written, for endless output.
    ///
    /// # Errors
    ///
    /// When the file cannot be created.
    pub fn growing(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path)
            .map_err(|error| Failure::local(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self {
            to: Box::new(BufWriter::new(file)),
            is_terminal: false,
            file: None,
        })
    }

    /// Anything that can be written to.
    pub fn other(to: impl Write + 'static) -> Self {
        Self {
            to: Box::new(to),
            is_terminal: false,
            file: None,
        }
    }

    /// Whether it is a terminal.
    pub const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes text.
    ///
    /// # Errors
    ///
    /// When the text cannot be written.
    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be written.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.to.write_all(bytes).map_err(|error| Failure::output(&error))
    }

    /// Flushes the output.
    ///
    /// # Errors
    ///
    /// When the output cannot be written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.to.flush().map_err(|error| Failure::output(&error))
    }

    /// Completes the output.
    ///
    /// # Errors
    ///
    /// When the rest of the output cannot be written, or the file cannot be renamed.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.flush()?;
        let Some((beside, path)) = self.file.take() else {
            return Ok(());
        };
        let renamed = fs::rename(&beside, &path).inspect_err(|_| drop(fs::remove_file(&beside)));
        renamed.map_err(|error| Failure::local(format!("{} cannot be written: {error}", path.display())))
    }
}

impl Drop for OutputTarget {
    /// An incomplete file is useless.
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.file {
            let _ = fs::remove_file(beside);
        }
    }
}

impl std::fmt::Debug for OutputTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
