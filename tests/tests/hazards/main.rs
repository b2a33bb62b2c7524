//! What is awkward in the vendors' contracts: each hazard has a test of its own, named after it.
//!
//! `README.md` in this folder says which test stands for what; [`listed`] holds it to that.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod angus;
mod listed;
mod sevensignal_calls;
mod sevensignal_types;
mod sigsci;
#[path = "../support/mod.rs"]
mod support;
mod vxg;
mod vxg_quirks;
