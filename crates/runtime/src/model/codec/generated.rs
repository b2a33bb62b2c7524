//! Generated types: reading and writing in one function.
//!
//! For the compiler, a function costs about as much as the two or three lines that a generated type
//! needs in it, and a client has hundreds of types. So each type has one function for both
//! directions, from which [`Wire`] follows.
//!
//! A value is read into a slot of its owner and not returned: in a debug build, a value that is
//! returned is copied several times on the stack of every function that it passes through.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::wire::{Encoder, Wire};

/// A type whose codec one of the macros made: [`object!`](crate::object),
/// [`open_enum!`](crate::open_enum!), [`tagged_union!`](crate::tagged_union),
/// [`untagged_union!`](crate::untagged_union).
pub trait Generated: Sized {
    /// Reads a value, or writes one.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`] and [`Wire::encode`].
    fn wire(way: Way<'_, '_, Self>) -> Result<()>;
}

/// The direction: reading or writing.
pub enum Way<'a, 'b, T> {
    /// Read a value from the decoder into the slot.
    Read(&'a mut Decoder<'b>, &'a mut Option<T>),
    /// Write this value to the target.
    Write(&'a T, &'a mut Encoder<'b>),
}

impl<T: Generated> Wire for T {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        T::wire(Way::Write(self, to))
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        let mut slot = None;
        T::wire(Way::Read(from, &mut slot))?;
        slot.ok_or_else(|| Error::new("a member was not read"))
    }
    fn decode_into(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        T::wire(Way::Read(from, slot))
    }
}

/// Puts a value into its slot. The value is built in a separate function, whose stack is not needed
/// while its members are read.
#[doc(hidden)]
pub fn put<T>(slot: &mut Option<T>, make: impl FnOnce() -> Option<T>) {
    *slot = make();
}
