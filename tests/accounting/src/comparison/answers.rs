//! Compares declared responses, by status and media type, with what `send` returns.

use super::log::RustPlace;
use super::walk::Walk;
use crate::contract::{self, Contract};
use crate::surface::{self, Form, ResponseVariant, RustType, Surface};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Compares the responses of an operation.
pub(super) fn compare(
    contract: &Contract,
    surface: &Surface,
    operation: &contract::ContractOperation,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_>,
) {
    let is_success = |status: &str| status.starts_with(['1', '2', '3']);
    let declares_success = operation
        .responses
        .iter()
        .any(|response| is_success(&response.status));
    let enum_of = |ty: &RustType| enum_name(ty).and_then(|name| surface.statuses.get(name));
    let (successes, errors) = (enum_of(&built.success), built.error.as_ref().and_then(enum_of));
    for response in &operation.responses {
        for header in &response.headers {
            walk.report(header, format!("{}: the header has no type", built.builder));
        }
        let success = is_success(&response.status) || response.status == "default" && !declares_success;
        let of_status = |answers: &&ResponseVariant| answers.status == response.status;
        let payload = match (success, successes) {
            (true, None) => Some(&built.success),
            (true, Some(answers)) => answers.iter().find(of_status).map(|answer| &answer.payload),
            (false, _) => errors
                .and_then(|answers| answers.iter().find(of_status))
                .map(|answer| &answer.payload),
        };
        let Some(payload) = payload else {
            walk.report(
                &response.pointer,
                format!("{} does not tell status {}", built.builder, response.status),
            );
            continue;
        };
        let forms = if success { &*built.forms } else { &[] };
        self::payload(contract, response, (payload, forms), &built.builder, walk);
    }
    let declared = |answer: &&ResponseVariant| {
        !operation
            .responses
            .iter()
            .any(|response| response.status == answer.status)
    };
    for answer in successes.into_iter().flatten().filter(declared) {
        walk.report(
            &operation.pointer,
            format!(
                "{} tells status {}, which is not declared",
                built.builder, answer.status
            ),
        );
    }
}

/// The name of an enum of responses.
pub(super) fn enum_name(ty: &RustType) -> Option<&str> {
    ty.name.strip_prefix("responses::")
}

/// Reports variants of error enums that no operation declares. Operations share such enums, which
/// contain the errors of all of them.
pub(super) fn undeclared(surface: &Surface, errors: &BTreeMap<&str, BTreeSet<String>>, walk: &mut Walk<'_>) {
    for (name, declared) in errors {
        let answers = surface.statuses.get(*name).into_iter().flatten();
        for answer in answers.filter(|answer| !declared.contains(&answer.status)) {
            walk.report(
                &format!("crate:responses::{name}"),
                format!(
                    "{name} tells status {}, which no operation declares",
                    answer.status
                ),
            );
        }
    }
}

fn payload(
    contract: &Contract,
    response: &contract::ContractResponse,
    (usual, forms): (&RustType, &[Form]),
    builder: &str,
    walk: &mut Walk<'_>,
) {
    if response.contents.is_empty() {
        if usual.name != "()" {
            let what = format!(
                "{builder}: status {} holds {usual} where the contract has nothing",
                response.status
            );
            walk.report(&response.pointer, what);
        }
        return;
    }
    for (media_type, schema) in &response.contents {
        let form = forms.iter().find(|form| form.is_of(media_type));
        let payload = form.map_or(usual, |form| &form.payload);
        let is_binary = schema
            .as_ref()
            .is_some_and(|schema| is_binary(contract.at(&contract.resolve(schema))));
        let events = media_type.starts_with("text/event-stream");
        let fits = match payload.name.as_str() {
            "()" => false,
            "ByteStream" => is_binary || !media_type.contains("json"),
            "Text" => media_type.starts_with("text/"),
            "EventStream" => events,
            _ => media_type.contains("json"),
        };
        if !fits {
            walk.report(
                &response.pointer,
                format!(
                    "{builder}: status {} is {media_type} and not {payload}",
                    response.status
                ),
            );
        }
        match (schema, payload.name.as_str()) {
            (Some(schema), "ByteStream" | "Text" | "()") => walk.opaque(schema),
            (Some(schema), "EventStream") => {
                // A stream described as an array of events yields them one by one.
                let schema = contract.resolve(schema);
                let items = contract
                    .at(&schema)
                    .get("items")
                    .map(|_| contract::child(&schema, "items"));
                if let Some(data) = payload.arguments.first() {
                    walk.schema(&items.unwrap_or(schema), &RustPlace::of(data));
                }
            }
            (Some(schema), _) => walk.schema(schema, &RustPlace::of(payload)),
            (None, _) => {}
        }
    }
}

fn is_binary(schema: &Value) -> bool {
    schema.get("format").and_then(Value::as_str) == Some("binary")
        || schema.get("type").and_then(Value::as_str) == Some("file")
}
