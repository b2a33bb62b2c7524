//! Constructs that are easily lost between a contract and a crate: each test calls a client of
//! `contracts` over the wire, or decodes a value with one of its types.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod bodies;
mod documents;
mod hierarchies;
mod lenient;
mod operations;
mod schemas;
mod support;
mod values;
mod webhooks;
