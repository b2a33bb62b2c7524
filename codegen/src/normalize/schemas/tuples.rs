//! Gives every array exactly one schema for its items.
//!
//! Before: `{"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}`,
//! `{"type": "array"}`.
//! After: `{"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "number"}]}}`,
//! `{"type": "array", "items": {}}`.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Value, json};

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    let mut positions = match schema.shift_remove("prefixItems") {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    match schema.shift_remove("items") {
        Some(Value::Array(list)) => positions.extend(list),
        Some(Value::Object(items)) if positions.is_empty() => {
            if schema.text("type") == Some("array") {
                schema.insert("items".to_string(), Value::Object(items));
            }
            return;
        }
        Some(Value::Object(items)) if !items.is_empty() => positions.push(Value::Object(items)),
        _ => {}
    }
    if schema.text("type") != Some("array") {
        return;
    }
    let mut distinct: Vec<Value> = Vec::new();
    for position in positions {
        let bare = keywords::stripped(&position);
        if !distinct.iter().any(|other| keywords::stripped(other) == bare) {
            distinct.push(position);
        }
    }
    let items = match distinct.len() {
        0 => json!({}),
        1 => distinct.swap_remove(0),
        _ => json!({ "oneOf": distinct }),
    };
    schema.insert("items".to_string(), items);
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;

    #[test]
    fn test_tuple_is_a_list_of_what_its_positions_are() {
        let schema = json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}, {"type": "string"}]});
        assert_eq!(
            quietly(apply, schema),
            json!({"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "number"}]}})
        );
        let schema = json!({"type": "array", "items": [{"type": "string"}]});
        assert_eq!(
            quietly(apply, schema),
            json!({"type": "array", "items": {"type": "string"}})
        );
    }

    #[test]
    fn test_array_without_items_is_a_list_of_anything() {
        assert_eq!(
            quietly(apply, json!({"type": "array"})),
            json!({"type": "array", "items": {}})
        );
    }
}
