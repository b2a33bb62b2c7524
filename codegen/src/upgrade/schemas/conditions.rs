//! `if`, `then`, `else` and `dependentSchemas`: members that may exist under some condition become
//! optional.
//!
//! ```text
//! {properties: {kind: {}}, if: {...}, then: {properties: {size: {type: integer}}, required: [size]}}
//! becomes
//! {properties: {kind: {}, size: {type: integer}}}
//! ```

use crate::diagnostics::Notes;
use crate::document::Object;
use crate::upgrade::members::object_at;
use serde_json::Value;

pub fn apply(schema: &mut Object, at: &str, notes: &mut Notes) {
    let mut parts = Vec::new();
    let mut found = false;
    for keyword in ["then", "else"] {
        if let Some(part) = schema.shift_remove(keyword) {
            found = true;
            parts.push(part);
        }
    }
    found |= schema.shift_remove("if").is_some();
    for keyword in ["dependentSchemas", "dependencies"] {
        if let Some(Value::Object(dependents)) = schema.shift_remove(keyword) {
            found = true;
            parts.extend(dependents.into_iter().map(|(_, part)| part));
        }
    }
    found |= schema.shift_remove("dependentRequired").is_some();
    if !found {
        return;
    }
    for part in parts {
        let Value::Object(mut part) = part else { continue };
        let Some(Value::Object(properties)) = part.shift_remove("properties") else {
            continue;
        };
        let Some(known) = object_at(schema, "properties") else {
            continue;
        };
        for (name, property) in properties {
            if !known.contains_key(&name) && !property.is_boolean() {
                known.insert(name, property);
            }
        }
    }
    notes.add(
        "conditions",
        at,
        "Members that the contract requires under a condition are optional in all cases.",
        "OpenAPI 3.0 has no conditions in schemas.",
    );
}

#[cfg(test)]
mod tests {
    use super::super::upgraded;
    use serde_json::json;

    #[test]
    fn test_conditional_members_become_optional_with_a_note() {
        let (schema, notes) = upgraded(json!({
            "properties": {"kind": {"type": "string"}}, "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"size": {"type": ["integer", "null"]}, "kind": true}, "required": ["size"]},
            "else": {"properties": {"name": {"type": "string"}}},
            "dependentSchemas": {"kind": {"properties": {"more": {"type": "string"}}}}, "dependentRequired": {"a": ["b"]}
        }));
        assert_eq!(
            schema,
            json!({"properties": {
                "kind": {"type": "string"}, "size": {"type": "integer", "nullable": true}, "name": {"type": "string"},
                "more": {"type": "string"}
            }})
        );
        assert_eq!(notes.len(), 1);
    }
}
