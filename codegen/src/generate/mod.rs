//! The generate station: progenitor and typify decide operations, parameters and types.
//!
//! The normalized document is projected onto what the engine takes, the engine runs, and its syntax tree is read back as
//! types of members, parameters, bodies and responses. This station knows the engine; nothing after it does.

mod engine;
pub mod projection;
pub mod shown;
pub mod type_expression;

use crate::diagnostics::{Error, Result, Station};
use crate::document::{self, Document};
use serde_json::Value;
use std::collections::HashMap;
pub use type_expression::{Place, TypeExpression};

/// The Rust types of everything in a normalized document.
#[derive(Debug, Default)]
pub struct Types {
    structs: HashMap<String, HashMap<String, TypeExpression>>,
    parameters: HashMap<String, HashMap<String, TypeExpression>>,
    bodies: HashMap<String, TypeExpression>,
}

/// Runs the engine on a normalized document.
///
/// # Errors
///
/// When the engine refuses a schema or an operation, or panics at it; the error names it.
pub fn generate(document: &Document) -> Result<Types> {
    let projection = projection::project(document);
    let output = engine::run(&projection).map_err(|error| {
        let pointer = engine::contract_pointer(document, &error.pointer);
        Error { pointer, ..error }
    })?;
    let mut types = Types {
        structs: output.structs,
        ..Types::default()
    };
    let mut signatures = output.operations;
    for (_, item) in projection["paths"].as_object().into_iter().flatten() {
        let Some(operation) = item.get("post").and_then(Value::as_object) else {
            continue;
        };
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(mut signature) = signatures.remove(id) else {
            let pointer = engine::contract_pointer(document, &format!("/operations/{id}"));
            return Err(Error::new(
                Station::Generate,
                pointer,
                format!("the engine made no method for operation {id}"),
            ));
        };
        // The schemas stand in the projected operation in the order body, success, error, as far as it has them.
        let slots = [
            ("/requestBody", signature.parameters.remove("body")),
            ("/responses/200", signature.success),
            ("/responses/400", signature.error),
        ];
        for (slot, ty) in slots {
            let schema = item["post"]
                .pointer(slot)
                .and_then(|carrier| carrier.pointer("/content/application~1json/schema"));
            if let (Some(schema), Some(ty)) = (schema, ty) {
                types.bodies.insert(schema.to_string(), ty);
            }
        }
        types.parameters.insert(id.to_string(), signature.parameters);
    }
    Ok(types)
}

impl Types {
    /// The type of a member of a component.
    ///
    /// # Errors
    ///
    /// When the engine made no such member.
    pub fn member(&self, component: &str, member: &str) -> Result<TypeExpression> {
        let found = self
            .structs
            .get(component)
            .and_then(|members| members.get(member));
        found.cloned().ok_or_else(|| {
            let pointer = document::child(&document::child("/components/schemas", component), member);
            Error::new(Station::Generate, pointer, "the engine made no such member")
        })
    }

    /// The type of a parameter of an operation.
    ///
    /// # Errors
    ///
    /// When the engine made no such parameter.
    pub fn parameter(&self, operation: &str, parameter: &str) -> Result<TypeExpression> {
        let found = self
            .parameters
            .get(operation)
            .and_then(|parameters| parameters.get(parameter));
        found.cloned().ok_or_else(|| {
            Error::new(
                Station::Generate,
                operation,
                format!("the engine made no parameter {parameter} for operation {operation}"),
            )
        })
    }

    /// The type of a body's or response's schema.
    ///
    /// # Errors
    ///
    /// When the engine was not shown such a schema.
    pub fn body(&self, schema: &Value, pointer: &str) -> Result<TypeExpression> {
        self.bodies
            .get(&projection::schema(schema).to_string())
            .cloned()
            .ok_or_else(|| {
                Error::new(
                    Station::Generate,
                    pointer,
                    "the engine made no type for this schema",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn document() -> Document {
        json!({
            "components": {"schemas": {
                "Agent": {"type": "object", "properties": {
                    "id": {"type": "string", "format": "uuid", "x-lorgnette-ident": "id"},
                    "type": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": true, "x-lorgnette-ident": "type_"},
                    "seen": {"type": "string", "format": "naive-date-time", "x-lorgnette-ident": "seen"},
                    "at": {"type": "string", "format": "date-time", "x-lorgnette-ident": "at"},
                    "key": {"type": "string", "format": "password", "x-lorgnette-ident": "key"},
                    "parent": {"$ref": "#/components/schemas/Agent", "x-lorgnette-ident": "parent"},
                    "tags": {"type": "object", "additionalProperties": {}, "x-lorgnette-ident": "tags"},
                    "marks": {"type": "array", "items": {"type": "number", "nullable": true}, "x-lorgnette-ident": "marks"}
                }},
                "Kind": {"type": "string", "enum": ["<", "<="], "x-lorgnette-variants": ["Less", "LessOrEqual"]}
            }},
            "paths": {"/agents/{id}": {"get": {
                "operationId": "agent",
                "parameters": [{"name": "id", "in": "path", "x-lorgnette-ident": "id", "schema": {"type": "integer", "format": "int64"}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Agent"}}}}},
                    "202": {"content": {"application/json": {"schema": {"type": "object", "additionalProperties": {"type": "boolean"}}}}},
                    "400": {"content": {"application/json": {"schema": {"type": "string"}}}},
                    "404": {"content": {"application/json": {"schema": {}}}}
                }
            }}}
        })
    }

    #[test]
    fn test_generate_gives_every_member_its_bare_type() {
        let types = generate(&document()).unwrap();
        let shown: Vec<String> = ["id", "type_", "seen", "at", "key", "parent", "tags", "marks"]
            .map(|member| types.member("Agent", member).unwrap().to_string())
            .into();
        assert_eq!(
            shown,
            [
                "Uuid",
                "Kind",
                "NaiveDateTime",
                "DateTime",
                "Secret",
                "Box<Agent>",
                "BTreeMap<String, Value>",
                "Vec<Option<f64>>"
            ]
        );
    }

    #[test]
    fn test_generate_types_parameters_and_every_response() {
        let document = document();
        let types = generate(&document).unwrap();
        assert_eq!(types.parameter("agent", "id").unwrap().to_string(), "i64");
        let operation = document::operations(&document).next().unwrap().operation;
        let shown: Vec<String> = projection::used_schemas(operation)
            .map(|schema| types.body(schema, "").unwrap().to_string())
            .collect();
        assert_eq!(shown, ["Vec<Agent>", "BTreeMap<String, bool>", "String", "Value"]);
    }

    #[test]
    fn test_generate_names_the_schema_when_the_engine_refuses() {
        let mut document = document();
        document["components"]["schemas"]["Broken"] = json!({"type": "object", "properties": {"x": {"$ref": "#/components/schemas/Nowhere", "x-lorgnette-ident": "x"}}});
        let error = generate(&document).unwrap_err();
        assert_eq!(
            (error.station, error.pointer.as_str()),
            (Station::Generate, "/components/schemas/Broken")
        );
    }
}
