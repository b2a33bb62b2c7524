//! Visits the schemas of a document with their places, and takes the components out as a separate
//! map.
//!
//! Unions that the generator itself has made are also visited.

use super::keywords;
use crate::document::{self, Document, Node, Object};
use serde_json::Value;

/// The place of a schema, written out on demand.
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
    // Properties copied from elsewhere belong to another schema.
    let moved = schema.get("x-lorgnette-origins").cloned();
    for (keyword, value) in schema {
        let keyword = keyword.as_str();
        let at = Place::Member(place, keyword);
        match value {
            Value::Object(map) if MAPS.contains(&keyword) => {
                for (name, inner) in map {
                    match moved.as_ref().and_then(|moved| moved.text(name)) {
                        Some(origin) => visit(&Place::Root(origin), inner),
                        None => visit(&Place::Member(&at, name), inner),
                    }
                }
            }
            Value::Array(list) if LISTS.contains(&keyword) || keyword == "items" => {
                for (index, inner) in list.iter_mut().enumerate() {
                    visit(&Place::Index(&at, index), inner);
                }
            }
            Value::Array(list) if keyword == "x-lorgnette-union" => {
                for (index, entry) in list.iter_mut().enumerate() {
                    if let Some(inner) = entry.get_mut("schema") {
                        visit(&Place::Index(&at, index), inner);
                    }
                }
            }
            inner @ Value::Object(_) if ONE.contains(&keyword) => visit(&at, inner),
            _ => {}
        }
    }
}

/// Calls `visit` with `schema` and all schemas inside it, inner ones first.
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

/// Calls `visit` with every schema of `schemas`, inner schemas first, and then with those of the
/// operations.
pub(super) fn each_of(
    schemas: &mut Object,
    document: &mut Document,
    visit: &mut dyn FnMut(&Place<'_>, &mut Object),
) {
    for (name, schema) in schemas {
        let pointer = document::origin(schema).unwrap_or_else(|| document::schema_pointer(name));
        within(&Place::Root(&pointer), schema, &mut |place, inner| {
            if let Value::Object(object) = inner {
                visit(place, object);
            }
        });
    }
    each_object(document, visit);
}

/// Calls `visit` with every place where a schema is used, inner ones first: every schema of
/// `schemas` and of the operations, where a wrapper of a reference counts as the reference.
pub(super) fn each_site(
    schemas: &mut Object,
    document: &mut Document,
    visit: &mut dyn FnMut(&Place<'_>, &mut Value),
) {
    for (name, schema) in schemas {
        let pointer = document::origin(schema).unwrap_or_else(|| document::schema_pointer(name));
        sites(&Place::Root(&pointer), schema, visit);
    }
    document::visit_roots(document, &mut |pointer, schema| {
        sites(&Place::Root(pointer), schema, visit);
    });
}

/// The same as [`each_site`], within one schema.
pub(super) fn sites(place: &Place<'_>, schema: &mut Value, visit: &mut dyn FnMut(&Place<'_>, &mut Value)) {
    if let Value::Object(object) = schema
        && keywords::refers_to(object).is_none()
    {
        children(place, object, &mut |place, inner| sites(place, inner, visit));
    }
    visit(place, schema);
}

/// Takes the component schemas out of the document; [`put_schemas`] puts them back.
pub(super) fn take_schemas(document: &mut Document) -> Object {
    match document.pointer_mut("/components/schemas").map(Value::take) {
        Some(Value::Object(schemas)) => schemas,
        _ => Object::new(),
    }
}

/// Puts the component schemas back into the document.
pub(super) fn put_schemas(document: &mut Document, schemas: Object) {
    let Value::Object(root) = document else { return };
    let components = root
        .entry("components")
        .or_insert_with(|| Value::Object(Object::new()));
    if !components.is_object() {
        *components = Value::Object(Object::new());
    }
    components["schemas"] = Value::Object(schemas);
}
