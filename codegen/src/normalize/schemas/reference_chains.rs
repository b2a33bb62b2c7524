//! Spells every `$ref` between schemas in one way, and ensures that each leads to a component
//! schema.
//!
//! Before: `{"$ref": "#/components/schemas/A%2EB"}`. After: `{"$ref": "#/components/schemas/A.B"}`.
//!
//! An unresolvable or circular reference accepts any value. The passes over operations have already
//! made components of all other targets.

use super::walk;
use crate::diagnostics::Notes;
use crate::document::{self, Document, Object, members, target};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Keywords that describe a value apart from its composition.
const SHAPING: [&str; 5] = ["properties", "additionalProperties", "items", "enum", "const"];

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let schemas = members(document, "/components/schemas");
    let names: HashSet<String> = schemas.map(|(name, _)| name.clone()).collect();
    let aliases: HashMap<String, String> = members(document, "/components/schemas")
        .filter_map(|(name, schema)| Some((name.clone(), stands_for(schema)?)))
        .collect();
    let mut said = HashSet::new();
    walk::each_object(document, &mut |place, schema| {
        let Some(problem) = check(schema, &names, &aliases) else {
            return;
        };
        schema.shift_remove("$ref");
        if !said.contains(&problem) {
            let what = format!("any JSON value is accepted here: {problem}");
            let why = "Correct the reference with an overlay action.";
            notes.add("reference_chains", place.pointer(), what, why);
            said.insert(problem);
        }
    });
}

/// The component for which a schema is only another name: by a `$ref`, or by a composition or
/// choice of only that component.
fn stands_for(schema: &Value) -> Option<String> {
    if let Some(target) = target(schema) {
        return Some(target);
    }
    let object = schema.as_object()?;
    let says_more = |keyword: &String| SHAPING.contains(&keyword.as_str());
    let mut lists = ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|keyword| object.get(keyword)?.as_array());
    match (lists.next().map(Vec::as_slice), lists.next()) {
        (Some([only]), None) if !object.keys().any(says_more) => stands_for(only),
        _ => None,
    }
}

/// Spells a reference in the common form, or returns its fault.
fn check(schema: &mut Object, names: &HashSet<String>, aliases: &HashMap<String, String>) -> Option<String> {
    let reference = match schema.get("$ref")? {
        Value::String(reference) => reference.clone(),
        _ => {
            schema.shift_remove("$ref");
            return None;
        }
    };
    let Some(name) = document::schema_name(&reference).filter(|name| names.contains(name)) else {
        return Some(format!(
            "the reference {reference:?} leads to no component schema"
        ));
    };
    let mut last = &name;
    for _ in 0..aliases.len() {
        match aliases.get(last) {
            Some(next) => last = next,
            None => break,
        }
    }
    if aliases.contains_key(last) {
        return Some(format!("the reference to {name:?} refers only to itself"));
    }
    schema.insert(
        "$ref".to_string(),
        Value::String(document::schema_reference(&name)),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_references_are_spelled_in_one_way() {
        let mut document = json!({"components": {"schemas": {
            "A.B": {"type": "string"}, "C": {"$ref": "#/components/schemas/A%2EB"}
        }}});
        apply(&mut document, &mut Notes::default());
        assert_eq!(
            document["components"]["schemas"]["C"]["$ref"],
            "#/components/schemas/A.B"
        );
    }

    /// The component schemas after the pass, and the notes.
    fn after(schemas: &Value) -> (Value, Vec<String>) {
        let mut document = json!({"components": {"schemas": schemas}});
        let mut notes = Notes::default();
        apply(&mut document, &mut notes);
        let notes = notes.iter().map(|note| format!("{} {}", note.pointer, note.what));
        (document["components"]["schemas"].take(), notes.collect())
    }

    #[test]
    fn test_reference_to_nothing_takes_any_value_with_a_note() {
        let nothing = json!({"$ref": "#/components/schemas/B"});
        let (schemas, notes) = after(&json!({"A": {"items": nothing}, "C": {"items": nothing}}));
        assert_eq!(schemas, json!({"A": {"items": {}}, "C": {"items": {}}}));
        assert_eq!(
            notes,
            [
                "/components/schemas/A/items any JSON value is accepted here: the reference \"#/components/schemas/B\" leads to no component schema"
            ]
        );
    }

    #[test]
    fn test_circle_of_references_takes_any_value_and_recursion_stays() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let (schemas, notes) = after(&json!({"A": reference("B"), "B": reference("A")}));
        assert_eq!(schemas, json!({"A": {}, "B": {}}));
        assert_eq!(notes.len(), 2);
        let (schemas, _) = after(&json!({"A": {"allOf": [reference("A")]}}));
        assert_eq!(schemas, json!({"A": {"allOf": [{}]}}));
        let recursion = json!({"A": {"properties": {"a": reference("A")}}});
        assert_eq!(after(&recursion), (recursion, vec![]));
    }
}
