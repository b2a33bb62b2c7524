//! A client against servers that misbehave: what is sent, how often, with which credentials, and
//! what the caller sees.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addresses;
mod attempts;
mod connections;
mod credentials;
mod errors;
mod events;
mod faults;
mod files;
mod guarded;
mod hooks;
mod limits;
mod load;
mod logs;
mod redirects;
mod requests;
mod secrets;
#[path = "../support/mod.rs"]
mod support;
mod waits;
