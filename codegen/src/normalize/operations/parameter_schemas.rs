//! Gives every parameter a `schema`: one without it gets the keywords that Swagger writes beside
//! the name, or text.
//!
//! Before:
//! ```yaml
//! { name: level, in: query, type: integer, maximum: 9 }
//! ```
//! After:
//! ```yaml
//! { name: level, in: query, schema: { type: integer, maximum: 9 } }
//! ```

use super::ledger::Ledger;
use super::places::{for_each_parameter, text};
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use serde_json::{Map, Value, json};

/// The keywords that Swagger writes beside a parameter's name, and OpenAPI in its schema.
const KEYWORDS: [&str; 22] = [
    "type",
    "format",
    "items",
    "enum",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "nullable",
    "properties",
    "allOf",
    "oneOf",
    "anyOf",
    "x-nullable",
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("parameter_schemas");
    for_each_parameter(document, |spot, parameter| {
        let schema = match parameter.get("schema") {
            Some(Value::Object(_)) => return,
            // Any value at all.
            Some(Value::Bool(true)) => json!({}),
            Some(Value::String(word)) if is_type(word) => json!({ "type": word }),
            _ => schema_of(parameter).unwrap_or_else(|| {
                let what = format!("parameter {:?} is text", text(parameter, "name"));
                ledger.add(spot.pointer(parameter), what, "The contract gives it no schema.");
                json!({ "type": "string" })
            }),
        };
        parameter.insert("schema".into(), schema);
    });
    ledger.write(notes);
}

fn is_type(word: &str) -> bool {
    ["string", "integer", "number", "boolean", "array", "object"].contains(&word)
}

/// The schema made of the keywords beside a parameter's name, if there are any; they are moved.
pub fn schema_of(parameter: &mut Object) -> Option<Value> {
    if !["type", "enum", "items", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|keyword| parameter.contains_key(*keyword))
    {
        return None;
    }
    let schema: Map<String, Value> = KEYWORDS
        .into_iter()
        .filter_map(|keyword| Some((keyword.to_string(), parameter.shift_remove(keyword)?)))
        .collect();
    Some(Value::Object(schema))
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_parameter_schemas_are_always_there() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "a", "type": "integer", "maximum": 9}, {"name": "b"}, {"name": "c", "schema": "boolean"},
                {"name": "d", "schema": null}, {"name": "e", "schema": true}
            ]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"],
            json!([
                {"name": "a", "schema": {"type": "integer", "maximum": 9}}, {"name": "b", "schema": {"type": "string"}},
                {"name": "c", "schema": {"type": "boolean"}}, {"name": "d", "schema": {"type": "string"}},
                {"name": "e", "schema": {}}
            ])
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/get/parameters/1 parameter \"b\" is text",
                "/paths/~1a/get/parameters/3 parameter \"d\" is text"
            ]
        );
    }
}
