//! Names: what every module, type, request, variant and field is called in Rust.
//!
//! Each is claimed from a scope in which no name is given twice.

pub(crate) mod fields;
pub(crate) mod modules;
pub mod published;
pub(crate) mod requests;
pub(crate) mod shared;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod types;
pub(crate) mod variants;
