//! Writing: any serde `Serializer`, or another [`WireTarget`], behind one trait object.

use super::error::{Error, Result};
use super::wire::{Encoder, NextItem, Wire, WireTarget};
use crate::model::body::Upload;
use serde_core::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use std::cell::Cell;
use std::fmt::Display;

impl<'a> Encoder<'a> {
    pub(crate) fn new(target: &'a mut dyn WireTarget) -> Self {
        Self { target, tag: None }
    }

    /// Writes null.
    ///
    /// # Errors
    ///
    /// When the serializer below fails.
    pub fn null(&mut self) -> Result<()> {
        self.target.null()
    }

    /// Writes a boolean.
    ///
    /// # Errors
    ///
    /// When the serializer below fails.
    pub fn bool(&mut self, value: bool) -> Result<()> {
        self.target.bool(value)
    }

    /// Writes an integer.
    ///
    /// # Errors
    ///
    /// When the serializer below fails.
    pub fn integer(&mut self, value: impl Into<i128>) -> Result<()> {
        self.target.integer(value.into())
    }

    /// Writes a number, without decimals if it has none.
    ///
    /// # Errors
    ///
    /// When it is infinite or not a number, or the serializer below fails.
    pub fn float(&mut self, value: f64) -> Result<()> {
        match whole(value)? {
            Some(integer) => self.target.integer(integer),
            None => self.target.float(value),
        }
    }

    /// The same for a 32-bit number, which has fewer decimal digits.
    pub(super) fn single(&mut self, value: f32) -> Result<()> {
        match whole(f64::from(value))? {
            Some(integer) => self.target.integer(integer),
            None => self.target.single(value),
        }
    }

    /// Writes a file.
    pub(crate) fn upload(&mut self, file: &Upload) -> Result<()> {
        self.target.upload(file)
    }

    /// Writes text.
    ///
    /// # Errors
    ///
    /// When the serializer below fails.
    pub fn text(&mut self, value: &str) -> Result<()> {
        self.target.text(value)
    }
}

/// `value` as an integer, if it can be written as one.
fn whole(value: f64) -> Result<Option<i128>> {
    const LIMIT: f64 = 1e38; // just under 2^127
    if !value.is_finite() {
        return Err(Error::new(
            "a number that is infinite or not a number has no JSON form",
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the range of an i128"
    )]
    Ok((value.fract() == 0.0 && value.abs() <= LIMIT).then_some(value as i128))
}

/// Writes `value` to a serializer; errors keep their path.
pub(super) fn with<S: Serializer>(to: S, value: &dyn Wire) -> Result<S::Ok> {
    let error = Cell::new(None);
    Erased { value, error: &error }
        .serialize(to)
        .map_err(|serde| caught(&error, &serde))
}

/// Writes `value` to a serializer; errors are the serializer's.
pub(super) fn with_serializer<S: Serializer>(
    to: S,
    value: &dyn Wire,
) -> std::result::Result<S::Ok, S::Error> {
    with(to, value).map_err(S::Error::custom)
}

fn caught(slot: &Cell<Option<Error>>, serde: &dyn Display) -> Error {
    slot.take().unwrap_or_else(|| Error::new(serde.to_string()))
}

/// A value that implements serde's `Serialize`.
struct Erased<'a> {
    value: &'a dyn Wire,
    error: &'a Cell<Option<Error>>,
}

impl Serialize for Erased<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let mut bridge = Bridge {
            state: EncoderState::Ready(to),
            error: self.error,
        };
        let outcome = self.value.encode(&mut Encoder {
            target: &mut bridge,
            tag: None,
        });
        match (bridge.state, outcome) {
            (EncoderState::Done(done), Ok(())) => Ok(done),
            (_, Err(error)) => {
                self.error.set(Some(error));
                Err(S::Error::custom("see the error set aside"))
            }
            (_, Ok(())) => Err(S::Error::custom("a value wrote nothing")),
        }
    }
}

/// A serializer that can be written to once.
struct Bridge<'a, S: Serializer> {
    state: EncoderState<S>,
    error: &'a Cell<Option<Error>>,
}

enum EncoderState<S: Serializer> {
    Ready(S),
    Done(S::Ok),
    Taken,
}

impl<S: Serializer> Bridge<'_, S> {
    fn write(&mut self, write: impl FnOnce(S) -> std::result::Result<S::Ok, S::Error>) -> Result<()> {
        let EncoderState::Ready(to) = std::mem::replace(&mut self.state, EncoderState::Taken) else {
            return Err(Error::new("a value wrote itself twice"));
        };
        match write(to) {
            Ok(done) => {
                self.state = EncoderState::Done(done);
                Ok(())
            }
            // If an error of this codec caused it, that error passes through the outer levels and
            // collects the path.
            Err(error) => Err(caught(self.error, &error)),
        }
    }
}

impl<S: Serializer> WireTarget for Bridge<'_, S> {
    fn null(&mut self) -> Result<()> {
        self.write(Serializer::serialize_unit)
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.write(|to| to.serialize_bool(value))
    }
    fn integer(&mut self, value: i128) -> Result<()> {
        // Formats need not support 128 bits; nearly all numbers fit in 64.
        self.write(|to| match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => to.serialize_i64(value),
            (_, Ok(value)) => to.serialize_u64(value),
            _ => to.serialize_i128(value),
        })
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.write(|to| to.serialize_f64(value))
    }
    fn single(&mut self, value: f32) -> Result<()> {
        self.write(|to| to.serialize_f32(value))
    }
    fn text(&mut self, value: &str) -> Result<()> {
        self.write(|to| to.serialize_str(value))
    }
    fn list<'v>(&mut self, next: NextItem<'_, 'v, &'v dyn Wire>) -> Result<()> {
        let error = self.error;
        self.write(|to| {
            let mut list = to.serialize_seq(None)?;
            let mut index = 0;
            while let Some(value) = next() {
                let written = list.serialize_element(&Erased { value, error });
                written.inspect_err(|_| error.set(error.take().map(|error| error.in_item(index))))?;
                index += 1;
            }
            list.end()
        })
    }
    fn members<'v>(&mut self, next: NextItem<'_, 'v, (&'v str, &'v dyn Wire)>) -> Result<()> {
        let error = self.error;
        self.write(|to| {
            let mut members = to.serialize_map(None)?;
            while let Some((name, value)) = next() {
                let written = members.serialize_entry(name, &Erased { value, error });
                written.inspect_err(|_| error.set(error.take().map(|error| error.in_member(name))))?;
            }
            members.end()
        })
    }
}
