//! Turns parameters that are written as Swagger writes bodies (`in: body`, `in: formData`) into a
//! request body.
//!
//! Before:
//! ```yaml
//! parameters:
//!   - { name: title, in: formData, required: true, schema: { type: string } }
//!   - { name: page, in: query }
//! ```
//! After:
//! ```yaml
//! parameters: [ { name: page, in: query } ]
//! requestBody: { required: true, content: { application/x-www-form-urlencoded: { schema:
//!   { type: object, properties: { title: { type: string } }, required: [title] } } } }
//! ```

use super::ledger::Ledger;
use super::parameter_schemas::schema_of;
use super::places::text;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, for_each_operation};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("body_parameters");
    for_each_operation(document, |at, _, _, operation| {
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let is_body = |parameter: &Value| matches!(parameter.text("in"), Some("body" | "formData"));
        if !parameters.iter().any(is_body) {
            return;
        }
        let (bodies, rest): (Vec<Value>, Vec<Value>) =
            std::mem::take(parameters).into_iter().partition(is_body);
        *parameters = rest;
        if operation.get("requestBody").is_some_and(Value::is_object) {
            let why = "The operation already has a request body.";
            ledger.omit(
                child(at, "parameters"),
                "parameters in body and formData are dropped",
                why,
            );
            return;
        }
        let why = "OpenAPI 3.0 has no parameters in the body.";
        ledger.add(
            child(at, "parameters"),
            "parameters in body and formData make the request body",
            why,
        );
        operation.insert("requestBody".into(), body(bodies));
    });
    ledger.write(notes);
}

fn body(parameters: Vec<Value>) -> Value {
    let parameters = parameters.into_iter().filter_map(|parameter| match parameter {
        Value::Object(parameter) => Some(parameter),
        _ => None,
    });
    let (mut properties, mut required, mut files) = (Map::new(), Vec::new(), false);
    for mut parameter in parameters {
        let is_required = parameter.flag("required");
        if text(&parameter, "in") == "body" {
            let schema = parameter.remove("schema").unwrap_or_else(|| json!({}));
            return json!({ "required": is_required, "content": { "application/json": { "schema": schema } } });
        }
        let name = text(&parameter, "name").to_string();
        let mut schema = parameter
            .remove("schema")
            .or_else(|| schema_of(&mut parameter))
            .unwrap_or_else(|| json!({ "type": "string" }));
        files |= mend_file(&mut schema);
        if let (Some(object), Some(description)) = (schema.as_object_mut(), parameter.remove("description")) {
            object.entry("description").or_insert(description);
        }
        if is_required {
            required.push(Value::from(name.as_str()));
        }
        properties.insert(name, schema);
    }
    let media_type = if files {
        "multipart/form-data"
    } else {
        "application/x-www-form-urlencoded"
    };
    let mut schema: Object = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    let is_required = !required.is_empty();
    if is_required {
        schema.insert("required".into(), required.into());
    }
    json!({ "required": is_required, "content": { media_type: { "schema": schema } } })
}

/// Whether the schema is that of a file; Swagger's `type: file` becomes binary text.
fn mend_file(schema: &mut Value) -> bool {
    if schema.text("type") == Some("file") {
        *schema = json!({ "type": "string", "format": "binary" });
    }
    schema.text("format") == Some("binary")
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    #[test]
    fn test_form_data_parameters_become_a_form_body() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"post": {"parameters": [
                {"name": "title", "in": "formData", "required": true, "type": "string", "description": "Its title"},
                {"name": "page", "in": "query"},
                {"name": "scan", "in": "formData", "type": "file"}
            ]}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["post"],
            json!({
                "parameters": [{"name": "page", "in": "query"}],
                "requestBody": {"required": true, "content": {"multipart/form-data": {"schema": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string", "description": "Its title"}, "scan": {"type": "string", "format": "binary"}
                    },
                    "required": ["title"]
                }}}}
            })
        );
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_body_parameter_becomes_a_json_body_unless_there_is_one() {
        let parameters = json!([{"name": "b", "in": "body", "schema": {"type": "integer"}}]);
        let (document, _) = run_infallible(
            apply,
            json!({"paths": {"/a": {
                "post": {"parameters": parameters}, "put": {"parameters": parameters, "requestBody": {"content": {}}}
            }}}),
        );
        let item = &document["paths"]["/a"];
        assert_eq!(
            item["post"]["requestBody"]["content"]["application/json"]["schema"]["type"],
            "integer"
        );
        assert_eq!(
            item["put"],
            json!({"parameters": [], "requestBody": {"content": {}}})
        );
    }
}
