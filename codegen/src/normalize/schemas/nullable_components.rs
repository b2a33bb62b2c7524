//! Moves `nullable` from components to the places where they are used: a Rust type is never null,
//! but a member may be.
//!
//! Before: `Range = {"type": "object", "nullable": true, ...}`, used as `{"$ref": ".../Range"}`.
//! After: `Range` without `nullable`, used as
//! `{"allOf": [{"$ref": ".../Range"}], "nullable": true}`.

use super::keywords::{self, SchemaKind};
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object};
use serde_json::Value;
use std::collections::HashSet;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let mut nullable: HashSet<String> = HashSet::new();
    let mut unions: Vec<(String, Vec<String>)> = Vec::new();
    for (key, schema) in &mut schemas {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        let mut is_nullable = schema.shift_remove("nullable") == Some(Value::Bool(true));
        if keywords::kind(schema) == SchemaKind::Union {
            is_nullable |= take_from_branches(schema);
            unions.push((key.clone(), branch_keys(schema)));
        }
        if is_nullable {
            nullable.insert(key.clone());
        }
    }
    // A union is nullable if one of its branches is.
    loop {
        let before = nullable.len();
        for (key, branches) in &unions {
            if branches.iter().any(|branch| nullable.contains(branch)) {
                nullable.insert(key.clone());
            }
        }
        if nullable.len() == before {
            break;
        }
    }
    if !nullable.is_empty() {
        walk::each_site(&mut schemas, document, &mut |_, schema| {
            let Some(object) = schema.as_object_mut() else {
                return;
            };
            if !keywords::refers_to(object).is_some_and(|key| nullable.contains(&key)) {
                return;
            }
            if object.contains_key("$ref") {
                let reference = Value::Object(std::mem::take(object));
                object.insert("allOf".to_string(), Value::Array(vec![reference]));
            }
            object.insert("nullable".to_string(), Value::Bool(true));
        });
        for (key, _) in &unions {
            if let Some(Value::Object(union)) = schemas.get_mut(key) {
                take_from_branches(union);
            }
        }
    }
    walk::put_schemas(document, schemas);
}

/// Removes `nullable` from the branches, and returns whether one of them set it.
fn take_from_branches(union: &mut Object) -> bool {
    let mut found = false;
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(branches)) = union.get_mut(keyword) else {
            continue;
        };
        for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
            found |= branch.shift_remove("nullable") == Some(Value::Bool(true));
        }
    }
    found
}

fn branch_keys(union: &Object) -> Vec<String> {
    ["oneOf", "anyOf"]
        .iter()
        .flat_map(|keyword| union.list(keyword))
        .filter_map(keywords::value_refers_to)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, normalized, with_schemas};
    use serde_json::json;

    #[test]
    fn test_null_is_a_matter_of_the_place_of_use() {
        let (document, _) = normalized(with_schemas(json!({
            "Range": {"type": "object", "nullable": true, "properties": {"from": {"type": "integer"}}},
            "Alias": {"$ref": "#/components/schemas/Range"},
            "Either": {"oneOf": [{"$ref": "#/components/schemas/Range"}, {"type": "string"}]},
            "User": {"type": "object", "properties": {
                "a": {"$ref": "#/components/schemas/Alias"},
                "b": {"type": "array", "items": {"$ref": "#/components/schemas/Either"}}
            }}
        })));
        let properties = &component(&document, "User")["properties"];
        assert_eq!(properties["a"]["nullable"], true);
        assert_eq!(
            properties["b"]["items"],
            json!({"allOf": [{"$ref": "#/components/schemas/Either"}], "nullable": true})
        );
    }
}
