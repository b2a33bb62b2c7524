//! Makes `required` a list in the object that names only defined properties.
//!
//! Before: `{"properties": {"a": {"required": true}}, "required": ["b"]}`. After:
//! `{"properties": {"a": {}}, "required": ["a"]}`.

use super::keywords;
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object};
use serde_json::Value;

/// Runs the pass on components, after compositions are merged.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    walk::each_of(&mut schemas, document, &mut |place, schema| {
        drop_undefined(place, schema, notes);
    });
    walk::put_schemas(document, schemas);
}

/// Moves `required: true` from a property to its object, as in early JSON Schema; `shapes` calls
/// this on its way inwards.
pub(super) fn lift(schema: &mut Object) {
    let mut lifted = Vec::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            let Some(property) = property.as_object_mut() else {
                continue;
            };
            if let Some(Value::Bool(required)) = property.get("required") {
                if *required {
                    lifted.push(Value::String(name.clone()));
                }
                property.shift_remove("required");
            }
        }
    }
    if lifted.is_empty() {
        return;
    }
    let list = schema
        .entry("required")
        .or_insert_with(|| Value::Array(Vec::new()));
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    if let Value::Array(list) = list {
        for name in lifted {
            if !list.contains(&name) {
                list.push(name);
            }
        }
    }
}

/// Drops the names of properties that are not defined.
fn drop_undefined(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    if keywords::kind(schema) != keywords::SchemaKind::Object {
        if !schema.contains_key("allOf") && !keywords::has_choice(schema) {
            schema.shift_remove("required");
        }
        return;
    }
    let Some(required) = schema.shift_remove("required") else {
        return;
    };
    let properties = schema.map("properties");
    let (kept, dropped): (Vec<Value>, Vec<Value>) = match required {
        Value::Array(names) => names
            .into_iter()
            .partition(|name| name.as_str().is_some_and(|name| properties.contains_key(name))),
        _ => (Vec::new(), Vec::new()),
    };
    for name in dropped {
        let what = format!("{name} is not required");
        let why = "The contract defines no property of that name.";
        notes.add("required_members", place.pointer(), what, why);
    }
    if !kept.is_empty() {
        schema.insert("required".to_string(), Value::Array(kept));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, said};
    use super::*;
    use serde_json::json;

    #[test]
    fn test_required_name_without_a_property_is_dropped_with_a_note() {
        let (schema, notes) = local(
            drop_undefined,
            json!({"properties": {"a": {}}, "required": ["a", "b"]}),
        );
        assert_eq!(schema, json!({"properties": {"a": {}}, "required": ["a"]}));
        assert_eq!(said(&notes), ["required_members: \"b\" is not required"]);
    }
}
