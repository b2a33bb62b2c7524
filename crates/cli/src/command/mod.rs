//! Operations as commands: their options, the requests that these make, and what becomes of the
//! responses.

mod body;
mod curl;
mod fields;
mod flags;
mod grammar;
mod options;
mod reading;
mod request;
mod responses;
mod secrets;
mod send;

pub use flags::{Flag, Source, flags};
pub use grammar::{Words, api, group};
pub use options::{RESERVED, colour, duration, globals};
pub use send::run;
