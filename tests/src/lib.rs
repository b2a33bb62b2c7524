//! Helpers that the tests of the workspace share.
//!
//! They read contracts and the source of generated crates independently: nothing here uses the
//! generator, so that a fault of the generator cannot hide itself.

pub mod commands;
pub mod contract;
#[cfg(unix)]
pub mod debian;
pub mod left_out;
pub mod markdown;
pub mod modules;
pub mod npm;
pub mod places;
pub mod programs;
pub mod scripts;
pub mod server;
pub mod source_rules;
pub mod undefined;
pub mod values;
pub mod workspace;

pub use lorgnette_accounting::{comparison as accounting, json_schema, reach, surface};

/// The programs of the repository's README and of the book, compiled as documentation tests.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    pub struct Readme;
    #[doc = include_str!("../../crates/runtime/README.md")]
    pub struct Runtime;
    #[doc = include_str!("../../book/src/callers/start.md")]
    pub struct Start;
    #[doc = include_str!("../../book/src/callers/calls.md")]
    pub struct Calls;
    #[doc = include_str!("../../book/src/callers/failures.md")]
    pub struct Failures;
}
