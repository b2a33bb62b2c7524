//! `sigsci feed` as a process that is killed at arbitrary moments, with sinks that are down, refuse
//! lines or acknowledge late. The servers of these tests enforce the rules of the protocols.

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
