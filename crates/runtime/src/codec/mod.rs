//! The JSON codec of generated types: the [`Wire`] trait and what stands behind it.
//!
//! Generated types do not derive serde's traits: hundreds of derived implementations are most of the compile time of a
//! client. They state their members in a table instead, and the functions here do the rest, once, through trait objects.
//! Reading and writing themselves are serde's: a [`Decoder`] stands over any `Deserializer`, an [`Encoder`] over any
//! `Serializer`. This module knows JSON's shapes, and nothing of requests and answers.

mod collections;
mod decoder;
mod encoder;
mod error;
mod fit;
mod generated;
mod object;
mod scalar;
mod text;
mod time;
mod tree;
mod union;
mod value;

pub use decoder::Decoder;
pub use encoder::Encoder;
pub use error::Error;
pub use generated::{Generated, Way};
#[doc(hidden)]
pub use generated::{read, wrote};
pub use object::{Rest, Rule, Shape, Slot};
pub use union::Branch;

pub(crate) use encoder::{Next, Target};

use serde::{Deserializer, Serializer};
use serde_json::Value;

/// The outcome of reading or writing a value.
pub type Result<T> = std::result::Result<T, Error>;

/// A type that goes over the wire as JSON, in the way that the vendors' own clients write it.
///
/// It differs from what serde's derive would do:
///
/// - integers are also read from whole floats (`42.0`), and whole floats are written as integers (`42`);
/// - a date-time without zone is read and written without one, with as many decimals as it needs;
/// - members that a type does not know are ignored, and the last of two members of the same name wins;
/// - errors name the place ([`Error::path`]), and never repeat what the server sent.
pub trait Wire {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// When the value has no JSON form (a NaN, a masked secret) or the serializer below fails.
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()>;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the input is not JSON or has another type than the one expected.
    fn decode(from: &mut Decoder<'_>) -> Result<Self>
    where
        Self: Sized;

    /// Reads a value, or `None` where null is.
    ///
    /// # Errors
    ///
    /// As [`Wire::decode`].
    #[doc(hidden)]
    fn decode_or_null(from: &mut Decoder<'_>) -> Result<Option<Self>>
    where
        Self: Sized,
    {
        from.maybe()
    }

    /// What it means that a member of this type is missing: `None` if that is an error.
    fn absent() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// What a member of this type with the rule `default` means when it is missing or null: `None` if that is an error.
    fn empty() -> Option<Self>
    where
        Self: Sized,
    {
        Self::absent()
    }

    /// What null means in an `Option` of this type: `None` unless the type tells null from absent.
    fn null() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Reads the body of an answer that should be JSON.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON document of this type; or empty, unless that means something.
    #[doc(hidden)]
    fn from_body(body: &[u8]) -> Result<Self>
    where
        Self: Sized,
    {
        if body.trim_ascii().is_empty() {
            return Self::absent().ok_or_else(|| Error::new("expected a JSON document, found nothing"));
        }
        from_json(body)
    }

    /// Reads the data of a server-sent event, which are JSON unless the type is text.
    ///
    /// # Errors
    ///
    /// As [`Wire::from_body`].
    #[doc(hidden)]
    fn from_event(data: &str) -> Result<Self>
    where
        Self: Sized,
    {
        Self::from_body(data.as_bytes())
    }

    /// Whether a member with this value is left out when an object is written.
    fn is_absent(&self) -> bool {
        false
    }
}

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
    // Looking at all of it at once is much cheaper than at each text in it.
    let json = std::str::from_utf8(json).map_err(|error| {
        Error::new(format!(
            "expected UTF-8, found other bytes at {}",
            error.valid_up_to()
        ))
    })?;
    let mut source = serde_json::Deserializer::from_str(json);
    let value = decoder::with(&mut source, T::decode)?;
    source.end().map_err(|error| Error::from_serde(&error))?;
    Ok(value)
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
    T::decode(&mut Decoder {
        source: &mut tree::Tree::new(value, &decoder::Context::default()),
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

/// A name that no other type has: two types of one name in one module are on two lines.
#[doc(hidden)]
#[macro_export]
macro_rules! __type_name {
    ($name:ident) => {
        ::core::concat!(
            ::core::module_path!(),
            "::",
            ::core::stringify!($name),
            ":",
            ::core::line!(),
            ":",
            ::core::column!()
        )
    };
}

/// serde's traits for a type that is [`Wire`].
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($name:ident) => {
        #[allow(deprecated)]
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codec::serialize(self, to)
            }
        }
        #[allow(deprecated)]
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codec::deserialize(from)
            }
        }
    };
}
