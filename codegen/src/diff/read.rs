//! The surface of a crate, read from its model.
//!
//! This module knows the model and the conventions of normalized documents; it knows nothing of differences.

use super::place;
use super::surface::{Answer, Body, Branch, Field, Head, Operation, Parameter, Shape, Surface, Type};
use crate::document::{self, Document, OperationPlace, child};
use crate::generate::TypeExpression;
use crate::refine::model::{self, BodyKind, Location, Model, Outcome, Payload, Status, StatusResponse};
use serde_json::Value;
use std::collections::BTreeMap;

/// The surface of the crate of `model`, which was made from `normalized`. `contract` is the contract with its overlay, as
/// written: places lead into it. `digest` is its checksum.
pub fn surface(model: &Model, normalized: &Document, contract: &Document, digest: String) -> Surface {
    let operations = document::operations(normalized)
        .zip(&model.operations)
        .map(|(place, operation)| {
            (
                operation.name.clone(),
                self::operation(model, operation, &place, contract),
            )
        });
    Surface {
        head: Head {
            contract: model.version.clone(),
            digest,
            base_url: model.base_url.clone(),
            features: model.tags.iter().map(model::Tag::feature).collect(),
            schemes: schemes(model, normalized),
        },
        operations: operations.collect(),
        types: model
            .types
            .iter()
            .map(|item| (item.name.clone(), self::item(item, contract)))
            .collect(),
    }
}

fn operation(
    model: &Model,
    operation: &model::Operation,
    place: &OperationPlace<'_>,
    contract: &Document,
) -> Operation {
    let tag = model.tags.get(operation.tag);
    let parameters = operation.parameters.iter().enumerate().map(|(index, parameter)| {
        let usual = child(&child(&place.pointer, "parameters"), &index.to_string());
        let location = location(parameter.location);
        let found = place::parameter(contract, &place.pointer, &parameter.wire, location);
        let at = found.unwrap_or_else(|| place::locate(contract, &place.pointer));
        self::parameter(parameter, location, (at != usual).then_some(at))
    });
    Operation {
        at: place::locate(contract, &place.pointer),
        module: tag.map(|tag| tag.module.clone()).unwrap_or_default(),
        builder: operation.builder.clone(),
        request: format!("{} {}", operation.method, operation.path),
        server: operation.server.clone(),
        parameters: parameters.collect(),
        bodies: operation.bodies.iter().map(body).collect(),
        body_required: operation.body_required,
        success: match &operation.success {
            Outcome::One(held) => format!("Response<{}>", payload(held)),
            Outcome::Several(name) => format!("responses::{name}"),
        },
        error: operation.error.as_ref().map(|name| format!("responses::{name}")),
        statuses: statuses(model, operation, place),
        pages: operation.paging.as_ref().map(|paging| {
            let item = &paging.item;
            if paging.is_map {
                format!("(String, {item})")
            } else {
                item.to_string()
            }
        }),
        security: operation.security.clone(),
        security_optional: !operation.security.is_empty() && may_leave_out(place),
        deprecated: operation.deprecated.is_some(),
    }
}

/// Whether one of the alternatives is to give no credentials.
fn may_leave_out(place: &OperationPlace<'_>) -> bool {
    let alternatives = place.operation.get("security").and_then(Value::as_array);
    let mut alternatives = alternatives.into_iter().flatten().filter_map(Value::as_object);
    alternatives.any(serde_json::Map::is_empty)
}

/// How credentials are given, for each security scheme that some operation takes.
fn schemes(model: &Model, normalized: &Document) -> BTreeMap<String, String> {
    let declared = normalized.pointer("/components/securitySchemes");
    let used = model
        .operations
        .iter()
        .flat_map(|operation| operation.security.iter().flatten());
    used.filter_map(|name| Some((name.clone(), scheme(declared?.get(name)?))))
        .collect()
}

fn scheme(node: &Value) -> String {
    let text = |node: &Value, key: &str| {
        let text = node.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_string()
    };
    match text(node, "type").as_str() {
        "apiKey" if text(node, "in") == "header" => {
            format!("key in header {}", text(node, "name").to_lowercase())
        }
        "apiKey" => format!("key in {} {}", text(node, "in"), text(node, "name")),
        "http" => format!("HTTP {}", text(node, "scheme").to_lowercase()),
        "openIdConnect" => format!("OpenID Connect at {}", text(node, "openIdConnectUrl")),
        "oauth2" => {
            let flows = node.get("flows").and_then(Value::as_object);
            let flows = flows.into_iter().flatten().filter(|(_, flow)| flow.is_object());
            let flows = flows.map(|(name, flow)| {
                let urls = ["authorizationUrl", "tokenUrl"].map(|key| text(flow, key));
                let urls: Vec<String> = urls.into_iter().filter(|url| !url.is_empty()).collect();
                format!("{name} at {}", urls.join(" and "))
            });
            format!("OAuth 2.0, {}", flows.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn location(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

fn parameter(parameter: &model::Parameter, location: &str, at: Option<String>) -> Parameter {
    let mut style = parameter.content.clone().unwrap_or_else(|| {
        // Exploding says nothing of what has no parts.
        let may_have_parts = !matches!(&parameter.ty, TypeExpression::Plain(name) if *name != "Value");
        let explode = if parameter.explode && may_have_parts {
            ", exploded"
        } else {
            ""
        };
        format!("{}{explode}", parameter.style)
    });
    if parameter.allow_reserved {
        style.push_str(", reserved characters as they are");
    }
    Parameter {
        at,
        setter: parameter.setter.clone(),
        wire: parameter.wire.clone(),
        location: location.to_string(),
        style,
        ty: parameter.ty.to_string(),
        required: parameter.required,
        deprecated: parameter.deprecated,
    }
}

/// A body with the type of its setter's argument, as the write station chooses it.
fn body(body: &model::Body) -> Body {
    let ty = match (body.kind, &body.ty) {
        (BodyKind::Json, Some(TypeExpression::Vec(item))) if body.media_type == "application/json" => {
            format!("impl IntoIterator<Item = {item}>")
        }
        (BodyKind::Json | BodyKind::Form, Some(ty)) => format!("&{ty}"),
        (BodyKind::Multipart, Some(ty)) => ty.to_string(),
        (BodyKind::Text, _) => "impl Into<String>".to_string(),
        _ => "impl Into<Body>".to_string(),
    };
    Body {
        setter: body.setter.clone(),
        media_type: body.media_type.clone(),
        ty,
    }
}

/// What each declared status carries.
fn statuses(
    model: &Model,
    operation: &model::Operation,
    place: &OperationPlace<'_>,
) -> BTreeMap<String, Answer> {
    let of = |name: &str| model.statuses.iter().find(|statuses| statuses.name == name);
    let answers = |responses: &[StatusResponse], error| {
        let answers = responses.iter().map(|response| {
            let ty = payload(&response.payload);
            (status(response.status), Answer { error, ty })
        });
        answers.collect::<Vec<_>>()
    };
    let mut all = BTreeMap::new();
    if let Some(errors) = operation.error.as_deref().and_then(of) {
        all.extend(answers(&errors.responses, true));
    }
    match &operation.success {
        Outcome::Several(name) => all.extend(of(name).into_iter().flat_map(|s| answers(&s.responses, false))),
        // All that are no errors carry the same.
        Outcome::One(held) => {
            let declared = place.operation.get("responses").and_then(Value::as_object);
            for key in declared.into_iter().flatten().map(|(key, _)| key.clone()) {
                let ty = payload(held);
                all.entry(key).or_insert(Answer { error: false, ty });
            }
        }
    }
    all
}

fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(hundred) => format!("{hundred}XX"),
        Status::Default => "default".to_string(),
    }
}

fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Json(ty) => ty.to_string(),
        Payload::Empty => "()".to_string(),
        Payload::Text => "Text".to_string(),
        Payload::Bytes => "ByteStream".to_string(),
        Payload::Events(ty) => format!("EventStream<{ty}>"),
    }
}

fn item(item: &model::Item, contract: &Document) -> Type {
    let origin = match item.shape {
        model::Shape::Enum { .. } => child(&item.origin, "enum"),
        _ => item.origin.clone(),
    };
    let at = place::locate(contract, &origin);
    let shape = match &item.shape {
        model::Shape::Object { members, rest, .. } => Shape::Object {
            fields: members
                .iter()
                .map(|member| {
                    let found =
                        place::locate(contract, &child(&child(&item.origin, "properties"), &member.wire));
                    Field {
                        at: (found != child(&child(&at, "properties"), &member.wire)).then_some(found),
                        field: member.field.clone(),
                        wire: member.wire.clone(),
                        ty: member.ty.to_string(),
                        required: member.required,
                        deprecated: member.deprecated,
                    }
                })
                .collect(),
            rest: rest.as_ref().map(|(field, ty)| (field.clone(), ty.to_string())),
        },
        model::Shape::Enum { wire, values } => Shape::Enum {
            wire: if *wire == "str" { "String" } else { wire }.to_string(),
            values: values.clone(),
        },
        model::Shape::Union { tag, branches } => Shape::Union {
            tag: tag.clone(),
            branches: branches
                .iter()
                .map(|branch| Branch {
                    variant: branch.variant.clone(),
                    ty: branch.ty.to_string(),
                    tags: branch.tags.clone(),
                })
                .collect(),
        },
    };
    Type {
        at,
        sent: item.sent,
        received: item.received,
        deprecated: item.deprecated,
        shape,
    }
}
