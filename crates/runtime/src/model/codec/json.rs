//! Values as JSON text, as JSON trees, and by serde's traits.

use super::decoder::{self, Decoder};
use super::encoder;
use super::error::Result;
use super::tree::Tree;
use super::wire::Wire;
use serde::{Deserializer, Serializer};
use serde_json::Value;

/// Writes a value as JSON text.
///
/// # Errors
///
/// As [`Wire::encode`].
pub fn to_json(value: &dyn Wire) -> Result<Vec<u8>> {
    let mut json = Vec::with_capacity(128);
    encoder::with(&mut serde_json::Serializer::new(&mut json), value)?;
    Ok(json)
}

/// Reads a value from JSON text.
///
/// # Errors
///
/// As [`Wire::decode`], and when something other than blanks follows the value.
pub fn from_json<T: Wire>(json: &[u8]) -> Result<T> {
    decoder::document(json, usize::MAX, T::decode)
}

/// Writes a value as a JSON tree.
///
/// # Errors
///
/// As [`Wire::encode`].
pub fn to_value(value: &dyn Wire) -> Result<Value> {
    encoder::with(serde_json::value::Serializer, value)
}

/// Reads a value from a JSON tree.
///
/// # Errors
///
/// As [`Wire::decode`].
pub fn from_value<T: Wire>(value: &Value) -> Result<T> {
    let context = decoder::Context::default();
    T::decode(&mut Decoder {
        source: &mut Tree::new(value, &context),
    })
}

/// `Serialize::serialize` of generated types.
///
/// # Errors
///
/// As [`Wire::encode`], as an error of the serializer.
pub fn serialize<S: Serializer>(value: &dyn Wire, to: S) -> std::result::Result<S::Ok, S::Error> {
    encoder::with_serializer(to, value)
}

/// `Deserialize::deserialize` of generated types.
///
/// # Errors
///
/// As [`Wire::decode`], as an error of the deserializer.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(from: D) -> std::result::Result<T, D::Error> {
    decoder::with(from, T::decode).map_err(serde::de::Error::custom)
}
