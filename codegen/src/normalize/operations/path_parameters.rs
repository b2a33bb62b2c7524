//! Merges the parameters of path items into their operations, one for each name and location. An
//! operation's own parameters take precedence; of two in the same list, the first one does, with a
//! note.
//!
//! Before:
//! ```yaml
//! /lamps/{id}:
//!   parameters: [ { name: id, in: path }, { name: fields, in: query } ]
//!   get: { parameters: [ { name: fields, in: query, deprecated: true } ] }
//! ```
//! After:
//! ```yaml
//! /lamps/{id}:
//!   get: { parameters: [ { name: id, in: path }, { name: fields, in: query, deprecated: true } ] }
//! ```

use super::ledger::Ledger;
use super::places::{place, text};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Node, Object, child};
use serde_json::Value;
use std::collections::HashSet;

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("path_parameters");
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let at = child("/paths", path);
        let shared = distinct(&at, list(item), &mut ledger);
        for method in METHODS {
            let Some(Value::Object(operation)) = item.get_mut(method) else {
                continue;
            };
            let own = distinct(&child(&at, method), list(operation), &mut ledger);
            let keys: HashSet<(String, String)> = own.iter().map(key).collect();
            let mut merged: Vec<Value> = shared
                .iter()
                .filter(|parameter| !keys.contains(&key(parameter)))
                .cloned()
                .collect();
            merged.extend(own);
            if !merged.is_empty() {
                operation.insert("parameters".into(), merged.into());
            }
        }
    }
    ledger.write(notes);
}

fn list(holder: &mut Object) -> Vec<Value> {
    match holder.shift_remove("parameters") {
        Some(Value::Array(parameters)) => parameters,
        _ => Vec::new(),
    }
}

/// The identity of parameters: location and name; header names ignore letter case.
fn key(parameter: &Value) -> (String, String) {
    let member = |member: &str| parameter.text(member).unwrap_or_default();
    let (location, name) = (member("in"), member("name"));
    let name = if location == "header" {
        name.to_ascii_lowercase()
    } else {
        name.to_string()
    };
    (location.to_string(), name)
}

fn distinct(at: &str, parameters: Vec<Value>, ledger: &mut Ledger) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut kept: Vec<Value> = Vec::with_capacity(parameters.len());
    for (index, parameter) in parameters.into_iter().enumerate() {
        if seen.insert(key(&parameter)) {
            kept.push(parameter);
        } else if let Some(object) = parameter.as_object().filter(|_| !kept.contains(&parameter)) {
            let pointer = place(object, || child(&child(at, "parameters"), &index.to_string()));
            let what = format!(
                "the second {} parameter {:?} is dropped",
                text(object, "in"),
                text(object, "name")
            );
            ledger.add(pointer, what, "A parameter can be sent only once.");
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_path_parameters_are_merged_and_the_operation_wins() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a/{id}": {
                "parameters": [{"name": "id", "in": "path"}, {"name": "X-Fields", "in": "header"}, {"name": "fields", "in": "query"}],
                "get": {"parameters": [{"name": "x-fields", "in": "header", "deprecated": true}]},
                "put": {}
            }}}),
        );
        assert_eq!(
            document["paths"]["/a/{id}"],
            json!({
                "get": {"parameters": [
                    {"name": "id", "in": "path"}, {"name": "fields", "in": "query"},
                    {"name": "x-fields", "in": "header", "deprecated": true}
                ]},
                "put": {"parameters": [
                    {"name": "id", "in": "path"}, {"name": "X-Fields", "in": "header"}, {"name": "fields", "in": "query"}
                ]}
            })
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_parameter_that_is_there_twice_is_dropped_with_a_note() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "a", "in": "query"}, {"name": "a", "in": "query", "required": true}, {"name": "a", "in": "cookie"}
            ]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"]
                .as_array()
                .map(Vec::len),
            Some(2)
        );
        assert_eq!(
            notes,
            ["/paths/~1a/get/parameters/1 the second query parameter \"a\" is dropped"]
        );
    }
}
