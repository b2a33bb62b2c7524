//! How much a statement on a member says, compared with another.

use super::known::Known;
use crate::ir::{Enum, EnumKind, Object, Part, Shape, Stated, Text, Type, TypeDef, TypeRef};

/// What decides which values a member has.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    /// A type, or an alias of one.
    Type(&'a TypeDef),
    /// Values.
    Values(&'a Enum),
    /// A use of a type that is no other's name.
    Used(&'a TypeRef),
}

impl View<'_> {
    /// What JSON Schema calls the type of the values, if that is known.
    pub(super) fn kind(self) -> Option<&'static str> {
        match self {
            Self::Type(def) => match &def.shape {
                _ if !def.parts.is_empty() => None,
                Shape::Object(_) => Some("object"),
                Shape::Enum(values) => Self::Values(values).kind(),
                Shape::Union(_) => None,
            },
            Self::Values(values) => Some(match values.kind {
                EnumKind::Integer => "integer",
                EnumKind::Number => "number",
                EnumKind::Boolean => "boolean",
                EnumKind::Text | EnumKind::Mixed => "string",
            }),
            Self::Used(used) => match used.ty {
                Type::Any | Type::Named(_) => None,
                Type::Boolean => Some("boolean"),
                Type::Integer(_) => Some("integer"),
                Type::Number => Some("number"),
                Type::Text(_) => Some("string"),
                Type::List(_) => Some("array"),
                Type::Map(_) => Some("object"),
            },
        }
    }
}

/// What a use comes to: the type that it names, on whatever way.
pub(super) fn resolved<'a>(used: &'a TypeRef, known: &'a Known<'_>) -> View<'a> {
    let mut used = used;
    for _ in 0..16 {
        let Some(name) = used.named() else { break };
        if let Some(def) = known.types.get(name) {
            return View::Type(def);
        }
        match known.aliases.get(name) {
            Some(alias) => used = &alias.used,
            None => break,
        }
    }
    View::Used(used)
}

/// Whether both are enums of one type, and the later one lists values that the earlier one does not.
pub(super) fn widens(earlier: &Enum, later: &Enum) -> bool {
    let is_new = |value| earlier.values.iter().all(|known| known.value != value);
    let mut later_values = later.values.iter();
    View::Values(earlier).kind() == View::Values(later).kind()
        && later_values.any(|value| is_new(value.value.clone()))
}

/// How much is said about the values.
pub(super) fn rank(view: View<'_>, known: &Known<'_>) -> u8 {
    match view {
        View::Type(_) | View::Values(_) => 4,
        View::Used(used) => match &used.ty {
            Type::Named(_) => match resolved(used, known) {
                View::Used(_) => 0,
                view => rank(view, known),
            },
            Type::Any => 0,
            Type::Map(_) => 1,
            Type::Number | Type::Text(Text::Plain) => 2,
            Type::Boolean | Type::Integer(_) | Type::Text(_) | Type::List(_) => 3,
        },
    }
}

/// What a type has of members, so that those of another may join them.
pub(super) fn has_members(def: &TypeDef) -> bool {
    match (def.parts.last(), &def.shape) {
        (Some(Part::Own(own)), _) => own.branches.is_empty(),
        (Some(Part::Base { .. }), _) => true,
        (None, Shape::Object(_)) => true,
        (None, _) => false,
    }
}

impl TypeDef {
    /// The members that a type says itself, whatever it is composed of.
    pub(super) fn own_members(&self) -> &[crate::ir::Member] {
        let object: Option<&Object> = match (self.parts.last(), &self.shape) {
            (Some(Part::Own(own)), _) => match &own.stated {
                Stated::Object(object) => Some(object),
                _ => None,
            },
            (None, Shape::Object(object)) => Some(object),
            (None, Shape::Union(union)) => union.unsettled.as_ref().and_then(|it| it.beside.as_ref()),
            _ => None,
        };
        object.map_or(&[], |object| object.members.as_slice())
    }
}
