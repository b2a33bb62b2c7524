//! Tests with contracts of each version, read in their own terms.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use serde_json::json;

#[test]
fn test_operations_take_what_their_path_items_say() {
    let documents = Documents::of(json!({
        "openapi": "3.0.3", "security": [{"b": [], "a": []}, {}],
        "paths": {
            "/a": {"$ref": "#/components/pathItems/A", "parameters": [{"name": "q", "in": "query"}], "x-more": {}},
            "x-paths": {"get": {}}
        },
        "components": {
            "pathItems": {"A": {
                "servers": [{"url": "https://{x}.example", "variables": {"x": {"default": "eu"}}}],
                "parameters": [{"$ref": "#/components/parameters/Q"}, {"name": "Accept", "in": "header"}],
                "get": {"responses": {"2xx": {}, "200 OK": {}, "default": {"$ref": "#/nowhere"}}}
            }},
            "parameters": {"Q": {"name": "q", "in": "query", "required": true}}
        }
    }));
    let declared = Declared::of(&documents);
    assert_eq!(declared.operations.len(), 1);
    let operation = &declared.operations[0];
    assert_eq!((operation.method.as_str(), operation.path), ("GET", "/a"));
    assert_eq!(operation.parameters.len(), 1);
    assert!(!operation.parameters[0].required && operation.parameters[0].explode);
    assert_eq!(operation.servers[0].address, "https://eu.example");
    let schemes: Vec<_> = operation
        .security
        .iter()
        .map(|(schemes, _)| schemes.clone())
        .collect();
    assert_eq!(schemes, [vec!["a", "b"], vec![]]);
    let statuses: Vec<&str> = operation.responses.iter().map(|it| it.status.as_str()).collect();
    assert_eq!(statuses, ["2XX"]);
}

#[test]
fn test_operations_of_openapi_3_2_have_any_method_and_streams() {
    let documents = Documents::of(json!({"openapi": "3.2.0", "paths": {"/a": {
        "query": {"responses": {"200": {"content": {"application/jsonl": {"$ref": "#/components/mediaTypes/M"}}}}},
        "additionalOperations": {"COPY": {}}
    }}, "components": {"mediaTypes": {"M": {"itemSchema": {"type": "string"}}}}}));
    let declared = Declared::of(&documents);
    let methods: Vec<&str> = declared.operations.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["QUERY", "COPY"]);
    let content = &declared.operations[0].responses[0].contents[0];
    assert!(content.is_streamed && content.schema.is_some());
}

#[test]
fn test_swagger_has_bodies_by_consumes_and_servers_by_host() {
    let documents = Documents::of(json!({
        "swagger": "2.0", "host": "h", "basePath": "v1/", "schemes": ["http", "https"], "produces": ["text/csv"],
        "paths": {"/a": {
            "post": {"parameters": [{"in": "body", "name": "b", "schema": {}}], "responses": {"200": {"schema": {}}, "201": {}}},
            "put": {"consumes": ["application/json", "multipart/form-data"], "parameters": [
                {"in": "formData", "name": "f", "type": "file"}
            ], "responses": {"200": {"schema": {"type": "file"}}}}
        }}
    }));
    let declared = Declared::of(&documents);
    assert_eq!(declared.servers[0].address, "https://h/v1");
    let media = |contents: &[DeclaredContent<'_>]| -> Vec<String> {
        contents
            .iter()
            .map(|content| content.media_type.to_string())
            .collect()
    };
    let [post, put] = declared.operations.as_slice() else {
        panic!("two operations: {:?}", declared.operations)
    };
    assert_eq!(media(&post.body.as_ref().unwrap().contents), ["application/json"]);
    assert_eq!(media(&post.responses[0].contents), ["text/csv"]);
    assert!(post.responses[1].contents.is_empty());
    assert_eq!(
        media(&put.body.as_ref().unwrap().contents),
        ["multipart/form-data"]
    );
}
