//! Damaged contracts are repaired or rejected without a panic, and the result is a consistent
//! model.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diagnostics::{Collected, Notes};
use lorgnette_codegen::document::{Document, Object, child};
use lorgnette_codegen::names::published::Published;
use lorgnette_codegen::{ir, lower, normalize, passes};
use serde_json::Value;

const API: &str = "[[api]]\nname = 'a'\ntitle = 'a'\nvendor = 'a'\ncontract = 'a.json'\ndocumentation = 'a'\nsource = 'a'\n\
                   authentication = 'a'";

fn api() -> Entry {
    Catalogue::parse(API).unwrap().apis.remove(0)
}

/// Processes a document up to the model.
///
/// # Panics
///
/// When the model is inconsistent.
fn lowered(document: &mut Document, api: &Entry) -> Collected<ir::Api> {
    let mut notes = Notes::default();
    normalize::normalize(document, api, &mut notes)?;
    let mut lowered = lower::lower(document, &notes.origins)?;
    ir::verify(&lowered, "lower")
        .and_then(|()| {
            passes::run(
                &mut lowered,
                api,
                &Published::default(),
                &mut notes,
                &mut |_, _, _| {},
            )
        })
        .unwrap_or_else(|error| panic!("{error}\n{document:#}"));
    Ok(lowered)
}

/// A contract with many different constructs.
fn specimen() -> Document {
    serde_json::json!({
        "openapi": "3.0.1", "info": {"title": "Lamps", "version": "1"}, "servers": [{"url": "https://lamps.example"}],
        "security": [{"key": []}], "tags": [{"name": "lamps", "description": "All about lamps"}],
        "webhooks": {"broke": {"post": {}}},
        "paths": {
            "/lamps": {"$ref": "#/components/pathItems/Lamps", "servers": [{"url": "https://other.example"}]},
            "/lamps/{id}?view=all&page={page}#x": {
                "parameters": [{"$ref": "#/components/parameters/Id"}, {"name": "Accept", "in": "header"}],
                "get": {
                    "operationId": "getLamp", "tags": ["lamps", "all"], "deprecated": "true",
                    "parameters": [
                        {"name": "levels", "in": "query", "style": "pipeDelimited", "schema": {"type": "array", "items": {}}},
                        {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                        {"name": "old", "in": "query", "type": "string", "collectionFormat": "csv", "required": "false"}
                    ],
                    "responses": {
                        "200": {"description": "", "headers": {"Age": {"$ref": "#/components/headers/Age"}}, "content": {
                            "*/*": {"schema": {"$ref": "#/components/schemas/Lamp"}}, "text/plain": {}
                        }},
                        "4xx": {"$ref": "#/components/responses/Bad"}, "204": {"content": {"text/json": {"schema": {}}}}
                    }
                },
                "put": {
                    "requestBody": {"$ref": "#/components/requestBodies/Lamp"}, "security": [],
                    "callbacks": {"done": {"{$url}": {"post": {}}}}, "responses": {"default": {"description": "any"}}
                },
                "post": {"operationId": "get-lamp", "parameters": [{"name": "f", "in": "formData", "type": "file"}]}
            }
        },
        "components": {
            "pathItems": {"Lamps": {"get": {"summary": "All", "responses": {"200": {"description": "", "content": {
                "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Lamp/properties/part"}}}
            }}}}}},
            "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "enum": ["a"]}}},
            "headers": {"Age": {"schema": {"type": "integer"}}},
            "responses": {"Bad": {"description": "bad", "content": {"application/problem+json": {"schema": {"properties": {}}}}}},
            "requestBodies": {"Lamp": {"content": {
                "multipart/form-data": {"schema": {"oneOf": [{"$ref": "#/components/schemas/Lamp"}, {"properties": {"a": {}}}]}}
            }}},
            "schemas": {"Lamp": {"type": "object", "properties": {
                "part": {"type": "object", "properties": {"of": {"$ref": "#/components/schemas/Lamp"}}}
            }}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
        }
    })
}

/// The pointers of all nodes.
fn pointers(node: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_string());
    match node {
        Value::Object(object) => object
            .iter()
            .for_each(|(key, inner)| pointers(inner, &child(at, key), found)),
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, inner)| pointers(inner, &child(at, &index.to_string()), found));
        }
        _ => {}
    }
}

/// Whatever replaces a node, the passes repair it or report an error, and never panic.
#[test]
fn test_any_node_of_a_wrong_kind_is_mended_or_an_error() {
    let (api, specimen) = (api(), specimen());
    let mut places = Vec::new();
    pointers(&specimen, "", &mut places);
    let wrong = serde_json::json!([
        null, 7, "", "text", [], ["x"], {}, {"$ref": "#/nowhere"}, {"$ref": "#"}, {"$ref": 3},
        {"$ref": "#/components/schemas/Lamp"}, {"name": "id", "in": "path"}
    ]);
    let (mut mended, mut refused) = (0, 0);
    for place in &places {
        for value in wrong.as_array().unwrap() {
            let mut document = specimen.clone();
            *document.pointer_mut(place).unwrap() = value.clone();
            match lowered(&mut document, &api) {
                Ok(_) => mended += 1,
                Err(errors) => {
                    for error in errors.into_vec() {
                        assert!(
                            !error.message.is_empty() && (place.is_empty() || !error.pointer.is_empty()),
                            "{error}"
                        );
                    }
                    refused += 1;
                }
            }
        }
    }
    assert!(mended > 5 * refused, "{mended} mended, {refused} refused");
}

/// A pseudorandom sequence of numbers that is the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// Replaces a random part of `value`.
fn damage(value: &mut Value, numbers: &mut Numbers, depth: usize) {
    let children = value
        .as_object()
        .map_or_else(|| value.as_array().map_or(0, Vec::len), Object::len);
    if children > 0 && (depth < 5 || numbers.below(6) > 0) {
        let index = numbers.below(children);
        let child = match value {
            Value::Object(object) => object.values_mut().nth(index),
            Value::Array(list) => list.get_mut(index),
            _ => None,
        };
        return child
            .into_iter()
            .for_each(|child| damage(child, numbers, depth + 1));
    }
    let schemas = ["Corp", "Site", "Condition", "RateLimit", "Nowhere"];
    let reference =
        serde_json::json!({"$ref": format!("#/components/schemas/{}", schemas[numbers.below(5)])});
    *value = match numbers.below(16) {
        0 => Value::Null,
        1 => serde_json::json!(true),
        2 => serde_json::json!(-1.5e300),
        3 => serde_json::json!("text"),
        4 => serde_json::json!([]),
        5 => serde_json::json!({}),
        6 => serde_json::json!({"enum": [null, 1, "1", {}, []]}),
        7 => {
            serde_json::json!({"allOf": [reference.clone(), {"properties": {"a": reference}}], "nullable": true})
        }
        8 => {
            serde_json::json!({"oneOf": [reference, {"type": "string"}, {"enum": ["a"]}], "properties": {"a": {}}})
        }
        9 => serde_json::json!({"anyOf": [reference], "discriminator": {"propertyName": "type"}}),
        10 => serde_json::json!({"oneOf": [[], 5, null, {"oneOf": []}], "discriminator": 5}),
        11 => serde_json::json!({"type": ["array", "null", 5], "items": [reference, {}]}),
        12 => {
            serde_json::json!({"type": "object", "properties": {"": reference, "self": {"$ref": 5}}, "required": [1, "x"]})
        }
        13 => serde_json::json!({"allOf": [reference, {"oneOf": [{"enum": ["a"]}, {"enum": ["b"]}]}]}),
        14 => serde_json::json!({"type": "array", "items": {"type": "array", "items": reference}}),
        _ => reference,
    };
}

/// A contract whose schemas are damaged repeatedly is repaired or rejected.
#[test]
fn test_contract_with_damaged_schemas_is_mended_or_refused() {
    // The middle one by size: large enough to hold most constructs, small enough to be damaged
    // often.
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let contracts = std::fs::read_dir(specs)
        .unwrap()
        .map(|folder| folder.unwrap().path().join("openapi.json"));
    let mut contracts: Vec<String> = contracts
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    contracts.sort_by_key(String::len);
    let whole: Value = serde_json::from_str(&contracts[contracts.len() / 2]).unwrap();
    let rounds = std::env::var("LORGNETTE_DAMAGE")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(12_u64);
    let mut survived = 0;
    for round in 0..rounds {
        let mut numbers = Numbers(round);
        let mut document = whole.clone();
        for _ in 0..=round % 20 {
            damage(&mut document["components"]["schemas"], &mut numbers, 0);
        }
        survived += u64::from(lowered(&mut document, &api()).is_ok());
    }
    assert!(survived > 0, "nothing survived");
}
