//! Decides the Rust names of all modules, types, requests, variants and fields.
//!
//! Each name is claimed from a scope in which names are unique.

pub(crate) mod fields;
pub(crate) mod modules;
pub mod published;
pub(crate) mod requests;
pub(crate) mod shared;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod types;
pub(crate) mod variants;
