//! Makes the headers of responses objects with a schema, and drops `Content-Type`, which OpenAPI
//! ignores there.
//!
//! Before:
//! ```yaml
//! headers: { Content-Type: {...}, X-Total: { type: integer }, X-Rate: { content: { text/plain: { schema: {...} } } }, X-Odd: null }
//! ```
//! After:
//! ```yaml
//! headers: { X-Total: { schema: { type: integer } }, X-Rate: { schema: {...} }, X-Odd: { schema: { type: string } } }
//! ```

use super::parameter_schemas::schema_of;
use super::places::for_each_response;
use crate::diagnostics::Notes;
use crate::document::{Document, for_each_operation};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, _notes: &mut Notes) {
    for_each_operation(document, |at, _, _, operation| {
        for_each_response(at, operation, |_, _, response| {
            let Some(headers) = response.shift_remove("headers") else {
                return;
            };
            let Value::Object(headers) = headers else { return };
            let headers: Map<String, Value> = headers
                .into_iter()
                .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
                .map(|(name, header)| (name, with_schema(header)))
                .collect();
            if !headers.is_empty() {
                response.insert("headers".into(), headers.into());
            }
        });
    });
}

fn with_schema(header: Value) -> Value {
    let mut header = match header {
        Value::Object(header) => header,
        _ => Map::new(),
    };
    if !matches!(header.get("schema"), Some(Value::Object(_))) {
        let first = match header.shift_remove("content") {
            Some(Value::Object(content)) => content.into_iter().next(),
            _ => None,
        };
        let in_content =
            first.and_then(|(_, entry)| entry.get("schema").filter(|schema| schema.is_object()).cloned());
        let schema = in_content
            .or_else(|| schema_of(&mut header))
            .unwrap_or_else(|| json!({ "type": "string" }));
        header.insert("schema".into(), schema);
    }
    Value::Object(header)
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_headers_get_a_schema_and_content_type_goes() {
        let (document, _) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"responses": {
                "200": {"headers": {
                    "content-type": {}, "A": {"type": "integer"}, "B": {"content": {"text/plain": {"schema": {"type": "number"}}}},
                    "C": null, "D": {"schema": {"type": "boolean"}, "description": "d"}
                }},
                "400": {"headers": []}
            }}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"],
            json!({
                "200": {"headers": {
                    "A": {"schema": {"type": "integer"}}, "B": {"schema": {"type": "number"}}, "C": {"schema": {"type": "string"}},
                    "D": {"schema": {"type": "boolean"}, "description": "d"}
                }},
                "400": {}
            })
        );
    }
}
