//! Clients of small contracts, one module for each contract in `contracts`, generated when this
//! crate is built.
//!
//! Each contract holds a construct that is easily lost between a contract and a crate. The tests
//! call the clients over the wire, or decode values with their types. The generated code is not
//! committed: the build script runs the generator, so that the clients are always up to date, and
//! the lints of the workspace apply to them as to any other code.

include!(concat!(env!("OUT_DIR"), "/clients.rs"));

/// The `NOTES.md` of a contract's crate.
pub fn notes(contract: &str) -> &'static str {
    let found = NOTES.iter().find(|(name, _)| *name == contract);
    found.map_or("", |(_, notes)| *notes)
}
