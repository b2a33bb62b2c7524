//! Server-sent events, which are resumed where they broke off.

mod source;
mod stream;

pub use stream::{Event, EventStream};
