//! The trait of everything that is sent or received as JSON, and the target that values are written
//! to.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::lenient::Reading;
use crate::model::body::Upload;

/// A type that goes over the wire as JSON, in the way that the vendors' own clients write it.
///
/// It differs from serde's derived implementations:
///
/// - integers are also read from whole floats (`42.0`), and whole floats are written as integers
///   (`42`);
/// - a date-time without zone is read and written without one, with as many decimals as it needs;
/// - members that a type does not know are kept in what servers send
///   ([`UnknownMembers`](crate::UnknownMembers)) and ignored in what is only sent, and the last of
///   two members of the same name wins;
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
    /// When the input is not JSON or does not have the expected type.
    fn decode(from: &mut Decoder<'_>) -> Result<Self>
    where
        Self: Sized;

    /// Reads a value into `slot`. Values of generated types are not moved while they are read, so
    /// that deep nesting takes little stack.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`].
    #[doc(hidden)]
    fn decode_into(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()>
    where
        Self: Sized,
    {
        *slot = Some(Self::decode(from)?);
        Ok(())
    }

    /// Reads a value into `slot`, or `None` for null.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`].
    #[doc(hidden)]
    fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()>
    where
        Self: Sized,
    {
        from.maybe(slot)
    }

    /// Reads the value of a required member into `slot`. Null may stand for an empty list or map.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`].
    #[doc(hidden)]
    fn decode_member(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()>
    where
        Self: Sized,
    {
        Self::decode_into(from, slot)
    }

    /// The meaning of a missing member of this type: `None` if that is an error.
    fn absent() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// The meaning of a missing or null member of this type with the rule `default`: `None` if that
    /// is an error.
    fn empty() -> Option<Self>
    where
        Self: Sized,
    {
        Self::absent()
    }

    /// The meaning of null in an `Option` of this type: `None` unless the type distinguishes null
    /// from absent.
    fn null() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Reads the body of a response that should be JSON.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON document of this type, or is empty and the type has no empty
    /// form.
    #[doc(hidden)]
    fn from_body(body: &[u8], reading: &mut Reading) -> Result<Self>
    where
        Self: Sized,
    {
        if body.trim_ascii().is_empty() {
            return Self::absent().ok_or_else(|| Error::new("expected a JSON document, found nothing"));
        }
        // Null is an empty list here, too.
        reading.document(body, |from| {
            let mut slot = None;
            Self::decode_member(from, &mut slot)?;
            slot.ok_or_else(|| Error::new("a value was not read"))
        })
    }

    /// Reads the data of a server-sent event, which are JSON unless the type is text.
    ///
    /// # Errors
    ///
    /// As for [`Wire::from_body`].
    #[doc(hidden)]
    fn from_event(data: &str, reading: &mut Reading) -> Result<Self>
    where
        Self: Sized,
    {
        Self::from_body(data.as_bytes(), reading)
    }

    /// Whether a member with this value is left out when an object is written.
    fn is_absent(&self) -> bool {
        false
    }

    /// Whether a member with this value means the same as a missing one: it is absent, or an empty
    /// list or map.
    #[doc(hidden)]
    fn is_nothing(&self) -> bool {
        self.is_absent()
    }
}

/// The target of a value: one place of the document.
pub struct Encoder<'a> {
    pub(super) target: &'a mut dyn WireTarget,
    /// The tag that the next object must contain for the enclosing union.
    pub(super) tag: Option<(&'static str, &'static str)>,
}

/// Writes the items of a list, or the named members of an object, in order.
pub(crate) type NextItem<'n, 'v, T> = &'n mut dyn FnMut() -> Option<T>;

/// The target of one value: a serializer, or the encoding of a parameter.
pub(crate) trait WireTarget {
    /// Whether a secret may be the mask that a server shows instead of it.
    fn takes_masks(&self) -> bool {
        false
    }
    fn null(&mut self) -> Result<()>;
    fn bool(&mut self, value: bool) -> Result<()>;
    fn integer(&mut self, value: i128) -> Result<()>;
    fn float(&mut self, value: f64) -> Result<()>;
    fn single(&mut self, value: f32) -> Result<()>;
    fn text(&mut self, value: &str) -> Result<()>;
    fn upload(&mut self, _: &Upload) -> Result<()> {
        Err(Error::new("a file can be sent in a multipart form only"))
    }
    fn list<'v>(&mut self, next: NextItem<'_, 'v, &'v dyn Wire>) -> Result<()>;
    fn members<'v>(&mut self, next: NextItem<'_, 'v, (&'v str, &'v dyn Wire)>) -> Result<()>;
}
