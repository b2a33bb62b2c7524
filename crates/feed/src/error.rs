//! Why a feed cannot go on, and why something did not work this time.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Why a feed cannot go on.
#[derive(Debug)]
pub struct Error {
    kind: FeedErrorKind,
    message: String,
}

/// The kind of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedErrorKind {
    /// The settings are not right.
    Settings,
    /// The disk fails, or is full.
    Disk,
    /// The state on disk is damaged, or belongs to another feed.
    Damaged,
    /// A source refuses the credentials, or does not exist.
    Refused,
    /// The reader of standard output has gone.
    Closed,
}

impl Error {
    fn new(kind: FeedErrorKind, message: String) -> Self {
        Self { kind, message }
    }

    /// Settings that are not right.
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new(FeedErrorKind::Settings, message.into())
    }

    /// A source that fails permanently.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(FeedErrorKind::Refused, message.into())
    }

    /// Standard output whose reader has left.
    pub(crate) fn closed() -> Self {
        Self::new(
            FeedErrorKind::Closed,
            "the reader of standard output has gone".to_owned(),
        )
    }

    /// A file or folder that cannot be read or written.
    pub(crate) fn disk(path: &Path, error: &io::Error) -> Self {
        Self::new(FeedErrorKind::Disk, format!("{}: {error}", path.display()))
    }

    /// A damaged file.
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

/// Why something did not work this time.
#[derive(Debug)]
pub enum Setback {
    /// It may work later; not before this time has passed, if there is one.
    Later(String, Option<Duration>),
    /// The other side refuses the lines, or their number.
    Batch(String),
    /// It will never work.
    Never(Error),
    /// The feed ends.
    Ended,
}

impl Setback {
    /// It may work later.
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
