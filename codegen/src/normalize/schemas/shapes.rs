//! Gives the keywords of every schema the form that OpenAPI requires, so that later passes need not
//! check it.
//!
//! Before: `{"properties": {"a": true, "b": "text"}, "required": true, "oneOf": {...},
//! "discriminator": "kind"}`.
//! After: `{"properties": {"a": {}, "b": {}}, "oneOf": [{...}], "discriminator": {"propertyName":
//! "kind"}}`.

use super::required_members;
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use crate::document::{self, Document, Node, Object};
use serde_json::{Value, json};

const PASS: &str = "shapes";

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    if let Some(schemas) = document.pointer_mut("/components/schemas")
        && !schemas.is_object()
    {
        *schemas = json!({});
    }
    document::visit_roots(document, &mut |pointer, schema| {
        repair(&Place::Root(pointer), schema, notes, 0);
    });
}

/// The maximum depth that is processed: no contract is nested more deeply, and the stack is finite.
const DEEPEST: usize = 100;

fn repair(place: &Place<'_>, schema: &mut Value, notes: &mut Notes, depth: usize) {
    if depth > DEEPEST {
        let why = "The schema is nested too deeply.";
        notes.add(
            PASS,
            place.pointer(),
            "any JSON value is accepted here".to_string(),
            why,
        );
        *schema = json!({});
    }
    match schema {
        Value::Object(object) => {
            keywords(place, object, notes);
            required_members::lift(object);
            walk::children(place, object, &mut |place, inner| {
                repair(place, inner, notes, depth + 1);
            });
        }
        Value::Bool(_) => *schema = json!({}),
        _ => {
            let what = "any JSON value is accepted here".to_string();
            notes.add(PASS, place.pointer(), what, "This value is not a schema.");
            *schema = json!({});
        }
    }
}

fn keywords(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    schema.retain(|name, value| {
        let keep = match name.as_str() {
            "properties" | "patternProperties" => properties(value),
            "required" => required(value),
            "allOf" | "oneOf" | "anyOf" | "prefixItems" => branches(value),
            "items" => matches!(value, Value::Object(_) | Value::Array(_) | Value::Bool(_)),
            "additionalProperties" => additional(value),
            "discriminator" => discriminator(value),
            "nullable" | "deprecated" | "readOnly" | "writeOnly" | "x-nullable" | "uniqueItems" => {
                boolean(value)
            }
            "format" | "pattern" => value.is_string(),
            "description" | "title" => text(value),
            "type" => value.is_string() || value.is_array(),
            "not" | "contains" | "propertyNames" => value.is_object(),
            _ => true,
        };
        if matches!(value, Value::Bool(_)) && name == "items" {
            *value = json!({});
        }
        if !keep {
            let matters = matches!(
                name.as_str(),
                "properties" | "type" | "items" | "oneOf" | "anyOf" | "allOf"
            );
            if matters && !value.as_array().is_some_and(Vec::is_empty) {
                let what = format!("{name:?} is not taken into account");
                let why = "Its value does not have the type that OpenAPI requires.";
                notes.add(PASS, place.pointer(), what, why);
            }
        }
        keep
    });
}

fn properties(value: &mut Value) -> bool {
    // Some tools write a list of `{name: ..., type: ...}`.
    if let Value::Array(list) = value {
        let named: Object = list
            .iter()
            .filter_map(|entry| Some((entry.text("name")?.to_string(), entry.clone())))
            .collect();
        *value = Value::Object(named);
    }
    value.is_object()
}

fn required(value: &mut Value) -> bool {
    match value {
        Value::Array(list) => {
            let mut seen = Vec::new();
            list.retain(|name| {
                name.is_string() && !seen.contains(name) && {
                    seen.push(name.clone());
                    true
                }
            });
            !list.is_empty()
        }
        Value::String(name) => {
            *value = json!([name]);
            true
        }
        _ => false,
    }
}

fn branches(value: &mut Value) -> bool {
    if value.is_object() {
        *value = Value::Array(vec![value.take()]);
    }
    value.as_array().is_some_and(|list| !list.is_empty())
}

fn additional(value: &mut Value) -> bool {
    if let Some(text) = value.as_str() {
        *value = Value::Bool(text.eq_ignore_ascii_case("true"));
    }
    value.is_object() || value.is_boolean()
}

fn boolean(value: &mut Value) -> bool {
    if let Some(text) = value.as_str() {
        *value = Value::Bool(text.eq_ignore_ascii_case("true"));
    }
    value.is_boolean()
}

fn text(value: &mut Value) -> bool {
    if value.is_number() || value.is_boolean() {
        *value = Value::String(value.to_string());
    }
    value.is_string()
}

fn discriminator(value: &mut Value) -> bool {
    if let Value::String(name) = value {
        *value = json!({ "propertyName": name });
    }
    let Some(object) = value.as_object_mut() else {
        return false;
    };
    if !object.get("propertyName").is_some_and(Value::is_string) {
        return false;
    }
    match object.get_mut("mapping") {
        Some(Value::Object(mapping)) => mapping.retain(|_, target| target.is_string()),
        Some(_) => {
            object.shift_remove("mapping");
        }
        None => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::said;
    use super::*;

    fn shaped(schema: &Value) -> (Value, Notes) {
        let mut document = json!({"components": {"schemas": {"A": schema}}});
        let mut notes = Notes::default();
        apply(&mut document, &mut notes);
        (document["components"]["schemas"]["A"].take(), notes)
    }

    #[test]
    fn test_keywords_of_another_kind_take_the_shape_that_openapi_asks_for() {
        let (schema, notes) = shaped(&json!({
            "properties": {"a": true, "b": {"nullable": "true", "type": "array", "required": true}},
            "required": "a",
            "oneOf": {"type": "string"},
            "discriminator": "kind",
            "additionalProperties": "false",
            "items": true
        }));
        assert_eq!(
            schema,
            json!({
                "properties": {"a": {}, "b": {"nullable": true, "type": "array"}},
                "required": ["a", "b"],
                "oneOf": [{"type": "string"}],
                "discriminator": {"propertyName": "kind"},
                "additionalProperties": false,
                "items": {}
            })
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_schema_that_is_none_takes_anything_and_is_noted() {
        let (schema, notes) = shaped(&json!({"properties": {"a": "text", "b": 5}}));
        assert_eq!(schema, json!({"properties": {"a": {}, "b": {}}}));
        assert_eq!(
            said(&notes),
            [
                "shapes: any JSON value is accepted here",
                "shapes: any JSON value is accepted here"
            ]
        );
    }

    #[test]
    fn test_nesting_without_end_is_cut_and_noted() {
        let mut schema = json!({"type": "string"});
        for _ in 0..DEEPEST + 20 {
            schema = json!({"type": "array", "items": schema});
        }
        let (_, notes) = shaped(&schema);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_component_schemas_that_are_no_object_are_none() {
        let mut document = json!({"components": {"schemas": ["A"]}});
        apply(&mut document, &mut Notes::default());
        assert_eq!(document["components"]["schemas"], json!({}));
    }
}
