//! Generates the source of a Rust crate from a vendor's contract.
//!
//! It is a pure library that maps strings to strings, without network, clock, environment or disk.
//! It names no vendor: everything specific to one API is data, in its catalogue entry and overlay.
//!
//! Its stages, each a module:
//!
//! ```text
//! load -> overlay -> upgrade -> normalize -> lower -> passes -> generate -> refine -> write
//! ```

pub mod boxes;
pub mod catalogue;
pub mod diagnostics;
pub mod diff;
pub mod document;
pub mod generate;
mod input;
pub mod ir;
pub mod last_resort;
pub mod layout;
pub mod load;
pub mod lower;
pub mod names;
pub mod naming;
pub mod normalize;
pub mod origins;
pub mod overlay;
pub mod passes;
pub mod pipeline;
pub mod prose;
pub mod refine;
pub mod salvage;
mod select;
pub mod stages;
pub mod text;
pub mod upgrade;
pub mod write;
