//! Makes `nullable` the only way to state that a value may be null.
//!
//! Before: `{"x-nullable": true}`, `{"oneOf": [{"type": "null"}, {"type": "string"}]}`,
//! `{"type": "null"}`.
//! After: `{"nullable": true}`, `{"oneOf": [{"type": "string"}], "nullable": true}`,
//! `{"nullable": true}`.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::Value;

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    if let Some(value) = schema.shift_remove("x-nullable")
        && value == Value::Bool(true)
    {
        schema.insert("nullable".to_string(), value);
    }
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| !is_null(branch));
        let mut nullable = branches.len() < before;
        for branch in branches.iter_mut() {
            if let Some(branch) = branch.as_object_mut() {
                nullable |= branch.shift_remove("nullable") == Some(Value::Bool(true));
            }
        }
        if branches.is_empty() {
            schema.shift_remove(keyword);
        }
        if nullable {
            schema.insert("nullable".to_string(), Value::Bool(true));
        }
    }
    if let Some(Value::Array(branches)) = schema.get_mut("allOf") {
        let before = branches.len();
        branches.retain(|branch| !is_null(branch));
        if branches.len() < before {
            schema.insert("nullable".to_string(), Value::Bool(true));
        }
    }
    if schema.get("nullable") == Some(&Value::Bool(false)) {
        schema.shift_remove("nullable");
    }
}

/// Handles `type: "null"` on its own. It runs last on each schema, so that an enclosing choice
/// still sees it.
pub(super) fn null_type(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    if schema.text("type") == Some("null") {
        schema.shift_remove("type");
        schema.insert("nullable".to_string(), Value::Bool(true));
    }
}

/// Whether null is the only value of a branch.
fn is_null(branch: &Value) -> bool {
    let Some(branch) = branch.as_object() else {
        return false;
    };
    if branch.text("type") == Some("null") {
        return true;
    }
    branch.flag("nullable")
        && branch
            .keys()
            .all(|key| key == "nullable" || !keywords::is_structural(key))
        && !branch.contains_key("x-lorgnette-type-not-observed")
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_every_way_to_say_null_is_nullable() {
        assert_eq!(
            quietly(apply, json!({"type": "string", "x-nullable": true})),
            json!({"type": "string", "nullable": true})
        );
        assert_eq!(
            quietly(apply, json!({"oneOf": [{"type": "null"}, {"type": "string"}]})),
            json!({"oneOf": [{"type": "string"}], "nullable": true})
        );
        assert_eq!(
            quietly(
                apply,
                json!({"anyOf": [{"type": "string", "nullable": true}, {"type": "integer"}]})
            ),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true})
        );
        assert_eq!(
            quietly(null_type, json!({"type": "null"})),
            json!({"nullable": true})
        );
    }

    #[test]
    fn test_not_nullable_is_not_said() {
        assert_eq!(
            quietly(apply, json!({"type": "string", "nullable": false})),
            json!({"type": "string"})
        );
    }
}
