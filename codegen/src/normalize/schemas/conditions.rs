//! Drops constraints that no type can express: `not`, `if`/`then`/`else`, dependencies, and rules
//! for the names of members.
//!
//! Before: `{"type": "object", "not": {...}, "patternProperties": {"^x-": S}}`. After: `{"type":
//! "object", "additionalProperties": S}`. The server enforces the rest, like lengths and patterns.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::Object;
use serde_json::{Value, json};

/// Keywords of JSON Schema that only forbid values.
const CONDITIONS: [&str; 14] = [
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
    "propertyNames",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedProperties",
    "unevaluatedItems",
    "$defs",
];

/// Keywords whose loss callers do not notice: definitions for other schemas, and bounds.
const SILENT: [&str; 4] = ["$defs", "minContains", "maxContains", "unevaluatedItems"];

/// Runs the pass on one schema.
pub(super) fn apply(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    let dropped: Vec<&str> = CONDITIONS
        .into_iter()
        .filter(|keyword| schema.contains_key(*keyword) && !SILENT.contains(keyword))
        .collect();
    if !dropped.is_empty() {
        let what = format!("values that `{}` forbids are not rejected", dropped.join("`, `"));
        let why = "No Rust type can express this; the server checks it.";
        notes.add("conditions", place.pointer(), what, why);
    }
    keywords::remove_all(schema, &CONDITIONS);
    if let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties")
        && matches!(schema.get("additionalProperties"), None | Some(Value::Bool(_)))
        && !patterns.is_empty()
    {
        let mut values = patterns.into_iter().map(|(_, value)| value);
        let first = values.next().unwrap_or_else(|| json!({}));
        let rest = if values.all(|value| value == first) {
            first
        } else {
            json!({})
        };
        schema.insert("additionalProperties".to_string(), rest);
    }
    // `anyOf: [{required: [a]}, {required: [b]}]` states which members must occur together, and is
    // not a choice of types.
    for keyword in ["oneOf", "anyOf", "allOf"] {
        let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
            continue;
        };
        let only_conditions = |branch: &Value| {
            branch.as_object().is_some_and(|branch| {
                branch.contains_key("required")
                    && branch.iter().all(|(key, value)| match key.as_str() {
                        "required" | "description" | "title" => true,
                        "type" => value == "object",
                        "properties" => value.as_object().is_some_and(names_only),
                        _ => false,
                    })
            })
        };
        if keyword == "allOf" {
            continue;
        }
        if branches
            .iter()
            .all(|branch| only_conditions(branch) || is_empty(branch))
        {
            schema.shift_remove(keyword);
        }
    }
}

/// Whether the properties only name members, without describing them.
fn names_only(properties: &Object) -> bool {
    properties.values().all(is_empty)
}

fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| {
        schema
            .keys()
            .all(|key| matches!(key.as_str(), "description" | "title"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, quietly, said};
    use super::*;

    #[test]
    fn test_conditions_go_and_patterns_of_names_are_a_map() {
        let schema = json!({"type": "object", "not": {"type": "string"}, "if": {}, "patternProperties": {"^x-": {"type": "string"}}});
        let (schema, notes) = local(apply, schema);
        assert_eq!(
            schema,
            json!({"type": "object", "additionalProperties": {"type": "string"}})
        );
        assert_eq!(
            said(&notes),
            ["conditions: values that `not`, `if` forbids are not rejected"]
        );
    }

    #[test]
    fn test_alternatives_that_only_require_members_are_no_choice() {
        let schema = json!({"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"], "type": "object"}]});
        assert_eq!(quietly(apply, schema), json!({"properties": {"a": {}, "b": {}}}));
    }

    #[test]
    fn test_alternatives_with_members_of_their_own_stay() {
        let schema = json!({"anyOf": [{"required": ["a"]}, {"properties": {"b": {"type": "string"}}}]});
        assert_eq!(quietly(apply, schema.clone()), schema);
    }
}
