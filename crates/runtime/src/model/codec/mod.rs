//! The JSON codec of generated types: the [`Wire`] trait and its implementation.
//!
//! Generated types do not derive serde's traits: hundreds of derived implementations are most of
//! the compile time of a client. They state their members in a table instead, and the functions
//! here do the rest, compiled once, through trait objects. Serde does the reading and writing: a
//! [`Decoder`] wraps any `Deserializer`, an [`Encoder`] any `Serializer`.

/// A name that no other type has: two types of the same name in one module are on different lines.
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

/// Implements serde's traits for a type that is [`Wire`].
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

mod borrowed;
mod boxed;
mod budget;
mod bytes;
mod collections;
mod convert;
mod decoder;
mod encoder;
mod error;
mod fit;
mod generated;
mod json;
mod lenient;
mod misfits;
mod object;
mod rest;
mod scalar;
mod shape;
mod text;
mod time;
mod tolerance;
mod tree;
mod union;
mod upload;
mod value;
mod wire;

#[doc(hidden)]
pub use borrowed::Borrowed;
pub use convert::converted;
pub use decoder::Decoder;
pub use error::{Error, Result};
#[doc(hidden)]
pub use generated::put;
pub use generated::{Generated, Way};
pub use json::{deserialize, from_json, from_value, serialize, to_json, to_value};
pub use lenient::Reading;
pub use misfits::Misfits;
pub use object::Slot;
pub use rest::Rest;
pub use shape::{Rule, Shape};
pub use union::Branch;
pub use wire::{Encoder, Wire};

pub(crate) use json::to_wiped_json;
pub(crate) use wire::{NextItem, WireTarget};
