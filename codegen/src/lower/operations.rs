//! Lowering of operations: parameters, bodies, responses.

use super::marks;
use super::nodes::{NodePlace, flag, servers, string};
use super::schemas::type_ref;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Node, Object, OperationPlace, items, text};
use crate::ir::{
    Body, Content, FieldEncoding, Header, Location, Operation, Parameter, Response, Security, Status, Words,
};
use crate::origins::Origins;
use serde_json::Value;
use std::collections::HashMap;

/// One operation. `tag_of` knows the index of every tag.
pub(super) fn operation(
    operation: &OperationPlace<'_>,
    tag_of: &HashMap<&str, usize>,
    origins: &Origins,
) -> Result<Operation> {
    let node = operation.operation;
    let place = NodePlace::new(&operation.pointer, node, origins);
    let tag = node.get("tags").and_then(|tags| tags.get(0)?.as_str());
    let parameters = items(node, "parameters").filter_map(Value::as_object).enumerate();
    let parameters = parameters.map(|(index, parameter)| {
        let list = place.child("parameters");
        self::parameter(parameter, &list.holding(&index.to_string(), parameter))
    });
    let said: Vec<&Object> = items(node, "parameters").filter_map(Value::as_object).collect();
    let responses = node.map("responses").iter().filter_map(|(key, node)| {
        let node = node.as_object()?;
        let place = place.child("responses").holding(key, node);
        Some(self::response(status(key), node, &place))
    });
    let body = node.get("requestBody").and_then(Value::as_object);
    let retry = items(node, "x-lorgnette-retry").filter_map(Value::as_u64);
    Ok(Operation {
        provenance: place.provenance(),
        contract_id: string(node, "x-lorgnette-contract-id"),
        name: text(node, "operationId").to_string(),
        request: String::new(),
        tag: tag.and_then(|name| tag_of.get(name)).copied().unwrap_or_default(),
        method: operation.method,
        custom_method: string(node, "x-lorgnette-method"),
        path: operation.path.to_string(),
        servers: servers(node, &place),
        parameters: parameters.collect::<Result<_>>()?,
        body: body.map(|body| self::body(body, &place.holding("requestBody", body))),
        responses: responses.collect(),
        security: Security {
            provenance: place.child("security").provenance(),
            alternatives: security(node),
        },
        retry: retry.filter_map(|status| u16::try_from(status).ok()).collect(),
        idempotent: flag(node, "x-lorgnette-idempotent"),
        webhook: string(node, "x-lorgnette-webhook"),
        pagination: marks::pagination(node),
        waiting: marks::waiting(node, &place)?,
        limited_by: marks::limited_by(node, &place)?,
        idempotency_key: marks::idempotency_key(node, &said),
        deprecated: flag(node, "deprecated"),
        words: words(node),
    })
}

fn words(node: &Object) -> Words {
    let text = |key: &str| text(node, key).to_string();
    let evidence = items(node, "x-lorgnette-evidence").filter_map(Value::as_str);
    let documentation = node.get("externalDocs").and_then(|docs| docs.text("url"));
    Words {
        summary: text("summary"),
        description: text("description"),
        note: text("x-lorgnette-note"),
        documentation: documentation.map(str::to_string),
        confidence: text("x-lorgnette-confidence"),
        evidence: evidence.map(str::to_string).collect(),
        deprecation: text("x-lorgnette-deprecated-reason"),
    }
}

fn security(node: &Object) -> Vec<Vec<String>> {
    let alternatives = items(node, "security").filter_map(Value::as_object);
    alternatives.map(|it| it.keys().cloned().collect()).collect()
}

fn parameter(node: &Object, place: &NodePlace<'_>) -> Result<Parameter> {
    let wire = text(node, "name").to_string();
    let location = match text(node, "in") {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => Location::Cookie,
        other => {
            let message = format!("parameter {wire} is in {other:?}, which is not a valid location");
            return Err(Error::new(Station::Lower, place.pointer.as_str(), message));
        }
    };
    Ok(Parameter {
        provenance: place.provenance(),
        wire,
        setter: text(node, "x-lorgnette-ident").to_string(),
        location,
        style: text(node, "style").to_string(),
        explode: flag(node, "explode"),
        required: flag(node, "required"),
        allow_reserved: flag(node, "allowReserved"),
        numeric_offset: flag(node, "x-lorgnette-numeric-offset"),
        nested: text(node, "x-lorgnette-nested").to_string(),
        content: string(node, "x-lorgnette-content"),
        description: string(node, "description"),
        deprecated: flag(node, "deprecated"),
        ty: node.get("schema").map(type_ref).unwrap_or_default(),
    })
}

fn body(node: &Object, place: &NodePlace<'_>) -> Body {
    Body {
        provenance: place.provenance(),
        required: flag(node, "required"),
        description: text(node, "description").to_string(),
        content: content(node, place),
    }
}

fn response(status: Status, node: &Object, place: &NodePlace<'_>) -> Response {
    let headers = node.map("headers").iter().map(|(name, header)| Header {
        name: name.clone(),
        ty: header.get("schema").map(type_ref),
    });
    Response {
        provenance: place.provenance(),
        status,
        description: text(node, "description").to_string(),
        content: content(node, place),
        headers: headers.collect(),
    }
}

/// Reads a key of OpenAPI's responses object.
fn status(key: &str) -> Status {
    match (key.parse(), key.bytes().next()) {
        (Ok(code), _) => Status::Code(code),
        (Err(_), Some(first @ b'1'..=b'5')) => Status::Range(first - b'0'),
        _ => Status::Default,
    }
}

fn content(carrier: &Object, place: &NodePlace<'_>) -> Vec<Content> {
    let place = place.child("content");
    let content = carrier.map("content").iter().map(|(key, entry)| Content {
        provenance: entry
            .as_object()
            .map_or_else(|| place.child(key), |entry| place.holding(key, entry))
            .provenance(),
        media_type: key.clone(),
        wire: entry.text("x-lorgnette-media-type").unwrap_or(key).to_string(),
        ty: entry.get("schema").map(type_ref),
        encoding: encoding(entry),
    });
    content.collect()
}

fn encoding(entry: &Value) -> Vec<FieldEncoding> {
    let fields = entry.map("encoding").iter().map(|(wire, field)| {
        let text = |key: &str| field.text(key).map(str::to_string);
        let flag = |key: &str| field.get(key).and_then(Value::as_bool);
        FieldEncoding {
            wire: wire.clone(),
            style: text("style"),
            explode: flag("explode"),
            allow_reserved: flag("allowReserved"),
            nested: text("x-lorgnette-nested").unwrap_or_default(),
            content_type: text("contentType"),
            headers: field.map("headers").keys().cloned().collect(),
        }
    });
    fields.collect()
}
