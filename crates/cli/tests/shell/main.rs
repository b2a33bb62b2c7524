//! Programs as used from a shell: the example `lamps`, run as a process against a server of this
//! test.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod bodies;
mod errors;
mod output;
mod profiles;
mod requests;
mod server;
