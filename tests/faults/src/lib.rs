//! Clients of small contracts, one module for each contract in `contracts`, generated when this
//! crate is built.
//!
//! Each contract holds a construct that is easily lost between a contract and a crate. The tests
//! call the clients over the wire, or decode values with their types. Nothing that is generated is
//! committed: the build script runs the generator, so that the clients are always what it makes,
//! and the lints of the workspace hold for them as for any other code.

include!(concat!(env!("OUT_DIR"), "/clients.rs"));

/// What the crate of a contract says in its `NOTES.md`.
pub fn notes(contract: &str) -> &'static str {
    let found = NOTES.iter().find(|(name, _)| *name == contract);
    found.map_or("", |(_, notes)| *notes)
}
