//! What every lorgnette client shares: the JSON codec of generated types, requests and answers, credentials, retry and
//! errors.
//!
//! Generated crates depend on this crate only, so it hands on the types of others that they name. It knows no vendor and
//! no generator: what is special to an API is data in its generated crate.

pub mod codec;
mod nullable;
pub mod open_enum;
mod secret;

pub use codec::Wire;
pub use nullable::Nullable;
pub use secret::Secret;

pub use chrono;
pub use serde;
pub use serde_json;
pub use uuid;

pub use chrono::{NaiveDate, NaiveDateTime};
pub use serde_json::Value;
pub use std::collections::BTreeMap;
pub use uuid::Uuid;

/// A date and time with its offset from UTC, as RFC 3339 writes it.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

// The macros name this crate as its users do; so that it can use them itself.
#[cfg(test)]
extern crate self as lorgnette_runtime;
