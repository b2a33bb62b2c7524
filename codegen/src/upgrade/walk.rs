//! Visits every schema of a document, in components, operations and callbacks, at any depth,
//! including below keywords that only OpenAPI 3.1 has.

use crate::document::Document;
use crate::load::grammar::{Kind, Slot};
use serde_json::Value;
use std::fmt::Write;

/// The places of schemas below a keyword.
enum Below {
    Schema,
    /// A schema if it is an object; a boolean has another meaning.
    SchemaOrFlag,
    Map,
    Nothing,
}

fn below(keyword: &str) -> Below {
    match keyword {
        "items" | "allOf" | "anyOf" | "oneOf" | "prefixItems" | "not" | "contains" | "if" | "then"
        | "else" | "propertyNames" | "contentSchema" => Below::Schema,
        "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" | "additionalItems" => {
            Below::SchemaOrFlag
        }
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => Below::Map,
        _ => Below::Nothing,
    }
}

/// Calls `visit` with the place and content of every schema, an outer one before the inner ones;
/// inner ones are searched in the result of the visit. Boolean schemas are visited, too.
pub fn for_each_schema(document: &mut Document, visit: &mut impl FnMut(&str, &mut Value)) {
    node(document, Slot::One(Kind::Root), &mut String::new(), visit);
}

fn node(value: &mut Value, shape: Slot, at: &mut String, visit: &mut impl FnMut(&str, &mut Value)) {
    match (shape, value) {
        (Slot::Data | Slot::Mapping, _) => {}
        (Slot::One(Kind::Schema), value) => schema(value, at, visit),
        (_, Value::Object(map)) => {
            for (key, value) in map {
                inside(at, key, |at| node(value, shape.member(key), at, visit));
            }
        }
        (_, Value::Array(list)) => {
            for (index, value) in list.iter_mut().enumerate() {
                inside(at, &index.to_string(), |at| node(value, shape, at, visit));
            }
        }
        _ => {}
    }
}

fn schema(value: &mut Value, at: &mut String, visit: &mut impl FnMut(&str, &mut Value)) {
    if let Value::Array(list) = value {
        for (index, item) in list.iter_mut().enumerate() {
            inside(at, &index.to_string(), |at| schema(item, at, visit));
        }
        return;
    }
    visit(at, value);
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        match below(key) {
            Below::SchemaOrFlag if value.is_boolean() => {}
            Below::Schema | Below::SchemaOrFlag => inside(at, key, |at| schema(value, at, visit)),
            Below::Map => inside(at, key, |at| {
                let Value::Object(map) = value else { return };
                for (key, value) in map {
                    inside(at, key, |at| schema(value, at, visit));
                }
            }),
            Below::Nothing => {}
        }
    }
}

/// Runs `then` with the pointer extended by one token.
fn inside(at: &mut String, token: &str, then: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    if token.contains(['~', '/']) {
        let _ = write!(at, "{}", token.replace('~', "~0").replace('/', "~1"));
    } else {
        at.push_str(token);
    }
    then(at);
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_schemas_are_found_wherever_they_stand() {
        let mut document = json!({
            "components": {"schemas": {"A": {
                "$defs": {"B": {"if": {}, "deprecated": true}}, "items": true, "additionalProperties": false,
                "example": {"properties": {"x": {}}}, "unknown": {"properties": {"x": {}}}
            }}},
            "paths": {"/a": {"get": {"callbacks": {"c": {"u": {"post": {"requestBody": {"content": {"m": {"schema": {}}}}}}}}}}}
        });
        let mut seen = Vec::new();
        for_each_schema(&mut document, &mut |at, _| seen.push(at.to_owned()));
        assert_eq!(
            seen,
            [
                "/components/schemas/A",
                "/components/schemas/A/$defs/B",
                "/components/schemas/A/$defs/B/if",
                "/components/schemas/A/items",
                "/paths/~1a/get/callbacks/c/u/post/requestBody/content/m/schema",
            ]
        );
    }
}
