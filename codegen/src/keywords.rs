//! What the keywords of a schema mean to the passes: which shape a value, which only document it, and what a schema is.

use crate::document::{Node, Object, schema_name, target};
use serde_json::Value;

/// The keywords that say which values a schema takes, as far as types go; all others document.
const STRUCTURAL: [&str; 12] = [
    "$ref",
    "type",
    "format",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
];

/// Whether `keyword` says which values a schema takes.
pub(crate) fn is_structural(keyword: &str) -> bool {
    STRUCTURAL.contains(&keyword)
}

/// Removes members. Most schemas have few members and none of these, so their own are looked at first.
pub(crate) fn remove_all(schema: &mut Object, unwanted: &[&str]) {
    if schema.keys().any(|key| unwanted.contains(&key.as_str())) {
        schema.retain(|key, _| !unwanted.contains(&key.as_str()));
    }
}

/// Whether the schema has properties.
pub(crate) fn has_properties(schema: &Object) -> bool {
    !schema.map("properties").is_empty()
}

/// Whether the schema has branches to choose from.
pub(crate) fn has_choice(schema: &Object) -> bool {
    !schema.list("oneOf").is_empty() || !schema.list("anyOf").is_empty()
}

/// The component that this schema stands for, if it only refers to one: `{$ref}`, or a wrapper `{allOf: [{$ref}], ...}`
/// whose other members document.
pub(crate) fn refers_to(schema: &Object) -> Option<String> {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        return schema_name(reference);
    }
    let [only] = schema.list("allOf") else {
        return None;
    };
    let alone = schema.keys().all(|key| key == "allOf" || !is_structural(key));
    if alone && only.as_object().is_some_and(|branch| branch.len() == 1) {
        target(only)
    } else {
        None
    }
}

/// Makes a schema of `reference` with the `siblings`: alone where there are none, in a wrapper otherwise.
pub(crate) fn wrapped(reference: Value, siblings: Object) -> Object {
    if siblings.is_empty() {
        if let Value::Object(object) = reference {
            return object;
        }
        return Object::new();
    }
    let mut wrapper = Object::new();
    wrapper.insert("allOf".to_string(), Value::Array(vec![reference]));
    wrapper.extend(siblings);
    wrapper
}

/// What a schema is, of those kinds that become components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An object with properties.
    Object,
    /// A list of values, none of them boolean.
    Enum,
    /// Branches to choose from.
    Union,
    /// `allOf` that says more than a reference does.
    Composition,
    /// Anything else: it is written where it is used.
    Simple,
}

/// The kind of a schema.
pub(crate) fn kind(schema: &Object) -> Kind {
    if schema.contains_key("$ref") {
        Kind::Simple
    } else if !schema.list("allOf").is_empty() {
        if refers_to(schema).is_some() {
            Kind::Simple
        } else {
            Kind::Composition
        }
    } else if has_choice(schema) {
        Kind::Union
    } else if has_properties(schema) {
        Kind::Object
    } else if schema.contains_key("enum") {
        Kind::Enum
    } else {
        Kind::Simple
    }
}
