//! The surface of a crate, read from its model.

use super::surface::{
    Field, Head, Reply, Surface, SurfaceBody, SurfaceBranch, SurfaceOperation, SurfaceParameter,
    SurfaceShape, SurfaceType,
};
use crate::document::child;
use crate::generate::TypeExpression;
use crate::ir::{self, Api, SchemeKind, TypeDef};
use crate::refine::Argument;
use crate::refine::model::{self, Model, Outcome, Payload, StatusResponse};
use std::collections::BTreeMap;

/// The surface of the crate of `model`, which comes from `api`. `format` is the format of the
/// contract, `digest` the checksum of the contract with its overlay.
pub fn surface(model: &Model, api: &Api, format: String, digest: String) -> Surface {
    let said = api
        .operations
        .iter()
        .filter(|operation| operation.webhook.is_none());
    let operations = said.zip(&model.operations);
    let operations =
        operations.map(|(said, operation)| (operation.name.clone(), self::operation(model, operation, said)));
    Surface {
        head: Head {
            contract: model.version.clone(),
            format,
            digest,
            base_url: model.base_url.clone(),
            features: model.tags.iter().map(model::Tag::feature).collect(),
            schemes: schemes(model, api),
            schemes_at: api
                .schemes
                .iter()
                .map(|(name, scheme)| (name.clone(), scheme.provenance.pointer().to_string()))
                .collect(),
        },
        operations: operations.collect(),
        types: model
            .types
            .iter()
            .filter_map(|item| Some((item.name.clone(), self::item(item, api.types.get(&item.name)?))))
            .chain(webhooks(model))
            .collect(),
    }
}

fn operation(model: &Model, operation: &model::Operation, said: &ir::Operation) -> SurfaceOperation {
    let tag = model.tags.get(operation.tag);
    let at = said.provenance.pointer();
    let parameters = operation.parameters.iter().zip(&said.parameters).enumerate();
    let parameters = parameters.map(|(index, (parameter, said))| {
        let usual = child(&child(at, "parameters"), &index.to_string());
        let found = said.provenance.pointer();
        self::parameter(parameter, (found != usual).then(|| found.to_string()))
    });
    let place = |provenance: Option<&ir::Provenance>| {
        provenance
            .map(|provenance| provenance.pointer().to_string())
            .unwrap_or_default()
    };
    SurfaceOperation {
        at: at.to_string(),
        body_at: place(said.body.as_ref().map(|body| &body.provenance)),
        security_at: place(Some(&said.security.provenance)),
        id: said.contract_id.clone(),
        module: tag.map(|tag| tag.module.clone()).unwrap_or_default(),
        builder: operation.request.clone(),
        arguments: operation.arguments().into_iter().map(str::to_string).collect(),
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
        statuses: statuses(model, operation, said),
        pages: operation.paging.as_ref().map(|paging| {
            let item = &paging.item;
            if paging.is_map {
                format!("(String, {item})")
            } else {
                item.to_string()
            }
        }),
        security: operation.security.clone(),
        security_optional: said.security.is_optional(),
        deprecated: operation.deprecated.is_some(),
    }
}

/// The enum of webhooks, which is a union whose tag is the event.
fn webhooks(model: &Model) -> Option<(String, SurfaceType)> {
    let first = model.webhooks.first()?;
    let branches = model.webhooks.iter().map(|webhook| SurfaceBranch {
        variant: webhook.variant.clone(),
        ty: payload(&webhook.payload),
        tags: vec![webhook.event.clone()],
    });
    let ty = SurfaceType {
        at: first.place.clone(),
        received: true,
        shape: SurfaceShape::Union {
            tag: None,
            branches: branches.collect(),
        },
        ..SurfaceType::default()
    };
    Some(("webhooks::Webhook".to_string(), ty))
}

/// The form of credentials, for each security scheme that an operation uses.
fn schemes(model: &Model, api: &Api) -> BTreeMap<String, String> {
    let used = model
        .operations
        .iter()
        .flat_map(|operation| operation.security.iter().flatten());
    used.filter_map(|name| Some((name.clone(), scheme(&api.schemes.get(name)?.kind))))
        .collect()
}

fn scheme(scheme: &SchemeKind) -> String {
    match scheme {
        SchemeKind::ApiKey { location, name } if location == "header" => {
            format!("key in header {}", name.to_lowercase())
        }
        SchemeKind::ApiKey { location, name } => format!("key in {location} {name}"),
        SchemeKind::Http { scheme } => format!("HTTP {}", scheme.to_lowercase()),
        SchemeKind::OpenIdConnect { url } => format!("OpenID Connect at {url}"),
        SchemeKind::OAuth2 { flows } => {
            let flows = flows
                .iter()
                .map(|flow| format!("{} at {}", flow.name, flow.urls.join(" and ")));
            format!("OAuth 2.0, {}", flows.collect::<Vec<_>>().join(", "))
        }
        SchemeKind::Other(kind) => kind.clone(),
    }
}

fn parameter(parameter: &model::Parameter, at: Option<String>) -> SurfaceParameter {
    let mut style = parameter.content.clone().unwrap_or_else(|| {
        // `explode` has no meaning for values without parts.
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
    SurfaceParameter {
        at,
        setter: parameter.setter.clone(),
        wire: parameter.wire.clone(),
        location: parameter.location.to_string(),
        style,
        ty: parameter.ty.to_string(),
        required: parameter.required,
        deprecated: parameter.deprecated,
    }
}

/// A body with the type that its argument or setter takes.
fn body(body: &model::CrateBody) -> SurfaceBody {
    SurfaceBody {
        setter: body.setter.clone(),
        media_type: body.media_type.clone(),
        ty: Argument::of_body(body).to_string(),
    }
}

/// The body of each declared status.
fn statuses(model: &Model, operation: &model::Operation, said: &ir::Operation) -> BTreeMap<String, Reply> {
    let of = |name: &str| model.statuses.iter().find(|statuses| statuses.name == name);
    let answers = |responses: &[StatusResponse], error: bool| {
        // Operations that share an enum of errors declare some of its statuses.
        let declared = |response: &&StatusResponse| {
            !error || said.responses.iter().any(|said| said.status == response.status)
        };
        let answers = responses.iter().filter(declared).map(|response| {
            let ty = payload(&response.payload);
            (response.status.to_string(), Reply { error, ty })
        });
        answers.collect::<Vec<_>>()
    };
    let mut all = BTreeMap::new();
    if let Some(errors) = operation.error.as_deref().and_then(of) {
        all.extend(answers(&errors.responses, true));
    }
    match &operation.success {
        Outcome::Several(name) => all.extend(of(name).into_iter().flat_map(|s| answers(&s.responses, false))),
        // All responses that are not errors carry the same type.
        Outcome::One(held) => {
            for response in &said.responses {
                let ty = payload(held);
                let status = response.status.to_string();
                all.entry(status).or_insert(Reply { error: false, ty });
            }
        }
    }
    all
}

fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Json(ty) => ty.to_string(),
        Payload::Empty => "()".to_string(),
        Payload::Text => "Text".to_string(),
        Payload::Bytes => "ByteStream".to_string(),
        Payload::Events(ty) => format!("EventStream<{ty}>"),
        Payload::Lines(ty) => format!("JsonLines<{ty}>"),
    }
}

fn item(item: &model::CrateType, def: &TypeDef) -> SurfaceType {
    let at = match item.shape {
        model::Def::Enum { .. } => def.provenance.child("enum"),
        _ => def.provenance.clone(),
    };
    let said = match &def.shape {
        ir::Shape::Object(object) => object.members.as_slice(),
        _ => &[],
    };
    let shape = match &item.shape {
        model::Def::Object { members, rest, .. } => SurfaceShape::Object {
            fields: members
                .iter()
                .zip(said)
                .map(|(member, said)| {
                    let usual = at.child("properties").child(&member.wire);
                    let found = &said.provenance;
                    Field {
                        at: (*found != usual).then(|| found.pointer().to_string()),
                        field: member.field.clone(),
                        wire: member.wire.clone(),
                        ty: member.ty.to_string(),
                        // Implied values are not arguments of the constructor.
                        required: member.required && member.implied.is_none(),
                        deprecated: member.deprecated,
                    }
                })
                .collect(),
            rest: rest.as_ref().map(|(field, ty)| (field.clone(), ty.to_string())),
        },
        model::Def::Enum { wire, values } => SurfaceShape::Enum {
            wire: if *wire == "str" { "String" } else { wire }.to_string(),
            values: values.clone(),
        },
        model::Def::Union { tag, branches } => SurfaceShape::Union {
            tag: tag.clone(),
            branches: branches
                .iter()
                .map(|branch| SurfaceBranch {
                    variant: branch.variant.clone(),
                    ty: branch.ty.to_string(),
                    tags: branch.tags.clone(),
                })
                .collect(),
        },
    };
    SurfaceType {
        at: at.pointer().to_string(),
        sent: item.sent,
        received: item.received,
        deprecated: item.deprecated,
        shape,
    }
}
