//! Lowering of operations: parameters, bodies, responses.

use super::schemas::type_ref;
use super::servers;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Document, Object, OperationPlace, child, items, text};
use crate::ir::{
    Body, Content, FieldEncoding, Header, Location, Operation, Pagination, Parameter, Provenance, Response,
    Security, Status, Words,
};
use serde_json::Value;
use std::collections::HashMap;

/// One operation. `tag_of` knows the index of every tag.
pub(super) fn operation(
    document: &Document,
    place: &OperationPlace<'_>,
    tag_of: &HashMap<&str, usize>,
) -> Result<Operation> {
    let node = place.operation;
    let tag = node.get("tags").and_then(|tags| tags.get(0)?.as_str());
    let parameters = items(node, "parameters").enumerate().map(|(index, parameter)| {
        let list = child(&place.pointer, "parameters");
        self::parameter(parameter, child(&list, &index.to_string()))
    });
    let responses = node.get("responses").and_then(Value::as_object);
    let responses = responses.into_iter().flatten().map(|(key, response)| {
        let at = child(&child(&place.pointer, "responses"), key);
        self::response(status(key), response, at)
    });
    let retry = items(node, "x-lorgnette-retry").filter_map(Value::as_u64);
    Ok(Operation {
        provenance: Provenance::new(&place.pointer),
        contract_id: string(node, "x-lorgnette-contract-id"),
        name: text(node, "operationId").to_string(),
        tag: tag.and_then(|name| tag_of.get(name)).copied().unwrap_or_default(),
        method: place.method,
        path: place.path.to_string(),
        servers: operation_servers(document, place),
        parameters: parameters.collect::<Result<_>>()?,
        body: node
            .get("requestBody")
            .map(|body| self::body(body, child(&place.pointer, "requestBody"))),
        responses: responses.collect(),
        security: security(node),
        retry: retry.filter_map(|status| u16::try_from(status).ok()).collect(),
        idempotent: flag(node, "x-lorgnette-idempotent"),
        pagination: node.get("x-pagination").map(pagination),
        deprecated: flag(node, "deprecated"),
        words: words(node),
    })
}

/// The servers of an operation, or else of its path.
fn operation_servers(document: &Document, place: &OperationPlace<'_>) -> Vec<crate::ir::Server> {
    if place.operation.contains_key("servers") {
        return servers(place.operation, &place.pointer);
    }
    let item = document
        .get("paths")
        .and_then(|paths| paths.get(place.path)?.as_object());
    item.map(|item| servers(item, &child("/paths", place.path)))
        .unwrap_or_default()
}

fn words(node: &Object) -> Words {
    let text = |key: &str| text(node, key).to_string();
    let evidence = items(node, "x-evidence").filter_map(Value::as_str);
    let documentation = node
        .get("externalDocs")
        .and_then(|docs| docs.get("url")?.as_str());
    Words {
        summary: text("summary"),
        description: text("description"),
        note: text("x-note"),
        documentation: documentation.map(str::to_string),
        confidence: text("x-confidence"),
        evidence: evidence.map(str::to_string).collect(),
        deprecation: text("x-deprecated-reason"),
    }
}

fn pagination(said: &Value) -> Pagination {
    let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).map(str::to_string);
    Pagination {
        style: text("/style"),
        next: text("/next"),
        number: text("/request/0"),
        pages: text("/pages"),
        first: said.get("first").and_then(Value::as_u64),
        items: text("/items"),
    }
}

fn security(node: &Object) -> Security {
    let alternatives = items(node, "security").filter_map(Value::as_object);
    Security(alternatives.map(|it| it.keys().cloned().collect()).collect())
}

fn parameter(node: &Value, at: String) -> Result<Parameter> {
    let nothing = Object::new();
    let node = node.as_object().unwrap_or(&nothing);
    let wire = text(node, "name").to_string();
    let location = match text(node, "in") {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => Location::Cookie,
        other => {
            let message = format!("parameter {wire} is in {other:?}, which is no place");
            return Err(Error::new(Station::Lower, at, message));
        }
    };
    Ok(Parameter {
        provenance: Provenance::new(at),
        wire,
        setter: text(node, "x-lorgnette-ident").to_string(),
        location,
        style: text(node, "style").to_string(),
        explode: flag(node, "explode"),
        required: flag(node, "required"),
        allow_reserved: flag(node, "allowReserved"),
        numeric_offset: flag(node, "x-numeric-offset"),
        content: string(node, "x-lorgnette-content"),
        description: string(node, "description"),
        deprecated: flag(node, "deprecated"),
        ty: node.get("schema").map(type_ref).unwrap_or_default(),
    })
}

fn body(node: &Value, at: String) -> Body {
    let description = node.get("description").and_then(Value::as_str);
    Body {
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: description.unwrap_or_default().to_string(),
        content: content(node, &at),
        provenance: Provenance::new(at),
    }
}

fn response(status: Status, node: &Value, at: String) -> Response {
    let description = node.get("description").and_then(Value::as_str);
    let headers = node.get("headers").and_then(Value::as_object);
    let headers = headers.into_iter().flatten().map(|(name, header)| Header {
        name: name.clone(),
        ty: header.get("schema").map(type_ref),
    });
    Response {
        status,
        description: description.unwrap_or_default().to_string(),
        content: content(node, &at),
        headers: headers.collect(),
        provenance: Provenance::new(at),
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

fn content(carrier: &Value, at: &str) -> Vec<Content> {
    let at = child(at, "content");
    let content = carrier.get("content").and_then(Value::as_object);
    let content = content.into_iter().flatten().map(|(key, entry)| Content {
        provenance: Provenance::new(child(&at, key)),
        media_type: key.clone(),
        wire: entry
            .get("x-lorgnette-media-type")
            .and_then(Value::as_str)
            .unwrap_or(key)
            .to_string(),
        ty: entry.get("schema").map(type_ref),
        encoding: encoding(entry),
    });
    content.collect()
}

fn encoding(entry: &Value) -> Vec<FieldEncoding> {
    let fields = entry.get("encoding").and_then(Value::as_object);
    let fields = fields.into_iter().flatten().map(|(wire, field)| {
        let text = |key: &str| field.get(key).and_then(Value::as_str).map(str::to_string);
        let flag = |key: &str| field.get(key).and_then(Value::as_bool);
        FieldEncoding {
            wire: wire.clone(),
            style: text("style"),
            explode: flag("explode"),
            allow_reserved: flag("allowReserved"),
            content_type: text("contentType"),
        }
    });
    fields.collect()
}

fn string(node: &Object, key: &str) -> Option<String> {
    node.get(key).and_then(Value::as_str).map(str::to_string)
}

fn flag(node: &Object, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}
