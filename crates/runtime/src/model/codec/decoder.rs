//! Reading: any serde `Deserializer` behind one trait object, so that generated code is not generic
//! over it.
//!
//! Errors of this codec are kept apart from serde's own error type, which cannot carry a path: a
//! failing [`Sink`] stores its error in the [`Context`] of the document, and the caller that
//! receives serde's error takes it out again. The loops over items and members are on serde's side
//! of the trait objects, so that each value crosses the boundary as seldom as possible: such
//! crossings are the cost of a call compared with hand-written code.

use super::budget::Budget;
use super::error::{Error, Result};
use super::fit::Fits;
use super::tolerance::Tolerance;
use serde_core::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// The value being read, at one place of the document.
pub struct Decoder<'a> {
    pub(super) source: &'a mut dyn DecoderSource,
}

/// The state that all values of a document share while they are read.
#[derive(Default)]
pub(super) struct Context {
    /// How well the values read so far match their types.
    pub fits: Fits,
    /// The memory left for further values.
    pub budget: Budget,
    /// The value that a union reads by its tag, and the tag if it is written back unchanged.
    pub tag: Cell<Option<(*const serde_json::Value, &'static str)>>,
    /// The tolerated faults, and those found.
    pub tolerance: Tolerance,
    /// An error of this codec on its way out through serde.
    aside: Cell<Option<Error>>,
}

/// Which of serde's `deserialize_*` methods to call. Such hints bypass the number features of
/// serde_json.
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
pub(super) trait DecoderSource {
    fn read(&mut self, want: Want, sink: &mut dyn Sink) -> Result<()>;
    /// Reads an object as the type `ty`.
    fn object(&mut self, _ty: &'static str, sink: &mut dyn Sink) -> Result<()> {
        self.read(Want::Members, sink)
    }
    fn context(&self) -> &Context;
    /// The value, if it is part of a tree.
    fn node(&self) -> Option<&serde_json::Value> {
        None
    }
}

/// The handling of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodedMember {
    Read,
    Skip,
}

/// Accepts values of any type. By default, each type is an error.
///
/// A list is [`Sink::list`], [`Sink::item`] for each, and [`Sink::end`]; an object is
/// [`Sink::members`], [`Sink::member`] and [`Sink::value`] for each, and [`Sink::end`].
pub(super) trait Sink {
    /// The type that this sink accepts, as in `expected an integer`.
    fn expected(&self) -> &'static str;
    fn null(&mut self) -> Result<()> {
        Err(Error::unexpected("null", self.expected()))
    }
    fn some(&mut self, _: &mut dyn DecoderSource) -> Result<()> {
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
    /// Starts a list.
    fn list(&mut self) -> Result<()> {
        Err(Error::unexpected("a list", self.expected()))
    }
    /// Reads the next item of the list.
    fn item(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        self.some(source)
    }
    /// Starts an object.
    fn members(&mut self) -> Result<()> {
        Err(Error::unexpected("an object", self.expected()))
    }
    /// Receives the name of the next member.
    fn member(&mut self, _name: &str, _context: &Context) -> DecodedMember {
        DecodedMember::Skip
    }
    /// Reads the value of the member that was named last. An error gets the member's name here,
    /// since only the sink knows it.
    fn value(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        self.some(source)
    }
    /// Handles the deferred value of the member that was named last, see [`super::fit`].
    fn deferred(&mut self) {}
    /// Ends the list or the object.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Decoder<'_> {
    /// Records that a value was kept although its type does not know it.
    pub(crate) fn kept_unknown(&self) {
        self.source.context().fits.unknown();
    }

    /// Counts an allocation of `bytes` against the memory limit of the document.
    pub(crate) fn charge(&self, bytes: usize) -> Result<()> {
        self.source.context().budget.charge(bytes)
    }
}

/// Runs `read` on a deserializer.
pub(super) fn with<'de, T, D: Deserializer<'de>>(
    from: D,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T>,
) -> Result<T> {
    within(from, &Context::default(), read)
}

fn within<'de, T, D: Deserializer<'de>>(
    from: D,
    context: &Context,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T>,
) -> Result<T> {
    let from = Some(from);
    read(&mut Decoder {
        source: &mut Bridge { from, context },
    })
}

/// Runs `read` on a JSON document, which may take `limit` bytes of memory.
pub(super) fn document<T>(
    json: &[u8],
    limit: usize,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T>,
) -> Result<T> {
    // Checking the whole document once is much cheaper than checking each text in it.
    let json = std::str::from_utf8(json).map_err(|error| {
        Error::new(format!(
            "expected UTF-8, found other bytes at {}",
            error.valid_up_to()
        ))
    })?;
    let mut source = serde_json::Deserializer::from_str(json);
    let context = Context::of(limit);
    let value = within(&mut source, &context, read)?;
    source.end().map_err(|error| Error::from_serde(&error))?;
    Ok(value)
}

/// A deserializer; `None` once it was read.
struct Bridge<'c, D> {
    from: Option<D>,
    context: &'c Context,
}

impl<'de, D: Deserializer<'de>> DecoderSource for Bridge<'_, D> {
    fn read(&mut self, want: Want, sink: &mut dyn Sink) -> Result<()> {
        let context = self.context;
        let Some(from) = self.from.take() else {
            return Err(Error::new("the value was read twice"));
        };
        let visit = Visit { sink, context };
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
        done.map_err(|serde| context.caught(&serde))
    }
    fn context(&self) -> &Context {
        self.context
    }
}

impl Context {
    /// A document that may take `limit` bytes of memory.
    pub fn of(limit: usize) -> Self {
        Self {
            budget: Budget::of(limit),
            ..Self::default()
        }
    }

    /// Stores an error of this codec, and returns one of serde's in its place.
    fn set_aside<E: serde_core::de::Error, T>(&self, outcome: Result<T>) -> std::result::Result<T, E> {
        outcome.map_err(|error| self.leave(error))
    }

    #[cold]
    fn leave<E: serde_core::de::Error>(&self, error: Error) -> E {
        self.aside.set(Some(error));
        E::custom("see the error set aside")
    }

    /// The stored error, or else serde's own.
    #[cold]
    fn caught(&self, serde: &dyn fmt::Display) -> Error {
        self.aside.take().unwrap_or_else(|| Error::from_serde(serde))
    }

    /// The same, but the error remains stored.
    #[cold]
    fn placed<E: serde_core::de::Error>(&self, serde: &E, place: impl FnOnce(Error) -> Error) -> E {
        self.leave(place(self.caught(serde)))
    }
}

struct Visit<'a, 'c> {
    sink: &'a mut dyn Sink,
    context: &'c Context,
}

impl<'de> Visitor<'de> for Visit<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sink.expected())
    }
    fn visit_bool<E: serde_core::de::Error>(self, value: bool) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.bool(value))
    }
    fn visit_i64<E: serde_core::de::Error>(self, value: i64) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.integer(value))
    }
    fn visit_u64<E: serde_core::de::Error>(self, value: u64) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.unsigned(value))
    }
    fn visit_f64<E: serde_core::de::Error>(self, value: f64) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.float(value))
    }
    fn visit_str<E: serde_core::de::Error>(self, value: &str) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.text(value))
    }
    fn visit_unit<E: serde_core::de::Error>(self) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.null())
    }
    fn visit_none<E: serde_core::de::Error>(self) -> std::result::Result<(), E> {
        self.context.set_aside(self.sink.null())
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        let (from, context) = (Some(from), self.context);
        context.set_aside(self.sink.some(&mut Bridge { from, context }))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> std::result::Result<(), A::Error> {
        let Self { sink, context } = self;
        context.set_aside(sink.list())?;
        let mut index = 0;
        loop {
            match access.next_element_seed(ListItem { sink, context }) {
                Ok(Some(())) => index += 1,
                Ok(None) => return context.set_aside(sink.end()),
                Err(serde) => return Err(context.placed(&serde, |error| error.in_item(index))),
            }
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<(), A::Error> {
        let Self { sink, context } = self;
        context.set_aside(sink.members())?;
        while let Some(member) = access.next_key_seed(Name { sink, context })? {
            if member == DecodedMember::Read {
                access.next_value_seed(Value { sink, context })?;
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        context.set_aside(sink.end())
    }
}

/// Passes an item of a list to the sink.
struct ListItem<'a, 'c> {
    sink: &'a mut dyn Sink,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for ListItem<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        let (from, context) = (Some(from), self.context);
        context.set_aside(self.sink.item(&mut Bridge { from, context }))
    }
}

/// Passes the value of a member to the sink.
struct Value<'a, 'c> {
    sink: &'a mut dyn Sink,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        let (from, context) = (Some(from), self.context);
        context.set_aside(self.sink.value(&mut Bridge { from, context }))
    }
}

/// Reads the name of a member.
struct Name<'a, 'c> {
    sink: &'a mut dyn Sink,
    context: &'c Context,
}

impl<'de> DeserializeSeed<'de> for Name<'_, '_> {
    type Value = DecodedMember;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<DecodedMember, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_, '_> {
    type Value = DecodedMember;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E: serde_core::de::Error>(self, name: &str) -> std::result::Result<DecodedMember, E> {
        Ok(self.sink.member(name, self.context))
    }
}
