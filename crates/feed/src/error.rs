//! Errors that end a feed, and failures of one attempt.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

/// The reason why a feed ended.
#[derive(Debug)]
pub struct Error {
    kind: FeedErrorKind,
    message: String,
}

/// The kind of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedErrorKind {
    /// The settings are invalid.
    Settings,
    /// The disk fails, or is full.
    Disk,
    /// The state on disk is damaged, or belongs to another feed.
    Damaged,
    /// A source refuses the credentials, or does not exist.
    Refused,
    /// The reader of standard output has closed it.
    Closed,
}

impl Error {
    fn new(kind: FeedErrorKind, message: String) -> Self {
        Self { kind, message }
    }

    /// The error for invalid settings.
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new(FeedErrorKind::Settings, message.into())
    }

    /// The error for a source that fails permanently.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(FeedErrorKind::Refused, message.into())
    }

    /// The error for standard output whose reader has closed it.
    pub(crate) fn closed() -> Self {
        Self::new(
            FeedErrorKind::Closed,
            "the reader of standard output has closed it".to_owned(),
        )
    }

    /// The error for a file or folder that cannot be read or written.
    pub(crate) fn disk(path: &Path, error: &io::Error) -> Self {
        Self::new(FeedErrorKind::Disk, format!("{}: {error}", path.display()))
    }

    /// The error for a damaged file.
    pub(crate) fn damaged(path: &Path, what: &str) -> Self {
        Self::new(FeedErrorKind::Damaged, format!("{}: {what}", path.display()))
    }

    /// The kind of the error.
    pub const fn kind(&self) -> FeedErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The failure of one attempt.
#[derive(Debug)]
pub enum Setback {
    /// A later attempt may succeed, but not before this time, if one is given.
    Later(String, Option<Duration>),
    /// The receiver refuses the lines, or their number.
    Batch(String),
    /// Every later attempt will fail as well.
    Never(Error),
    /// The feed ends.
    Ended,
}

impl Setback {
    /// The failure for an attempt that may succeed later.
    pub fn later(message: impl Into<String>) -> Self {
        Self::Later(message.into(), None)
    }
}

impl From<Error> for Setback {
    /// A full disk may recover; other errors are permanent.
    fn from(error: Error) -> Self {
        match error.kind() {
            FeedErrorKind::Disk => Self::Later(error.to_string(), None),
            _ => Self::Never(error),
        }
    }
}
