//! What the tests of names share: small documents, and the model of one with its names.
#![allow(clippy::unwrap_used)]

use crate::catalogue;
use crate::diagnostics::{Collected, Errors, Notes, Result};
use crate::document;
use crate::ir::{Api, Object, Shape, TypeRef};
use crate::{lower, normalize, passes};
use serde_json::{Value, json};

/// A catalogue entry without particulars.
pub(crate) fn entry() -> catalogue::Api {
    let entry = r#"[[api]]
        name = "eyes"
        title = "Eyes"
        vendor = "Eyes"
        contract = "openapi.json"
        documentation = ""
        source = ""
        authentication = """#;
    catalogue::Catalogue::parse(entry).unwrap().apis.remove(0)
}

/// A document with these component schemas, and an operation that answers with each of them.
pub(crate) fn with_schemas(schemas: &Value) -> Value {
    let names = schemas.as_object().unwrap().keys().enumerate();
    let responses = names.map(|(index, name)| {
        let schema = document::reference_to(name);
        let response = json!({"content": {"application/json": {"schema": schema}}});
        ((200 + index).to_string(), response)
    });
    let responses: document::Object = responses.collect();
    json!({
        "openapi": "3.0.3",
        "components": {"schemas": schemas},
        "paths": {"/eyes": {"get": {"operationId": "get_eyes", "responses": responses}}},
    })
}

/// The model of a document with these component schemas and its names, with the notes.
pub(crate) fn settled(schemas: &Value) -> (Api, Notes) {
    noted(with_schemas(schemas))
}

/// The names of the types.
pub(crate) fn names(api: &Api) -> Vec<&str> {
    api.types.keys().map(String::as_str).collect()
}

/// The object `name`; an empty one where that is none.
pub(crate) fn object(api: &Api, name: &str) -> Object {
    match api.types.get(name).map(|def| &def.shape) {
        Some(Shape::Object(object)) => object.clone(),
        _ => Object::default(),
    }
}

/// The members of the object `name`.
pub(crate) fn wires(api: &Api, name: &str) -> Vec<String> {
    let members = object(api, name).members.into_iter();
    members.map(|member| member.wire).collect()
}

/// The use of a type that a member is.
pub(crate) fn member(api: &Api, name: &str, wire: &str) -> TypeRef {
    object(api, name).member(wire).unwrap().ty.clone()
}

/// The variants of the union `name`, each with the values that select it.
pub(crate) fn variants(api: &Api, name: &str) -> Vec<String> {
    let Shape::Union(union) = &api.types[name].shape else {
        return Vec::new();
    };
    let shown = union.branches.iter().map(|branch| match branch.tags.as_slice() {
        [] => branch.variant.clone(),
        tags => format!("{} {}", branch.variant, tags.join(",")),
    });
    shown.collect()
}

/// The values of the enum `name`.
pub(crate) fn values(api: &Api, name: &str) -> Vec<Value> {
    match &api.types[name].shape {
        Shape::Enum(listed) => listed.values.iter().map(|value| value.value.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The model of a document with its names.
pub(crate) fn named(document: Value) -> Api {
    noted(document).0
}

/// As [`named`], with the notes.
pub(crate) fn noted(document: Value) -> (Api, Notes) {
    let mut notes = Notes::default();
    let api = named_by(document, &entry(), &mut notes);
    (api.unwrap(), notes)
}

/// What the notes say, each as `pass: what`.
pub(crate) fn said(notes: &Notes) -> Vec<String> {
    let said = notes.iter().map(|note| format!("{}: {}", note.pass, note.what));
    said.collect()
}

/// As [`named`], by an entry of the catalogue.
pub(crate) fn named_by(document: Value, entry: &catalogue::Api, notes: &mut Notes) -> Result<Api> {
    model(document, entry, notes).map_err(Errors::into_one)
}

fn model(mut document: Value, entry: &catalogue::Api, notes: &mut Notes) -> Collected<Api> {
    normalize::normalize(&mut document, entry, notes)?;
    let mut api = lower::lower(&document, &notes.origins)?;
    *notes = Notes::default();
    passes::run(&mut api, entry, notes, &mut |_, _, _| {})?;
    Ok(api)
}
