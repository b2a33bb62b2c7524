//! Reads and writes generated structs, whose members are stated in a [`Shape`].

use super::decoder::{Context, DecodedMember, Decoder, DecoderSource, Sink};
use super::error::{Error, Result};
use super::rest::Rest;
use super::shape::{Rule, Shape};
use super::tolerance::is_of_the_value;
use super::tree::Tree;
use super::wire::{Encoder, Wire};
use serde_json::Value;

/// The place of a member while its object is read.
pub trait Slot {
    /// Reads the member.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`].
    fn fill(&mut self, from: &mut Decoder<'_>, rule: Rule) -> Result<()>;
    /// Sets the value that stands for a missing member; returns `false` if a missing member is an
    /// error.
    fn finish(&mut self, rule: Rule) -> bool;
    /// Takes out the values that were read.
    fn clear(&mut self);
}

impl<T: Wire> Slot for Option<T> {
    fn fill(&mut self, from: &mut Decoder<'_>, rule: Rule) -> Result<()> {
        if rule == Rule::default {
            T::decode_or_null(from, self)
        } else {
            T::decode_member(from, self)
        }
    }
    fn finish(&mut self, rule: Rule) -> bool {
        if self.is_none() {
            *self = if rule == Rule::default {
                T::empty()
            } else {
                T::absent()
            };
        }
        self.is_some()
    }
    fn clear(&mut self) {
        *self = None;
    }
}

/// Accepts the members of one object.
struct MemberSink<'a, 's, 'r> {
    shape: &'static Shape,
    slots: &'a mut [&'s mut dyn Slot],
    rest: Option<&'a mut (dyn Rest + 'r)>,
    /// The tag that an enclosing union has read and writes back.
    tag: Option<&'a str>,
    /// The member whose value comes next: its index, or [`UNKNOWN`].
    member: usize,
    /// The name of that member, if only the rest takes it.
    name: String,
    /// Members whose values were deferred, see [`super::fit`].
    deferred: Vec<usize>,
    /// Whether members that do not fit are kept, see [`super::tolerance`].
    is_lenient: bool,
}

/// The index of a member that the shape does not have.
const UNKNOWN: usize = usize::MAX;

impl Sink for MemberSink<'_, '_, '_> {
    fn expected(&self) -> &'static str {
        "an object"
    }
    fn members(&mut self) -> Result<()> {
        Ok(())
    }
    fn member(&mut self, name: &str, context: &Context) -> DecodedMember {
        let expected = self.member.wrapping_add(1);
        if self.shape.is_at(expected, name) {
            self.member = expected;
            return DecodedMember::Read;
        }
        self.another_member(name, expected, context)
    }
    fn value(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        let from = &mut Decoder { source };
        if !self.is_lenient
            && let Some(slot) = self.slots.get_mut(self.member)
        {
            let filled = slot.fill(from, self.shape.rule(self.member));
            return filled.map_err(|error| self.in_member(error));
        }
        self.value_or_rest(from)
    }
    fn deferred(&mut self) {
        self.deferred.push(self.member);
    }
    fn end(&mut self) -> Result<()> {
        let (shape, is_plain) = (self.shape, self.shape.rules.is_empty());
        for (index, slot) in self.slots.iter_mut().enumerate() {
            let rule = if is_plain {
                Rule::plain
            } else {
                shape.listed_rule(index)
            };
            if !slot.finish(rule) && !self.deferred.contains(&index) {
                return Err(missing(shape.name(index)));
            }
        }
        Ok(())
    }
}

/// Rare cases are in a separate function, since their stack and registers would otherwise cost time
/// for every member.
impl MemberSink<'_, '_, '_> {
    /// Accepts the name of a member that is not the next one of the shape.
    #[inline(never)]
    fn another_member(&mut self, name: &str, expected: usize, context: &Context) -> DecodedMember {
        if let Some(index) = self.shape.find(name, expected) {
            self.member = index;
            return DecodedMember::Read;
        }
        if self.tag == Some(name) {
            return DecodedMember::Skip;
        }
        if !self.rest.as_ref().is_some_and(|rest| rest.is_declared()) {
            context.fits.unnamed();
        }
        if self.rest.is_none() {
            return DecodedMember::Skip;
        }
        name.clone_into(&mut self.name);
        self.member = UNKNOWN;
        DecodedMember::Read
    }

    /// Accepts the value of a member that may be kept unchanged, or that only the rest accepts.
    #[inline(never)]
    fn value_or_rest(&mut self, from: &mut Decoder<'_>) -> Result<()> {
        if let Some(slot) = self.slots.get_mut(self.member) {
            let (rule, name) = (self.shape.rule(self.member), self.shape.name(self.member));
            let before = from.source.context().tolerance.mark();
            let Err(error) = slot.fill(from, rule) else {
                return Ok(());
            };
            // An optional member is kept unchanged: see `Reading`.
            if is_tolerated(from, &error)
                && let Some(rest) = &mut self.rest
            {
                slot.clear();
                if slot.finish(rule) && rest.read(name, from).is_ok() {
                    from.source.context().tolerance.misfit(before, error);
                    return Ok(());
                }
            }
            return Err(self.in_member(error));
        }
        match &mut self.rest {
            Some(rest) => rest
                .read(&self.name, from)
                .map_err(|error| error.in_member(&self.name)),
            None => Ok(()),
        }
    }

    #[cold]
    fn in_member(&self, error: Error) -> Error {
        error.in_member(self.shape.name(self.member))
    }
}

#[cold]
fn missing(name: &str) -> Error {
    Error::new("a required member is missing").in_member(name)
}

/// Whether a member that failed with this error may be kept unchanged. While the branches of a
/// union are tried, it may not, since another branch may fit.
fn is_tolerated(from: &Decoder<'_>, error: &Error) -> bool {
    let context = from.source.context();
    context.tolerance.is_lenient && !context.fits.trying() && is_of_the_value(error)
}

impl Decoder<'_> {
    /// Reads an object into the slots of its members, in the order of `shape`; afterwards each
    /// holds a value. Members that `shape` does not name go into the first element of `rest`, or
    /// are skipped if `rest` is empty.
    ///
    /// # Errors
    ///
    /// When the value is not an object, a member cannot be read, or a required member is missing.
    pub fn object(
        &mut self,
        shape: &'static Shape,
        slots: &mut [&mut dyn Slot],
        rest: &mut [&mut dyn Rest],
    ) -> Result<()> {
        let tag = Tree::at(self.source).and_then(|tree| tree.tag());
        let is_lenient = self.source.context().tolerance.is_lenient;
        let mut object = MemberSink {
            shape,
            slots,
            rest: rest.first_mut().map(|rest| &mut **rest),
            tag,
            member: UNKNOWN,
            name: String::new(),
            deferred: Vec::new(),
            is_lenient,
        };
        self.source.object(shape.ty, &mut object)
    }
}

impl Encoder<'_> {
    /// Writes an object from the values of its members, in the order of `shape`, and from the
    /// members of `rest`.
    ///
    /// # Errors
    ///
    /// When a value cannot be written.
    pub fn object(&mut self, shape: &'static Shape, values: &[&dyn Wire], rest: &[&dyn Rest]) -> Result<()> {
        let tag = self.tag.take();
        let tag_value = tag.map(|(_, value)| Value::from(value));
        let mut members = shape.members.iter().zip(values).enumerate();
        let mut more = rest.first().map(|rest| rest.entries());
        // If the object has a value for the tag, the object writes it.
        let mut pending = tag.zip(tag_value.as_ref()).filter(|((name, _), _)| {
            let own = shape
                .members
                .iter()
                .zip(values)
                .find(|(member, _)| *member == name);
            let kept = || {
                rest.iter()
                    .any(|rest| rest.entries().any(|(kept, _)| kept == *name))
            };
            own.is_none_or(|(_, value)| value.is_absent()) && !kept()
        });
        let written = pending.map(|((name, _), _)| name);
        self.target.members(&mut || {
            if let Some(((name, _), value)) = pending.take() {
                return Some((name, value as &dyn Wire));
            }
            for (index, (name, value)) in members.by_ref() {
                // Values that did not fit their type were kept unchanged, and come last.
                if value.is_nothing() && rest.first().is_some_and(|rest| rest.has(name)) {
                    continue;
                }
                if written != Some(*name) && (!value.is_absent() || shape.rule(index) == Rule::nullable) {
                    return Some((*name, *value));
                }
            }
            more.as_mut()?.find(|(name, value)| {
                let named = shape.members.iter().position(|member| member == name);
                let named = named.and_then(|index| values.get(index));
                written != Some(*name) && named.is_none_or(|named| named.is_nothing()) && !value.is_absent()
            })
        })
    }
}

/// Implements [`Wire`] and serde's `Serialize` and `Deserialize` for a generated struct.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Sensor {
///     pub id: i64,
///     pub name: Option<String>,
///     pub tags: Vec<String>,
///     pub owner: Option<String>,
///     pub additional_properties: std::collections::BTreeMap<String, String>,
/// }
/// lorgnette_runtime::object!(Sensor {
///     0 id: "id",               // required, since an i64 cannot be absent
///     1 name: "sensorName",     // left out when None
///     2 tags: "tags" default,   // absent and null mean an empty list
///     3 owner: "owner" nullable // written as null when None
/// } rest additional_properties alias { "ID" => 0 });
///
/// let sensor: Sensor = serde_json::from_str(r#"{"ID": 42.0, "colour": "red"}"#)?;
/// assert_eq!(
///     serde_json::to_string(&sensor)?,
///     r#"{"id":42,"tags":[],"owner":null,"colour":"red"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `rest` names the field for further members that the contract allows. If it does not mention
/// them, or forbids them, `keeps` names the field that keeps them anyway, see
/// [`UnknownMembers`](crate::UnknownMembers).
#[macro_export]
macro_rules! object {
    (
        $name:ident { $($index:literal $field:ident : $wire:literal $($rule:ident)?),* $(,)? }
        $(rest $rest:ident)?
        $(keeps $kept:ident)?
        $(alias { $($alias:literal => $target:literal),* $(,)? })?
    ) => {
        #[allow(deprecated, unreachable_patterns)]
        impl $crate::codec::Generated for $name {
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<()> {
                let shape = &$crate::codec::Shape {
                    ty: $crate::__type_name!($name),
                    members: &[$($wire),*],
                    rules: &[$($(($index, $crate::codec::Rule::$rule),)?)*],
                    aliases: &[$($(($alias, $target)),*)?],
                };
                match way {
                    $crate::codec::Way::Read(from, slot) => {
                        $(let mut $field = None;)*
                        $(let mut $rest = ::core::default::Default::default();)?
                        $(let mut $kept = ::core::default::Default::default();)?
                        from.object(
                            shape,
                            &mut [$(&mut $field),*],
                            &mut [$(&mut $rest)? $(&mut $kept as &mut $crate::UnknownMembers)?],
                        )?;
                        $crate::codec::put(slot, || match ($($field,)*) {
                            ($(Some($field),)*) => Some(Self { $($field,)* $($rest)? $($kept)? }),
                            _ => None,
                        });
                        Ok(())
                    }
                    $crate::codec::Way::Write(value, to) => {
                        to.object(shape, &[$(&value.$field),*], &[$(&value.$rest)? $(&value.$kept)?])
                    }
                }
            }
        }
        $crate::__serde!($name);
        $(impl $name {
            /// The members that the contract does not name. They are written back.
            pub const fn unknown(&self) -> &$crate::UnknownMembers {
                &self.$kept
            }
            /// The members that the contract does not name, to change what is written back.
            pub const fn unknown_mut(&mut self) -> &mut $crate::UnknownMembers {
                &mut self.$kept
            }
        })?
    };
}
