//! A small model for tests.
#![allow(clippy::unwrap_used)]

use super::Api;
use crate::lower::lower;
use serde_json::json;

/// An operation with a parameter, a body and a response; an object, an enum and a union.
pub(crate) fn api() -> Api {
    let lamp = json!({"$ref": "#/components/schemas/Lamp"});
    let document = json!({
        "info": {"version": "1"},
        "tags": [{"name": "lamps", "x-lorgnette-module": "lamps"}],
        "paths": {"/lamps/{id}": {"put": {
            "operationId": "put_lamp", "tags": ["lamps"],
            "parameters": [{"name": "id", "in": "path", "style": "simple", "required": true,
                "x-lorgnette-ident": "id", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": lamp}}},
            "responses": {"200": {"content": {"application/json": {"schema": lamp}}}}
        }}},
        "components": {"schemas": {
            "Lamp": {"type": "object", "properties": {
                "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "x-lorgnette-ident": "kind"},
                "either": {"allOf": [{"$ref": "#/components/schemas/Either"}], "x-lorgnette-ident": "either"}
            }},
            "Kind": {"type": "string", "enum": ["a", "b"], "x-lorgnette-variants": ["A", "B"]},
            "Either": {"x-lorgnette-union": [
                {"ident": "Lamp", "schema": lamp}, {"ident": "Text", "schema": {"type": "string"}}
            ]}
        }}
    });
    lower(&document, &crate::origins::Origins::default()).unwrap()
}
