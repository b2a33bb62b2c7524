//! Before and after, for each construct of Swagger 2.0.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use crate::diagnostics::Notes;
use serde_json::{Value, json};

fn upgraded(document: Value) -> (Value, Vec<String>) {
    let mut notes = Notes::default();
    let document = crate::upgrade::upgrade(document, &mut notes).unwrap();
    (
        document,
        notes
            .iter()
            .map(|note| format!("{}: {}", note.pointer, note.what))
            .collect(),
    )
}

/// The result for the operation `POST /a` of a document with these other members.
fn operation(operation: Value, more: Value) -> Value {
    let mut document = json!({"swagger": "2.0", "paths": {"/a": {"post": operation}}});
    let (Value::Object(root), Value::Object(more)) = (&mut document, more) else {
        return Value::Null;
    };
    root.extend(more);
    let (mut document, notes) = upgraded(document);
    assert_eq!(notes, Vec::<String>::new());
    document["paths"]["/a"]["post"].take()
}

fn parameter(parameter: Value) -> Value {
    operation(json!({"parameters": [parameter], "responses": {}}), json!({}))["parameters"][0].take()
}

#[test]
fn test_document_keeps_its_order_and_everything_unknown() {
    let (document, _) = upgraded(json!({
        "swagger": "2.0", "info": {"title": "t", "x-a": 1}, "x-quirks": ["q"], "host": "h", "basePath": "/b", "schemes": ["https"],
        "consumes": ["application/json"], "produces": ["application/json"], "tags": [{"name": "z"}],
        "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "K", "x-k": 1}}, "security": [{"k": []}],
        "paths": {"/z": {"x-path": 1, "get": {"x-op": {"$ref": "kept"}, "operationId": "z", "responses": {"200": {"description": "d", "x-r": 1}}, "unknown": 2}},
                  "/a": {"get": {"responses": {"default": {"$ref": "#/responses/E"}}}}, "x-paths": 1},
        "parameters": {"P": {"name": "p", "in": "query", "type": "string"}},
        "definitions": {"Z": {"type": "object", "properties": {"z": {"$ref": "#/definitions/A"}, "a": {"type": "string", "x-any": {"$ref": "#/definitions/A"}}}}, "A": {"type": "string"}},
        "responses": {"E": {"description": "e", "schema": {"$ref": "#/definitions/Z"}}}, "unknown": 1
    }));
    let expected = json!({
        "openapi": "3.0.3", "info": {"title": "t", "x-a": 1}, "x-quirks": ["q"], "servers": [{"url": "https://h/b"}],
        "tags": [{"name": "z"}],
        "components": {
            "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K", "x-k": 1}},
            "parameters": {"P": {"name": "p", "in": "query", "schema": {"type": "string"}}},
            "schemas": {"Z": {"type": "object", "properties": {"z": {"$ref": "#/components/schemas/A"}, "a": {"type": "string", "x-any": {"$ref": "#/definitions/A"}}}}, "A": {"type": "string"}},
            "responses": {"E": {"description": "e", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Z"}}}}}
        },
        "security": [{"k": []}],
        "paths": {"/z": {"x-path": 1, "get": {"x-op": {"$ref": "kept"}, "operationId": "z", "responses": {"200": {"description": "d", "x-r": 1}}, "unknown": 2}},
                  "/a": {"get": {"responses": {"default": {"$ref": "#/components/responses/E"}}}}, "x-paths": 1},
        "unknown": 1
    });
    assert_eq!(document.to_string(), expected.to_string());
}

#[test]
fn test_lists_get_a_style() {
    let styled = |format: Option<&str>, place: &str| {
        let mut list = json!({"name": "a", "in": place, "type": "array", "items": {"type": "string"}});
        if let Some(format) = format {
            list["collectionFormat"] = json!(format);
        }
        let upgraded = parameter(list);
        assert_eq!(
            upgraded["schema"],
            json!({"type": "array", "items": {"type": "string"}})
        );
        assert_eq!(upgraded.get("collectionFormat"), None);
        (
            upgraded["style"].as_str().unwrap().to_owned(),
            upgraded["explode"].as_bool().unwrap(),
        )
    };
    let style = |name: &str, explode: bool| (name.to_owned(), explode);
    assert_eq!(styled(None, "query"), style("form", false));
    assert_eq!(styled(Some("csv"), "query"), style("form", false));
    assert_eq!(styled(Some("multi"), "query"), style("form", true));
    assert_eq!(styled(Some("ssv"), "query"), style("spaceDelimited", false));
    assert_eq!(styled(Some("pipes"), "query"), style("pipeDelimited", false));
    assert_eq!(styled(Some("csv"), "path"), style("simple", false));
    assert_eq!(styled(None, "header"), style("simple", false));
}

#[test]
fn test_tabs_between_items_are_kept_as_an_extension_with_a_note() {
    let list = json!({"name": "a", "in": "query", "type": "array", "items": {"type": "array", "items": {}, "collectionFormat": "pipes"}, "collectionFormat": "tsv"});
    let (document, notes) = upgraded(json!({"swagger": "2.0", "paths": {"/a": {"parameters": [list]}}}));
    assert_eq!(
        document["paths"]["/a"]["parameters"][0],
        json!({
            "name": "a", "in": "query",
            "schema": {"type": "array", "items": {"type": "array", "items": {}}},
            "style": "form", "explode": false, "x-lorgnette-nested": "|", "x-collection-format": "tsv"
        })
    );
    assert_eq!(
        notes,
        ["/paths/~1a/parameters/0: The list \"a\" is sent with commas, but the contract says \"tsv\"."]
    );
}

#[test]
fn test_what_describes_a_value_moves_into_its_schema() {
    assert_eq!(
        parameter(json!({
            "name": "a", "in": "query", "description": "d", "required": true, "type": "integer", "format": "int32",
            "default": 1, "enum": [1, 2], "maximum": 3, "exclusiveMaximum": true, "allowEmptyValue": true, "x-any": 1, "x-nullable": true
        })),
        json!({
            "name": "a", "in": "query", "description": "d", "required": true,
            "schema": {"type": "integer", "format": "int32", "default": 1, "enum": [1, 2], "maximum": 3, "exclusiveMaximum": true, "x-any": 1, "nullable": true},
            "allowEmptyValue": true, "x-any": 1
        })
    );
}

#[test]
fn test_body_becomes_a_request_body_in_each_media_type() {
    let body = json!({"name": "pet", "in": "body", "description": "d", "required": true, "x-b": 1, "schema": {"$ref": "#/definitions/P"}});
    let found = operation(
        json!({"consumes": ["application/json", "text/xml"], "parameters": [{"$ref": "#/parameters/B"}, {"name": "q", "in": "query", "type": "string"}], "responses": {}}),
        json!({"consumes": ["text/plain"], "parameters": {"B": body}, "definitions": {"P": {"type": "object"}}}),
    );
    let entry = json!({"schema": {"$ref": "#/components/schemas/P"}});
    assert_eq!(
        found,
        json!({
            "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
            "requestBody": {
                "x-body-name": "pet", "description": "d", "required": true, "x-b": 1,
                "content": {"application/json": entry, "text/xml": entry}
            },
            "responses": {}
        })
    );
}

#[test]
fn test_form_becomes_an_object() {
    let found = operation(
        json!({"parameters": [
            {"name": "a", "in": "formData", "type": "string", "required": true, "description": "d", "x-a": 1},
            {"name": "b", "in": "formData", "type": "array", "items": {"type": "integer"}, "collectionFormat": "multi"}
        ], "responses": {}}),
        json!({}),
    );
    assert_eq!(
        found["requestBody"],
        json!({
            "content": {"application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"a": {"type": "string", "x-a": 1, "description": "d"}, "b": {"type": "array", "items": {"type": "integer"}}},
                    "required": ["a"]
                },
                "encoding": {"b": {"style": "form", "explode": true}}
            }},
            "required": true
        })
    );
}

#[test]
fn test_files_are_multipart() {
    let found = operation(
        json!({"consumes": ["application/x-www-form-urlencoded", "multipart/form-data"], "parameters": [
            {"name": "f", "in": "formData", "type": "file"}, {"name": "g", "in": "formdata", "type": "array", "items": {"type": "file"}}
        ], "responses": {}}),
        json!({}),
    );
    assert_eq!(
        found["requestBody"],
        json!({
            "content": {"multipart/form-data": {"schema": {"type": "object", "properties": {
                "f": {"type": "string", "format": "binary"}, "g": {"type": "array", "items": {"type": "string", "format": "binary"}}
            }}}},
            "required": false
        })
    );
}

#[test]
fn test_body_of_a_path_goes_to_each_operation_without_its_own() {
    let body = |name: &str| json!({"name": name, "in": "body", "schema": {"type": "string"}});
    let (document, _) = upgraded(json!({"swagger": "2.0", "paths": {"/{a}": {
        "parameters": [body("shared"), {"name": "a", "in": "path", "required": true, "type": "string"}],
        "put": {"responses": {}}, "post": {"parameters": [body("own")], "responses": {}}
    }}}));
    let item = &document["paths"]["/{a}"];
    assert_eq!(
        item["parameters"],
        json!([{"name": "a", "in": "path", "required": true, "schema": {"type": "string"}}])
    );
    assert_eq!(item["put"]["requestBody"]["x-body-name"], "shared");
    assert_eq!(item["post"]["requestBody"]["x-body-name"], "own");
    assert_eq!(item["post"].get("parameters"), None);
}

#[test]
fn test_responses_get_content_in_each_media_type() {
    let found = operation(
        json!({"produces": ["application/json", "text/csv"], "responses": {
            "200": {"description": "d", "schema": {"type": "string"}, "examples": {"application/json": {"$ref": "data"}, "text/html": "x"},
                    "headers": {"X-A": {"type": "array", "items": {"type": "integer"}, "description": "h", "x-h": 1}}, "x-r": 1},
            "204": {"description": "none"},
            "400": {"$ref": "#/responses/E"}, "x-any": {"schema": 1}
        }}),
        json!({"produces": ["text/plain"], "responses": {"E": {"schema": {"type": "string"}}}}),
    );
    let text = json!({"schema": {"type": "string"}});
    assert_eq!(
        found["responses"],
        json!({
            "200": {
                "description": "d",
                "content": {"application/json": {"schema": {"type": "string"}, "example": {"$ref": "data"}}, "text/csv": text},
                "headers": {"X-A": {"schema": {"type": "array", "items": {"type": "integer"}, "x-h": 1}, "description": "h", "x-h": 1, "style": "simple", "explode": false}},
                "x-r": 1, "x-examples": {"text/html": "x"}
            },
            "204": {"description": "none"},
            "400": {"content": {"application/json": text, "text/csv": text}, "description": ""},
            "x-any": {"schema": 1}
        })
    );
}

#[test]
fn test_files_in_responses_are_binary() {
    let file = json!({"200": {"description": "", "schema": {"type": "file"}}});
    let content = |produces: Value| {
        operation(json!({"responses": file}), json!({"produces": produces}))["responses"]["200"]["content"]
            .take()
    };
    let binary = json!({"schema": {"type": "string", "format": "binary"}});
    assert_eq!(content(json!([])), json!({"application/octet-stream": binary}));
    assert_eq!(
        content(json!(["application/json"])),
        json!({"application/octet-stream": binary})
    );
    assert_eq!(content(json!(["image/png"])), json!({"image/png": binary}));
}

#[test]
fn test_security_definitions_become_schemes() {
    let (document, _) = upgraded(json!({"swagger": "2.0", "paths": {}, "securityDefinitions": {
        "b": {"type": "basic", "description": "d"},
        "o": {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "a", "tokenUrl": "t", "scopes": {"s": "x"}, "x-o": 1},
        "c": {"type": "oauth2", "flow": "application", "tokenUrl": "t"}
    }}));
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({
            "b": {"type": "http", "description": "d", "scheme": "basic"},
            "o": {"type": "oauth2", "x-o": 1, "flows": {"authorizationCode": {"authorizationUrl": "a", "tokenUrl": "t", "scopes": {"s": "x"}}}},
            "c": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "t", "scopes": {}}}}
        })
    );
}

#[test]
fn test_discriminator_becomes_an_object() {
    let (document, _) = upgraded(json!({"swagger": "2.0", "paths": {}, "definitions": {
        "Pet": {"type": "object", "discriminator": "kind", "properties": {"kind": {"type": "string"}}},
        "Cat": {"allOf": [{"$ref": "#/definitions/Pet"}], "x-discriminator-value": "cat"},
        "Dog": {"allOf": [{"$ref": "#/definitions/Pet"}], "x-ms-discriminator-value": "dog"},
        "Tree": {"properties": {"discriminator": {"type": "string"}}}
    }}));
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["Pet"]["discriminator"],
        json!({"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}})
    );
    assert_eq!(
        schemas["Tree"],
        json!({"properties": {"discriminator": {"type": "string"}}})
    );
}

#[test]
fn test_reference_into_an_operation_survives_the_move() {
    let (document, _) = upgraded(json!({"swagger": "2.0", "paths": {"/a": {"get": {"responses": {
        "200": {"description": "", "schema": {"type": "object", "x-nullable": true}},
        "201": {"description": "", "schema": {"$ref": "#/paths/~1a/get/responses/200/schema"}}
    }}}}}));
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/a.get.200"}}});
    assert_eq!(
        document["paths"]["/a"]["get"]["responses"]["200"]["content"],
        content
    );
    assert_eq!(
        document["paths"]["/a"]["get"]["responses"]["201"]["content"],
        content
    );
    assert_eq!(
        document["components"]["schemas"],
        json!({"a.get.200": {"type": "object", "nullable": true}})
    );
}

#[test]
fn test_invalid_yet_common_input_is_taken() {
    let found = operation(
        json!({"consumes": "application/json", "schemes": ["http"], "parameters": [
            {"name": "b", "in": "body", "type": "string"}, {"name": "t", "in": "query", "type": ["string", "null"]}, "junk", {"in": "query"}
        ]}),
        json!({"host": "h"}),
    );
    assert_eq!(
        found,
        json!({
            "servers": [{"url": "http://h"}],
            "parameters": [{"name": "t", "in": "query", "schema": {"type": "string", "nullable": true}}, "junk", {"in": "query", "schema": {}}],
            "requestBody": {"x-body-name": "b", "content": {"application/json": {"schema": {"type": "string"}}}},
            "responses": {}
        })
    );
    let mut notes = Notes::default();
    for paths in [
        json!([]),
        json!({"/a": null, "/b": {"get": 1, "post": {"responses": [], "parameters": {}}}}),
    ] {
        assert!(
            crate::upgrade::upgrade(
                json!({"swagger": "2.0", "paths": paths, "definitions": []}),
                &mut notes
            )
            .is_ok()
        );
    }
}
