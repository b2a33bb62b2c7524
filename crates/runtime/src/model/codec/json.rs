//! Reads and writes values as JSON text, as JSON trees, and through serde's traits.

use super::decoder::{self, Decoder};
use super::encoder;
use super::error::{Error, Result};
use super::tree::Tree;
use super::wire::Wire;
use serde_core::{Deserializer, Serializer};
use serde_json::Value;
use std::io::{self, Write};
use zeroize::Zeroizing;

/// Writes a value as JSON text.
///
/// # Errors
///
/// As for [`Wire::encode`].
pub fn to_json(value: &dyn Wire) -> Result<Vec<u8>> {
    let mut json = Vec::with_capacity(128);
    encoder::with(&mut serde_json::Serializer::new(&mut json), value)?;
    Ok(json)
}

/// Writes a value as JSON text that is wiped from memory when it is dropped, since it may hold
/// secrets.
///
/// # Errors
///
/// As for [`Wire::encode`].
pub(crate) fn to_wiped_json(value: &dyn Wire) -> Result<Zeroizing<Vec<u8>>> {
    let mut json = Wiped(Zeroizing::new(Vec::with_capacity(128)));
    encoder::with(&mut serde_json::Serializer::new(&mut json), value)?;
    Ok(json.0)
}

/// A buffer that grows without leaving an unwiped copy in memory.
struct Wiped(Zeroizing<Vec<u8>>);

impl Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.0.capacity())));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a value from JSON text.
///
/// # Errors
///
/// As for [`Wire::decode`], and when something other than whitespace follows the value.
pub fn from_json<T: Wire>(json: &[u8]) -> Result<T> {
    decoder::document(json, usize::MAX, T::decode)
}

/// Writes a value as a JSON tree.
///
/// # Errors
///
/// As for [`Wire::encode`].
pub fn to_value(value: &dyn Wire) -> Result<Value> {
    encoder::with(serde_json::value::Serializer, value).or_else(|error| {
        // A tree cannot hold integers beyond 64 bits. Text can, and such an integer is read as the
        // nearest number.
        let text = to_json(value).map_err(|_| error)?;
        serde_json::from_slice(&text).map_err(|error| Error::from_serde(&error))
    })
}

/// Reads a value from a JSON tree.
///
/// # Errors
///
/// As for [`Wire::decode`].
pub fn from_value<T: Wire>(value: &Value) -> Result<T> {
    let context = decoder::Context::default();
    T::decode(&mut Decoder {
        source: &mut Tree::new(value, &context),
    })
}

/// Implements `Serialize::serialize` of generated types.
///
/// # Errors
///
/// As for [`Wire::encode`], as an error of the serializer.
pub fn serialize<S: Serializer>(value: &dyn Wire, to: S) -> std::result::Result<S::Ok, S::Error> {
    encoder::with_serializer(to, value)
}

/// Implements `Deserialize::deserialize` of generated types.
///
/// # Errors
///
/// As for [`Wire::decode`], as an error of the deserializer.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(from: D) -> std::result::Result<T, D::Error> {
    decoder::with(from, T::decode).map_err(serde_core::de::Error::custom)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_wiped_text_is_that_of_to_json() {
        for length in [0, 1, 127, 128, 129, 100_000] {
            let value = serde_json::json!({"a": "é".repeat(length), "b": [1, 2.5]});
            assert_eq!(*to_wiped_json(&value).unwrap(), to_json(&value).unwrap());
        }
    }
}
