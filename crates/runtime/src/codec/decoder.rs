//! Reading: any serde `Deserializer` behind one trait object, so that generated code is not generic over it.
//!
//! Errors of this codec travel beside serde's own error type, which could not carry a path: a failing [`Sink`] leaves its
//! error in the slot of the bridge above, which takes it out again once serde has unwound.

use super::{Error, Result};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// What is being read: the value at one place of the document.
pub struct Decoder<'a> {
    pub(super) source: &'a mut dyn Source,
    /// How many members were skipped since nobody knew them, which tells how well a branch of a union fits.
    pub(super) ignored: &'a Cell<usize>,
}

/// Which of serde's `deserialize_*` to call. Hints keep serde_json's number features from getting between.
#[derive(Clone, Copy)]
pub(super) enum Want {
    Any,
    Bool,
    Integer,
    Float,
    Text,
    Maybe,
    List,
    Members,
}

/// A deserializer that can be read once.
pub(super) trait Source {
    fn read(&mut self, want: Want, sink: &mut dyn Sink) -> Result<()>;
}

/// Takes whatever type of value comes; by default each is an error.
pub(super) trait Sink {
    /// What this sink takes, as in `expected an integer`.
    fn expected(&self) -> &'static str;
    fn null(&mut self) -> Result<()> {
        Err(Error::unexpected("null", self.expected()))
    }
    fn some(&mut self, _: &mut dyn Source) -> Result<()> {
        Err(Error::unexpected("a value", self.expected()))
    }
    fn bool(&mut self, _: bool) -> Result<()> {
        Err(Error::unexpected("a boolean", self.expected()))
    }
    fn integer(&mut self, _: i64) -> Result<()> {
        Err(Error::unexpected("an integer", self.expected()))
    }
    fn unsigned(&mut self, value: u64) -> Result<()> {
        i64::try_from(value)
            .map_err(|_| Error::unexpected("an integer beyond 63 bits", self.expected()))
            .and_then(|value| self.integer(value))
    }
    fn float(&mut self, _: f64) -> Result<()> {
        Err(Error::unexpected("a number with decimals", self.expected()))
    }
    fn text(&mut self, _: &str) -> Result<()> {
        Err(Error::unexpected("text", self.expected()))
    }
    fn list(&mut self, _: &mut dyn Items) -> Result<()> {
        Err(Error::unexpected("a list", self.expected()))
    }
    fn members(&mut self, _: &mut dyn Members) -> Result<()> {
        Err(Error::unexpected("an object", self.expected()))
    }
}

/// The items of a list, one after the other.
pub(super) trait Items {
    /// Calls `read` with the next item; `false` at the end.
    fn next(&mut self, read: &mut dyn FnMut(&mut dyn Source) -> Result<()>) -> Result<bool>;
}

/// The members of an object, one after the other.
pub(crate) trait Members {
    /// Calls `name` with the next member's name; `false` at the end.
    fn next(&mut self, name: &mut dyn FnMut(&str)) -> Result<bool>;
    /// Reads the value of the member that [`Members::next`] named.
    fn value(&mut self, read: &mut dyn FnMut(&mut dyn Source) -> Result<()>) -> Result<()>;
    /// Passes over that value.
    fn skip(&mut self) -> Result<()>;
}

/// Runs `read` on a deserializer.
pub(super) fn with<'de, T, D: Deserializer<'de>>(
    from: D,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T>,
) -> Result<T> {
    read(&mut Decoder {
        source: &mut Bridge(Some(from)),
        ignored: &Cell::new(0),
    })
}

/// Runs `read` on a part of the document that was read already; what it ignores counts in `ignored`.
pub(super) fn within<'de, T, D: Deserializer<'de>>(
    from: D,
    ignored: &Cell<usize>,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T>,
) -> Result<T> {
    read(&mut Decoder {
        source: &mut Bridge(Some(from)),
        ignored,
    })
}

/// A deserializer; gone once read.
struct Bridge<D>(Option<D>);

impl<'de, D: Deserializer<'de>> Source for Bridge<D> {
    fn read(&mut self, want: Want, sink: &mut dyn Sink) -> Result<()> {
        let Some(from) = self.0.take() else {
            return Err(Error::new("the value was read twice"));
        };
        let mut error = None;
        let visit = Visit {
            sink,
            error: &mut error,
        };
        let done = match want {
            Want::Any => from.deserialize_any(visit),
            Want::Bool => from.deserialize_bool(visit),
            Want::Integer => from.deserialize_i64(visit),
            Want::Float => from.deserialize_f64(visit),
            Want::Text => from.deserialize_str(visit),
            Want::Maybe => from.deserialize_option(visit),
            Want::List => from.deserialize_seq(visit),
            Want::Members => from.deserialize_map(visit),
        };
        done.map_err(|serde| caught(&mut error, &serde))
    }
}

/// Puts an error of ours aside and gives serde one of its own.
fn set_aside<E: serde::de::Error, T>(
    slot: &mut Option<Error>,
    outcome: Result<T>,
) -> std::result::Result<T, E> {
    outcome.map_err(|error| {
        *slot = Some(error);
        E::custom("see the error set aside")
    })
}

/// The error that was set aside, or else serde's own.
fn caught(slot: &mut Option<Error>, serde: &dyn fmt::Display) -> Error {
    slot.take().unwrap_or_else(|| Error::from_serde(serde))
}

struct Visit<'a> {
    sink: &'a mut dyn Sink,
    error: &'a mut Option<Error>,
}

impl<'de> Visitor<'de> for Visit<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sink.expected())
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.bool(value))
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.integer(value))
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.unsigned(value))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.float(value))
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.text(value))
    }
    fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.null())
    }
    fn visit_none<E: serde::de::Error>(self) -> std::result::Result<(), E> {
        set_aside(self.error, self.sink.null())
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        set_aside(self.error, self.sink.some(&mut Bridge(Some(from))))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> std::result::Result<(), A::Error> {
        set_aside(self.error, self.sink.list(&mut Access(access)))
    }
    fn visit_map<A: MapAccess<'de>>(self, access: A) -> std::result::Result<(), A::Error> {
        set_aside(self.error, self.sink.members(&mut Access(access)))
    }
}

/// serde's access to the items of a list or the members of an object.
struct Access<A>(A);

impl<'de, A: SeqAccess<'de>> Items for Access<A> {
    fn next(&mut self, read: &mut dyn FnMut(&mut dyn Source) -> Result<()>) -> Result<bool> {
        let mut error = None;
        let item = self.0.next_element_seed(Seed {
            read,
            error: &mut error,
        });
        item.map(|item| item.is_some())
            .map_err(|serde| caught(&mut error, &serde))
    }
}

impl<'de, A: MapAccess<'de>> Members for Access<A> {
    fn next(&mut self, name: &mut dyn FnMut(&str)) -> Result<bool> {
        let key = self.0.next_key_seed(Key(name));
        key.map(|key| key.is_some())
            .map_err(|serde| Error::from_serde(&serde))
    }
    fn value(&mut self, read: &mut dyn FnMut(&mut dyn Source) -> Result<()>) -> Result<()> {
        let mut error = None;
        let value = self.0.next_value_seed(Seed {
            read,
            error: &mut error,
        });
        value.map_err(|serde| caught(&mut error, &serde))
    }
    fn skip(&mut self) -> Result<()> {
        self.0
            .next_value::<IgnoredAny>()
            .map(drop)
            .map_err(|serde| Error::from_serde(&serde))
    }
}

struct Seed<'a> {
    read: &'a mut dyn FnMut(&mut dyn Source) -> Result<()>,
    error: &'a mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        let outcome = (self.read)(&mut Bridge(Some(from)));
        outcome.map_err(|error| {
            *self.error = Some(error);
            D::Error::custom("see the error set aside")
        })
    }
}

struct Key<'a>(&'a mut dyn FnMut(&str));

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E: serde::de::Error>(self, name: &str) -> std::result::Result<(), E> {
        (self.0)(name);
        Ok(())
    }
}
