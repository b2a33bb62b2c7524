//! Gives every schema that describes one kind of value its `type`, and only types that OpenAPI has.
//!
//! Before: `{"properties": {...}}`, `{"type": ["string", "integer"]}`, `{"type": "datetime"}`,
//! `{"x-lorgnette-types": ["integer", "string"]}`.
//! After: `{"type": "object", "properties": {...}}`,
//! `{"oneOf": [{"type": "string"}, {"type": "integer"}]}`, `{"type": "string"}`,
//! `{"oneOf": [...]}`. Schemas that allow anything stay without a type.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Value, json};

const PASS: &str = "missing_types";

/// The types of JSON that OpenAPI knows.
const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Invented type names, with the intended type and format.
const MADE_UP: [(&str, &str, &str); 13] = [
    (
        "str text char varchar character enum keyword symbol",
        "string",
        "",
    ),
    (
        "date datetime date-time time timestamp duration url uri email ip",
        "string",
        "",
    ),
    ("uuid guid", "string", "uuid"),
    ("password", "string", "password"),
    ("file binary stream", "string", "binary"),
    ("byte bytes base64", "string", "byte"),
    (
        "int long short bigint int64 integer64 uint biginteger",
        "integer",
        "",
    ),
    ("int32", "integer", "int32"),
    (
        "float double decimal numeric real float64 float32 num",
        "number",
        "",
    ),
    ("bool", "boolean", ""),
    ("list set vector tuple collection", "array", ""),
    ("map dict dictionary hash json struct obj", "object", ""),
    (" any mixed unknown * undefined variant", "", ""),
];

/// Runs the pass on one schema.
pub(super) fn apply(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    if schema.contains_key("$ref") {
        return;
    }
    if schema.flag("x-lorgnette-type-not-observed") {
        for keyword in ["type", "format"] {
            schema.shift_remove(keyword);
        }
        return;
    }
    several_types(schema);
    known_type(place, schema, notes);
    if !schema.contains_key("type")
        && schema.get("allOf").is_none()
        && !keywords::has_choice(schema)
        && let Some(inferred) = inferred(schema)
    {
        schema.insert("type".to_string(), json!(inferred));
    }
    contradictions(place, schema, notes);
    foreign(schema);
}

/// Drops the keywords that do not apply to the schema's type.
fn foreign(schema: &mut Object) {
    let unwanted: &[&str] = match schema.text("type") {
        Some("object") => &["items", "prefixItems"],
        Some("array") => &["properties", "required", "additionalProperties", "format"],
        Some("string" | "integer" | "number" | "boolean") => &[
            "properties",
            "required",
            "additionalProperties",
            "items",
            "prefixItems",
        ],
        _ => return,
    };
    keywords::remove_all(schema, unwanted);
}

/// `type` or `x-lorgnette-types` as a list.
fn several_types(schema: &mut Object) {
    for keyword in ["type", "x-lorgnette-types", "x-lorgnette-value-types"] {
        let Some(Value::Array(types)) = schema.get(keyword) else {
            continue;
        };
        let mut types: Vec<String> = types
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect();
        let mut seen = Vec::new();
        types.retain(|name| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        let nullable = types.iter().any(|name| name == "null");
        types.retain(|name| name != "null");
        if types.iter().any(|name| name == "integer") && types.iter().any(|name| name == "number") {
            types.retain(|name| name != "integer");
        }
        schema.shift_remove(keyword);
        if keyword != "type" && (schema.text("type").is_some() || keywords::has_choice(schema)) {
            continue;
        }
        if nullable {
            schema.insert("nullable".to_string(), Value::Bool(true));
        }
        match types.as_slice() {
            [] => {}
            [only] => {
                schema.insert("type".to_string(), json!(only));
            }
            // Values and branches state the types themselves.
            _ if schema.contains_key("enum")
                || schema.contains_key("allOf")
                || keywords::has_choice(schema) => {}
            several => one_of(schema, several),
        }
    }
}

/// Makes a branch of each type, with the keywords that belong to it.
fn one_of(schema: &mut Object, types: &[String]) {
    let mut branches = Vec::new();
    for name in types {
        let belongs: &[&str] = match name.as_str() {
            "string" => &["format", "pattern", "minLength", "maxLength"],
            "integer" | "number" => &["format", "minimum", "maximum", "multipleOf"],
            "array" => &["items", "minItems", "maxItems"],
            "object" => &["properties", "required", "additionalProperties"],
            _ => &[],
        };
        let mut branch = Object::new();
        branch.insert("type".to_string(), json!(name));
        for keyword in belongs {
            if let Some(value) = schema.get(*keyword) {
                branch.insert((*keyword).to_string(), value.clone());
            }
        }
        branches.push(Value::Object(branch));
    }
    for keyword in [
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "multipleOf",
        "items",
        "minItems",
        "maxItems",
        "properties",
        "required",
        "additionalProperties",
    ] {
        schema.shift_remove(keyword);
    }
    schema.insert("oneOf".to_string(), Value::Array(branches));
}

/// Replaces a type that OpenAPI does not have.
fn known_type(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    let Some(name) = schema.text("type").map(str::to_string) else {
        return;
    };
    if TYPES.contains(&name.as_str()) || name == "null" {
        return;
    }
    let lower = name.to_ascii_lowercase();
    if TYPES.contains(&lower.as_str()) || lower == "null" {
        schema.insert("type".to_string(), json!(lower));
        return;
    }
    let is_named = |names: &str| names.split(' ').any(|name| name == lower);
    if let Some((_, meant, format)) = MADE_UP.iter().find(|(names, ..)| is_named(names)) {
        if meant.is_empty() {
            schema.shift_remove("type");
        } else {
            schema.insert("type".to_string(), json!(meant));
        }
        if !format.is_empty() {
            schema.entry("format").or_insert_with(|| json!(format));
        }
        return;
    }
    schema.shift_remove("type");
    if inferred(schema).is_none() && !schema.contains_key("allOf") && !keywords::has_choice(schema) {
        let what = "any JSON value is accepted here".to_string();
        let why = "The contract names a type that OpenAPI does not have.";
        notes.add(PASS, place.pointer(), what, why);
    }
}

/// The type that a schema's other keywords imply.
fn inferred(schema: &Object) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().any(|name| schema.contains_key(*name));
    if has(&[
        "properties",
        "additionalProperties",
        "patternProperties",
        "minProperties",
        "maxProperties",
    ]) {
        return Some("object");
    }
    if has(&["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]) {
        return Some("array");
    }
    if schema.contains_key("enum") {
        return None;
    }
    match schema.text("format") {
        Some("int32" | "int64" | "uint32" | "uint64" | "integer" | "int" | "long") => return Some("integer"),
        Some("float" | "double" | "decimal" | "number") => return Some("number"),
        Some("date-time" | "date" | "uuid" | "byte" | "binary" | "password" | "uri" | "email" | "string") => {
            return Some("string");
        }
        _ => {}
    }
    if has(&["pattern", "minLength", "maxLength"]) {
        return Some("string");
    }
    if has(&["minimum", "maximum", "multipleOf"]) {
        return Some("number");
    }
    None
}

/// If type and keywords contradict each other, properties take precedence, since none may be lost.
/// Otherwise the stated type does.
fn contradictions(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    let Some(name) = schema.text("type").map(str::to_string) else {
        return;
    };
    let meant = match name.as_str() {
        "array" if keywords::has_properties(schema) && says_nothing(schema.map("items")) => {
            let mut items = Object::new();
            for keyword in ["properties", "required", "additionalProperties"] {
                if let Some(value) = schema.shift_remove(keyword) {
                    items.insert(keyword.to_string(), value);
                }
            }
            items.insert("type".to_string(), json!("object"));
            schema.insert("items".to_string(), Value::Object(items));
            let why = "An array has none itself.";
            notes.add(
                PASS,
                place.pointer(),
                "the array's items have the properties".to_string(),
                why,
            );
            return;
        }
        "string" | "integer" | "number" | "boolean" if keywords::has_properties(schema) => "object",
        _ => return,
    };
    schema.insert("type".to_string(), json!(meant));
    schema.shift_remove("format");
    let what = format!("the type is {meant}, not {name}");
    let why = "The schema's other keywords belong to that type.";
    notes.add(PASS, place.pointer(), what, why);
}

/// Whether the schema of an array's items leaves their type open.
fn says_nothing(items: &Object) -> bool {
    items.iter().all(|(key, value)| {
        !keywords::is_structural(key) || (key == "type" && value.as_str() == Some("object"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, quietly, said};
    use super::*;

    #[test]
    fn test_type_is_inferred_from_other_keywords() {
        for (schema, kind) in [
            (json!({"properties": {"a": {}}}), "object"),
            (json!({"additionalProperties": false}), "object"),
            (json!({"items": {}}), "array"),
            (json!({"format": "int32"}), "integer"),
            (json!({"format": "date-time"}), "string"),
            (json!({"pattern": "a"}), "string"),
            (json!({"maximum": 5}), "number"),
            (json!({"type": "Date"}), "string"),
            (json!({"type": "int"}), "integer"),
            (json!({"type": "float"}), "number"),
            (json!({"type": "dict"}), "object"),
            (json!({"type": "Boolean"}), "boolean"),
        ] {
            assert_eq!(quietly(apply, schema.clone())["type"], kind, "{schema}");
        }
    }

    #[test]
    fn test_schema_that_says_nothing_stays_open() {
        assert_eq!(
            quietly(apply, json!({"description": "d"})),
            json!({"description": "d"})
        );
        assert_eq!(quietly(apply, json!({"type": "any"})), json!({}));
        let schema = json!({"type": "string", "x-lorgnette-type-not-observed": true});
        assert_eq!(
            quietly(apply, schema),
            json!({"x-lorgnette-type-not-observed": true})
        );
    }

    #[test]
    fn test_several_types_are_branches_with_the_keywords_of_each() {
        assert_eq!(
            quietly(
                apply,
                json!({"type": ["string", "array", "null"], "items": {}, "pattern": "a"})
            ),
            json!({"nullable": true, "oneOf": [{"type": "string", "pattern": "a"}, {"type": "array", "items": {}}]})
        );
        assert_eq!(
            quietly(apply, json!({"x-lorgnette-types": ["integer", "string"]})),
            json!({"oneOf": [{"type": "integer"}, {"type": "string"}]})
        );
        assert_eq!(
            quietly(apply, json!({"type": ["string"]})),
            json!({"type": "string"})
        );
    }

    #[test]
    fn test_unknown_type_takes_anything_and_is_noted() {
        let (schema, notes) = local(apply, json!({"type": "thing"}));
        assert_eq!(schema, json!({}));
        assert_eq!(said(&notes), ["missing_types: any JSON value is accepted here"]);
    }

    #[test]
    fn test_members_win_over_a_type_that_has_none() {
        let (schema, notes) = local(
            apply,
            json!({"type": "string", "properties": {"a": {"type": "string"}}}),
        );
        assert_eq!(
            schema,
            json!({"type": "object", "properties": {"a": {"type": "string"}}})
        );
        assert_eq!(notes.len(), 1);
        let (schema, _) = local(
            apply,
            json!({"type": "array", "properties": {"a": {}}, "items": {"type": "object"}}),
        );
        assert_eq!(
            schema,
            json!({"type": "array", "items": {"properties": {"a": {}}, "type": "object"}})
        );
    }
}
