//! Turns every object without properties into a map.
//!
//! Before: `{"type": "object"}`, `{"type": "object", "additionalProperties": true}`,
//! `{"type": "object", "properties": {}}`.
//! After: `{"type": "object", "additionalProperties": {}}`, thrice.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Value, json};

/// Marks a map that the contract does not declare as one: a composition need not inherit that it is
/// open.
pub(super) const IMPLICIT: &str = "x-lorgnette-implicit";

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    if schema.text("type") != Some("object") || schema.contains_key("$ref") {
        return;
    }
    let composed = schema.contains_key("allOf") || keywords::has_choice(schema);
    if keywords::has_properties(schema) || composed {
        return;
    }
    make_map(schema);
}

/// Turns `schema` into a map of its `additionalProperties`, or of any value if it has none.
pub(super) fn make_map(schema: &mut Object) {
    schema.shift_remove("properties");
    schema.insert("type".to_string(), json!("object"));
    if !schema.contains_key("additionalProperties") {
        schema.insert(IMPLICIT.to_string(), json!(true));
    }
    if !schema.get("additionalProperties").is_some_and(Value::is_object) {
        schema.insert("additionalProperties".to_string(), json!({}));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;

    #[test]
    fn test_object_without_properties_is_a_map() {
        for schema in [
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "object", "additionalProperties": false, "properties": {}}),
        ] {
            assert_eq!(
                quietly(apply, schema),
                json!({"type": "object", "additionalProperties": {}})
            );
        }
        assert_eq!(
            quietly(apply, json!({"type": "object"})),
            json!({"type": "object", "x-lorgnette-implicit": true, "additionalProperties": {}})
        );
    }

    #[test]
    fn test_object_with_properties_stays() {
        let schema = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false});
        assert_eq!(quietly(apply, schema.clone()), schema);
    }
}
