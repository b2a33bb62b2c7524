//! Why there is no client, no credentials, or no result of a call.
//!
//! Neither `Display` nor `Debug` of an error repeats anything that the server or the caller wrote: no header, no query, no
//! body. The accessors do, for those who ask.

mod auth;
mod build;
mod call;
mod failure;
mod server_words;

pub use auth::AuthError;
pub use build::BuildError;
pub use call::{Error, Undeclared};
pub use failure::Stage;
pub(crate) use failure::{Awaited, Failure, Known, Limit, root_cause};
