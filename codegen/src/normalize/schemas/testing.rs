//! Helpers for tests of the passes: small documents, and single passes run on single schemas.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use super::Local;
use super::keywords;
use super::walk::{self, Place};
use crate::catalogue::Entry;
use crate::diagnostics::Notes;
use crate::document::{self, Node, Object, reference_to, schema_name};
use crate::ir::{Shape, verify_types};
use crate::lower::lower;
use crate::names::published::Published;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The result of a local pass on a schema and all schemas inside it, with the notes.
pub(super) fn local(pass: Local, mut schema: Value) -> (Value, Notes) {
    let mut notes = Notes::default();
    walk::within(&Place::Root("/schema"), &mut schema, &mut |place, inner| {
        pass(place, inner.as_object_mut().unwrap(), &mut notes);
    });
    (schema, notes)
}

/// The same as [`local`], without notes.
pub(super) fn quietly(pass: Local, schema: Value) -> Value {
    let (schema, notes) = local(pass, schema);
    assert!(notes.is_empty(), "{notes:?}");
    schema
}

/// The component schema `name`, without the original places of itself and its properties.
pub(super) fn component(document: &Value, name: &str) -> Value {
    let mut schema = document["components"]["schemas"][name].clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("x-lorgnette-origin");
        schema.shift_remove("x-lorgnette-origins");
    }
    schema
}

/// The names of the component schemas, in order.
pub(super) fn names(document: &Value) -> Vec<String> {
    document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

/// The variants of the union `name`.
pub(super) fn variants(document: &Value, name: &str) -> Vec<String> {
    let mut lowered = lower(document, &crate::origins::Origins::default()).unwrap();
    crate::names::variants::apply(&mut lowered, &Published::default());
    match &lowered.types[name].shape {
        Shape::Union(union) => union
            .branches
            .iter()
            .map(|branch| branch.variant.clone())
            .collect(),
        _ => Vec::new(),
    }
}

/// The notes, each as `pass: what`.
pub(super) fn said(notes: &Notes) -> Vec<String> {
    notes
        .iter()
        .map(|note| format!("{}: {}", note.pass, note.what))
        .collect()
}

/// A catalogue entry without special settings.
pub(crate) fn api() -> Entry {
    let entry = r#"[[api]]
        name = "eyes"
        title = "Eyes"
        vendor = "Eyes"
        contract = "openapi.json"
        documentation = ""
        source = ""
        authentication = """#;
    crate::catalogue::Catalogue::parse(entry).unwrap().apis.remove(0)
}

/// The document after all passes over schemas, with the notes that they left.
pub(super) fn normalized(mut document: Value) -> (Value, Notes) {
    let mut notes = Notes::default();
    super::normalize(&mut document, &api(), &mut notes).unwrap();
    let mut lowered = lower(&document, &crate::origins::Origins::default()).unwrap();
    verify_types(&lowered, "the passes over schemas").unwrap();
    crate::passes::drop_unreachable(&mut lowered, &api(), &mut Notes::default());
    let keys: Vec<String> = lowered.types.keys().cloned().collect();
    crate::names::types::apply(&mut lowered, &api(), &Published::default(), &mut Notes::default()).unwrap();
    let names = keys.into_iter().zip(lowered.types.into_keys()).collect();
    rename(&mut document, &names);
    (document, notes)
}

/// Renames the component schemas to the names of their types, so that tests find them by simple
/// names.
fn rename(document: &mut Value, names: &HashMap<String, String>) {
    let mut renamed = Object::new();
    for (key, mut schema) in walk::take_schemas(document) {
        if let Value::Object(schema) = &mut schema {
            keywords::remove_all(
                schema,
                &["x-lorgnette-hoisted", "x-lorgnette-extends", "x-lorgnette-parts"],
            );
        }
        if let Some(name) = names.get(&key) {
            renamed.insert(name.clone(), schema);
        }
    }
    walk::each_of(&mut renamed, document, &mut |_, schema| {
        keywords::remove_all(schema, &["x-lorgnette-implicit", "x-lorgnette-tags"]);
        if let Some(key) = schema.text("$ref").and_then(schema_name) {
            schema.insert("$ref".to_string(), reference_to(&names[&key])["$ref"].clone());
        }
    });
    walk::put_schemas(document, renamed);
}

/// A document with these component schemas, and an operation that responds with each of them.
pub(crate) fn with_schemas(schemas: Value) -> Value {
    let responses: Object = schemas
        .as_object()
        .unwrap()
        .keys()
        .enumerate()
        .map(|(index, name)| {
            let schema = json!({ "$ref": document::schema_reference(name) });
            (
                (200 + index).to_string(),
                json!({"content": {"application/json": {"schema": schema}}}),
            )
        })
        .collect();
    json!({
        "openapi": "3.0.3",
        "components": {"schemas": schemas},
        "paths": {"/eyes": {"get": {"operationId": "get_eyes", "responses": responses}}},
    })
}
