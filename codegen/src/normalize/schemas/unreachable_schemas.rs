//! Removes the component schemas that no operation uses: nobody could ever meet a value of theirs.
//!
//! Before: `components.schemas.Draft`, to which nothing refers. After: no `Draft`, and a note.

use super::form_bodies::references;
use super::inline_schemas::{HOISTED, ORIGIN};
use super::keywords::EXTENDS;
use super::walk;
use crate::catalogue::Api;
use crate::diagnostics::Notes;
use crate::document::{Document, Node};
use serde_json::Value;
use std::collections::HashSet;

/// Runs the pass. Of a crate that has types alone, only schemas that passes have made may go.
pub(super) fn apply(document: &mut Document, api: &Api, notes: &mut Notes) {
    let is_chosen = !(api.include.is_empty() && api.exclude.is_empty());
    let whole = api.types_only && !is_chosen;
    let mut schemas = walk::take_schemas(document);
    let mut waiting = HashSet::new();
    walk::each_schema(document, &mut |_, schema| references(schema, &mut waiting));
    let declared = schemas
        .iter()
        .filter(|(_, schema)| whole && schema.get(HOISTED).is_none());
    waiting.extend(declared.map(|(key, _)| key.clone()));
    let mut reached = waiting.clone();
    let mut waiting: Vec<String> = waiting.into_iter().collect();
    while let Some(key) = waiting.pop() {
        let mut next = HashSet::new();
        if let Some(schema) = schemas.get(&key) {
            references(schema, &mut next);
        }
        for key in next {
            if reached.insert(key.clone()) {
                waiting.push(key);
            }
        }
    }
    let mut extended = HashSet::new();
    for key in &reached {
        let bases = schemas
            .get(key)
            .and_then(|schema| schema.get(EXTENDS))
            .and_then(Value::as_array);
        extended.extend(
            bases
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_string),
        );
    }
    schemas.retain(|key, schema| {
        let keep = reached.contains(key);
        // Who chooses operations knows that the types of the others go.
        if !keep && !is_chosen && schema.get(HOISTED).is_none() {
            let pointer = schema.text(ORIGIN).unwrap_or_default();
            let what = format!("{key} has no type");
            let why = if extended.contains(key) {
                "Its members are in the types that extend it."
            } else {
                "No operation sends or answers it."
            };
            notes.add("unreachable_schemas", pointer, what, why);
        }
        keep
    });
    walk::put_schemas(document, schemas);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{names, normalized, said, with_schemas};
    use serde_json::json;

    #[test]
    fn test_schemas_that_no_operation_uses_go_with_a_note() {
        let mut document = with_schemas(json!({
            "Used": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}}
        }));
        let schemas = &mut document["components"]["schemas"];
        schemas["Inner"] =
            json!({"type": "object", "properties": {"used": {"$ref": "#/components/schemas/Used"}}});
        schemas["Draft"] =
            json!({"type": "object", "properties": {"draft": {"$ref": "#/components/schemas/Draft"}}});
        let (document, notes) = normalized(document);
        assert_eq!(names(&document), ["Used", "Inner"]);
        assert_eq!(said(&notes), ["unreachable_schemas: Draft has no type"]);
    }
}
