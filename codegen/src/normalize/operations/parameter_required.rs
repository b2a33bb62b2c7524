//! Makes `required` explicit on every parameter; a path parameter is always required.
//!
//! Before:
//! ```yaml
//! parameters: [ { name: id, in: path, required: false }, { name: level, in: query } ]
//! ```
//! After:
//! ```yaml
//! parameters: [ { name: id, in: path, required: true }, { name: level, in: query, required: false } ]
//! ```

use super::ledger::Ledger;
use super::places::{for_each_parameter, text};
use crate::diagnostics::Notes;
use crate::document::Document;
use serde_json::Value;

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("parameter_required");
    for_each_parameter(document, |spot, parameter| {
        let said = parameter.get("required").and_then(Value::as_bool);
        let in_path = text(parameter, "in") == "path";
        if in_path && said == Some(false) {
            let what = format!("path parameter {:?} is required", text(parameter, "name"));
            ledger.add(spot.pointer(parameter), what, "The path needs it.");
        }
        parameter.insert("required".into(), (in_path || said == Some(true)).into());
    });
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_required_is_explicit_and_always_true_in_paths() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "a", "in": "path"}, {"name": "b", "in": "path", "required": false},
                {"name": "c", "in": "query"}, {"name": "d", "in": "query", "required": true}
            ]}}}}),
        );
        let required: Vec<&Value> = document["paths"]["/a"]["get"]["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| &parameter["required"])
            .collect();
        assert_eq!(required, [true, true, false, true]);
        assert_eq!(
            notes,
            ["/paths/~1a/get/parameters/1 path parameter \"b\" is required"]
        );
    }
}
