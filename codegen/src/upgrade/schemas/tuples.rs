//! Lists whose items differ by position become lists of any of these items.
//!
//! ```text
//! {type: array, prefixItems: [{type: string}, {type: integer}]}
//! becomes
//! {type: array, items: {anyOf: [{type: string}, {type: integer}]}}
//!
//! {items: [A, B]}, {items: {anyOf: [A, B]}}, which allow any value that is not a list, and are
//! often meant as a choice
//! become
//! {anyOf: [A, B, {type: array, items: {anyOf: [A, B]}}]}
//! ```

use crate::diagnostics::Notes;
use crate::document::Object;
use crate::upgrade::members::rename;
use serde_json::{Value, json};

pub fn apply(schema: &mut Object, at: &str, notes: &mut Notes) {
    let is_list = [
        "type",
        "prefixItems",
        "additionalItems",
        "minItems",
        "maxItems",
        "uniqueItems",
    ]
    .iter()
    .any(|keyword| schema.contains_key(*keyword));
    let (keyword, rest) = match (schema.get("prefixItems"), schema.get("items")) {
        (Some(Value::Array(_)), _) => ("prefixItems", "items"),
        // Earlier drafts express this with a list as `items`.
        (_, Some(Value::Array(_))) => ("items", "additionalItems"),
        // Their converters do the same.
        (None, Some(Value::Object(_))) if !is_list => ("items", "additionalItems"),
        _ => return,
    };
    let positions = match schema.get(keyword) {
        Some(Value::Array(positions)) => positions.clone(),
        Some(Value::Object(items)) => match alternatives(items) {
            Some(alternatives) => alternatives.clone(),
            None => return,
        },
        _ => return,
    };
    let rest = schema.shift_remove(rest);
    let mut items: Vec<Value> = Vec::new();
    for item in positions.into_iter().chain(rest) {
        let item = if item == Value::Bool(true) {
            json!({})
        } else {
            item
        };
        if item != Value::Bool(false) && !items.contains(&item) {
            items.push(item);
        }
    }
    let any = items.iter().any(|item| *item == json!({}));
    if !is_list && !any && !items.is_empty() {
        let list = match items.as_slice() {
            [only] => json!({"type": "array", "items": only}),
            several => json!({"type": "array", "items": {"anyOf": several}}),
        };
        items.push(list);
        rename(schema, keyword, "anyOf", Value::Array(items));
        return;
    }
    let item = match items.len() {
        0 => json!({}),
        1 => items.remove(0),
        _ if any => json!({}),
        _ => json!({"anyOf": items}),
    };
    rename(schema, keyword, "items", item);
    schema
        .entry("type")
        .or_insert_with(|| Value::String("array".to_owned()));
    notes.add(
        "tuples",
        at,
        "The items of the list may be in any order, although the contract gives each position its own schema.",
        "OpenAPI 3.0 has one schema for all items of a list.",
    );
}

/// The alternatives of a schema without other constraints.
fn alternatives(schema: &Object) -> Option<&Vec<Value>> {
    let mut said = schema
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "title" | "description"));
    match (said.next()?, said.next()) {
        ((key, Value::Array(branches)), None) if key == "anyOf" || key == "oneOf" => Some(branches),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::upgraded;
    use serde_json::json;

    #[test]
    fn test_positions_become_items_of_either_schema() {
        let (schema, notes) = upgraded(json!({
            "type": "array", "prefixItems": [{"type": "string"}, {"type": ["integer", "null"]}, {"type": "string"}], "items": false, "minItems": 3
        }));
        assert_eq!(
            schema,
            json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer", "nullable": true}]}, "minItems": 3})
        );
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_one_schema_for_all_positions_is_kept_alone() {
        let (schema, _) = upgraded(json!({"items": [{"type": "number"}, {"type": "number"}], "minItems": 2}));
        assert_eq!(
            schema,
            json!({"items": {"type": "number"}, "minItems": 2, "type": "array"})
        );
    }

    #[test]
    fn test_items_of_what_is_not_said_to_be_a_list_are_alternatives() {
        let (schema, notes) = upgraded(json!({"items": [{"type": "number"}, {"type": "string"}]}));
        let either = [json!({"type": "number"}), json!({"type": "string"})];
        let list = json!({"type": "array", "items": {"anyOf": either}});
        let expected = json!({"anyOf": [either[0], either[1], list]});
        assert_eq!(schema, expected);
        assert!(notes.is_empty());
        let (schema, _) = upgraded(json!({"items": {"anyOf": either}}));
        assert_eq!(schema, expected);
        let list = json!({"type": "array", "items": {"anyOf": either}});
        assert_eq!(upgraded(list.clone()).0, list);
    }
}
