//! Drops the content of responses that HTTP sends without a body: status 204, 205 and 304, and all to HEAD.
//!
//! Before:
//! ```yaml
//! delete: { responses: { "204": { description: Gone, content: { application/json: {...} } } } }
//! ```
//! After:
//! ```yaml
//! delete: { responses: { "204": { description: Gone } } }
//! ```

use super::places::for_each_response;
use crate::diagnostics::Notes;
use crate::document::{Document, for_each_operation};
use serde_json::Value;

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    for_each_operation(document, |at, _, method, operation| {
        for_each_response(at, operation, |at, status, response| {
            let bodiless = method == "head" || matches!(status, "204" | "205" | "304");
            if bodiless
                && let Some(Value::Object(content)) = response.shift_remove("content")
                && content
                    .values()
                    .any(|media_type| media_type.get("schema").is_some())
            {
                let why = if method == "head" {
                    "HTTP answers HEAD without a body."
                } else {
                    "HTTP knows no body for it."
                };
                notes.add_once(at, format!("the body of response {status} is dropped"), why);
            }
        });
    });
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
                "/paths/~1a/delete/responses/204 the body of response 204 is dropped",
                "/paths/~1a/head/responses/200 the body of response 200 is dropped",
            ]
        );
    }
}
