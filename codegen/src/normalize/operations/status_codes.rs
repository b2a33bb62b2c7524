//! Makes `responses` a map from statuses (`200`, `4XX`, `default`) to response objects with a
//! description.
//!
//! Before:
//! ```yaml
//! responses: { "2xx": null, "404 Not Found": gone, "200, 201": {...}, "1XX": {...}, x-own: 1 }
//! ```
//! After:
//! ```yaml
//! responses: { "2XX": { description: "" }, "404": { description: gone }, "200": {...}, "201": {...} }
//! ```

use super::ledger::Ledger;
use super::places::{ORIGIN, kind, place};
use crate::diagnostics::Notes;
use crate::document::{Document, Object, child, for_each_operation};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("status_codes");
    for_each_operation(document, |at, _, _, operation| {
        let at = child(at, "responses");
        let given = match operation.get_mut("responses") {
            Some(Value::Object(responses)) => std::mem::take(responses),
            None | Some(Value::Null) => Map::new(),
            Some(other) => {
                let what = format!("the responses are dropped: they are {}", kind(other));
                ledger.omit(at.as_str(), what, "Responses must be an object keyed by status.");
                Map::new()
            }
        };
        let mut responses = Map::with_capacity(given.len());
        for (key, value) in given {
            if key.starts_with("x-") {
                continue;
            }
            add(&child(&at, &key), &key, value, &mut responses, &mut ledger);
        }
        operation.insert("responses".into(), responses.into());
    });
    ledger.write(notes);
}

fn add(at: &str, key: &str, value: Value, responses: &mut Object, ledger: &mut Ledger) {
    let statuses = statuses(key);
    if statuses.is_empty() {
        ledger.omit(
            at,
            format!("response {key:?} is dropped"),
            "That is not an HTTP status.",
        );
        return;
    }
    let mut response = response(at, value, ledger);
    if statuses != [key] {
        response.entry(ORIGIN).or_insert_with(|| at.into());
    }
    for status in statuses {
        if status.starts_with('1') && status != "101" {
            let pointer = place(&response, || at.to_string());
            let what = format!("response {status} is dropped");
            let why = "It announces a further response, and HTTP clients do not expose it.";
            ledger.add(pointer, what, why);
        } else if let Some(present) = responses.get(&status) {
            if present.as_object() != Some(&response) {
                ledger.omit(
                    at,
                    format!("response {key:?} is dropped"),
                    "There is already one of that status.",
                );
            }
        } else {
            responses.insert(status, Value::Object(response.clone()));
        }
    }
}

/// The statuses that a key of `responses` means.
fn statuses(key: &str) -> Vec<String> {
    let key = key.trim().to_ascii_lowercase();
    if key.contains([',', '|']) {
        return key.split([',', '|']).flat_map(statuses).collect();
    }
    let bytes = key.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let status = match key.as_str() {
        "default" | "0" | "error" | "errors" | "*" => "default".into(),
        "ok" | "success" => "200".into(),
        "created" => "201".into(),
        // 400-499
        _ if digits == 3 && bytes.get(3) == Some(&b'-') && key.ends_with("99") => format!("{}XX", &key[..1]),
        _ if digits == 3 && bytes[0] != b'0' => key[..3].into(),
        // 4xx, 4**, 40x
        _ if (1..3).contains(&digits) && (b'1'..=b'5').contains(&bytes[0]) => match bytes.get(digits) {
            Some(b'x' | b'*' | b'n') => format!("{}XX", &key[..1]),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    vec![status]
}

fn response(at: &str, value: Value, ledger: &mut Ledger) -> Object {
    let mut response = match value {
        Value::Object(response) => response,
        Value::String(description) => Map::from_iter([("description".to_string(), description.into())]),
        Value::Null => Map::new(),
        other => {
            let what = format!("the content of the response is dropped: it is {}", kind(&other));
            let why = "A response must be an object.";
            ledger.add(at, what, why);
            Map::new()
        }
    };
    if !matches!(response.get("description"), Some(Value::String(_))) {
        response.insert("description".into(), "".into());
    }
    if let Some(content) = response.get("content").filter(|content| !content.is_object()) {
        if !content.is_null() {
            let what = format!("the content of a response is dropped: it is {}", kind(content));
            let why = "Content must be an object keyed by media type.";
            ledger.add(place(&response, || at.to_string()), what, why);
        }
        response.shift_remove("content");
    }
    // As Swagger writes it.
    if let Some(schema @ Value::Object(_)) = response.shift_remove("schema")
        && !response.contains_key("content")
    {
        response.insert(
            "content".into(),
            json!({ "application/json": { "schema": schema } }),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_statuses_are_read_as_contracts_write_them() {
        for (key, expected) in [
            ("200", vec!["200"]),
            ("2xx", vec!["2XX"]),
            ("4XX", vec!["4XX"]),
            ("Default", vec!["default"]),
            ("200 OK", vec!["200"]),
            ("200, 201", vec!["200", "201"]),
            ("400-499", vec!["4XX"]),
            ("40x", vec!["4XX"]),
            ("success", vec!["200"]),
            ("7", vec![]),
            ("what", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(statuses(key), expected, "{key}");
        }
    }

    #[test]
    fn test_responses_become_objects_by_status() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"responses": {
                "2xx": null, "404 Not Found": "gone", "x-own": 1, "1XX": {}, "101": {}, "what": {},
                "default": {"description": 3, "schema": {"type": "string"}}, "500": {"content": []}, "501": 7
            }}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"],
            json!({
                "2XX": {"description": "", ORIGIN: "/paths/~1a/get/responses/2xx"},
                "404": {"description": "gone", ORIGIN: "/paths/~1a/get/responses/404 Not Found"},
                "101": {"description": ""},
                "default": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}},
                "500": {"description": ""}, "501": {"description": ""}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/get/responses/1XX response 1XX is dropped",
                "/paths/~1a/get/responses/what response \"what\" is dropped",
                "/paths/~1a/get/responses/500 the content of a response is dropped: it is a list",
                "/paths/~1a/get/responses/501 the content of the response is dropped: it is a number",
            ]
        );
    }

    #[test]
    fn test_responses_that_are_no_object_leave_an_empty_one() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {}, "put": {"responses": ["200"]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"],
            json!({"get": {"responses": {}}, "put": {"responses": {}}})
        );
        assert_eq!(
            notes,
            ["/paths/~1a/put/responses the responses are dropped: they are a list"]
        );
    }
}
