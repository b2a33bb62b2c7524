//! Spells every `$ref` between schemas in one way, and makes sure that each leads to a component schema.
//!
//! Before: `{"$ref": "#/components/schemas/A%2EB"}`. After: `{"$ref": "#/components/schemas/A.B"}`.
//!
//! A reference that leads nowhere is an error, and so is a chain of references that is a circle and nothing else. The passes
//! over operations have made components of everything else that schemas refer to.

use super::walk::{self, Place};
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{self, Document, Object};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Keywords that say what a value is besides what it is composed of.
const SHAPING: [&str; 5] = ["properties", "additionalProperties", "items", "enum", "const"];

/// Runs the pass.
///
/// # Errors
///
/// When a reference leads nowhere, or only back to itself.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) -> Result<()> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let names: HashSet<String> = schemas
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let aliases: HashMap<String, String> = schemas
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| Some((name.clone(), stands_for(schema)?)))
        .collect();
    let mut broken: Option<Error> = None;
    walk::each_object(document, &mut |place, schema| {
        if broken.is_none() {
            broken = check(place, schema, &names, &aliases).err();
        }
    });
    broken.map_or(Ok(()), Err)
}

/// The component of which a schema is only another name: by a `$ref`, or by a composition or choice of nothing else.
fn stands_for(schema: &Value) -> Option<String> {
    if let Some(target) = walk::target(schema) {
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

fn check(
    place: &Place<'_>,
    schema: &mut Object,
    names: &HashSet<String>,
    aliases: &HashMap<String, String>,
) -> Result<()> {
    let reference = match schema.get("$ref") {
        Some(Value::String(reference)) => reference.clone(),
        Some(_) => {
            schema.shift_remove("$ref");
            return Ok(());
        }
        None => return Ok(()),
    };
    let Some(name) = document::schema_name(&reference).filter(|name| names.contains(name)) else {
        let message = format!("the reference {reference:?} leads to no component schema");
        return Err(Error::new(Station::Normalize, place.pointer(), message)
            .help("correct the reference in an overlay, or add what it names"));
    };
    let mut last = &name;
    for _ in 0..aliases.len() {
        match aliases.get(last) {
            Some(next) => last = next,
            None => break,
        }
    }
    if aliases.contains_key(last) {
        let message = format!("the reference to {name:?} leads only back to itself");
        return Err(Error::new(Station::Normalize, place.pointer(), message)
            .help("say in an overlay what the schema is"));
    }
    schema.insert(
        "$ref".to_string(),
        Value::String(document::schema_reference(&name)),
    );
    Ok(())
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
        apply(&mut document, &mut Notes::default()).ok();
        assert_eq!(
            document["components"]["schemas"]["C"]["$ref"],
            "#/components/schemas/A.B"
        );
    }

    #[test]
    fn test_reference_to_nothing_is_an_error_at_its_place() {
        let mut document =
            json!({"components": {"schemas": {"A": {"items": {"$ref": "#/components/schemas/B"}}}}});
        let error = apply(&mut document, &mut Notes::default())
            .err()
            .map(|error| error.pointer);
        assert_eq!(error.as_deref(), Some("/components/schemas/A/items"));
    }

    #[test]
    fn test_circle_of_references_is_an_error_and_recursion_is_none() {
        let circle = json!({"components": {"schemas": {
            "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}
        }}});
        assert!(apply(&mut circle.clone(), &mut Notes::default()).is_err());
        let through_all_of =
            json!({"components": {"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}});
        assert!(apply(&mut through_all_of.clone(), &mut Notes::default()).is_err());
        let recursion = json!({"components": {"schemas": {"A": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}}}});
        assert!(apply(&mut recursion.clone(), &mut Notes::default()).is_ok());
    }
}
