//! Makes every `$ref` between schemas lead to a component schema.
//!
//! Before: `{"$ref": "#/components/schemas/A/properties/b"}`.
//! After: `{"$ref": "#/components/schemas/AB"}`, and `A.b` refers to the new component `AB` too.
//!
//! References that lead nowhere, or only back to themselves, are errors. Runs before the passes over operations, which move
//! the places that such references name.

use super::walk::{self, Place};
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{self, Document, Object};
use crate::naming::{self, Scope};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeMap;

/// Runs the pass.
///
/// # Errors
///
/// When a reference leads nowhere, out of the document, or only back to itself.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) -> Result<()> {
    let mut places: IndexMap<String, String> = IndexMap::new();
    let mut broken: Option<Error> = None;
    walk::each_object(document, &mut |place, schema| {
        collect(place, schema, &mut places, notes, &mut broken);
    });
    if let Some(error) = broken {
        return Err(error);
    }
    let moved = component_names(document, &places)?;
    rewrite(document, &moved);
    check_chains(document)
}

/// Takes note of a reference that leads elsewhere than to a component schema; drops `$ref`s that are no text.
fn collect(
    place: &Place<'_>,
    schema: &mut Object,
    places: &mut IndexMap<String, String>,
    notes: &mut Notes,
    broken: &mut Option<Error>,
) {
    let Some(reference) = schema.get("$ref") else {
        return;
    };
    let Some(reference) = reference.as_str() else {
        schema.shift_remove("$ref");
        return;
    };
    if document::schema_name(reference).is_some() {
        return;
    }
    match document::local_pointer(reference) {
        Some(pointer) if pointer.is_empty() || pointer == "/" => {
            notes.add(
                "schema_references",
                place.pointer(),
                "any JSON value is taken here".to_string(),
                "the reference leads to the whole contract, which is no schema",
            );
            schema.clear();
        }
        Some(pointer) => {
            places.entry(pointer).or_insert_with(|| place.pointer());
        }
        None => {
            let message = format!("the reference {reference:?} leads out of the contract");
            broken.get_or_insert_with(|| {
                Error::new(Station::Normalize, place.pointer(), message)
                    .help("bundle the contract into one document")
            });
        }
    }
}

/// Gives every place that is referred to a component of its own; the result maps pointers to component names.
fn component_names(
    document: &mut Document,
    places: &IndexMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut scope = Scope::new();
    if let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) {
        schemas.keys().for_each(|name| {
            scope.take(name);
        });
    }
    let mut names = BTreeMap::new();
    let mut copies = Vec::new();
    for (pointer, user) in places {
        let Some(found) = document.pointer(pointer) else {
            return Err(missing(user, pointer));
        };
        // A reference to a parameter or header where a schema is asked for means its schema.
        let is_carrier = found.get("schema").is_some() && found.get("type").is_none();
        let found = if is_carrier { &found["schema"] } else { found };
        let name = scope.claim(&name_of(pointer));
        copies.push((
            name.clone(),
            found.clone(),
            if is_carrier { None } else { Some(pointer.clone()) },
        ));
        names.insert(pointer.clone(), name);
    }
    for (name, copy, origin) in copies {
        if let Some(node) = origin.and_then(|origin| document.pointer_mut(&origin)) {
            *node = walk::reference_to(&name);
        }
        let mut schemas = walk::take_schemas(document);
        schemas.insert(name, copy);
        walk::put_schemas(document, schemas);
    }
    Ok(names)
}

fn missing(user: &str, pointer: &str) -> Error {
    Error::new(
        Station::Normalize,
        user,
        format!("the reference leads to {pointer:?}, where nothing is"),
    )
    .help("correct the reference in an overlay, or add what it names")
}

/// A name for what stands at a pointer: its tokens without OpenAPI's skeleton.
fn name_of(pointer: &str) -> String {
    const SKELETON: [&str; 17] = [
        "components",
        "schemas",
        "definitions",
        "properties",
        "paths",
        "content",
        "schema",
        "allOf",
        "oneOf",
        "anyOf",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "application/json",
        "0",
        "200",
    ];
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .filter(|token| !SKELETON.contains(&token.as_str()))
        .map(|token| {
            if token == "items" {
                "item".to_string()
            } else {
                token
            }
        })
        .collect();
    if tokens.is_empty() {
        "Shared".to_string()
    } else {
        naming::type_name(&tokens.join(" "))
    }
}

/// Lets every reference name its component in one spelling.
fn rewrite(document: &mut Document, moved: &BTreeMap<String, String>) {
    walk::each_object(document, &mut |_, schema| {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return;
        };
        let name = document::schema_name(reference)
            .or_else(|| document::local_pointer(reference).and_then(|pointer| moved.get(&pointer).cloned()));
        if let Some(name) = name {
            schema.insert(
                "$ref".to_string(),
                Value::String(document::schema_reference(&name)),
            );
        }
    });
}

/// Every reference leads to a component that is there, and no chain of references is a circle.
fn check_chains(document: &mut Document) -> Result<()> {
    let schemas = walk::take_schemas(document);
    let mut broken: Option<Error> = None;
    let mut check = |place: &Place<'_>, schema: &mut Object| {
        if broken.is_some() {
            return;
        }
        let Some(mut name) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(document::schema_name)
        else {
            return;
        };
        for _ in 0..=schemas.len() {
            let Some(next) = schemas.get(&name) else {
                broken = Some(missing(
                    &place.pointer(),
                    &document::child("/components/schemas", &name),
                ));
                return;
            };
            match walk::target(next) {
                Some(next) => name = next,
                None => return,
            }
        }
        broken = Some(
            Error::new(
                Station::Normalize,
                place.pointer(),
                format!("the reference to {name:?} leads only back to itself"),
            )
            .help("say in an overlay what the schema is"),
        );
    };
    let mut copy = schemas.clone();
    walk::each_of(&mut copy, document, &mut check);
    walk::put_schemas(document, schemas);
    broken.map_or(Ok(()), Err)
}
