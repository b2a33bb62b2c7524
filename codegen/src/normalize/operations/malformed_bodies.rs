//! Makes every `requestBody` an object with `required` and a `content` of at least one media type,
//! or removes it.
//!
//! Before:
//! ```yaml
//! post: { requestBody: { schema: { type: object } } }
//! put: { requestBody: { description: none } }
//! ```
//! After:
//! ```yaml
//! post: { requestBody: { required: false, content: { application/json: { schema: { type: object } } } } }
//! put: {}
//! ```

use super::ledger::Ledger;
use super::places::{kind, place};
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, for_each_operation};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("malformed_bodies");
    for_each_operation(document, |at, _, _, operation| {
        let Some(body) = operation.get_mut("requestBody") else {
            return;
        };
        let here = || child(at, "requestBody");
        let keep = match body {
            Value::Object(body) => complete(body, here, &mut ledger),
            Value::Null => false,
            other => {
                ledger.omit(
                    here(),
                    format!("a request body is dropped: it is {}", kind(other)),
                    "A request body must be an object.",
                );
                false
            }
        };
        if !keep {
            operation.shift_remove("requestBody");
        }
    });
    ledger.write(notes);
}

/// Whether the body has any content after the repair.
fn complete(body: &mut Object, here: impl Fn() -> String, ledger: &mut Ledger) -> bool {
    if body.get("content").is_none_or(Value::is_null) {
        if let Some(schema) = body.shift_remove("schema") {
            body.insert(
                "content".into(),
                json!({ "application/json": { "schema": schema } }),
            );
        } else {
            // Some contracts put the media types where the body should be.
            let media_types: Vec<String> = body.keys().filter(|key| key.contains('/')).cloned().collect();
            let content: Map<String, Value> = media_types
                .into_iter()
                .filter_map(|key| body.shift_remove(&key).map(|value| (key, value)))
                .collect();
            body.insert("content".into(), content.into());
        }
    }
    let has_content = body
        .get("content")
        .and_then(Value::as_object)
        .is_some_and(|content| !content.is_empty());
    if !has_content {
        ledger.omit(
            place(body, here),
            "a request body is dropped",
            "It names no media type.",
        );
        return false;
    }
    let required = body.flag("required");
    body.insert("required".into(), required.into());
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_bodies_are_completed_or_dropped() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {
                "get": {"requestBody": null},
                "put": {"requestBody": {"schema": {}, "required": true}},
                "post": {"requestBody": {"text/plain": {}, "x-own": 1}},
                "delete": {"requestBody": {"content": {}}},
                "patch": {"requestBody": []}
            }}}),
        );
        assert_eq!(
            document["paths"]["/a"],
            json!({
                "get": {},
                "put": {"requestBody": {"required": true, "content": {"application/json": {"schema": {}}}}},
                "post": {"requestBody": {"x-own": 1, "content": {"text/plain": {}}, "required": false}},
                "delete": {},
                "patch": {}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/delete/requestBody a request body is dropped",
                "/paths/~1a/patch/requestBody a request body is dropped: it is a list",
            ]
        );
    }
}
