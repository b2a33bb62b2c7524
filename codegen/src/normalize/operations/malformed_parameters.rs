//! Makes every `parameters` a list of objects with `name` and `in` as text, `in` being one that
//! OpenAPI or Swagger knows.
//!
//! Before:
//! ```yaml
//! parameters:
//!   - { name: level, in: Query }
//!   - { name: 7, in: querry }
//!   - null
//! ```
//! After:
//! ```yaml
//! parameters:
//!   - { name: level, in: query, x-lorgnette-origin: /paths/~1lamps/get/parameters/0 }
//!   - { name: "7", in: query, x-lorgnette-origin: /paths/~1lamps/get/parameters/1 }
//! ```

use super::ledger::Ledger;
use super::places::{ORIGIN, kind, place};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Node, Object, child};
use serde_json::Value;

/// The locations of a parameter: those of OpenAPI, and Swagger's for bodies.
const LOCATIONS: [&str; 6] = ["path", "query", "header", "cookie", "body", "formData"];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("malformed_parameters");
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let at = child("/paths", path);
        list(path, &at, item, &mut ledger);
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                list(path, &child(&at, method), operation, &mut ledger);
            }
        }
    }
    ledger.write(notes);
}

fn list(path: &str, at: &str, holder: &mut Value, ledger: &mut Ledger) {
    let Some(holder) = holder.as_object_mut() else {
        return;
    };
    let at = child(at, "parameters");
    let candidates = match holder.get_mut("parameters") {
        None => return,
        Some(Value::Array(list)) => std::mem::take(list),
        Some(Value::Null) => Vec::new(),
        Some(Value::Object(single)) if single.contains_key("name") => {
            vec![Value::Object(std::mem::take(single))]
        }
        Some(Value::Object(by_name)) => std::mem::take(by_name)
            .into_iter()
            .map(|(name, value)| named(value, name))
            .collect(),
        Some(other) => {
            let what = format!("\"parameters\" is dropped: it is {}", kind(other));
            ledger.omit(at.as_str(), what, "Parameters are a list.");
            Vec::new()
        }
    };
    let mut parameters = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.into_iter().enumerate() {
        let here = child(&at, &index.to_string());
        match candidate {
            Value::Object(mut parameter) => {
                if complete(path, &here, &mut parameter, ledger) {
                    parameter.entry(ORIGIN).or_insert_with(|| here.into());
                    parameters.push(Value::Object(parameter));
                }
            }
            Value::Null => {}
            other => ledger.omit(
                here,
                format!("a parameter is dropped: it is {}", kind(&other)),
                "A parameter must be an object.",
            ),
        }
    }
    holder.insert("parameters".into(), parameters.into());
}

/// A parameter from an object that maps names to parameters.
fn named(mut parameter: Value, name: String) -> Value {
    if let Some(object) = parameter.as_object_mut() {
        object.entry("name").or_insert_with(|| name.into());
    }
    parameter
}

/// Whether the repaired parameter has a name and a location.
fn complete(path: &str, here: &str, parameter: &mut Object, ledger: &mut Ledger) -> bool {
    let name = match parameter.get("name") {
        Some(Value::String(name)) => name.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    };
    let given = parameter.text("in").unwrap_or_default().trim().to_string();
    let known = LOCATIONS.iter().find(|known| known.eq_ignore_ascii_case(&given));
    if name.is_empty() && known != Some(&"body") {
        let pointer = place(parameter, || here.to_string());
        ledger.omit(
            pointer,
            "a parameter is dropped",
            "It has no name, so there is nothing to send.",
        );
        return false;
    }
    let location = known.copied().unwrap_or_else(|| {
        let location = if path.contains(&format!("{{{name}}}")) {
            "path"
        } else {
            "query"
        };
        let pointer = place(parameter, || here.to_string());
        let what = format!("parameter {name:?} is sent in the {location}, not in {given:?}");
        ledger.add(pointer, what, "OpenAPI allows path, query, header and cookie.");
        location
    });
    parameter.insert("name".into(), name.into());
    parameter.insert("in".into(), location.into());
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run_infallible as run;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_malformed_parameters_are_mended_or_dropped() {
        let (document, notes) = run(
            apply,
            json!({"paths": {"/a/{id}": {
                "parameters": {"id": {"schema": {}}},
                "get": {"parameters": [{"name": "level", "in": "Query"}, {"name": 7, "in": "querry"}, null, 3, {"in": "query"}]},
                "put": {"parameters": null}
            }}}),
        );
        let item = &document["paths"]["/a/{id}"];
        assert_eq!(
            item["parameters"],
            json!([{"schema": {}, "name": "id", "in": "path", ORIGIN: "/paths/~1a~1{id}/parameters/0"}])
        );
        assert_eq!(
            item["get"]["parameters"],
            json!([
                {"name": "level", "in": "query", ORIGIN: "/paths/~1a~1{id}/get/parameters/0"},
                {"name": "7", "in": "query", ORIGIN: "/paths/~1a~1{id}/get/parameters/1"}
            ])
        );
        assert_eq!(item["put"]["parameters"], json!([]));
        assert_eq!(
            notes,
            [
                "/paths/~1a~1{id}/parameters/0 parameter \"id\" is sent in the path, not in \"\"",
                "/paths/~1a~1{id}/get/parameters/1 parameter \"7\" is sent in the query, not in \"querry\"",
                "/paths/~1a~1{id}/get/parameters/3 a parameter is dropped: it is a number",
                "/paths/~1a~1{id}/get/parameters/4 a parameter is dropped",
            ]
        );
    }

    #[test]
    fn test_parameters_that_are_text_are_dropped() {
        let (document, notes) = run(apply, json!({"paths": {"/a": {"get": {"parameters": "id"}}}}));
        assert_eq!(document["paths"]["/a"]["get"], json!({"parameters": []}));
        assert_eq!(
            notes,
            ["/paths/~1a/get/parameters \"parameters\" is dropped: it is a text"]
        );
    }
}
