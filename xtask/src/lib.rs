//! What lorgnette's maintainer commands do; `main` says which there are.
//!
//! It is a library so that benches, fuzzing and tests can call its parts.

pub mod adopt;
pub mod bench;
pub mod bundle;
mod cargo;
pub mod compare;
pub mod conformance;
pub mod corpus;
pub mod diff;
pub mod failure;
pub mod fetch;
pub mod judge;
pub mod new;
pub mod regen;
pub mod release;
pub mod serve;
pub mod show;
pub mod test;
pub mod workspace;
pub mod write;
