//! Checks what the passes over operations guarantee, and that they guarantee it on the contracts in `specs/`.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::normalize;
use super::schema_shape::{Shape, shape};
use crate::catalogue::{Api, Catalogue};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child, operations, reference};
use crate::naming::{field_name, is_keyword};
use crate::{load, overlay, upgrade};
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Panics, with the place, where a document does not keep the conventions C1 to C3, C9, C10 and C12.
pub fn assert_conventions_operations(document: &Document) {
    root(document);
    let (mut ids, mut tags) = (HashSet::new(), Vec::new());
    for place in operations(document) {
        let (at, operation) = (&place.pointer, place.operation);
        let id = text(operation, "operationId", at);
        assert!(
            is_identifier(id) && field_name(id) == id,
            "{at}: operationId {id:?}"
        );
        assert!(ids.insert(id.to_upper_camel_case()), "{at}: {id} is there twice");
        let [Value::String(tag)] = list(operation, "tags", at) else {
            panic!("{at}: tags {:?}", operation["tags"])
        };
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
        assert!(
            list(operation, "security", at).iter().all(Value::is_object),
            "{at}: security"
        );
        assert!(operation.get("callbacks").is_none(), "{at}: callbacks");
        parameters(at, place.path, operation);
        body(document, at, operation);
        responses(at, operation);
    }
    let listed: Vec<String> = list(document.as_object().unwrap(), "tags", "")
        .iter()
        .map(|tag| tag["name"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(listed, tags);
}

fn root(document: &Document) {
    let root = document.as_object().unwrap();
    assert_eq!(root["openapi"], "3.0.3");
    assert!(root["info"].is_object() && !list(root, "servers", "").is_empty());
    assert!(root.get("security").is_none() && root.get("webhooks").is_none());
    let mut modules = HashSet::new();
    for tag in list(root, "tags", "") {
        let module = tag["x-lorgnette-module"].as_str().unwrap();
        let reserved = ["types", "client", "prelude", "errors", "responses", "default"].contains(&module);
        assert!(
            is_identifier(module) && !reserved && modules.insert(module),
            "module {module:?}"
        );
    }
    for section in root["components"].as_object().unwrap().keys() {
        assert!(
            ["schemas", "securitySchemes", "examples"].contains(&section.as_str())
                || section.starts_with("x-"),
            "{section}"
        );
    }
    for (path, item) in root["paths"].as_object().unwrap() {
        assert!(path.starts_with('/'), "{path}");
        for member in item.as_object().unwrap().keys() {
            assert!(
                METHODS.contains(&member.as_str()) || member.starts_with("x-"),
                "{path}: {member}"
            );
        }
    }
}

fn parameters(at: &str, path: &str, operation: &Object) {
    let (mut keys, mut idents) = (HashSet::new(), HashSet::new());
    let mut in_path = HashSet::new();
    for parameter in operation
        .get("parameters")
        .map(|list| list.as_array().unwrap())
        .into_iter()
        .flatten()
    {
        let parameter = parameter.as_object().unwrap();
        let name = text(parameter, "name", at);
        let at = format!("{at} parameter {name}");
        let location = text(parameter, "in", &at);
        assert!(
            !parameter.contains_key("$ref") && !parameter.contains_key("content"),
            "{at}"
        );
        assert!(
            parameter["schema"].is_object() && parameter["explode"].is_boolean(),
            "{at}"
        );
        let styles: &[&str] = match location {
            "path" => &["simple", "label", "matrix"],
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "header" => &["simple"],
            "cookie" => &["form"],
            _ => panic!("{at}: in {location:?}"),
        };
        assert!(styles.contains(&text(parameter, "style", &at)), "{at}: style");
        let required = parameter["required"].as_bool().unwrap();
        if location == "path" {
            assert!(required, "{at}");
            in_path.insert(name);
        }
        let reserved =
            ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str());
        assert!(location != "header" || !reserved, "{at}");
        assert!(keys.insert((location, name)), "{at}: twice");
        let ident = text(parameter, "x-lorgnette-ident", &at);
        let reserved = [
            "send",
            "new",
            "body",
            "client",
            "timeout",
            "read_timeout",
            "retry",
            "header",
            "call",
            "stream",
            "pages",
        ]
        .contains(&ident);
        assert!(
            is_identifier(ident) && !reserved && idents.insert(ident.to_string()),
            "{at}: ident {ident}"
        );
        assert_eq!(
            ident.trim_end_matches('_').to_snake_case(),
            ident.trim_end_matches('_'),
            "{at}"
        );
    }
    let sent = path.split('#').next().unwrap();
    let in_template: HashSet<&str> = sent
        .split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').unwrap_or_else(|| panic!("{at}: {path}")).0)
        .collect();
    assert_eq!(in_path, in_template, "{at}: {path}");
}

fn body(document: &Document, at: &str, operation: &Object) {
    let Some(body) = operation.get("requestBody") else {
        return;
    };
    assert!(
        reference(body).is_none() && body["required"].is_boolean(),
        "{at}: body"
    );
    let content = body["content"].as_object().unwrap();
    assert!(!content.is_empty(), "{at}: content");
    self::content(at, content);
    for (media_type, entry) in content {
        if media_type == "application/x-www-form-urlencoded" || media_type.starts_with("multipart/") {
            assert_eq!(
                shape(document, &entry["schema"]),
                Shape::Object,
                "{at}: {media_type}"
            );
        }
    }
}

fn responses(at: &str, operation: &Object) {
    let responses = operation["responses"].as_object().unwrap();
    assert!(
        responses
            .keys()
            .any(|status| status.starts_with(['2', '3']) || status == "default"),
        "{at}: no success"
    );
    for (status, response) in responses {
        let at = format!("{at} response {status}");
        let range = status.len() == 3 && status.ends_with("XX") && status.as_bytes()[0].is_ascii_digit();
        let code = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
        assert!(range || code || status == "default", "{at}");
        assert!(
            reference(response).is_none() && response["description"].is_string(),
            "{at}"
        );
        if let Some(content) = response.get("content") {
            self::content(&at, content.as_object().unwrap());
        }
        for (name, header) in response
            .get("headers")
            .map(|headers| headers.as_object().unwrap())
            .into_iter()
            .flatten()
        {
            assert!(
                reference(header).is_none() && header["schema"].is_object(),
                "{at}: header {name}"
            );
        }
    }
}

fn content(at: &str, content: &Object) {
    let is_json = |media_type: &str| media_type == "application/json" || media_type.ends_with("+json");
    assert!(
        content.keys().filter(|media_type| is_json(media_type)).count() < 2,
        "{at}: several JSON types"
    );
    for (media_type, entry) in content {
        assert!(
            !media_type.contains(['*', ';', ',', ' ']) && media_type.contains('/'),
            "{at}: {media_type}"
        );
        assert_eq!(media_type, &media_type.to_ascii_lowercase(), "{at}");
        let schema = entry.get("schema");
        assert!(
            schema.is_none_or(Value::is_object) && !(is_json(media_type) && schema.is_none()),
            "{at}: {media_type}"
        );
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !is_keyword(name)
}

fn text<'o>(object: &'o Object, member: &str, at: &str) -> &'o str {
    object
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{at}: no {member}"))
}

fn list<'o>(object: &'o Object, member: &str, at: &str) -> &'o [Value] {
    object
        .get(member)
        .and_then(Value::as_array)
        .unwrap_or_else(|| panic!("{at}: no {member}"))
}

/// A contract after overlay, upgrade and the passes over operations.
fn normalized(api: &Api, folder: &Path) -> (Document, Notes) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut notes = Notes::default();
    let files = BTreeMap::from([(api.contract.clone(), read(&api.contract))]);
    let mut document =
        load::load(&files, &api.contract).unwrap_or_else(|error| panic!("{}: {error}", api.name));
    if let Some(file) = &api.overlay {
        overlay::apply(&mut document, &read(file)).unwrap_or_else(|error| panic!("{}: {error}", api.name));
    }
    let mut document =
        upgrade::upgrade(document, &mut notes).unwrap_or_else(|error| panic!("{}: {error}", api.name));
    normalize(&mut document, api, &mut notes).unwrap_or_else(|error| panic!("{}: {error}", api.name));
    (document, notes)
}

#[test]
fn test_every_contract_in_specs_keeps_the_conventions() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let catalogue = Catalogue::parse(&std::fs::read_to_string(specs.join("apis.toml")).unwrap()).unwrap();
    let mut counted = 0;
    for api in &catalogue.apis {
        let (document, _) = normalized(api, &specs.join(&api.name));
        assert_conventions_operations(&document);
        counted += operations(&document).count();
    }
    assert!(counted >= 546, "{counted} operations");
}

/// A contract with something of everything.
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

/// Whatever stands in place of a node, the passes keep the conventions or report an error: they never panic.
#[test]
fn test_any_node_of_a_wrong_kind_is_mended_or_an_error() {
    let api = Catalogue::parse(API).unwrap().apis.remove(0);
    let specimen = specimen();
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
            match normalize(&mut document, &api, &mut Notes::default()) {
                Ok(()) => {
                    let outcome = std::panic::catch_unwind(|| assert_conventions_operations(&document));
                    assert!(outcome.is_ok(), "{value} at {place} leaves {document:#}");
                    mended += 1;
                }
                Err(error) => {
                    assert!(
                        !error.message.is_empty() && (place.is_empty() || !error.pointer.is_empty()),
                        "{error}"
                    );
                    refused += 1;
                }
            }
        }
    }
    assert!(mended > 5 * refused, "{mended} mended, {refused} refused");
}

const API: &str = "[[api]]\nname = 'a'\ntitle = 'a'\nvendor = 'a'\ncontract = 'a.json'\ndocumentation = 'a'\nsource = 'a'\n\
                   authentication = 'a'";
