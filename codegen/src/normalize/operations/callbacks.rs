//! Drops what a server calls or a program follows by itself: callbacks, webhooks and links. A
//! client has no code for them; links say nothing that a caller would miss, so only the first two
//! leave a note.
//!
//! Before:
//! ```yaml
//! webhooks: { lampBroke: { post: {...} } }
//! paths: { /lamps: { post: { callbacks: { switched: {...} }, responses: { "200": { links: {...} } } } } }
//! ```
//! After:
//! ```yaml
//! paths: { /lamps: { post: { responses: { "200": {} } } } }
//! ```

use super::ledger::Ledger;
use super::places::for_each_response;
use crate::diagnostics::Notes;
use crate::document::{Document, child, for_each_operation};
use serde_json::Value;

const WHY: &str = "It is a request that the vendor's server sends, and this crate is a client.";

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("callbacks");
    if let Some(Value::Object(webhooks)) = document
        .as_object_mut()
        .and_then(|root| root.shift_remove("webhooks"))
    {
        for name in webhooks.keys() {
            ledger.add(
                child("/webhooks", name),
                format!("webhook {name:?} is left out"),
                WHY,
            );
        }
    }
    for_each_operation(document, |at, _, _, operation| {
        if let Some(Value::Object(callbacks)) = operation.shift_remove("callbacks") {
            for name in callbacks.keys().filter(|name| !name.starts_with("x-")) {
                let pointer = child(&child(at, "callbacks"), name);
                ledger.add(pointer, format!("callback {name:?} is left out"), WHY);
            }
        }
        for_each_response(at, operation, |_, _, response| {
            response.shift_remove("links");
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
    fn test_callbacks_and_webhooks_leave_with_a_note_and_links_without() {
        let (document, notes) = run_infallible(
            apply,
            json!({
                "webhooks": {"broke": {}},
                "paths": {"/a": {"post": {"callbacks": {"done": {}}, "responses": {"200": {"links": {"self": {}}}}}}}
            }),
        );
        assert_eq!(
            document,
            json!({"paths": {"/a": {"post": {"responses": {"200": {}}}}}})
        );
        assert_eq!(
            notes,
            [
                "/webhooks/broke webhook \"broke\" is left out",
                "/paths/~1a/post/callbacks/done callback \"done\" is left out",
            ]
        );
    }
}
