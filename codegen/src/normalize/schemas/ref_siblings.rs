//! Resolves the members beside a `$ref`.
//!
//! Before: `{"type": "object", "description": "The page.", "$ref": "#/components/schemas/Page"}`.
//! After: `{"allOf": [{"$ref": "#/components/schemas/Page"}], "description": "The page."}`;
//! keywords that extend the schema (`properties`, `required`, ...) become a second branch of the
//! `allOf`, and a bare `type` or `items` is removed.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::Value;

/// Runs the pass on one schema.
pub(super) fn apply(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    if schema.len() == 1 || !schema.contains_key("$ref") {
        return;
    }
    let extends = keywords::has_properties(schema)
        || keywords::has_choice(schema)
        || !schema.list("allOf").is_empty()
        || !schema.list("required").is_empty()
        || schema.get("additionalProperties").is_some_and(Value::is_object);
    if !schema.list("required").is_empty() {
        let what = "members are required that a list beside the reference names".to_string();
        let why = "OpenAPI 3.0 ignores siblings of a reference, but this contract uses them on purpose.";
        notes.add("ref_siblings", place.pointer(), what, why);
    }
    let mut siblings = Object::new();
    let mut extension = Object::new();
    let mut reference = Object::new();
    for (keyword, value) in std::mem::take(schema) {
        if keyword == "$ref" {
            reference.insert(keyword, value);
        } else if !keywords::is_structural(&keyword) {
            siblings.insert(keyword, value);
        } else if extends {
            extension.insert(keyword, value);
        }
    }
    if extends {
        let branches = vec![Value::Object(reference), Value::Object(extension)];
        schema.insert("allOf".to_string(), Value::Array(branches));
        schema.extend(siblings);
    } else {
        *schema = keywords::wrapped(Value::Object(reference), siblings);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_type_beside_a_reference_goes_and_words_stay_in_a_wrapper() {
        assert_eq!(
            quietly(apply, json!({"type": "object", "$ref": "#/c"})),
            json!({"$ref": "#/c"})
        );
        assert_eq!(
            quietly(
                apply,
                json!({"type": "object", "description": "The page.", "nullable": true, "$ref": "#/c"})
            ),
            json!({"allOf": [{"$ref": "#/c"}], "description": "The page.", "nullable": true})
        );
    }

    #[test]
    fn test_members_beside_a_reference_extend_it() {
        assert_eq!(
            quietly(
                apply,
                json!({"$ref": "#/c", "properties": {"a": {}}, "description": "d"})
            ),
            json!({"allOf": [{"$ref": "#/c"}, {"properties": {"a": {}}}], "description": "d"})
        );
    }
}
