//! The hazards in the vendors' contracts: each has a test of its own, named after it.
//!
//! `README.md` in this folder lists the hazards and their tests; [`listed`] checks the list.

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
