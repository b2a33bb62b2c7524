//! The maintainer commands of lorgnette; `main` lists them.
//!
//! It is a library so that benchmarks, fuzz targets and tests can call its parts.

#[cfg(feature = "full")]
pub mod bench;
mod cargo;
pub mod conformance;
#[cfg(feature = "full")]
pub mod corpus;
#[cfg(not(feature = "full"))]
pub mod full;
#[cfg(feature = "full")]
pub mod judge;
pub mod site;
pub mod test;
