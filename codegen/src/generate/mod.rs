//! The generate stage: progenitor and typify decide the types of members, parameters, bodies and
//! responses.
//!
//! The model is projected onto what the engine supports, and the engine's type space is read as
//! data. No other stage calls the engine.

mod engine;
mod projection;
pub mod type_expression;

use crate::diagnostics::{Error, Result, Station};
use crate::document;
use crate::ir::{Api, TypeRef};
pub use engine::Types;
pub use projection::branch_name;
pub use type_expression::{Place, TypeExpression};

/// Runs the engine on an API.
///
/// # Errors
///
/// When the engine refuses a type or panics at it; the error names its place.
pub fn generate(api: &Api) -> Result<Types> {
    engine::run(&projection::project(api))
}

impl Types {
    /// The type of a member of a type.
    ///
    /// # Errors
    ///
    /// When the engine created no such member.
    pub fn member(&self, name: &str, member: &str) -> Result<TypeExpression> {
        let found = self.members.get(name).and_then(|members| members.get(member));
        found.cloned().ok_or_else(|| {
            let pointer = document::child(&document::child("/components/schemas", name), member);
            Error::new(Station::Generate, pointer, "the engine created no such member")
        })
    }

    /// The type of a parameter, body or response whose place is `pointer`.
    ///
    /// # Errors
    ///
    /// When no operation of the API uses it.
    pub fn used(&self, used: &TypeRef, pointer: &str) -> Result<TypeExpression> {
        let found = self.used.get(&used.ty);
        found
            .cloned()
            .ok_or_else(|| Error::new(Station::Generate, pointer, "the engine created no type for this"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ir::Response;
    use crate::lower::lower;
    use crate::origins::Origins;
    use serde_json::{Value, json};

    /// The model of a document, with names for its fields.
    fn named(document: &Value) -> Api {
        let mut api = lower(document, &Origins::default()).unwrap();
        crate::names::fields::apply(&mut api, &crate::names::published::Published::default());
        api
    }

    fn document() -> Value {
        json!({
            "components": {"schemas": {
                "Agent": {"type": "object", "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "type": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": true},
                    "seen": {"type": "string", "format": "naive-date-time"},
                    "at": {"type": "string", "format": "date-time"},
                    "key": {"type": "string", "format": "password"},
                    "parent": {"$ref": "#/components/schemas/Agent"},
                    "tags": {"type": "object", "additionalProperties": {}},
                    "marks": {"type": "array", "items": {"type": "number", "nullable": true}}
                }},
                "Kind": {"type": "string", "enum": ["<", "<="]}
            }},
            "paths": {"/agents/{id}": {"get": {
                "operationId": "agent",
                "parameters": [{"name": "id", "in": "path", "schema": {"type": "integer", "format": "int64"}}],
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
        let types = generate(&named(&document())).unwrap();
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
        let api = named(&document());
        let types = generate(&api).unwrap();
        let operation = &api.operations[0];
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        let responses = operation.responses.iter().flat_map(Response::uses);
        let shown: Vec<String> = parameters
            .chain(responses)
            .map(|used| types.used(used, "").unwrap().to_string())
            .collect();
        assert_eq!(
            shown,
            ["i64", "Vec<Agent>", "BTreeMap<String, bool>", "String", "Value"]
        );
    }

    #[test]
    fn test_generate_names_the_schema_when_the_engine_refuses() {
        let mut document = document();
        document["components"]["schemas"]["Broken"] =
            json!({"type": "object", "properties": {"x": {"$ref": "#/components/schemas/Nowhere"}}});
        let error = generate(&named(&document)).unwrap_err();
        assert_eq!(
            (error.station, error.pointer.as_str()),
            (Station::Generate, "/components/schemas/Broken")
        );
    }

    #[test]
    fn test_generate_names_the_use_when_the_engine_refuses() {
        let mut document = document();
        document["paths"]["/agents/{id}"]["get"]["responses"]["404"]["content"]["application/json"]["schema"] =
            json!({"$ref": "#/components/schemas/Nowhere"});
        let error = generate(&named(&document)).unwrap_err();
        assert_eq!(
            error.pointer,
            "/paths/~1agents~1{id}/get/responses/404/content/application~1json"
        );
    }
}
