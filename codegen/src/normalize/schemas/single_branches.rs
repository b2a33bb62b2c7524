//! Removes `oneOf`, `anyOf` and `allOf` with nothing to choose or compose.
//!
//! Before: `{"oneOf": [{"$ref": R}], "description": "..."}`,
//! `{"allOf": [{"$ref": R}, {"description": "..."}], "type": "object"}`,
//! `{"allOf": [{"type": "string"}]}`.
//! After: `{"allOf": [{"$ref": R}], "description": "..."}` twice, `{"type": "string"}`.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::Value;

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    documented_branches(schema);
    // A base of other schemas is a composition, and a mapping may name more schemas than the
    // branches do.
    if schema.contains_key("discriminator")
        && (!keywords::has_choice(schema)
            || keywords::has_properties(schema)
            || schema.map("discriminator").map("mapping").len() > 1)
    {
        return;
    }
    for keyword in ["oneOf", "anyOf", "allOf"] {
        if schema.list(keyword).len() != 1 {
            continue;
        }
        let others = ["oneOf", "anyOf", "allOf"]
            .iter()
            .any(|other| *other != keyword && schema.contains_key(*other));
        if others || keywords::has_properties(schema) || !schema.list("required").is_empty() {
            continue;
        }
        if schema.get("additionalProperties").is_some_and(Value::is_object) || schema.contains_key("enum") {
            continue;
        }
        let Some(Value::Array(mut branches)) = schema.shift_remove(keyword) else {
            continue;
        };
        if says_more(schema, &branches) {
            // A single alternative counts as one part.
            schema.insert("allOf".to_string(), Value::Array(branches));
            return;
        }
        let Some(Value::Object(branch)) = branches.pop() else {
            continue;
        };
        unwrap(schema, keyword, branch);
    }
}

/// Branches of `allOf` that contain only documentation are merged into the whole.
fn documented_branches(schema: &mut Object) {
    let Some(Value::Array(branches)) = schema.get_mut("allOf") else {
        return;
    };
    let mut words = Object::new();
    branches.retain(|branch| {
        let Some(branch) = branch.as_object() else {
            return false;
        };
        let documents = branch.iter().all(|(key, value)| {
            !keywords::is_structural(key)
                || (key == "type" && value == "object")
                || (key == "properties" && value.as_object().is_some_and(Object::is_empty))
        });
        if documents {
            words.extend(
                branch
                    .iter()
                    .filter(|(key, _)| !keywords::is_structural(key))
                    .map(|(k, v)| (k.clone(), v.clone())),
            );
        }
        !documents
    });
    let empty = branches.is_empty();
    for (key, value) in words {
        schema.entry(key).or_insert(value);
    }
    if empty {
        schema.shift_remove("allOf");
    }
}

/// Whether a schema makes statements on its values that its only branch does not make.
fn says_more(schema: &Object, branches: &[Value]) -> bool {
    let branch = branches.first().and_then(Value::as_object);
    let differs = |word: &str| {
        let own = schema.get(word);
        own.is_some() && branch.is_some_and(|branch| branch.get(word) != own)
    };
    let is_inline = branch.is_some_and(|branch| branch.contains_key("type"));
    differs("format") || differs("items") || is_inline && differs("type")
}

/// Replaces the schema with its only branch; the schema's own statements on its use take
/// precedence.
fn unwrap(schema: &mut Object, keyword: &str, branch: Object) {
    let own: Object = std::mem::take(schema)
        .into_iter()
        .filter(|(key, _)| !keywords::is_structural(key))
        .collect();
    if branch.contains_key("$ref") && keyword == "allOf" {
        // A component that uses `allOf` may extend another; the pass `all_of` decides that.
        schema.insert(keyword.to_string(), Value::Array(vec![Value::Object(branch)]));
        schema.extend(own);
    } else if branch.contains_key("$ref") {
        *schema = keywords::wrapped(Value::Object(branch), own);
    } else {
        *schema = branch;
        schema.extend(own);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_only_branch_stands_for_the_whole() {
        for keyword in ["oneOf", "anyOf", "allOf"] {
            assert_eq!(
                quietly(
                    apply,
                    json!({keyword: [{"$ref": "#/c"}], "type": "object", "nullable": true})
                ),
                json!({"allOf": [{"$ref": "#/c"}], "nullable": true})
            );
            assert_eq!(
                quietly(
                    apply,
                    json!({keyword: [{"type": "string", "description": "b"}], "description": "d"})
                ),
                json!({"type": "string", "description": "d"})
            );
        }
        assert_eq!(
            quietly(apply, json!({"oneOf": [{"$ref": "#/c"}]})),
            json!({"$ref": "#/c"})
        );
    }

    #[test]
    fn test_branch_that_only_documents_hands_over_its_words() {
        assert_eq!(
            quietly(
                apply,
                json!({"allOf": [{"$ref": "#/c"}, {"description": "d", "type": "object"}]})
            ),
            json!({"allOf": [{"$ref": "#/c"}], "description": "d"})
        );
    }

    #[test]
    fn test_branch_beside_members_stays() {
        let schema = json!({"allOf": [{"$ref": "#/c"}], "properties": {"a": {}}});
        assert_eq!(quietly(apply, schema.clone()), schema);
    }

    #[test]
    fn test_branch_beside_a_format_or_type_of_its_own_is_a_part() {
        let parts = |own: &serde_json::Value, branch: &serde_json::Value| {
            let mut schema = own.clone();
            schema["anyOf"] = json!([branch]);
            let mut expected = own.clone();
            expected["allOf"] = json!([branch]);
            assert_eq!(quietly(apply, schema), expected);
        };
        parts(
            &json!({"type": "string", "format": "date-time"}),
            &json!({"$ref": "#/c"}),
        );
        parts(
            &json!({"type": "array", "items": {}}),
            &json!({"type": "object", "properties": {"a": {}}}),
        );
    }

    #[test]
    fn test_branch_of_a_base_or_beside_mapped_ones_stays() {
        let base = json!({"allOf": [{"$ref": "#/c"}], "discriminator": {"propertyName": "kind"}});
        assert_eq!(quietly(apply, base.clone()), base);
        let mapped = json!({"oneOf": [{"$ref": "#/c"}], "discriminator": {"propertyName": "kind", "mapping": {
            "c": "#/c", "d": "#/d"
        }}});
        assert_eq!(quietly(apply, mapped.clone()), mapped);
    }
}
