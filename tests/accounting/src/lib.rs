//! Compares contracts with the crates that were generated from them.
//!
//! Contracts and the source of crates are read independently: nothing uses the generator, so that a
//! fault of the generator cannot hide itself.

pub mod account;
pub mod comparison;
pub mod contract;
pub mod declared;
pub mod examples;
pub mod json_schema;
pub mod reach;
pub mod surface;

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of some bytes, in hexadecimal.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
