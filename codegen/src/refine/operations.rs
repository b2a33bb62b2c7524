//! Operations with parameters, bodies, responses and documentation.
//!
//! The engine determines their Rust types; the rest comes from the model of the contract.

use super::model::{BodyKind, CrateBody, Operation, Parameter, StatusResponse};
use super::responses::{self, StatusEnums};
use super::{bodies, docs, forms, operation_docs, paging, waiting};
use crate::catalogue;
use crate::diagnostics::{Collected, Errors, Result};
use crate::generate::Types;
use crate::ir;
use crate::names::published::Published;
use crate::text::Markdown;
use heck::ToSnakeCase;
use indexmap::IndexMap;

/// All operations, in the contract's order, and the enums of their responses.
///
/// # Errors
///
/// When the engine created no type for a part of an operation, or its paging settings do not match.
pub fn operations(
    api: &ir::Api,
    entry: &catalogue::Entry,
    types: &Types,
    published: &Published,
) -> Collected<(Vec<Operation>, StatusEnums)> {
    let requests = api.operations.iter().map(|operation| &operation.request);
    let mut enums = StatusEnums::beside(api.types.keys().chain(requests));
    // Published error types get their names before all others. If there are none, the most common
    // errors come first and get the plain name.
    let of = |operation| responses::declared_errors(operation, types);
    // Faults of an operation are reported when it is built.
    let errors: Vec<_> = api
        .operations
        .iter()
        .map(of)
        .map(Result::unwrap_or_default)
        .collect();
    for (operation, errors) in api.operations.iter().zip(&errors) {
        let name = published.operation(operation).and_then(|it| it.error.as_deref());
        if let Some(name) = name {
            enums.keep((operation.provenance.pointer(), name), errors, operation.tag);
        }
    }
    if let Some(index) = enums.is_empty().then(|| usual(&errors)).flatten() {
        let operation = &api.operations[index];
        let place = operation.provenance.pointer();
        enums.keep((place, responses::ERRORS), &errors[index], operation.tag);
    }
    let operations = api.operations.iter();
    let refined = operations.map(|operation| self::operation(api, operation, entry, types, &mut enums));
    Ok((Errors::or(refined)?, enums))
}

/// The first of the operations whose declared errors are those of most.
fn usual(errors: &[Vec<StatusResponse>]) -> Option<usize> {
    let mut enums = StatusEnums::default();
    let mut uses: IndexMap<String, (usize, usize)> = IndexMap::new();
    for (index, errors) in errors.iter().enumerate().filter(|(_, errors)| !errors.is_empty()) {
        uses.entry(enums.shared(errors, 0)).or_insert((0, index)).0 += 1;
    }
    // The first of those with equal counts.
    let most = uses.into_values().rev().max_by_key(|(count, _)| *count);
    most.map(|(_, index)| index)
}

fn operation(
    api: &ir::Api,
    operation: &ir::Operation,
    entry: &catalogue::Entry,
    types: &Types,
    enums: &mut StatusEnums,
) -> Result<Operation> {
    let answers = responses::answers(operation, types, enums)?;
    let parameters = operation.parameters.iter();
    let parameters = parameters.map(|parameter| self::parameter(parameter, types));
    let body = operation.body.as_ref();
    let words = &operation.words;
    Ok(Operation {
        id: operation.contract_id.as_ref().unwrap_or(&operation.name).clone(),
        tag: operation.tag,
        method: operation.sent_method(),
        path: operation.sent_path().to_string(),
        server: operation.server(&api.servers),
        parameters: parameters.collect::<Result<_>>()?,
        bodies: body.map_or_else(|| Ok(Vec::new()), |body| request_bodies(body, types))?,
        body_required: body.is_some_and(|body| body.required),
        paging: paging::paging(api, operation, entry, types, &answers.success)?,
        waiting: waiting::waiting(api, operation, &answers.success)?,
        success: answers.success,
        error: answers.error,
        accept: answers.accept,
        alternatives: answers.alternatives,
        security: operation.security.combinations().cloned().collect(),
        retry: operation.retry.clone(),
        limited_by: operation.limited_by.clone(),
        idempotency_key: operation.idempotency_key.clone(),
        is_repeatable: operation.idempotent || operation.method == "query",
        docs: operation_docs::paragraphs(operation, entry),
        summary: operation_docs::summary(operation),
        deprecated: operation.deprecated.then(|| operation_docs::deprecation(words)),
        request: operation.request.clone(),
        name: operation.name.clone(),
    })
}

fn parameter(parameter: &ir::Parameter, types: &Types) -> Result<Parameter> {
    let said = parameter.description.as_ref();
    let said = said.or(parameter.ty.said().description.as_ref());
    let mut said = Markdown::prose(said.map_or("", String::as_str)).sentence();
    if said.is_empty() {
        said = Markdown::filled("{}.", &[&Markdown::code(&parameter.wire)]);
    }
    let limits = docs::limits(&parameter.ty);
    Ok(Parameter {
        ty: types.used(&parameter.ty, parameter.provenance.pointer())?,
        style: parameter.style.clone(),
        nested: parameter.nested.clone(),
        explode: parameter.explode,
        required: parameter.required,
        allow_reserved: parameter.allow_reserved,
        numeric_offset: parameter.numeric_offset,
        deprecated: parameter.deprecated,
        content: parameter.content.clone(),
        docs: Markdown::sentences([said, limits]),
        wire: parameter.wire.clone(),
        setter: parameter.setter.clone(),
        location: parameter.location,
    })
}

fn request_bodies(body: &ir::Body, types: &Types) -> Result<Vec<CrateBody>> {
    let mut made: Vec<CrateBody> = Vec::new();
    let said = Markdown::prose(&body.description).sentence();
    for content in &body.content {
        let kind = bodies::body_kind(&content.media_type);
        let typed = match &content.ty {
            Some(used) if !matches!(kind, BodyKind::Text | BodyKind::Raw) => {
                Some(bodies::ty(used, content, types)?)
            }
            _ => None,
        };
        let schema_docs = content.ty.as_ref().map(docs::limits).unwrap_or_default();
        let media_type = &content.wire;
        let setter = if made.is_empty() {
            "body".to_string()
        } else {
            alternative(&made, kind, media_type)
        };
        let sent_as = Markdown::filled("Sent as {}.", &[&Markdown::code(media_type)]);
        made.push(CrateBody {
            setter,
            media_type: media_type.clone(),
            kind,
            nullable: kind == BodyKind::Json && content.is_nullable(),
            ty: typed,
            encodings: forms::encodings(kind, &content.encoding),
            docs: Markdown::sentences([said.clone(), sent_as, schema_docs]),
        });
    }
    Ok(made)
}

/// The setter for a further form of the body.
fn alternative(made: &[CrateBody], kind: BodyKind, media_type: &str) -> String {
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

/// A further JSON form is named after its media type, for instance `body_as_merge_patch_json`.
fn json_alternative(made: &[CrateBody], media_type: &str) -> String {
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
