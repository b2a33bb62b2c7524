//! Errors of building a client, obtaining credentials, and calls.
//!
//! `Display` is one line: what happened, where, and the server's message. Secrets that were sent
//! are masked, and the server's text is short and without control characters. `Debug` contains the
//! same line.

mod auth;
mod build;
mod call;
mod chain;
mod client_error;
mod failure;
mod quoted;
mod server_words;

pub use auth::AuthError;
pub use build::BuildError;
pub use call::{Error, Undeclared};
pub(crate) use chain::root_cause;
pub use client_error::ClientError;
pub use failure::Stage;
pub(crate) use failure::{Awaited, Failure, Limit, RequestTarget};
pub(crate) use quoted::{MASKED, Quoted, Secrets};
