//! Drops the content of responses that HTTP sends without a body: status 204, 205 and 304, and all
//! to HEAD.
//!
//! Before:
//! ```yaml
//! delete: { responses: { "204": { description: Gone, content: { application/json: {...} } } } }
//! ```
//! After:
//! ```yaml
//! delete: { responses: { "204": { description: Gone } } }
//! ```

use super::ledger::Ledger;
use super::places::for_each_response;
use crate::diagnostics::Notes;
use crate::document::{Document, child, for_each_operation};
use serde_json::Value;

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("bodiless_responses");
    for_each_operation(document, |at, _, method, operation| {
        for_each_response(at, operation, |at, status, response| {
            let bodiless = method == "head" || matches!(status, "204" | "205" | "304");
            if bodiless
                && let Some(Value::Object(content)) = response.shift_remove("content")
                && !content.is_empty()
            {
                let (what, why) = if method == "head" {
                    ("to HEAD".to_string(), "Responses to HEAD have no body.")
                } else {
                    (format!("of status {status}"), "HTTP defines no body for it.")
                };
                for media_type in content.keys() {
                    let place = child(&child(at, "content"), media_type);
                    ledger.add(place, format!("the content of responses {what} is dropped"), why);
                }
            }
        });
    });
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_content_is_dropped_where_http_has_no_body() {
        let content = json!({"content": {"application/json": {"schema": {}}}});
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {
                "delete": {"responses": {"204": content, "200": content, "304": {"content": {"text/plain": {}}}}},
                "head": {"responses": {"200": content}}
            }}}),
        );
        assert_eq!(
            document["paths"]["/a"],
            json!({
                "delete": {"responses": {"204": {}, "200": content, "304": {}}},
                "head": {"responses": {"200": {}}}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/delete/responses/204/content/application~1json the content of responses of status 204 is dropped",
                "/paths/~1a/delete/responses/304/content/text~1plain the content of responses of status 304 is dropped",
                "/paths/~1a/head/responses/200/content/application~1json the content of responses to HEAD is dropped",
            ]
        );
    }
}
