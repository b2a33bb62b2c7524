//! A small model for tests.
#![allow(clippy::unwrap_used)]

use super::{Api, Shape};
use crate::lower::lower;
use serde_json::json;

/// An operation with a parameter, a body and a response; an object, an enum and a union.
pub(crate) fn api() -> Api {
    let lamp = json!({"$ref": "#/components/schemas/Lamp"});
    let document = json!({
        "info": {"version": "1"},
        "tags": [{"name": "lamps"}],
        "paths": {"/lamps/{id}": {"put": {
            "operationId": "put_lamp", "tags": ["lamps"],
            "parameters": [{"name": "id", "in": "path", "style": "simple", "required": true,
                "x-lorgnette-ident": "id", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": lamp}}},
            "responses": {"200": {"content": {"application/json": {"schema": lamp}}}}
        }}},
        "components": {"schemas": {
            "Lamp": {"type": "object", "properties": {
                "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}]},
                "either": {"allOf": [{"$ref": "#/components/schemas/Either"}]}
            }},
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Either": {"x-lorgnette-union": [
                {"schema": lamp}, {"schema": {"type": "string"}}
            ]}
        }}
    });
    let mut api = lower(&document, &crate::origins::Origins::default()).unwrap();
    api.tags[0].module = "lamps".to_string();
    api.operations[0].request = "PutLampRequest".to_string();
    for def in api.types.values_mut() {
        match &mut def.shape {
            Shape::Object(object) => {
                for member in &mut object.members {
                    member.field.clone_from(&member.wire);
                }
            }
            Shape::Enum(values) => {
                for value in &mut values.values {
                    value.variant = value.value.to_string();
                }
            }
            Shape::Union(union) => {
                for branch in &mut union.branches {
                    branch.variant = format!("{:?}", branch.ty.ty);
                }
            }
        }
    }
    api
}
