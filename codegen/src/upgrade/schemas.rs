//! Rewrites keywords of later and earlier JSON Schema drafts in terms of OpenAPI 3.0.3. Every
//! schema of a document passes through all steps; each step has its own file.
//!
//! Members beside a `$ref` are treated like any others; a later pass handles them.

mod bounds;
mod conditions;
mod constants;
mod encodings;
mod examples;
mod flags;
mod maps;
mod tuples;
mod types;

use super::walk::for_each_schema;
use crate::diagnostics::Notes;
use crate::document::{Document, members, target};
pub use encodings::file_type;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Runs all steps on every schema, an outer one before the inner ones.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let components = members(document, "/components/schemas");
    let nulls: HashSet<String> = components
        .filter(|(_, schema)| types::is_null(schema))
        .map(|(name, _)| name.clone())
        .collect();
    if !nulls.is_empty() {
        // A choice knows its branches for null only when they say so themselves.
        for_each_schema(document, &mut |_, schema| {
            if target(schema).is_some_and(|name| nulls.contains(&name)) {
                *schema = json!({"type": "null"});
            }
        });
    }
    for_each_schema(document, &mut |at, schema| {
        if let Value::Bool(anything) = schema {
            if !*anything {
                let why = "OpenAPI 3.0 has no schema `false`.";
                notes.add("schemas", at, "No value is valid here, yet any is accepted.", why);
            }
            *schema = if *anything { json!({}) } else { json!({"not": {}}) };
        }
        let Value::Object(schema) = schema else { return };
        flags::apply(schema);
        constants::apply(schema);
        encodings::apply(schema);
        types::apply(schema, at, notes);
        bounds::apply(schema);
        examples::apply(schema);
        conditions::apply(schema, at, notes);
        maps::apply(schema, at, notes);
        tuples::apply(schema, at, notes);
        for keyword in ["$schema", "$id", "$comment", "$vocabulary"] {
            if schema.get(keyword).is_some_and(Value::is_string) {
                schema.shift_remove(keyword);
            }
        }
    });
}

/// The result of the steps for one schema, for their tests.
#[cfg(test)]
#[allow(clippy::needless_pass_by_value)]
fn upgraded(schema: Value) -> (Value, Vec<String>) {
    let mut document = json!({"components": {"schemas": {"A": schema}}});
    let mut notes = Notes::default();
    apply(&mut document, &mut notes);
    let notes = notes
        .iter()
        .map(|note| format!("{}: {}", note.pointer, note.what))
        .collect();
    (document["components"]["schemas"]["A"].take(), notes)
}

/// Asserts that `before` becomes `after` without a note.
#[cfg(test)]
fn assert_upgrade(before: Value, after: &Value) {
    let (upgraded, notes) = upgraded(before);
    assert_eq!(upgraded, *after);
    assert_eq!(notes, Vec::<String>::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_boolean_schemas_become_objects() {
        let (schema, notes) =
            upgraded(json!({"properties": {"a": true, "b": false}, "additionalProperties": false}));
        assert_eq!(
            schema,
            json!({"properties": {"a": {}, "b": {"not": {}}}, "additionalProperties": false})
        );
        assert_eq!(
            notes,
            ["/components/schemas/A/properties/b: No value is valid here, yet any is accepted."]
        );
    }

    #[test]
    fn test_reference_to_null_is_null() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "Either": {"anyOf": [reference("Lamp"), reference("Nothing")]},
            "Lamp": {"type": "object"}, "Nothing": {"type": "null", "description": "d"}, "Any": {"nullable": true},
            "Open": {"anyOf": [reference("Lamp"), reference("Any")]}
        }}});
        apply(&mut document, &mut Notes::default());
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Either"],
            json!({"anyOf": [reference("Lamp")], "nullable": true})
        );
        // Any value in OpenAPI 3.0, including null.
        assert_eq!(
            schemas["Open"]["anyOf"],
            json!([reference("Lamp"), reference("Any")])
        );
    }

    #[test]
    fn test_members_beside_a_reference_are_kept() {
        assert_upgrade(
            json!({"properties": {"a": {"$ref": "#/components/schemas/A", "description": "d", "type": ["object", "null"]}}}),
            &json!({"properties": {"a": {"$ref": "#/components/schemas/A", "description": "d", "type": "object", "nullable": true}}}),
        );
    }

    #[test]
    fn test_schema_of_3_0_stays_as_it_is() {
        let schema = json!({
            "type": "object", "nullable": true, "x-any": {"const": 1}, "required": ["a"],
            "properties": {"a": {"type": "integer", "minimum": 1, "exclusiveMinimum": true, "example": {"const": 1}},
                "b": {"type": "string", "enum": ["x", null], "nullable": true, "default": {"type": ["x"]}},
                "const": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}, "examples": {"type": "string"}},
            "additionalProperties": true
        });
        assert_upgrade(schema.clone(), &schema);
    }
}
