//! Where lines go.

mod bulk;
mod connect;
mod file;
mod post;
mod spec;
mod splunk;
mod standard;
mod syslog;

pub use spec::{Spec, bytes};

use crate::error::{Error, Setback};
use serde_json::Value;
use std::pin::Pin;

/// A line on its way to a sink.
#[derive(Clone, Debug)]
pub struct Event {
    /// The source that it is of: `corp/site`.
    pub source: String,
    /// Its id, which is the same whenever the line comes again: `corp/site/id`.
    pub id: String,
    /// When it happened, in milliseconds since 1970, if that can be told.
    pub time: Option<i64>,
    /// JSON on one line.
    pub text: String,
}

/// What takes lines.
pub trait Sink: Send {
    /// What it has to know when it goes on where it was.
    fn state(&self) -> Value {
        Value::Null
    }

    /// Goes on where it was. What it took after that is taken back, if that is possible.
    ///
    /// # Errors
    ///
    /// When that cannot be.
    fn restore(&mut self, _: &Value) -> Result<(), Error> {
        Ok(())
    }

    /// Takes these lines, all of them: they may be forgotten afterwards. Lines that the other side will never take are given
    /// back.
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s>;

    /// Whether it wants to know when something happened, which has to be looked for.
    fn needs_time(&self) -> bool {
        false
    }

    /// How many lines it takes at once.
    fn batch(&self) -> usize {
        1000
    }
}

/// Lines that are being taken. Those that are refused for good are given back, with the reason.
pub type Taking<'s> = Pin<Box<dyn Future<Output = Result<Vec<Refused>, Setback>> + Send + 's>>;

/// A line that will never be taken.
#[derive(Debug)]
pub struct Refused {
    /// Its place among those that were to be taken.
    pub index: usize,
    /// Why.
    pub why: String,
}
