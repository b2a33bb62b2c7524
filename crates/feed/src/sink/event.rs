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
    /// The source of the line: `acme/www`.
    pub source: Arc<str>,
    /// The id, which stays the same when the line is repeated: `acme/www/id`.
    pub id: String,
    /// The time of the event, in milliseconds since 1970, if it is known.
    pub time: Option<i64>,
    /// JSON on one line.
    pub text: Text,
}

/// The JSON on one line: a part of the write to the journal that it came with.
#[derive(Clone, Debug)]
pub struct Text(Bytes);

impl Text {
    /// The bytes were checked to be UTF-8 when they were read.
    pub const fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The JSON as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The JSON as text.
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
    /// that state are removed again where possible.
    ///
    /// # Errors
    ///
    /// When the sink cannot be opened.
    fn begin(&mut self, _: Option<&Value>) -> Result<(), Error> {
        Ok(())
    }

    /// The state that is needed to continue from here.
    fn state(&self) -> Value {
        Value::Null
    }

    /// Takes all of these lines: the caller may discard them afterwards. Returns the lines that the
    /// receiver rejects permanently.
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s>;

    /// Does periodic work while there are no lines, or final work at the end of the process.
    /// Returns whether the sink's state has changed.
    ///
    /// # Errors
    ///
    /// When the work cannot be done now.
    fn rest(&mut self, _is_end: bool) -> Result<bool, Error> {
        Ok(false)
    }

    /// The approximate number of bytes of lines that the sink takes at once.
    fn batch(&self) -> usize {
        1 << 20
    }
}

/// The pending delivery of lines. It returns permanently rejected lines, with the reasons.
pub type Taking<'s> = Pin<Box<dyn Future<Output = Result<Vec<Refused>, Setback>> + Send + 's>>;

/// A line that the sink will never take.
#[derive(Debug)]
pub struct Refused {
    /// The index of the line in the batch.
    pub index: usize,
    /// Why.
    pub why: String,
}
