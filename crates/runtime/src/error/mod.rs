//! Why there is no client, no credentials, or no result of a call.
//!
//! `Display` is one line: what happened, where, and what the server says of it. Secrets that were
//! sent are masked in it, and text of the server is short and without control characters. `Debug`
//! holds that line, too.

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
pub(crate) use failure::{Awaited, Failure, Limit, Place};
pub(crate) use quoted::{MASKED, Quoted, Secrets};
