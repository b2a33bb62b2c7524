//! Inlines the `$ref`s of parameters, request bodies, responses and headers, wherever they lead,
//! and then drops the shared components. A schema in a shared component that needs a name is not
//! copied but becomes a component schema.
//!
//! Before:
//! ```yaml
//! paths: { /lamps: { get: { parameters: [ { $ref: "#/components/parameters/Order" } ] } } }
//! components: { parameters: { Order: { name: order, in: query, schema: { type: string, enum: [up, down] } } } }
//! ```
//! After:
//! ```yaml
//! paths: { /lamps: { get: { parameters: [ { name: order, in: query, schema: { $ref: "#/components/schemas/Order" },
//!   x-lorgnette-origin: /components/parameters/Order } ] } } }
//! components: { schemas: { Order: { type: string, enum: [up, down], x-lorgnette-origin: ... } } }
//! ```

use super::ledger::Ledger;
use super::places::ORIGIN;
use super::{component_names, references};
use crate::diagnostics::{Notes, Result};
use crate::document::{Document, METHODS, Node, Object, child, reference, schema_reference};
use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// The sections of the components that nothing refers to after this pass.
const SECTIONS: [&str; 7] = [
    "parameters",
    "requestBodies",
    "responses",
    "headers",
    "links",
    "callbacks",
    "pathItems",
];

/// The target of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum RefKind {
    Parameter,
    Body,
    Response,
    Header,
}

impl RefKind {
    fn word(self) -> &'static str {
        match self {
            RefKind::Parameter => "parameter",
            RefKind::Body => "request body",
            RefKind::Response => "response",
            RefKind::Header => "header",
        }
    }

    /// The suffix that distinguishes a schema of this kind from another of the same name.
    fn suffix(self) -> &'static str {
        match self {
            RefKind::Parameter => "Parameter",
            RefKind::Body => "Body",
            RefKind::Response => "Response",
            RefKind::Header => "Header",
        }
    }
}

/// Runs the pass.
///
/// # Errors
///
/// When a reference cannot be resolved or is circular.
pub fn apply(document: &mut Document, notes: &mut Notes) -> Result<()> {
    let mut ledger = Ledger::new("shared_components");
    let mut wanted: IndexMap<(RefKind, String), String> = IndexMap::new();
    visit_carriers(document, &mut |kind, at, node| {
        if let Some(target) = reference(node) {
            wanted
                .entry((kind, target.to_string()))
                .or_insert_with(|| at.to_string());
        }
    });
    let mut resolved = IndexMap::with_capacity(wanted.len());
    for ((kind, target), at) in wanted {
        let value = resolve(document, kind, &target, &at, &mut ledger)?;
        resolved.insert((kind, target), value);
    }
    name_schemas(document, &mut resolved);
    visit_carriers(document, &mut |kind, _, node| {
        let Some(target) = reference(node) else { return };
        let mut value = match resolved.get(&(kind, target.to_string())) {
            Some(Value::Object(value)) => value.clone(),
            // Empty results are removed from their list.
            Some(nothing) => {
                *node = nothing.clone();
                return;
            }
            None => return,
        };
        for member in ["description", "summary"] {
            if let Some(nearer @ Value::String(_)) = node.get(member) {
                value.insert(member.into(), nearer.clone());
            }
        }
        *node = Value::Object(value);
    });
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|section, _| !SECTIONS.contains(&section.as_str()));
    }
    ledger.write(notes);
    Ok(())
}

/// Calls `visit` with everything in the paths that may be a reference: kind, place and node.
/// Headers of inline responses are included.
fn visit_carriers(document: &mut Document, visit: &mut impl FnMut(RefKind, &str, &mut Value)) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let at = child("/paths", path);
        visit_parameters(&at, item, visit);
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let at = child(&at, method);
            visit_parameters(&at, operation, visit);
            if let Some(body) = operation.get_mut("requestBody") {
                visit(RefKind::Body, &child(&at, "requestBody"), body);
            }
            let Some(Value::Object(responses)) = operation.get_mut("responses") else {
                continue;
            };
            let at = child(&at, "responses");
            for (status, response) in responses {
                let at = child(&at, status);
                visit(RefKind::Response, &at, response);
                let Some(Value::Object(headers)) = response.get_mut("headers") else {
                    continue;
                };
                for (name, header) in headers {
                    visit(RefKind::Header, &child(&child(&at, "headers"), name), header);
                }
            }
        }
    }
}

fn visit_parameters(at: &str, holder: &mut Value, visit: &mut impl FnMut(RefKind, &str, &mut Value)) {
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    let at = child(at, "parameters");
    for (index, parameter) in parameters.iter_mut().enumerate() {
        visit(RefKind::Parameter, &child(&at, &index.to_string()), parameter);
    }
}

/// The target of the reference `target` at the place `at`, with its headers inline.
fn resolve(document: &Document, kind: RefKind, target: &str, at: &str, ledger: &mut Ledger) -> Result<Value> {
    let found = references::resolve(document, target).map_err(|trouble| trouble.error(at, target))?;
    let (mut value, is_object) = match found.node {
        Value::Object(object) => (object.clone(), true),
        _ => (Map::new(), false),
    };
    let is_schema = is_object && found.pointer.starts_with("/components/schemas/") && !is_carrier(&value);
    match kind {
        RefKind::Parameter if is_schema || !value.contains_key("name") => {
            let what = format!("a parameter is left out: $ref {target:?} does not lead to one");
            ledger.omit(at, what, "Neither its name nor its location is known.");
            return Ok(Value::Null);
        }
        RefKind::Body | RefKind::Response | RefKind::Header if !is_object => {
            let what = format!(
                "any {} is accepted here: $ref {target:?} does not lead to one",
                kind.word()
            );
            ledger.add(at, what, "Correct the reference with an overlay action.");
            if kind == RefKind::Body {
                value.insert("content".into(), json!({ "application/json": {} }));
            } else if kind == RefKind::Response {
                value.insert("content".into(), json!({ "application/octet-stream": {} }));
            }
            return Ok(Value::Object(value));
        }
        RefKind::Body | RefKind::Response if is_schema => {
            let schema = json!({ "$ref": format!("#{}", found.pointer) });
            value = Map::new();
            value.insert("description".into(), "".into());
            value.insert(
                "content".into(),
                json!({ "application/json": { "schema": schema } }),
            );
            let what = format!("$ref {target:?} is read as a JSON {} of that schema", kind.word());
            ledger.add(at, what, "It points to a schema, which does not fit here.");
        }
        RefKind::Header if is_schema => {
            value = Map::new();
            value.insert("schema".into(), json!({ "$ref": format!("#{}", found.pointer) }));
        }
        _ => {}
    }
    if let Some(Value::Object(headers)) = value.get_mut("headers") {
        for (name, header) in headers {
            if let Some(target) = reference(header).map(ToString::to_string) {
                let at = child(&child(&found.pointer, "headers"), name);
                *header = resolve(document, RefKind::Header, &target, &at, ledger)?;
            }
        }
    }
    if !is_schema {
        value.entry(ORIGIN).or_insert_with(|| found.pointer.into());
    }
    Ok(Value::Object(value))
}

/// Whether an object among the component schemas is not a schema: some contracts keep parameters
/// and responses there.
fn is_carrier(object: &Object) -> bool {
    let text = |member: &str| object.get(member).is_some_and(Value::is_string);
    (text("name") && text("in")) || object.get("content").is_some_and(Value::is_object)
}

/// Turns the schemas of shared components into component schemas, if they need a name.
fn name_schemas(document: &mut Document, resolved: &mut IndexMap<(RefKind, String), Value>) {
    let Some(Value::Object(components)) = document.get_mut("components") else {
        return;
    };
    let Value::Object(schemas) = components.entry("schemas").or_insert_with(|| json!({})) else {
        return;
    };
    // Schemas take the names of parameters and responses that were kept among the schemas.
    for value in resolved.values() {
        let origin = value.text(ORIGIN).unwrap_or_default();
        if let Some(token) = origin
            .strip_prefix("/components/schemas/")
            .filter(|token| !token.contains('/'))
        {
            schemas.shift_remove(&token.replace("~1", "/").replace("~0", "~"));
        }
    }
    for ((kind, _), value) in resolved {
        name_in_carrier(schemas, *kind, None, value);
    }
}

/// Does the same in a parameter, body, response or header; `within` is the place and name of the
/// response that contains a header.
fn name_in_carrier(schemas: &mut Object, kind: RefKind, within: Option<(&str, &str)>, carrier: &mut Value) {
    let Some(carrier) = carrier.as_object_mut() else {
        return;
    };
    let origin = match (carrier.text(ORIGIN), within) {
        (Some(origin), _) => origin.to_string(),
        (None, Some((place, name))) => child(&child(place, "headers"), name),
        (None, None) => return,
    };
    // A schema inside a path is named by its operation.
    if !origin.starts_with("/components/") {
        return;
    }
    let name = match within {
        Some((place, name)) if origin.starts_with(place) => {
            format!(
                "{}{}",
                component_names::name_of(place),
                name.to_upper_camel_case()
            )
        }
        _ => component_names::name_of(&origin),
    };
    if let Some(schema) = carrier.get_mut("schema") {
        name_schema(schemas, kind, &name, &child(&origin, "schema"), schema);
    }
    if let Some(Value::Object(content)) = carrier.get_mut("content") {
        for (media_type, entry) in content {
            if let Some(schema) = entry.get_mut("schema") {
                let place = child(&child(&child(&origin, "content"), media_type), "schema");
                name_schema(schemas, kind, &name, &place, schema);
            }
        }
    }
    if let Some(Value::Object(headers)) = carrier.get_mut("headers") {
        for (header_name, header) in headers {
            name_in_carrier(schemas, RefKind::Header, Some((&origin, header_name)), header);
        }
    }
}

fn name_schema(schemas: &mut Object, kind: RefKind, name: &str, place: &str, schema: &mut Value) {
    if !needs_name(schema) {
        return;
    }
    let mut moved = schema.take();
    // A default or a null belongs to the use, not to the type.
    let mut siblings = Map::new();
    if let Some(object) = moved.as_object_mut() {
        for member in ["default", "nullable"] {
            siblings.extend(
                object
                    .shift_remove(member)
                    .map(|value| (member.to_string(), value)),
            );
        }
        object.entry(ORIGIN).or_insert_with(|| place.into());
    }
    let key = component_names::add(schemas, name, kind.suffix(), moved);
    let new = json!({ "$ref": schema_reference(&key) });
    *schema = if siblings.is_empty() {
        new
    } else {
        siblings.insert("allOf".into(), json!([new]));
        Value::Object(siblings)
    };
}

/// Whether the schema or a part of it becomes a separate type: an object, an enum or a union.
fn needs_name(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let any_of = |member: &str| object.list(member).iter().any(needs_name);
    let many = |member: &str| object.list(member).len() > 1;
    ["properties", "enum", "x-lorgnette-known-values"]
        .iter()
        .any(|member| object.contains_key(*member))
        || ["allOf", "oneOf", "anyOf"]
            .into_iter()
            .any(|member| many(member) || any_of(member))
        || ["items", "additionalProperties"]
            .iter()
            .any(|member| object.get(*member).is_some_and(needs_name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run;
    use super::*;

    #[test]
    fn test_shared_components_are_inlined_wherever_they_are() {
        let (document, notes) = run(
            apply,
            json!({
                "paths": {
                    "/a": {
                        "parameters": [{"$ref": "#/components/parameters/Page"}],
                        "get": {
                            "parameters": [{"$ref": "#/paths/~1a/parameters/0", "description": "nearer"}],
                            "requestBody": {"$ref": "#/components/requestBodies/B"},
                            "responses": {"404": {"$ref": "#/components/responses/Alias"}}
                        }
                    }
                },
                "components": {
                    "parameters": {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}},
                    "requestBodies": {"B": {"content": {"text/plain": {}}}},
                    "responses": {
                        "Alias": {"$ref": "#/components/responses/Gone"},
                        "Gone": {"description": "gone", "headers": {"Age": {"$ref": "#/components/headers/Age"}}}
                    },
                    "headers": {"Age": {"schema": {"type": "integer"}}},
                    "securitySchemes": {}
                }
            }),
        );
        let page = |description: Option<&str>| {
            let mut page = json!({
                "name": "page", "in": "query", "schema": {"type": "integer"},
                "x-lorgnette-origin": "/components/parameters/Page"
            });
            if let Some(text) = description {
                page["description"] = text.into();
            }
            page
        };
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {
                    "parameters": [page(None)],
                    "get": {
                        "parameters": [page(Some("nearer"))],
                        "requestBody": {
                            "content": {"text/plain": {}}, "x-lorgnette-origin": "/components/requestBodies/B"
                        },
                        "responses": {"404": {
                            "description": "gone",
                            "headers": {"Age": {
                                "schema": {"type": "integer"}, "x-lorgnette-origin": "/components/headers/Age"
                            }},
                            "x-lorgnette-origin": "/components/responses/Gone"
                        }}
                    }
                }},
                "components": {"securitySchemes": {}, "schemas": {}}
            })
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_schema_of_a_shared_component_gets_its_name() {
        let (document, _) = run(
            apply,
            json!({
                "paths": {"/a": {"get": {
                    "parameters": [{"$ref": "#/components/schemas/Order"}],
                    "responses": {"400": {"$ref": "#/components/responses/Order"}}
                }}},
                "components": {
                    "schemas": {"Order": {
                        "name": "order", "in": "query", "schema": {"type": "string", "enum": ["up"], "default": "up"}
                    }},
                    "responses": {"Order": {"content": {"application/json": {"schema": {"properties": {}}}}}}
                }
            }),
        );
        assert_eq!(
            document.pointer("/paths/~1a/get/parameters/0/schema"),
            Some(&json!({"default": "up", "allOf": [{"$ref": "#/components/schemas/Order"}]}))
        );
        assert_eq!(
            document.pointer("/paths/~1a/get/responses/400/content/application~1json/schema/$ref"),
            Some(&json!("#/components/schemas/OrderResponse"))
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Order": {
                    "type": "string", "enum": ["up"], "x-lorgnette-origin": "/components/schemas/Order/schema"
                },
                "OrderResponse": {
                    "properties": {},
                    "x-lorgnette-origin": "/components/responses/Order/content/application~1json/schema"
                }
            })
        );
    }

    #[test]
    fn test_response_that_refers_to_a_schema_is_read_as_json() {
        let (document, notes) = run(
            apply,
            json!({
                "paths": {"/a": {"get": {"responses": {"400": {"$ref": "#/components/schemas/E"}}}}},
                "components": {"schemas": {"E": {"type": "object"}}}
            }),
        );
        assert_eq!(
            document.pointer("/paths/~1a/get/responses/400/content"),
            Some(&json!({"application/json": {"schema": {"$ref": "#/components/schemas/E"}}}))
        );
        assert!(document["components"]["schemas"]["E"].is_object());
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_reference_to_something_of_another_kind_is_left_out_or_anything() {
        let (document, notes) = run(
            apply,
            json!({
                "info": {"title": "A"},
                "paths": {"/a": {"post": {
                    "parameters": [{"$ref": "#/components/schemas/S"}],
                    "requestBody": {"$ref": "#/info/title"},
                    "responses": {"200": {"$ref": "#/info/title"}}
                }}},
                "components": {"schemas": {"S": {"type": "object"}}}
            }),
        );
        assert_eq!(
            document["paths"]["/a"]["post"],
            json!({
                "parameters": [null],
                "requestBody": {"content": {"application/json": {}}},
                "responses": {"200": {"content": {"application/octet-stream": {}}}}
            })
        );
        assert_eq!(notes.len(), 3, "{notes:?}");
    }

    #[test]
    fn test_reference_that_leads_nowhere_is_an_error_at_its_place() {
        for target in ["#/components/parameters/No", "#/components/parameters/Self"] {
            let mut document = json!({
                "paths": {"/a": {"get": {"parameters": [{"$ref": target}]}}},
                "components": {
                    "parameters": {"Self": {"$ref": "#/components/parameters/Self"}}, "schemas": {"S": {"type": "object"}}
                }
            });
            let error = apply(&mut document, &mut Notes::default()).unwrap_err();
            assert_eq!(error.pointer, "/paths/~1a/get/parameters/0", "{target}");
        }
    }
}
