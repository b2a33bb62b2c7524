//! The interface of a sink.

use crate::error::{Error, Setback};
use bytes::Bytes;
use serde_json::Value;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A line on its way to a sink.
#[derive(Clone, Debug)]
pub struct Event {
    /// The source that it is of: `acme/www`.
    pub source: Arc<str>,
    /// Its id, which is the same whenever the line comes again: `acme/www/id`.
    pub id: String,
    /// When it happened, in milliseconds since 1970, if that is known.
    pub time: Option<i64>,
    /// JSON on one line.
    pub text: Text,
}

/// JSON on one line: part of the write to the journal that it came with.
#[derive(Clone, Debug)]
pub struct Text(Bytes);

impl Text {
    /// UTF-8 that was checked when it was read.
    pub const fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A receiver of lines.
pub trait Sink: Send {
    /// Continues from the saved state, or starts from the beginning without one. Lines taken after
    /// that state are removed again, if that is possible.
    ///
    /// # Errors
    ///
    /// When that cannot be.
    fn begin(&mut self, _: Option<&Value>) -> Result<(), Error> {
        Ok(())
    }

    /// The state needed to continue from here.
    fn state(&self) -> Value {
        Value::Null
    }

    /// Takes all of these lines: they may be forgotten afterwards. Lines that the other side
    /// rejects permanently are returned.
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s>;

    /// There is nothing to take now, or, at the end, nothing more for this process. Returns whether
    /// its state has changed.
    ///
    /// # Errors
    ///
    /// When the work cannot be done now.
    fn rest(&mut self, _is_end: bool) -> Result<bool, Error> {
        Ok(false)
    }

    /// How many bytes of lines it takes at once, about.
    fn batch(&self) -> usize {
        1 << 20
    }
}

/// Lines that are being taken. Permanently rejected lines are returned, with the reason.
pub type Taking<'s> = Pin<Box<dyn Future<Output = Result<Vec<Refused>, Setback>> + Send + 's>>;

/// A line that will never be taken.
#[derive(Debug)]
pub struct Refused {
    /// Its place among those that were to be taken.
    pub index: usize,
    /// Why.
    pub why: String,
}
