//! Gives every operation a response for success: if the contract declares none, any 2xx with its
//! body unchanged. A redirect counts as a success as well, since some operations respond with
//! nothing else.
//!
//! Before:
//! ```yaml
//! responses: { "404": { description: No such lamp } }
//! ```
//! After:
//! ```yaml
//! responses:
//!   "404": { description: No such lamp }
//!   2XX:
//!     description: ""
//!     content:
//!       application/octet-stream: { schema: { type: string, format: binary }, x-lorgnette-media-type: "*/*" }
//! ```

use super::ledger::Ledger;
use crate::diagnostics::Notes;
use crate::document::{Document, for_each_operation};
use serde_json::{Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("success_responses");
    for_each_operation(document, |at, _, method, operation| {
        let responses = operation.entry("responses").or_insert_with(|| json!({}));
        let Value::Object(responses) = responses else {
            return;
        };
        if responses
            .keys()
            .any(|status| status.starts_with(['2', '3']) || status == "default")
        {
            return;
        }
        let mut response = json!({ "description": "" });
        if method != "head" {
            let raw = json!({ "schema": { "type": "string", "format": "binary" }, "x-lorgnette-media-type": "*/*" });
            response["content"] = json!({ "application/octet-stream": raw });
        }
        responses.insert("2XX".into(), response);
        let why = "The contract declares no response for success.";
        ledger.add(at, "any 2xx status is a success, with its body unchanged", why);
    });
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_success_is_added_only_where_none_is_declared() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {
                "get": {"responses": {"404": {}}}, "put": {"responses": {"2XX": {}}}, "post": {"responses": {"default": {}}},
                "head": {}, "patch": {"responses": {"302": {}}}
            }}}),
        );
        let raw = json!({"application/octet-stream": {
            "schema": {"type": "string", "format": "binary"}, "x-lorgnette-media-type": "*/*"
        }});
        assert_eq!(
            document["paths"]["/a"],
            json!({
                "get": {"responses": {"404": {}, "2XX": {"description": "", "content": raw}}},
                "put": {"responses": {"2XX": {}}},
                "post": {"responses": {"default": {}}},
                "head": {"responses": {"2XX": {"description": ""}}},
                "patch": {"responses": {"302": {}}}
            })
        );
        assert_eq!(
            notes,
            ["/paths/~1a/get any 2xx status is a success, with its body unchanged (and at one more place)"]
        );
    }
}
