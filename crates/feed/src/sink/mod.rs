//! The sinks.

mod bulk;
mod connect;
mod event;
mod file;
mod post;
mod spec;
mod splunk;
mod standard;
mod syslog;
mod units;

pub use event::{Event, Refused, Sink, Text};
pub use spec::Spec;
pub use units::bytes;
