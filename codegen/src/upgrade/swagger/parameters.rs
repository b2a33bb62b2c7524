//! Converts parameters and headers: the keywords that describe the value move into a schema, and
//! `collectionFormat` becomes `style` and `explode`.
//!
//! ```text
//! {name: a, in: query, type: array, items: {type: string}, collectionFormat: multi}
//! becomes
//! {name: a, in: query, schema: {type: array, items: {type: string}}, style: form, explode: true}
//! ```

use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Map, Value};

/// The keywords that describe a value.
const VALUE: [&str; 19] = [
    "type",
    "format",
    "items",
    "default",
    "enum",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "properties",
    "additionalProperties",
    "allOf",
];

/// An upgraded parameter that is not part of a body. References stay references.
pub fn parameter(parameter: &Value, at: &str, notes: &mut Notes) -> Value {
    let Value::Object(parameter) = parameter else {
        return parameter.clone();
    };
    if parameter.contains_key("$ref") {
        return Value::Object(parameter.clone());
    }
    let place = parameter.text("in").unwrap_or("query").to_owned();
    Value::Object(with_schema(parameter, &place, at, notes))
}

/// A response's header, upgraded.
pub fn header(header: &Value) -> Value {
    let Value::Object(header) = header else {
        return header.clone();
    };
    if header.contains_key("$ref") {
        return Value::Object(header.clone());
    }
    // Headers have only one style, so there is nothing to note.
    Value::Object(with_schema(header, "header", "", &mut Notes::default()))
}

fn with_schema(member: &Object, place: &str, at: &str, notes: &mut Notes) -> Object {
    let schema = value_schema(member);
    let is_list = schema.get("type").is_some_and(|name| name == "array");
    let mut upgraded = Map::new();
    for (key, value) in member {
        if key == "schema" || VALUE.contains(&key.as_str()) {
            upgraded.entry("schema").or_insert(Value::Null);
        } else if key != "collectionFormat" && key != "x-nullable" {
            upgraded.insert(key.clone(), value.clone());
        }
    }
    upgraded.insert("schema".to_owned(), Value::Object(schema));
    if is_list {
        let format = member.text("collectionFormat").unwrap_or("csv");
        let (style, explode) = style(format, place);
        upgraded.insert("style".to_owned(), Value::String(style.to_owned()));
        upgraded.insert("explode".to_owned(), Value::Bool(explode));
        if let Some(nested) = nested_formats(member) {
            upgraded.insert(NESTED.to_owned(), Value::String(nested));
        }
        if !is_sayable(format, place) {
            upgraded.insert("x-collection-format".to_owned(), Value::String(format.to_owned()));
            let name = member.text("name").unwrap_or_default();
            let what = format!("The list {name:?} is sent with commas, but the contract says {format:?}.");
            let why = "OpenAPI 3.0 has no such style in this location.";
            notes.add("parameters", at, what, why);
        }
    }
    upgraded
}

/// The schema of a parameter or header. Extensions may describe the value or the parameter, so they
/// are kept in both places.
pub fn value_schema(member: &Object) -> Object {
    let mut schema = match member.get("schema") {
        Some(Value::Object(schema)) => schema.clone(),
        _ => Map::new(),
    };
    for (key, value) in member {
        if VALUE.contains(&key.as_str())
            || (key.starts_with("x-") && key != "x-example" && key != "x-examples")
        {
            schema.entry(key.as_str()).or_insert_with(|| value.clone());
        }
    }
    drop_nested_formats(&mut schema);
    schema
}

/// The key for the separators of nested lists, one per level, which OpenAPI 3.0 does not define.
pub const NESTED: &str = "x-lorgnette-nested";

/// The separators of nested lists; `None` if the list contains no lists.
pub fn nested_formats(list: &Object) -> Option<String> {
    let mut separators = String::new();
    let mut items = list.get("items");
    while let Some(list) = items.filter(|items| items.get("type").is_some_and(|name| name == "array")) {
        separators.push(match list.text("collectionFormat") {
            Some("ssv") => ' ',
            Some("tsv") => '\t',
            Some("pipes") => '|',
            _ => ',',
        });
        items = list.get("items");
    }
    (!separators.is_empty()).then_some(separators)
}

fn drop_nested_formats(schema: &mut Object) {
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        items.shift_remove("collectionFormat");
        drop_nested_formats(items);
    }
}

/// The style and `explode` of a list in a place.
pub fn style(collection_format: &str, place: &str) -> (&'static str, bool) {
    match (place, collection_format) {
        ("path" | "header", _) => ("simple", false),
        (_, "multi") => ("form", true),
        (_, "ssv") => ("spaceDelimited", false),
        (_, "pipes") => ("pipeDelimited", false),
        _ => ("form", false),
    }
}

/// Whether a style is equivalent to the collection format.
fn is_sayable(collection_format: &str, place: &str) -> bool {
    match collection_format {
        "csv" => true,
        "multi" | "ssv" | "pipes" => !matches!(place, "path" | "header"),
        _ => false,
    }
}
