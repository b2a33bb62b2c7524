//! The meaning of schema keywords for passes: which of them shape a value, which only document it,
//! and what kind a schema is.

use crate::document::{Node, Object, schema_name, target};
use serde_json::Value;

/// The keywords that determine the type of a schema's values; all others are documentation.
const STRUCTURAL: [&str; 16] = [
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
    "x-lorgnette-union",
    "x-lorgnette-tag",
    "x-lorgnette-tags",
    "x-lorgnette-mixed",
];

/// The keywords that belong to the place where a schema is used, not to the schema itself.
const OF_THE_USE: [&str; 10] = [
    "nullable",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "example",
    "examples",
    "x-lorgnette-aliases",
    "x-lorgnette-case-inferred",
    "x-lorgnette-tags",
];

/// The member that lists the components whose members a component includes. `all_of` writes it.
pub(super) const EXTENDS: &str = "x-lorgnette-extends";

/// Whether `keyword` determines the type of a schema's values.
pub(super) fn is_structural(keyword: &str) -> bool {
    STRUCTURAL.contains(&keyword)
}

/// Whether `keyword` belongs to the place where a schema is used.
pub(super) fn is_of_the_use(keyword: &str) -> bool {
    OF_THE_USE.contains(&keyword)
}

/// Removes members. Most schemas have few members and none of these, so the schema's own members
/// are checked first.
pub(super) fn remove_all(schema: &mut Object, unwanted: &[&str]) {
    if schema.keys().any(|key| unwanted.contains(&key.as_str())) {
        schema.retain(|key, _| !unwanted.contains(&key.as_str()));
    }
}

/// Whether the schema has properties.
pub(super) fn has_properties(schema: &Object) -> bool {
    !schema.map("properties").is_empty()
}

/// Whether the schema has branches to choose from.
pub(super) fn has_choice(schema: &Object) -> bool {
    !schema.list("oneOf").is_empty() || !schema.list("anyOf").is_empty()
}

/// The component that this schema stands for, if it only refers to one: `{$ref}`, or a wrapper
/// `{allOf: [{$ref}], ...}` whose other members are documentation.
pub(super) fn refers_to(schema: &Object) -> Option<String> {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        return schema_name(reference);
    }
    let [only] = schema.list("allOf") else {
        return None;
    };
    let alone = schema
        .keys()
        .all(|key| key == "allOf" || key == "x-lorgnette-tags" || !is_structural(key));
    if alone && only.as_object().is_some_and(|branch| branch.len() == 1) {
        target(only)
    } else {
        None
    }
}

/// The same as [`refers_to`], for any value.
pub(super) fn value_refers_to(schema: &Value) -> Option<String> {
    schema.as_object().and_then(refers_to)
}

/// Wraps `reference` and its `siblings` in a schema; without siblings, it is returned unchanged.
pub(super) fn wrapped(reference: Value, siblings: Object) -> Object {
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

/// The kind of a schema, among those that become components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemaKind {
    /// An object with properties.
    Object,
    /// A list of values, none of them boolean.
    Enum,
    /// Branches to choose from.
    Union,
    /// An `allOf` that is more than a reference.
    Composition,
    /// Any other schema: it is written in place.
    Simple,
}

/// The kind of a schema.
pub(super) fn kind(schema: &Object) -> SchemaKind {
    if schema.contains_key("$ref") {
        SchemaKind::Simple
    } else if !schema.list("x-lorgnette-union").is_empty() {
        SchemaKind::Union
    } else if !schema.list("allOf").is_empty() {
        if refers_to(schema).is_some() {
            SchemaKind::Simple
        } else {
            SchemaKind::Composition
        }
    } else if has_choice(schema) {
        SchemaKind::Union
    } else if has_properties(schema) {
        SchemaKind::Object
    } else if schema.contains_key("enum") {
        SchemaKind::Enum
    } else {
        SchemaKind::Simple
    }
}

/// A copy without documentation, for comparison; members are sorted by name.
pub(super) fn stripped(schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    if let Some(key) = refers_to(object) {
        let mut bare = Object::new();
        bare.insert("$ref".to_string(), Value::String(key));
        if object.flag("nullable") {
            bare.insert("nullable".to_string(), Value::Bool(true));
        }
        return Value::Object(bare);
    }
    let mut keys: Vec<&String> = object
        .keys()
        .filter(|key| is_structural(key) || (*key == "nullable" && object.flag("nullable")))
        .collect();
    keys.sort();
    let mut bare = Object::new();
    for key in keys {
        let value = &object[key];
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(map)) => {
                let mut names: Vec<&String> = map.keys().collect();
                names.sort();
                Value::Object(
                    names
                        .into_iter()
                        .map(|name| (name.clone(), stripped(&map[name])))
                        .collect(),
                )
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(list)) => {
                Value::Array(list.iter().map(stripped).collect())
            }
            ("items" | "additionalProperties", inner) => stripped(inner),
            ("required", Value::Array(list)) => {
                let mut names = list.clone();
                names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                Value::Array(names)
            }
            _ => value.clone(),
        };
        bare.insert(key.clone(), value);
    }
    Value::Object(bare)
}
