//! Walking over schemas: every schema of a document with its place, and the components as a map of their own.

use crate::document::{self, Document, Object};
use serde_json::Value;

/// The place of a schema, spelled out only when somebody asks.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The outermost schema, by its pointer.
    Root(&'a str),
    /// Below a member of an object.
    Member(&'a Place<'a>, &'a str),
    /// Below an element of a list.
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The JSON pointer.
    pub(super) fn pointer(&self) -> String {
        match self {
            Place::Root(pointer) => (*pointer).to_string(),
            Place::Member(parent, token) => document::child(&parent.pointer(), token),
            Place::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// The keywords that hold one schema.
const ONE: [&str; 5] = [
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
];
/// The keywords that hold a list of schemas.
const LISTS: [&str; 4] = ["allOf", "oneOf", "anyOf", "prefixItems"];
/// The keywords that hold schemas by name.
const MAPS: [&str; 2] = ["properties", "patternProperties"];

/// Calls `visit` with every schema directly inside `schema`, in a fixed order.
pub(super) fn children(
    place: &Place<'_>,
    schema: &mut Object,
    visit: &mut dyn FnMut(&Place<'_>, &mut Value),
) {
    for (keyword, value) in schema {
        let keyword = keyword.as_str();
        let at = Place::Member(place, keyword);
        match value {
            Value::Object(map) if MAPS.contains(&keyword) => {
                for (name, inner) in map {
                    visit(&Place::Member(&at, name), inner);
                }
            }
            Value::Array(list) if LISTS.contains(&keyword) || keyword == "items" => {
                for (index, inner) in list.iter_mut().enumerate() {
                    visit(&Place::Index(&at, index), inner);
                }
            }
            inner @ Value::Object(_) if ONE.contains(&keyword) => visit(&at, inner),
            _ => {}
        }
    }
}

/// Calls `visit` with `schema` and all inside it, inner schemas first.
pub(super) fn within(place: &Place<'_>, schema: &mut Value, visit: &mut dyn FnMut(&Place<'_>, &mut Value)) {
    if let Value::Object(object) = schema {
        children(place, object, &mut |place, inner| within(place, inner, visit));
    }
    visit(place, schema);
}

/// Calls `visit` with every schema of the document, inner schemas first.
pub(super) fn each_schema(document: &mut Document, visit: &mut dyn FnMut(&Place<'_>, &mut Value)) {
    document::visit_roots(document, &mut |pointer, schema| {
        within(&Place::Root(pointer), schema, visit);
    });
}

/// As [`each_schema`], for those that are objects.
pub(super) fn each_object(document: &mut Document, visit: &mut dyn FnMut(&Place<'_>, &mut Object)) {
    each_schema(document, &mut |place, schema| {
        if let Value::Object(object) = schema {
            visit(place, object);
        }
    });
}
