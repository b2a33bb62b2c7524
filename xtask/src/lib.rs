//! What lorgnette's maintainer commands do; `main` says which there are.
//!
//! It is a library so that benches, fuzzing and tests can call its parts.

pub mod bench;
mod cargo;
pub mod conformance;
pub mod corpus;
pub mod judge;
pub mod site;
pub mod test;
