//! Turns webhooks and callbacks into a special kind of operation whose response is the request of
//! the vendor's server, so that everything done for responses applies to them.
//!
//! Before:
//! ```yaml
//! webhooks: { lampBroke: { post: { summary: S, requestBody: { content: C } } } }
//! paths: { /lamps: { post: { callbacks: { switched: { "{$url}": { post: {...} } } } } } }
//! ```
//! After:
//! ```yaml
//! paths:
//!   /lamps: { post: {} }
//!   /x-lorgnette-webhooks/0:
//!     get:
//!       x-lorgnette-webhook: lampBroke
//!       tags: [Webhook events]
//!       summary: S
//!       responses: { "200": { content: C } }
//!   /x-lorgnette-webhooks/1: { get: { x-lorgnette-webhook: switched, ... } }
//! ```

use crate::diagnostics::Notes;
use crate::document::{
    Document, METHODS, Object, child, for_each_operation, local_pointer, reference, resolve,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The tag, and so the cargo feature, of webhooks.
const TAG: &str = "Webhook events";

/// A webhook or callback in the contract.
struct WebhookEntry {
    kind: &'static str,
    event: String,
    pointer: String,
    item: Value,
}

/// Runs the step.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let found = take(document);
    let mut paths = Map::new();
    let mut moved = Vec::new();
    for webhook in found {
        let (pointer, item) = target(document, webhook.pointer, &webhook.item);
        let methods = METHODS.iter().filter_map(|method| {
            let operation = resolve(document, item.get(*method)?)?.as_object()?;
            Some((*method, operation))
        });
        let mut is_left_out = true;
        for (method, operation) in methods {
            let at = child(&pointer, method);
            let Some((body, content)) = payload(document, operation, &child(&at, "requestBody")) else {
                continue;
            };
            is_left_out = false;
            let path = format!("/x-lorgnette-webhooks/{}", paths.len());
            let now = child(&child(&child("/paths", &path), "get"), "responses");
            moved.push((child(&child("/paths", &path), "get"), at));
            moved.push((child(&child(&now, "200"), "content"), child(&body, "content")));
            let mut event = json!({
                "x-lorgnette-webhook": webhook.event,
                "operationId": webhook.event,
                "tags": [TAG],
                "responses": {"200": {"description": "", "content": content}},
                "security": [],
            });
            for key in ["summary", "description", "deprecated"] {
                if let Some(said) = operation.get(key) {
                    event[key] = said.clone();
                }
            }
            paths.insert(path, json!({"get": event}));
        }
        if is_left_out {
            let what = format!("{} {:?} is left out", webhook.kind, webhook.event);
            let why = "It has no JSON body that could have a type.";
            notes.add("webhooks", pointer, what, why);
        }
    }
    notes.origins.moved(moved);
    if paths.is_empty() {
        return;
    }
    let root = document.as_object_mut();
    let all = root.map(|root| root.entry("paths").or_insert_with(|| Map::new().into()));
    if let Some(all) = all.and_then(Value::as_object_mut) {
        all.extend(paths);
    }
}

/// Takes webhooks and callbacks out of the contract.
fn take(document: &mut Document) -> Vec<WebhookEntry> {
    let mut found = Vec::new();
    let Some(root) = document.as_object_mut() else {
        return found;
    };
    for key in ["webhooks", "x-webhooks"] {
        if !root.get(key).is_some_and(Value::is_object) {
            continue;
        }
        let named = root.shift_remove(key);
        let named = named.as_ref().and_then(Value::as_object).into_iter().flatten();
        found.extend(
            named
                .filter(|(event, _)| !event.starts_with("x-"))
                .map(|(event, item)| WebhookEntry {
                    kind: "webhook",
                    event: event.clone(),
                    pointer: child(&child("", key), event),
                    item: item.clone(),
                }),
        );
    }
    let mut called = Vec::new();
    for_each_operation(document, |at, path, method, operation| {
        if let Some(Value::Object(callbacks)) = operation.shift_remove("callbacks") {
            let id = match operation.get("operationId").and_then(Value::as_str) {
                Some(id) => id.to_owned(),
                None => format!("{method} {path}"),
            };
            let callbacks = callbacks
                .into_iter()
                .filter(|(event, _)| !event.starts_with("x-"));
            called.extend(callbacks.map(|it| (child(at, "callbacks"), id.clone(), it)));
        }
    });
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (_, _, (event, _)) in &called {
        *uses.entry(event.clone()).or_default() += 1;
    }
    for (at, operation, (event, callback)) in called {
        let (pointer, callback) = target(document, child(&at, &event), &callback);
        // Different operations may use the same name for their callbacks.
        let event = match uses.get(&event) {
            Some(2..) => format!("{operation}.{event}"),
            _ => event,
        };
        let items = callback.as_object().into_iter().flatten();
        for (address, item) in items.filter(|(key, _)| !key.starts_with("x-")) {
            found.push(WebhookEntry {
                kind: "callback",
                event: event.clone(),
                pointer: child(&pointer, address),
                item: item.clone(),
            });
        }
    }
    found
}

/// A node or the target of its reference, with its place.
fn target(document: &Document, pointer: String, node: &Value) -> (String, Value) {
    let at = reference(node).and_then(local_pointer);
    match (at, resolve(document, node)) {
        (Some(at), Some(target)) => (at, target.clone()),
        _ => (pointer, node.clone()),
    }
}

/// The body's place and its JSON content.
fn payload(document: &Document, operation: &Object, pointer: &str) -> Option<(String, Value)> {
    let (pointer, body) = target(document, pointer.to_owned(), operation.get("requestBody")?);
    let content = body.get("content")?.as_object()?;
    let json = content
        .iter()
        .filter(|(media_type, _)| media_type.contains("json"));
    let json: Object = json
        .map(|(key, value)| (key.clone(), value.clone()))
        .take(1)
        .collect();
    (!json.is_empty()).then(|| (pointer, Value::Object(json)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_webhooks_and_callbacks_become_operations_that_are_read() {
        let body = |schema: &str| json!({"content": {"application/json": {"schema": {"$ref": schema}}}});
        let mut document = json!({
            "webhooks": {
                "lamp/broke": {"post": {"summary": "It broke", "requestBody": {"$ref": "#/components/requestBodies/B"}}},
                "told": {"post": {"requestBody": {"content": {"text/plain": {}}}}}
            },
            "paths": {"/lamps": {"post": {"callbacks": {"switched": {"{$url}": {"post": {"requestBody": body("#/s")}}}}}}},
            "components": {"requestBodies": {"B": body("#/b")}}
        });
        let mut notes = Notes::default();
        apply(&mut document, &mut notes);
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        let keys: Vec<&str> = paths.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            ["/lamps", "/x-lorgnette-webhooks/0", "/x-lorgnette-webhooks/1"]
        );
        let broke = &paths["/x-lorgnette-webhooks/0"]["get"];
        assert_eq!(broke["x-lorgnette-webhook"], "lamp/broke");
        assert_eq!(broke["summary"], "It broke");
        assert_eq!(
            broke["responses"]["200"]["content"]["application/json"]["schema"]["$ref"],
            "#/b"
        );
        assert_eq!(paths["/lamps"], json!({"post": {}}));
        let places = [
            (
                "/paths/~1x-lorgnette-webhooks~10/get/summary",
                "/webhooks/lamp~1broke/post/summary",
            ),
            (
                "/paths/~1x-lorgnette-webhooks~10/get/responses/200/content/application~1json",
                "/components/requestBodies/B/content/application~1json",
            ),
            (
                "/paths/~1x-lorgnette-webhooks~11/get/responses/200/content",
                "/paths/~1lamps/post/callbacks/switched/{$url}/post/requestBody/content",
            ),
        ];
        for (now, before) in places {
            assert_eq!(notes.origins.of(now), before);
        }
        let left_out: Vec<&str> = notes.iter().map(|note| note.pointer.as_str()).collect();
        assert_eq!(left_out, ["/webhooks/told"]);
    }
}
