//! Removes the vendor's wording from a contract, which we may not be allowed to redistribute.
//!
//! Summaries, descriptions and comments are removed; names, types, enums, limits, examples and
//! defaults are kept, since those are facts. Texts that OpenAPI requires (the descriptions of
//! responses and OAuth scopes) become empty, so that the contract stays valid. The overlay adds
//! descriptions of our own.

use crate::document::Document;
use crate::load::grammar::{Kind, Slot};
use serde_json::Value;

/// Removes summaries and descriptions from a contract of any version.
pub fn drop_prose(document: &mut Document) {
    leave(document, Slot::One(Kind::Root));
}

/// The depth is bounded where documents are read.
fn leave(node: &mut Value, shape: Slot) {
    match node {
        Value::Object(map) => {
            if let Slot::One(kind) = shape {
                // A property called `description` is in a map of schemas, and those have shapes of
                // their own.
                map.retain(|key, value| {
                    !(is_prose(key) && (value.is_string() || value.is_null()) || is_prose_extension(key))
                });
                if kind == Kind::Response && !map.contains_key("$ref") {
                    map.insert("description".to_owned(), Value::String(String::new()));
                }
                if kind == Kind::SecurityScheme {
                    map.iter_mut().for_each(|(key, value)| leave_scopes(key, value));
                }
            }
            if !matches!(shape, Slot::Data | Slot::Mapping) {
                for (key, value) in map {
                    leave(value, shape.member(key));
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| leave(item, shape)),
        _ => {}
    }
}

fn is_prose(key: &str) -> bool {
    matches!(key, "summary" | "description" | "$comment")
}

/// Matches `x-enum-descriptions`, `x-summary` and similar extensions.
fn is_prose_extension(key: &str) -> bool {
    let Some(name) = key.strip_prefix("x-") else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    name.contains("description") || name.contains("summary")
}

/// The scopes of an OAuth flow: name to description.
fn leave_scopes(key: &str, value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        if key == "scopes" && value.is_string() {
            *value = Value::String(String::new());
        } else {
            leave_scopes(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_wording_leaves_and_facts_stay() {
        let mut document = json!({
            "openapi": "3.0.3",
            "info": {"title": "Lamps", "description": "w", "version": "1", "summary": "w"},
            "tags": [{"name": "lamps", "description": "w", "externalDocs": {"url": "u", "description": "w"}}],
            "servers": [{"url": "u", "description": "w", "variables": {"description": {"default": "d", "description": "w"}}}],
            "paths": {"/lamps": {"summary": "w", "get": {
                "operationId": "lamps", "summary": "w", "description": "w",
                "parameters": [{"name": "description", "in": "query", "description": "w", "schema": {"type": "integer", "maximum": 3}}],
                "responses": {"200": {"description": "w", "content": {"application/json": {
                    "example": {"description": "a fact"},
                    "examples": {"summary": {"summary": "w", "value": {"summary": "a fact"}}}}}},
                    "404": {"$ref": "#/components/responses/summary"}}
            }}},
            "components": {
                "responses": {"summary": {"description": "w"}},
                "schemas": {"description": {"type": "object", "description": "w", "$comment": "w", "title": "T", "required": ["description"],
                    "x-enum-descriptions": {"a": "w"}, "x-known-values": ["description"],
                    "properties": {"description": {"type": "string", "description": "w", "enum": ["summary"], "default": "summary"},
                        "summary": {"$ref": "#/components/schemas/description", "description": "w"}}}},
                "securitySchemes": {"o": {"type": "oauth2", "description": "w", "flows": {"implicit": {
                    "authorizationUrl": "u", "scopes": {"read": "w", "scopes": "w"}}}}}
            }
        });
        drop_prose(&mut document);
        assert_eq!(
            document,
            json!({
                "openapi": "3.0.3",
                "info": {"title": "Lamps", "version": "1"},
                "tags": [{"name": "lamps", "externalDocs": {"url": "u"}}],
                "servers": [{"url": "u", "variables": {"description": {"default": "d"}}}],
                "paths": {"/lamps": {"get": {
                    "operationId": "lamps",
                    "parameters": [{"name": "description", "in": "query", "schema": {"type": "integer", "maximum": 3}}],
                    "responses": {"200": {"description": "", "content": {"application/json": {
                        "example": {"description": "a fact"},
                        "examples": {"summary": {"value": {"summary": "a fact"}}}}}},
                        "404": {"$ref": "#/components/responses/summary"}}
                }}},
                "components": {
                    "responses": {"summary": {"description": ""}},
                    "schemas": {"description": {"type": "object", "title": "T", "required": ["description"],
                        "x-known-values": ["description"],
                        "properties": {"description": {"type": "string", "enum": ["summary"], "default": "summary"},
                            "summary": {"$ref": "#/components/schemas/description"}}}},
                    "securitySchemes": {"o": {"type": "oauth2", "flows": {"implicit": {
                        "authorizationUrl": "u", "scopes": {"read": "", "scopes": ""}}}}}
                }
            })
        );
    }
}
