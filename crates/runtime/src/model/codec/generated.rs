//! The door for generated types: reading and writing in one function.
//!
//! To the compiler a function costs about as much as the two or three lines that generated types need in it, and a client
//! has hundreds of types. So they have one function for both directions, and [`Wire`] follows from it.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::wire::{Encoder, Wire};

/// A type whose codec one of the macros made: [`object!`](crate::object), [`open_enum!`](crate::open_enum!),
/// [`tagged_union!`](crate::tagged_union), [`untagged_union!`](crate::untagged_union).
pub trait Generated: Sized {
    /// Reads a value, and returns it; or writes one, and returns `None`.
    ///
    /// # Errors
    ///
    /// As [`Wire::decode`] and [`Wire::encode`].
    fn wire(way: Way<'_, '_, Self>) -> Result<Option<Self>>;
}

/// In which direction to go.
pub enum Way<'a, 'b, T> {
    /// Reads a value from here.
    Read(&'a mut Decoder<'b>),
    /// Writes this value to there.
    Write(&'a T, &'a mut Encoder<'b>),
}

impl<T: Generated> Wire for T {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        T::wire(Way::Write(self, to)).map(drop)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        T::wire(Way::Read(from))?.ok_or_else(|| Error::new("a member was not read"))
    }
}

/// A type that holds itself does so in a box.
impl<T: Generated> Generated for Box<T> {
    fn wire(way: Way<'_, '_, Self>) -> Result<Option<Self>> {
        let way = match way {
            Way::Read(from) => {
                from.charge(size_of::<T>())?;
                Way::Read(from)
            }
            Way::Write(value, to) => Way::Write(&**value, to),
        };
        T::wire(way).map(|value| value.map(Box::new))
    }
}

/// What [`Generated::wire`] returns after reading.
///
/// # Errors
///
/// When reading failed.
#[doc(hidden)]
pub fn read<T>(outcome: Result<T>) -> Result<Option<T>> {
    outcome.map(Some)
}

/// What [`Generated::wire`] returns after writing.
///
/// # Errors
///
/// When writing failed.
#[doc(hidden)]
pub fn wrote<T>(outcome: Result<()>) -> Result<Option<T>> {
    outcome.map(|()| None)
}
