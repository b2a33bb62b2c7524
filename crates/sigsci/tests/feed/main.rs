//! `sigsci feed` as a process: killed at any moment, with sinks that are down, refuse and
//! acknowledge late, against servers of these tests that keep the protocols' rules.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod api;
mod bulk;
#[path = "../../../../tests/src/debian.rs"]
mod debian;
mod hec;
mod http;
mod killed;
mod sinks;
mod sites;
mod system;
mod troubles;
