//! Operations with parameters, bodies, answers and documentation.
//!
//! The engine says what Rust types they have; the rest comes from the contract. This module knows the conventions of
//! normalized operations and the model.

use super::model::{Body, BodyKind, Location, Operation, Parameter, Tag};
use super::responses::{self, StatusEnums};
use super::{bodies, docs, forms, operation_docs, paging};
use crate::catalogue::Api;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{self, Document, Object, OperationPlace, child, items, text};
use crate::generate::Types;
use crate::text::Markdown;
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// All operations, in the contract's order, and the enums of their responses.
///
/// # Errors
///
/// When the engine made no type for a part of an operation, or two builders of a tag share a name.
pub fn operations(
    document: &Document,
    api: &Api,
    types: &Types,
    tags: &[Tag],
    tag_of: &HashMap<String, usize>,
) -> Result<(Vec<Operation>, StatusEnums)> {
    let mut enums = StatusEnums::default();
    let mut operations = Vec::new();
    let mut builders: HashSet<(usize, String)> = tags
        .iter()
        .enumerate()
        .map(|(i, tag)| (i, tag.extension.clone()))
        .collect();
    for place in document::operations(document) {
        let tag = bodies::tag_name(place.operation)
            .and_then(|name| tag_of.get(name))
            .copied()
            .unwrap_or_default();
        let name = text(place.operation, "operationId");
        let mut builder = name.to_upper_camel_case();
        while !builders.insert((tag, builder.clone())) {
            builder.push_str("Call");
        }
        operations.push(operation(
            document,
            &place,
            api,
            types,
            (tag, builder),
            &mut enums,
        )?);
    }
    Ok((operations, enums))
}

fn operation(
    document: &Document,
    place: &OperationPlace<'_>,
    api: &Api,
    types: &Types,
    (tag, builder): (usize, String),
    enums: &mut StatusEnums,
) -> Result<Operation> {
    let node = place.operation;
    let name = text(node, "operationId").to_string();
    let answers = responses::answers(place, &builder, tag, types, enums)?;
    let parameters =
        items(node, "parameters").map(|parameter| self::parameter(parameter, &name, place, types));
    let body = node.get("requestBody");
    let flag = |key: &str| node.get(key).and_then(Value::as_bool).unwrap_or(false);
    Ok(Operation {
        id: node
            .get("x-lorgnette-contract-id")
            .and_then(Value::as_str)
            .unwrap_or(&name)
            .to_string(),
        tag,
        method: place.method.to_uppercase(),
        // From a `#` on, a key only tells paths apart that are the same on the wire.
        path: place.path.split('#').next().unwrap_or_default().to_string(),
        server: server(document, place),
        parameters: parameters.collect::<Result<_>>()?,
        bodies: body.map_or_else(|| Ok(Vec::new()), |body| request_bodies(body, place, types))?,
        body_required: body
            .and_then(|body| body.get("required"))
            .and_then(Value::as_bool)
            .unwrap_or(false),
        paging: paging::paging(document, place, api, types, &answers.success)?,
        success: answers.success,
        error: answers.error,
        accept: answers.accept,
        security: security(node),
        retry: items(node, "x-lorgnette-retry")
            .filter_map(Value::as_u64)
            .filter_map(|status| u16::try_from(status).ok())
            .collect(),
        is_repeatable: flag("x-lorgnette-idempotent"),
        docs: operation_docs::paragraphs(place, api),
        summary: operation_docs::summary(place),
        deprecated: flag("deprecated").then(|| operation_docs::deprecation(node)),
        builder,
        name,
    })
}

fn parameter(
    parameter: &Value,
    operation: &str,
    place: &OperationPlace<'_>,
    types: &Types,
) -> Result<Parameter> {
    let of = |key: &str| {
        parameter
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string()
    };
    let flag = |key: &str| parameter.get(key).and_then(Value::as_bool).unwrap_or(false);
    let (wire, setter) = (of("name"), of("x-lorgnette-ident"));
    let location = match of("in").as_str() {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => Location::Cookie,
        other => {
            let pointer = child(&place.pointer, "parameters");
            return Err(Error::new(
                Station::Refine,
                pointer,
                format!("parameter {wire} is in {other:?}, which is no place"),
            ));
        }
    };
    let empty = Value::Null;
    let schema = parameter.get("schema").unwrap_or(&empty);
    let said = parameter
        .get("description")
        .or_else(|| schema.get("description"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut said = Markdown::prose(said).sentence();
    if said.is_empty() {
        said = Markdown::filled("{}.", &[&Markdown::code(&wire)]);
    }
    let limits = docs::limits(schema);
    Ok(Parameter {
        ty: types.parameter(operation, &setter).map_err(|error| Error {
            pointer: place.pointer.clone(),
            ..error
        })?,
        style: of("style"),
        explode: flag("explode"),
        required: flag("required"),
        allow_reserved: flag("allowReserved"),
        numeric_offset: flag("x-numeric-offset"),
        deprecated: flag("deprecated"),
        content: parameter
            .get("x-lorgnette-content")
            .and_then(Value::as_str)
            .map(ToString::to_string),
        docs: Markdown::sentences([said, limits]),
        wire,
        setter,
        location,
    })
}

fn request_bodies(body: &Value, place: &OperationPlace<'_>, types: &Types) -> Result<Vec<Body>> {
    let mut made: Vec<Body> = Vec::new();
    let said = body
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let said = Markdown::prose(said).sentence();
    for (media_type, entry) in body
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let kind = bodies::body_kind(media_type);
        let at = child(
            &child(
                &child(&child(&place.pointer, "requestBody"), "content"),
                media_type,
            ),
            "schema",
        );
        let typed = match entry.get("schema") {
            Some(schema) if !matches!(kind, BodyKind::Text | BodyKind::Raw) => Some(types.body(schema, &at)?),
            _ => None,
        };
        let schema_docs = entry.get("schema").map(docs::limits).unwrap_or_default();
        let media_type = bodies::media_type(media_type, entry);
        let setter = if made.is_empty() {
            "body".to_string()
        } else {
            alternative(&made, kind, media_type)
        };
        let sent_as = Markdown::filled("Sent as {}.", &[&Markdown::code(media_type)]);
        made.push(Body {
            setter,
            media_type: media_type.to_string(),
            kind,
            ty: typed,
            encodings: forms::encodings(kind, entry),
            docs: Markdown::sentences([said.clone(), sent_as, schema_docs]),
        });
    }
    Ok(made)
}

/// The setter of a further way to give the body.
fn alternative(made: &[Body], kind: BodyKind, media_type: &str) -> String {
    let word = match kind {
        BodyKind::Json => return json_alternative(made, media_type),
        BodyKind::Form => "form",
        BodyKind::Multipart => "multipart",
        BodyKind::Text => "text",
        BodyKind::Raw => "raw",
    };
    let taken = made
        .iter()
        .filter(|body| body.setter.starts_with(&format!("body_as_{word}")))
        .count();
    if taken == 0 {
        format!("body_as_{word}")
    } else {
        format!("body_as_{word}_{}", taken + 1)
    }
}

/// A further JSON form is called by its media type, `body_as_merge_patch_json` for instance.
fn json_alternative(made: &[Body], media_type: &str) -> String {
    let subtype = media_type
        .split_once('/')
        .map_or(media_type, |(_, subtype)| subtype);
    let words = subtype.replace(|character: char| !character.is_ascii_alphanumeric(), " ");
    let name = format!("body_as_{}", words.to_snake_case());
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| made.iter().all(|body| body.setter != *name))
        .unwrap_or(name)
}

/// The absolute address of an operation with a server of its own.
fn server(document: &Document, place: &OperationPlace<'_>) -> Option<String> {
    let item = document.get("paths")?.get(place.path)?;
    let servers = place.operation.get("servers").or_else(|| item.get("servers"))?;
    absolute_server(servers)
}

/// The first absolute address of a list of servers, its variables at their defaults.
pub fn absolute_server(servers: &Value) -> Option<String> {
    servers.as_array()?.iter().find_map(|server| {
        let mut url = server.get("url")?.as_str()?.to_string();
        for (name, variable) in server
            .get("variables")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if let Some(default) = variable.get("default").and_then(Value::as_str) {
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        (url.starts_with("https://") || url.starts_with("http://"))
            .then(|| url.trim_end_matches('/').to_string())
    })
}

fn security(operation: &Object) -> Vec<Vec<String>> {
    items(operation, "security")
        .filter_map(Value::as_object)
        .map(|alternative| alternative.keys().cloned().collect::<Vec<_>>())
        .filter(|alternative| !alternative.is_empty())
        .collect()
}
