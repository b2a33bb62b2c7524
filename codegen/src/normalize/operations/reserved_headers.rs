//! Drops header parameters that OpenAPI ignores, since other parts of the contract determine them.
//! A media type that a request without a body requires is determined by nothing else, and is kept.
//!
//! Before:
//! ```yaml
//! parameters: [ { name: Accept, in: header }, { name: X-Request-Id, in: header } ]
//! ```
//! After:
//! ```yaml
//! parameters: [ { name: X-Request-Id, in: header } ]
//! ```

use super::ledger::Ledger;
use super::places::{place, text};
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, for_each_operation};
use serde_json::Value;

/// The headers, each with the part that determines it.
const RESERVED: [(&str, &str); 3] = [
    ("accept", "The media types of the responses decide it."),
    ("content-type", "The media type of the request body decides it."),
    ("authorization", "The client's authentication sets it."),
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("reserved_headers");
    for_each_operation(document, |at, _, _, operation| {
        let has_body = operation.contains_key("requestBody");
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let mut index = 0;
        parameters.retain(|parameter| {
            index += 1;
            let Some(parameter) = parameter.as_object() else {
                return true;
            };
            let Some((name, why)) = reserved(parameter, has_body) else {
                return true;
            };
            let pointer = place(parameter, || {
                child(&child(at, "parameters"), &(index - 1).to_string())
            });
            ledger.add(pointer, format!("header parameter {name:?} is dropped"), why);
            false
        });
    });
    ledger.write(notes);
}

fn reserved(parameter: &Object, has_body: bool) -> Option<(&str, &'static str)> {
    let name = text(parameter, "name");
    let is_required = parameter.flag("required");
    if !has_body && is_required && name.eq_ignore_ascii_case("content-type") {
        return None;
    }
    let (_, why) = RESERVED
        .iter()
        .find(|(reserved, _)| name.eq_ignore_ascii_case(reserved))?;
    (text(parameter, "in") == "header").then_some((name, *why))
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_reserved_headers_are_dropped_with_a_note_and_only_from_headers() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "accept", "in": "header"}, {"name": "Content-Type", "in": "header"},
                {"name": "Accept", "in": "query"}, {"name": "X-Request-Id", "in": "header"}
            ]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"],
            json!([
                {"name": "Accept", "in": "query"}, {"name": "X-Request-Id", "in": "header"}
            ])
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/get/parameters/0 header parameter \"accept\" is dropped",
                "/paths/~1a/get/parameters/1 header parameter \"Content-Type\" is dropped",
            ]
        );
    }
}
