//! Calls of the generated crates against a server in this process: the received requests, byte for
//! byte, and the results of the responses.
//!
//! Each test shows one fact, with an operation of a vendor that depends on it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod addresses;
mod answers;
mod arguments;
mod bodies;
mod documented;
mod errors;
mod escapes;
mod headers;
mod missing;
mod public_clients;
mod scopes;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod values;
mod waits;

use lorgnette_tests::server::{ApiServer, CannedResponse};
use support::*;
