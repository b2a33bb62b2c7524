//! What the engine is shown of a contract.
//!
//! progenitor and typify decide operations, parameters and types, yet refuse or panic at much of what contracts hold
//! (several response types, unions, enum values that mangle alike, parameter styles). The projection is a small OpenAPI
//! document in which every operation, parameter, member and response is there under its Rust name, and only with the
//! constructs that the engine takes: objects, arrays, maps, primitive types and references. Nothing is lost, since later stations take
//! all else (enum values, union tags, styles, limits, documentation) from the contract itself.
//!
//! Each of these holds by the conventions that normalize guarantees. This module knows nothing of Rust syntax.

use crate::document::{self, Document, Object};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// The member that stands for an object's additional properties.
pub const REST: &str = "additional_properties";

/// Projects a normalized document.
pub fn project(document: &Document) -> Document {
    let mut schemas = Map::new();
    for (name, schema) in component_schemas(document) {
        schemas.insert(name.clone(), component(schema));
    }
    let mut paths = Map::new();
    let mut known = HashSet::new();
    for place in document::operations(document) {
        let id = place
            .operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let (first, rest) = operation_projections(place.operation, &mut known);
        paths.insert(format!("/{id}"), json!({ "post": with_id(first, id) }));
        for (index, more) in rest.into_iter().enumerate() {
            let id = format!("{id}_more_{index}");
            paths.insert(format!("/{id}"), json!({ "post": with_id(more, &id) }));
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "projection", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// The component schemas of a document with their names.
pub fn component_schemas(document: &Document) -> impl Iterator<Item = (&String, &Value)> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The projection of a schema in use: no limits, documentation, defaults or top-level null.
pub fn schema(schema: &Value) -> Value {
    let mut projected = nested(schema);
    if let Some(object) = projected.as_object_mut() {
        object.remove("nullable");
    }
    projected
}

fn nested(schema: &Value) -> Value {
    let nullable = schema.get("nullable").and_then(Value::as_bool).unwrap_or(false);
    let mut projected = if let Some(reference) = reference(schema) {
        if nullable {
            json!({ "allOf": [{ "$ref": reference }] })
        } else {
            json!({ "$ref": reference })
        }
    } else {
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => {
                json!({ "type": "array", "items": nested(schema.get("items").unwrap_or(&Value::Null)) })
            }
            Some("object") => {
                let values = match schema.get("additionalProperties") {
                    Some(inner @ Value::Object(_)) => nested(inner),
                    _ => json!({}),
                };
                json!({ "type": "object", "additionalProperties": values })
            }
            Some("string") => string(schema.get("format").and_then(Value::as_str)),
            Some("integer") => {
                json!({ "type": "integer", "format": schema.get("format").unwrap_or(&json!("int64")) })
            }
            Some(primitive @ ("number" | "boolean")) => json!({ "type": primitive }),
            _ => json!({}),
        }
    };
    if nullable && let Some(object) = projected.as_object_mut() {
        object.insert("nullable".into(), true.into());
    }
    projected
}

fn string(format: Option<&str>) -> Value {
    match format {
        Some(format @ ("date-time" | "naive-date-time" | "date" | "uuid" | "binary" | "password")) => {
            json!({ "type": "string", "format": format })
        }
        _ => json!({ "type": "string" }),
    }
}

/// The `$ref` of a schema that is a reference, bare or wrapped to carry siblings.
pub fn reference(schema: &Value) -> Option<&str> {
    document::reference(schema).or_else(|| match schema.get("allOf")?.as_array()?.as_slice() {
        [only] => document::reference(only),
        _ => None,
    })
}

/// A component as an object whose members are all required, so that the engine says each member's bare type.
fn component(schema: &Value) -> Value {
    let mut properties = Map::new();
    if let Some(branches) = schema.get("x-lorgnette-union").and_then(Value::as_array) {
        for (index, branch) in branches.iter().enumerate() {
            properties.insert(
                branch_name(index),
                self::schema(branch.get("schema").unwrap_or(&Value::Null)),
            );
        }
    } else if schema.get("enum").is_some() {
        // An enum's values are no business of the engine: see `refine`.
        properties.insert("value".into(), json!({ "type": "string" }));
    } else {
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            properties.insert(member_name(name, property).to_string(), self::schema(property));
        }
        if let Some(rest) = rest_schema(schema) {
            properties.insert(
                rest_name(schema),
                json!({ "type": "object", "additionalProperties": nested(&rest) }),
            );
        }
    }
    let required: Vec<&String> = properties.keys().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// The Rust name of a member.
pub fn member_name<'s>(name: &'s str, property: &'s Value) -> &'s str {
    property
        .get("x-lorgnette-ident")
        .and_then(Value::as_str)
        .unwrap_or(name)
}

/// The projected name of a union's branch.
pub fn branch_name(index: usize) -> String {
    format!("branch{index}")
}

/// The schema of an object's additional properties, where it has a place for them.
pub fn rest_schema(schema: &Value) -> Option<Value> {
    match schema.get("additionalProperties")? {
        Value::Bool(true) => Some(json!({})),
        inner @ Value::Object(_) => Some(inner.clone()),
        _ => None,
    }
}

/// The Rust name of the member that holds additional properties; never that of a declared one.
pub fn rest_name(schema: &Value) -> String {
    let mut name = REST.to_string();
    let properties = schema.get("properties").and_then(Value::as_object);
    let taken = |name: &str| {
        properties
            .into_iter()
            .flatten()
            .any(|(key, property)| member_name(key, property) == name)
    };
    while taken(&name) {
        name.insert_str(0, "other_");
    }
    name
}

fn with_id(mut operation: Object, id: &str) -> Value {
    operation.insert("operationId".into(), id.into());
    Value::Object(operation)
}

/// One projected operation with the parameters, the first body, success and error type; and further ones for the types left.
fn operation_projections(operation: &Object, known: &mut HashSet<String>) -> (Object, Vec<Object>) {
    let parameters: Vec<Value> = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|parameter| {
            let name = parameter
                .get("x-lorgnette-ident")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let schema = self::schema(parameter.get("schema").unwrap_or(&Value::Null));
            json!({ "name": name, "in": "query", "required": true, "schema": schema })
        })
        .collect();
    let mut wanted = used_schemas(operation)
        .map(self::schema)
        .filter(|schema| known.insert(schema.to_string()));
    let mut operations = Vec::new();
    loop {
        let (body, success, error) = (wanted.next(), wanted.next(), wanted.next());
        let last = error.is_none();
        let mut projected = Map::new();
        if operations.is_empty() {
            projected.insert("parameters".into(), parameters.clone().into());
        }
        if let Some(schema) = body {
            projected.insert(
                "requestBody".into(),
                json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
            );
        }
        let mut responses = Map::new();
        for (status, schema) in [("200", success), ("400", error)] {
            if let Some(schema) = schema {
                let content = json!({ "application/json": { "schema": schema } });
                responses.insert(status.into(), json!({ "description": "", "content": content }));
            }
        }
        if responses.is_empty() {
            responses.insert("204".into(), json!({ "description": "" }));
        }
        projected.insert("responses".into(), responses.into());
        operations.push(projected);
        if last {
            let first = operations.remove(0);
            return (first, operations);
        }
    }
}

/// The schemas of an operation's bodies and responses, in order.
pub fn used_schemas(operation: &Object) -> impl Iterator<Item = &Value> {
    let body = operation.get("requestBody").into_iter();
    let responses = operation
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(_, response)| response);
    body.chain(responses)
        .filter_map(|carrier| carrier.get("content")?.as_object())
        .flatten()
        .filter_map(|(_, media_type)| media_type.get("schema"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_schema_drops_limits_and_top_level_null() {
        let shown = schema(
            &json!({"type": "integer", "format": "int64", "minimum": 1, "nullable": true, "default": 3}),
        );
        assert_eq!(shown, json!({"type": "integer", "format": "int64"}));
    }

    #[test]
    fn test_schema_keeps_null_inside_a_list() {
        let shown =
            schema(&json!({"type": "array", "items": {"type": "string", "nullable": true, "maxLength": 3}}));
        assert_eq!(
            shown,
            json!({"type": "array", "items": {"type": "string", "nullable": true}})
        );
    }

    #[test]
    fn test_component_shows_a_union_as_one_member_a_branch() {
        let shown = component(&json!({"x-lorgnette-union": [
            {"ident": "A", "schema": {"$ref": "#/components/schemas/A"}}, {"ident": "Text", "schema": {"type": "string"}}
        ]}));
        assert_eq!(
            shown["properties"],
            json!({"branch0": {"$ref": "#/components/schemas/A"}, "branch1": {"type": "string"}})
        );
    }

    #[test]
    fn test_project_spreads_types_over_operations_when_there_are_more_than_three() {
        let content = |ty: &str| json!({"content": {"application/json": {"schema": {"type": ty}}}});
        let document = json!({"paths": {"/x": {"get": {"operationId": "x", "responses": {
            "200": content("string"), "201": content("boolean"), "400": content("number"), "404": content("integer")
        }}}}});
        let projected = project(&document);
        let paths: Vec<&String> = projected["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(paths, ["/x", "/x_more_0"]);
    }
}
