//! Turns the `content` of a parameter into its `schema`, and keeps the media type in
//! `x-lorgnette-content`.
//!
//! Before:
//! ```yaml
//! { name: filter, in: query, content: { application/json: { schema: { type: object } } } }
//! ```
//! After:
//! ```yaml
//! { name: filter, in: query, x-lorgnette-content: application/json, schema: { type: object } }
//! ```

use super::ledger::Ledger;
use super::media_type::MediaType;
use super::places::{for_each_parameter, text};
use crate::diagnostics::Notes;
use crate::document::Document;
use serde_json::{Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("parameter_content");
    for_each_parameter(document, |spot, parameter| {
        let Some(content) = parameter.shift_remove("content") else {
            return;
        };
        let Value::Object(content) = content else { return };
        if parameter.get("schema").is_some_and(Value::is_object) {
            let what = format!(
                "the content of parameter {:?} is dropped",
                text(parameter, "name")
            );
            let why = "A parameter has a schema or content, and this one has both.";
            ledger.add(spot.pointer(parameter), what, why);
            return;
        }
        let Some((media_type, mut entry)) = content.into_iter().next() else {
            return;
        };
        let schema = match entry.get_mut("schema").map(Value::take) {
            Some(schema @ Value::Object(_)) => schema,
            _ => json!({}),
        };
        parameter.insert(
            "x-lorgnette-content".into(),
            MediaType::parse(&media_type).essence.into(),
        );
        parameter.insert("schema".into(), schema);
    });
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_content_becomes_the_schema() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "a", "content": {"Application/JSON; charset=utf-8": {"schema": {"type": "object"}}}},
                {"name": "b", "content": {"application/json": null}},
                {"name": "c", "content": {"application/json": {}}, "schema": {"type": "string"}},
                {"name": "d", "content": []}
            ]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"],
            json!([
                {"name": "a", "x-lorgnette-content": "application/json", "schema": {"type": "object"}},
                {"name": "b", "x-lorgnette-content": "application/json", "schema": {}},
                {"name": "c", "schema": {"type": "string"}},
                {"name": "d"}
            ])
        );
        assert_eq!(
            notes,
            ["/paths/~1a/get/parameters/2 the content of parameter \"c\" is dropped"]
        );
    }
}
