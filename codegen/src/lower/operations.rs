//! Lowering of operations: parameters, bodies, responses.

use super::hints::Hint;
use super::nodes::{Place, servers, string};
use super::{Lowering, marks};
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Node, Object, OperationPlace, items, text};
use crate::ir::{
    Body, Content, FieldEncoding, Header, Location, Operation, Parameter, Response, Security, Status,
    TypeRef, Words,
};
use crate::naming;
use serde_json::Value;

impl Lowering<'_> {
    /// One operation.
    pub(super) fn operation(&mut self, operation: &OperationPlace<'_>) -> Result<Operation> {
        let node = operation.operation;
        let place = Place::new(&operation.pointer, node, self.origins);
        let tag = node.list("tags").first().and_then(Value::as_str);
        let name = text(node, "operationId");
        // Types without a name of their own are called after the operation.
        let base = naming::type_name(name);
        let list = place.child("parameters");
        let said: Vec<&Object> = items(node, "parameters").filter_map(Value::as_object).collect();
        let mut parameters = Vec::new();
        for (index, parameter) in said.iter().enumerate() {
            let place = list.holding(&index.to_string(), parameter);
            parameters.push(self.parameter(parameter, &place, &base)?);
        }
        let body = node.get("requestBody").and_then(Value::as_object);
        let body = body.map(|body| self.body(body, &place.holding("requestBody", body), &base));
        let responses = node.map("responses");
        let successes = responses.keys().filter(|status| status.starts_with('2')).count();
        let responses = responses.iter().filter_map(|(key, node)| {
            let node = node.as_object()?;
            let place = place.child("responses").holding(key, node);
            let is_good = key.starts_with('2') || (successes == 0 && key == "default");
            let called = match key.as_str() {
                _ if is_good && successes <= 1 => format!("{base} Response"),
                "default" => format!("{base} Response Default"),
                _ => format!("{base} Response {key}"),
            };
            let hint = Hint::alone(called, "", if is_good { "response" } else { "error" });
            Some(self.response(status(key), node, &place, &hint))
        });
        let responses = responses.collect();
        let retry = items(node, "x-lorgnette-retry").filter_map(Value::as_u64);
        Ok(Operation {
            provenance: place.provenance(),
            contract_id: string(node, "x-lorgnette-contract-id"),
            name: name.to_string(),
            request: String::new(),
            tag: tag
                .and_then(|name| self.tag_of.get(name))
                .copied()
                .unwrap_or_default(),
            method: operation.method,
            custom_method: string(node, "x-lorgnette-method"),
            path: operation.path.to_string(),
            servers: servers(node, &place),
            parameters,
            body,
            responses,
            security: Security {
                provenance: place.child("security").provenance(),
                alternatives: security(node),
            },
            retry: retry.filter_map(|status| u16::try_from(status).ok()).collect(),
            idempotent: node.flag("x-lorgnette-idempotent"),
            pagination: marks::pagination(node),
            waiting: marks::waiting(node, &place)?,
            limited_by: marks::limited_by(node, &place)?,
            idempotency_key: marks::idempotency_key(node, &said),
            deprecated: node.flag("deprecated"),
            words: words(node),
        })
    }

    fn parameter(&mut self, node: &Object, place: &Place<'_>, base: &str) -> Result<Parameter> {
        let wire = text(node, "name").to_string();
        let location = match text(node, "in") {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "cookie" => Location::Cookie,
            other => {
                let message = format!("parameter {wire} is in {other:?}, which is no place");
                return Err(Error::new(Station::Lower, place.pointer.as_str(), message));
            }
        };
        let hint = Hint::alone(format!("{base} {wire}"), &wire, "parameter");
        Ok(Parameter {
            provenance: place.provenance(),
            ty: self.schema(node, place, &hint).unwrap_or_default(),
            wire,
            setter: text(node, "x-lorgnette-ident").to_string(),
            location,
            style: text(node, "style").to_string(),
            explode: node.flag("explode"),
            required: node.flag("required"),
            allow_reserved: node.flag("allowReserved"),
            numeric_offset: node.flag("x-lorgnette-numeric-offset"),
            nested: text(node, "x-lorgnette-nested").to_string(),
            content: string(node, "x-lorgnette-content"),
            description: string(node, "description"),
            deprecated: node.flag("deprecated"),
        })
    }

    fn body(&mut self, node: &Object, place: &Place<'_>, base: &str) -> Body {
        let hint = Hint::alone(format!("{base} Body"), "", "request");
        Body {
            provenance: place.provenance(),
            required: node.flag("required"),
            description: text(node, "description").to_string(),
            content: self.content(node, place, &hint),
        }
    }

    fn response(&mut self, status: Status, node: &Object, place: &Place<'_>, hint: &Hint) -> Response {
        let content = self.content(node, place, hint);
        let list = place.child("headers");
        let headers = node.map("headers").iter().map(|(name, header)| Header {
            name: name.clone(),
            ty: header
                .as_object()
                .and_then(|header| self.schema(header, &list.holding(name, header), &hint.header(name))),
        });
        Response {
            provenance: place.provenance(),
            status,
            description: text(node, "description").to_string(),
            headers: headers.collect(),
            content,
        }
    }

    fn content(&mut self, carrier: &Object, place: &Place<'_>, hint: &Hint) -> Vec<Content> {
        let place = place.child("content");
        let content = carrier.map("content").iter().map(|(key, entry)| {
            let place = place.child(key);
            Content {
                provenance: place.provenance(),
                media_type: key.clone(),
                wire: entry.text("x-lorgnette-media-type").unwrap_or(key).to_string(),
                ty: entry
                    .as_object()
                    .and_then(|entry| self.schema(entry, &place, hint)),
                encoding: encoding(entry),
            }
        });
        content.collect()
    }

    /// What the schema of a parameter, header or media type is.
    fn schema(&mut self, carrier: &Object, place: &Place<'_>, hint: &Hint) -> Option<TypeRef> {
        let schema = carrier.get("schema")?;
        Some(self.used(&place.child("schema"), schema, hint))
    }
}

fn words(node: &Object) -> Words {
    let text = |key: &str| text(node, key).to_string();
    let evidence = items(node, "x-lorgnette-evidence").filter_map(Value::as_str);
    let documentation = node
        .get("externalDocs")
        .and_then(|docs| docs.get("url")?.as_str());
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

/// Reads a key of OpenAPI's responses object.
fn status(key: &str) -> Status {
    match (key.parse(), key.bytes().next()) {
        (Ok(code), _) => Status::Code(code),
        (Err(_), Some(first @ b'1'..=b'5')) => Status::Range(first - b'0'),
        _ => Status::Default,
    }
}

fn encoding(entry: &Value) -> Vec<FieldEncoding> {
    let fields = entry.get("encoding").and_then(Value::as_object);
    let fields = fields.into_iter().flatten().map(|(wire, field)| {
        let text = |key: &str| field.text(key).map(str::to_string);
        let flag = |key: &str| field.get(key).and_then(Value::as_bool);
        FieldEncoding {
            wire: wire.clone(),
            style: text("style"),
            explode: flag("explode"),
            allow_reserved: flag("allowReserved"),
            nested: text("x-lorgnette-nested").unwrap_or_default(),
            content_type: text("contentType"),
        }
    });
    fields.collect()
}
