//! Operations as commands: options, requests, and the handling of responses.

mod body;
mod curl;
mod example;
mod fields;
mod flags;
#[cfg(feature = "mcp")]
mod given;
mod grammar;
mod options;
mod reading;
#[cfg(feature = "mcp")]
mod reply;
mod request;
mod responses;
mod secrets;
mod send;

pub use example::{example, line};
pub use flags::{Flag, ValueSource};
pub use grammar::{CommandWords, api, group};
pub use options::{colour, duration, globals, of_operations, of_request};
#[cfg(feature = "mcp")]
pub use reply::reply;
#[cfg(feature = "mcp")]
pub use request::RequestValues;
pub use send::run;
