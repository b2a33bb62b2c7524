//! Lists, maps and optional values.

use super::budget::entry;
use super::decoder::{Context, DecodedMember, Decoder, DecoderSource, Sink, Want};
use super::error::{Error, Result};
use super::wire::{Encoder, Wire};
use crate::model::nullable::Nullable;
use std::collections::BTreeMap;

/// Accepts lists, item by item.
struct List<'r> {
    read: &'r mut dyn FnMut(&mut Decoder<'_>) -> Result<()>,
}

impl Sink for List<'_> {
    fn expected(&self) -> &'static str {
        "a list"
    }
    fn list(&mut self) -> Result<()> {
        Ok(())
    }
    fn item(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        (self.read)(&mut Decoder { source })
    }
}

/// Accepts objects, member by member.
struct Entries<'r> {
    name: String,
    read: &'r mut dyn FnMut(&str, &mut Decoder<'_>) -> Result<()>,
}

impl Sink for Entries<'_> {
    fn expected(&self) -> &'static str {
        "an object"
    }
    fn members(&mut self) -> Result<()> {
        Ok(())
    }
    fn member(&mut self, name: &str, _: &Context) -> DecodedMember {
        name.clone_into(&mut self.name);
        DecodedMember::Read
    }
    fn value(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        (self.read)(&self.name, &mut Decoder { source }).map_err(Error::in_entry)
    }
}

/// Accepts a value or null.
struct Maybe<'r> {
    is_null: bool,
    read: &'r mut dyn FnMut(&mut Decoder<'_>) -> Result<()>,
}

impl Sink for Maybe<'_> {
    fn expected(&self) -> &'static str {
        "a value or null"
    }
    fn null(&mut self) -> Result<()> {
        self.is_null = true;
        Ok(())
    }
    fn some(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        (self.read)(&mut Decoder { source })
    }
}

impl Decoder<'_> {
    /// Calls `read` with each item of a list.
    ///
    /// # Errors
    ///
    /// When the value is not a list, or `read` fails.
    pub fn list(&mut self, mut read: impl FnMut(&mut Decoder<'_>) -> Result<()>) -> Result<()> {
        self.source.read(Want::List, &mut List { read: &mut read })
    }

    /// Calls `read` with each member of an object.
    ///
    /// # Errors
    ///
    /// When the value is not an object, or `read` fails.
    pub fn entries(&mut self, mut read: impl FnMut(&str, &mut Decoder<'_>) -> Result<()>) -> Result<()> {
        let mut sink = Entries {
            name: String::new(),
            read: &mut read,
        };
        self.source.read(Want::Members, &mut sink)
    }

    /// Reads a value into `slot`, or `None` for null.
    ///
    /// # Errors
    ///
    /// When the value is not a `T`.
    pub fn maybe<T: Wire>(&mut self, slot: &mut Option<T>) -> Result<()> {
        *slot = None;
        let mut read = |from: &mut Decoder<'_>| T::decode_into(from, slot);
        let mut sink = Maybe {
            is_null: false,
            read: &mut read,
        };
        self.source.read(Want::Maybe, &mut sink)?;
        if !sink.is_null && slot.is_none() {
            return Err(Error::new("expected a value or null, found nothing"));
        }
        Ok(())
    }
}

/// Makes room for one more item, by doubling as a vector does.
pub(super) fn grow<T>(list: &mut Vec<T>, context: &Context) -> Result<()> {
    if list.len() == list.capacity() {
        let more = list.capacity().max(if size_of::<T>() > 1024 { 1 } else { 4 });
        context.budget.charge(more.saturating_mul(size_of::<T>()))?;
        list.reserve_exact(more);
    }
    Ok(())
}

// Values are moved in separate functions, whose stack is free while the next value is read.

fn append<T>(list: &mut Vec<T>, slot: &mut Option<T>) {
    list.extend(slot.take());
}

fn insert<T>(map: &mut BTreeMap<String, T>, name: &str, slot: &mut Option<T>) {
    if let Some(value) = slot.take() {
        map.insert(name.to_owned(), value);
    }
}

fn set_null<T: Wire>(value: &mut Option<T>) {
    *value = T::null();
}

fn set_nullable<T>(value: &mut Option<T>, slot: &mut Option<Nullable<T>>) {
    *slot = Some(value.take().map_or(Nullable::Null, Nullable::Value));
}

fn vec<T: Wire>(from: &mut Decoder<'_>) -> Result<Vec<T>> {
    let (mut list, mut slot) = (Vec::new(), None);
    from.list(|item| {
        T::decode_into(item, &mut slot)?;
        grow(&mut list, item.source.context())?;
        append(&mut list, &mut slot);
        Ok(())
    })?;
    Ok(list)
}

fn map<T: Wire>(from: &mut Decoder<'_>) -> Result<BTreeMap<String, T>> {
    let (mut map, mut slot) = (BTreeMap::new(), None);
    from.entries(|name, value| {
        T::decode_into(value, &mut slot)?;
        value.source.context().budget.take(entry::<T>(name))?;
        insert(&mut map, name, &mut slot);
        Ok(())
    })?;
    Ok(map)
}

impl<T: Wire> Wire for Vec<T> {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        self.as_slice().encode(to)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        vec(from)
    }
    fn decode_member(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        from.maybe(slot)?;
        slot.get_or_insert_default();
        Ok(())
    }
    fn empty() -> Option<Self> {
        Some(Self::new())
    }
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// A list that is only written.
impl<T: Wire> Wire for [T] {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        let mut items = self.iter();
        to.target.list(&mut || items.next().map(|item| item as &dyn Wire))
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        let mut members = self.iter();
        to.target.members(&mut || {
            members
                .next()
                .map(|(name, value)| (name.as_str(), value as &dyn Wire))
        })
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        map(from)
    }
    fn decode_member(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        from.maybe(slot)?;
        slot.get_or_insert_default();
        Ok(())
    }
    fn empty() -> Option<Self> {
        Some(Self::new())
    }
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// `None` is read from null and from a missing member, and written by omitting the member.
impl<T: Wire> Wire for Option<T> {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        match self {
            Some(value) => value.encode(to),
            None => to.null(),
        }
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        let mut value = None;
        T::decode_or_null(from, &mut value)?;
        Ok(value.or_else(T::null))
    }
    fn decode_into(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        let value = slot.insert(None);
        T::decode_or_null(from, value)?;
        if value.is_none() {
            set_null(value);
        }
        Ok(())
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn null() -> Option<Self> {
        Some(None)
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Wire> Wire for Nullable<T> {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        match self {
            Self::Value(value) => value.encode(to),
            Self::Null | Self::Absent => to.null(),
        }
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        let mut value = None;
        T::decode_or_null(from, &mut value)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
    fn decode_into(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
        let mut value = None;
        T::decode_or_null(from, &mut value)?;
        set_nullable(&mut value, slot);
        Ok(())
    }
    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }
    fn null() -> Option<Self> {
        Some(Self::Null)
    }
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}
