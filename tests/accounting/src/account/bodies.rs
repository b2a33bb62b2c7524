//! Compares bodies of requests and responses by media type.

use super::FindingKind;
use super::operations::style;
use super::view::View;
use super::walk::{How, Walk};
use crate::declared::{DeclaredContent, DeclaredOperation, DeclaredResponse, Node};
use crate::surface::{self, ResponseVariant, RustType, essence};
use std::collections::HashSet;

/// Compares the request body of an operation.
pub(super) fn requests<'d>(
    operation: &DeclaredOperation<'d>,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    let Some(body) = &operation.body else {
        return;
    };
    if !body.contents.is_empty() && built.body_required != body.required {
        let what = format!("the body of {} is required in one place only", built.builder);
        walk.report(FindingKind::BodyRequired, &body.node, what, &[]);
    }
    for content in &body.contents {
        let found = built
            .bodies
            .iter()
            .find(|body| same(&body.media_type, content.media_type));
        let found = found.or_else(|| in_range(content, &body.contents, built));
        let Some(found) = found else {
            let is_alias = is_json(content.media_type)
                && body.contents.iter().any(|other| {
                    same_schema(other, content)
                        && built
                            .bodies
                            .iter()
                            .any(|body| same(&body.media_type, other.media_type))
                });
            let kind = if is_alias {
                FindingKind::RequestAlias
            } else {
                FindingKind::RequestMedia
            };
            let what = format!("{} sends no {}", built.builder, content.media_type);
            walk.report(kind, &content.node, what, &[content.media_type]);
            continue;
        };
        let view = view_of(content, walk);
        if matches!(found.kind.as_str(), "text" | "raw") {
            handed_over(&view, content, walk);
            continue;
        }
        if let Some(schema) = &content.schema {
            let nodes = std::slice::from_ref(schema);
            if found.kind.starts_with("json") {
                walk.null(nodes, &found.ty, FindingKind::NullBody);
            }
            walk.check(nodes, &found.ty, &How::default());
        } else {
            walk.check_view(&view, &content.node, found.ty.bare(), &How::default());
        }
        if matches!(found.kind.as_str(), "form" | "multipart") {
            encodings(&view, content, found, walk);
        }
    }
}

fn view_of<'d>(content: &DeclaredContent<'d>, walk: &Walk<'_, 'd>) -> View<'d> {
    match &content.schema {
        Some(schema) => walk.view(std::slice::from_ref(schema)),
        None => View::of_fields(&content.fields),
    }
}

/// The body that represents a range of media types: one within the range that the contract does not
/// declare separately.
fn in_range<'b>(
    content: &DeclaredContent<'_>,
    all: &[DeclaredContent<'_>],
    built: &'b surface::SurfaceOperation,
) -> Option<&'b surface::BodySetter> {
    let start = content.media_type.split('*').next()?;
    let inside =
        |body: &&surface::BodySetter| essence(&body.media_type).starts_with(&start.to_ascii_lowercase());
    let is_other =
        |body: &&surface::BodySetter| !all.iter().any(|other| same(&body.media_type, other.media_type));
    if !content.media_type.contains('*') {
        return None;
    }
    let own = built.bodies.iter().filter(inside).find(is_other);
    own.or_else(|| built.bodies.iter().find(inside)).or_else(|| {
        built
            .bodies
            .iter()
            .find(|body| matches!(body.kind.as_str(), "raw" | "text"))
    })
}

/// A body that the caller passes or receives as text or bytes.
fn handed_over<'d>(view: &View<'d>, content: &DeclaredContent<'d>, walk: &mut Walk<'_, 'd>) {
    if !view.properties.is_empty() {
        let what = format!("{} is handed over as it is", content.media_type);
        walk.report(
            FindingKind::UntypedBody,
            &content.node,
            what,
            &[content.media_type],
        );
    }
}

/// How the fields of a form are written.
fn encodings<'d>(
    view: &View<'d>,
    content: &DeclaredContent<'d>,
    found: &surface::BodySetter,
    walk: &mut Walk<'_, 'd>,
) {
    let words = |name: &str| {
        let field = found.encodings.iter().find(|(field, _)| field == name);
        field.map_or(&[][..], |(_, words)| words.as_slice())
    };
    for field in &content.fields {
        let is_list = field.node.text("type") == Some("array");
        let (written, explode) = style(words(field.name), "form");
        if is_list && (written, explode) != (field.style.as_str(), field.explode) {
            let what = format!("{:?} is written otherwise than {}", field.name, field.style);
            walk.report(FindingKind::Encoding, &field.node, what, &[field.name]);
        }
    }
    for (name, node) in &content.encodings {
        let words = words(name);
        let property = view.properties.iter().find(|(property, _)| property == name);
        let Some((_, nodes)) = property else { continue };
        let kinds = walk.view(nodes).kinds();
        let is_compound = kinds.iter().any(|kind| ["array", "object"].contains(kind));
        let lost = |what: &str| format!("{what} of {name:?} is not kept");
        let styled = ["style", "explode", "allowReserved"]
            .iter()
            .any(|key| node.get(key).is_some());
        let declared = node.text("style").unwrap_or("form");
        let declared = (declared, node.flag("explode").unwrap_or(declared == "form"));
        let written = style(words, "form");
        let differs = written != declared && (declared.0 != "deepObject" || written.0 != "deepObject");
        if styled && is_compound && differs {
            walk.report(FindingKind::Encoding, node, lost("the style"), &[name]);
        }
        if node.get("headers").is_some() {
            walk.report(FindingKind::Encoding, node, lost("a header"), &[name]);
        }
        let media_type = node.text("contentType").filter(|it| !it.contains([',', '*']));
        let sent = words.iter().find(|(word, _)| word == "content");
        let sent = sent.map(|(_, media_type)| media_type.trim_matches('"'));
        let usual = if is_compound {
            "application/json"
        } else {
            "text/plain"
        };
        if let Some(media_type) = media_type.filter(|_| !styled)
            && !sent.is_some_and(|sent| same(sent, media_type))
            && !(found.kind == "multipart" && same(media_type, usual))
        {
            walk.report(FindingKind::Encoding, node, lost("the media type"), &[name]);
        }
    }
}

/// Compares the responses of an operation. `headers` are those found so far.
pub(super) fn responses<'d>(
    operation: &DeclaredOperation<'d>,
    built: &surface::SurfaceOperation,
    headers: &mut HashSet<String>,
    walk: &mut Walk<'_, 'd>,
) {
    let is_success = |status: &str| status.starts_with(['1', '2', '3']);
    let declares_success = operation
        .responses
        .iter()
        .any(|response| is_success(&response.status));
    let surface = walk.surface;
    let enum_of = |ty: &RustType| {
        let name = ty.name.strip_prefix("responses::");
        name.and_then(|name| surface.statuses.get(name))
    };
    let (successes, errors) = (enum_of(&built.success), built.error.as_ref().and_then(enum_of));
    for response in &operation.responses {
        for (name, node) in &response.headers {
            if !name.eq_ignore_ascii_case("content-type") && headers.insert(name.to_ascii_lowercase()) {
                let what = format!("header {name:?} of responses has no type");
                walk.report(FindingKind::ResponseHeader, node, what, &[name]);
            }
        }
        let success = is_success(&response.status) || response.status == "default" && !declares_success;
        let of_status = |answer: &&ResponseVariant| answer.status == response.status;
        let payload = match (success, successes) {
            (true, None) => Some(&built.success),
            (true, Some(answers)) => answers.iter().find(of_status).map(|answer| &answer.payload),
            (false, _) => errors
                .and_then(|answers| answers.iter().find(of_status))
                .map(|answer| &answer.payload),
        };
        match payload {
            Some(payload) => self::response(response, payload, success, built, walk),
            None => {
                let what = format!("{} has no type for status {}", built.builder, response.status);
                walk.report(FindingKind::Response, &response.node, what, &[&response.status]);
            }
        }
    }
}

fn response<'d>(
    response: &DeclaredResponse<'d>,
    payload: &RustType,
    success: bool,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    let accept = built.options.iter().find(|(option, _)| option == "accept");
    let accept = accept.map_or("application/json", |(_, accept)| accept.trim_matches('"'));
    // A response to HEAD has no body, whatever the contract declares.
    let contents = response.contents.iter().filter(|_| built.http_method != "HEAD");
    for content in contents {
        // The server chooses the form of an error.
        let usual = (!success || asks_for(accept, content)) && reads(payload, content);
        let forms = built
            .forms
            .iter()
            .filter(|form| success && reads(&form.payload, content));
        let forms: Vec<_> = forms.filter(|form| asks_for(&form.accept, content)).collect();
        // Versions of a media type are separate forms.
        let exact = forms.iter().find(|form| names(&form.accept, content));
        let other = exact.filter(|_| !names(accept, content));
        let form = match (other, usual) {
            (Some(form), _) => Some(&form.payload),
            (None, true) => Some(payload),
            (None, false) => forms.first().map(|form| &form.payload),
        };
        let Some(payload) = form else {
            unread(response, content, payload, built, walk);
            continue;
        };
        let Some(schema) = &content.schema else {
            continue;
        };
        match payload.name.as_str() {
            "ByteStream" | "Text" | "()" => {
                let view = walk.view(std::slice::from_ref(schema));
                handed_over(&view, content, walk);
            }
            "EventStream" | "JsonLines" => {
                let Some(data) = payload.arguments.first() else {
                    continue;
                };
                // A stream described as a list of events yields them one by one.
                let items = walk
                    .declared
                    .resolve(schema)
                    .and_then(|schema| schema.get("items"));
                let event: Node<'d> = items.unwrap_or_else(|| schema.clone());
                walk.check(&[event], data, &How::default());
            }
            _ => {
                let nodes = std::slice::from_ref(schema);
                walk.null(nodes, payload, FindingKind::NullResponse);
                walk.check(nodes, payload, &How::default());
            }
        }
    }
}

/// Reports a form of a response that nothing reads.
fn unread<'d>(
    response: &DeclaredResponse<'d>,
    content: &DeclaredContent<'d>,
    payload: &RustType,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    let is_alias = is_json(content.media_type)
        && reads(payload, content)
        && response.contents.iter().any(|other| {
            other.media_type != content.media_type && is_json(other.media_type) && same_schema(other, content)
        });
    let kind = if is_alias {
        FindingKind::ResponseAlias
    } else {
        FindingKind::ResponseMedia
    };
    let what = format!(
        "{}: status {} as {} cannot be read or asked for",
        built.builder, response.status, content.media_type
    );
    // All places of Swagger's media types are equivalent.
    let node = if content.node.get("schema").is_some() && content.node.get("description").is_some() {
        &response.node
    } else {
        &content.node
    };
    walk.report(kind, node, what, &[content.media_type]);
}

/// Whether an `Accept` names exactly this media type, with its parameters.
fn names(accept: &str, content: &DeclaredContent<'_>) -> bool {
    accept
        .split(',')
        .any(|accepted| same(accepted, content.media_type))
}

/// Whether an `Accept` requests a media type, or names one within the contract's range.
fn asks_for(accept: &str, content: &DeclaredContent<'_>) -> bool {
    let declared = essence(content.media_type);
    let inside = declared.split('*').next().filter(|_| declared.contains('*'));
    accept.split(',').map(essence).any(|accepted| {
        accepted == declared || accepted == "*/*" || inside.is_some_and(|start| accepted.starts_with(start))
    })
}

/// Whether a payload can be read from a body of this media type.
fn reads(payload: &RustType, content: &DeclaredContent<'_>) -> bool {
    let essence = essence(content.media_type);
    match payload.name.as_str() {
        "()" => false,
        // Bytes are bytes, whatever their meaning.
        "ByteStream" => true,
        "Text" => {
            essence.starts_with("text/")
                || essence.ends_with("xml")
                || essence.ends_with("yaml")
                || essence.contains('*')
                || is_json(&essence)
        }
        "EventStream" => essence == "text/event-stream",
        "JsonLines" => ["ndjson", "jsonl", "json-seq", "jsonlines", "json-lines"]
            .iter()
            .any(|name| essence.ends_with(name)),
        _ => is_json(&essence) || essence.contains('*'),
    }
}

/// Whether a media type is JSON.
fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("/json") || essence.ends_with("+json") || essence == "application/*+json"
}

/// Whether two media types are the same on the wire.
fn same(one: &str, other: &str) -> bool {
    let normal = |text: &str| {
        let text: String = text
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '"')
            .collect();
        let text = text.trim_end_matches(';').to_ascii_lowercase();
        // JSON has only one charset, and RFC 8259 defines no parameter for it.
        match text.strip_suffix(";charset=utf-8") {
            Some(json) if is_json(json) => json.to_owned(),
            _ => text,
        }
    };
    normal(one) == normal(other)
}

fn same_schema(one: &DeclaredContent<'_>, other: &DeclaredContent<'_>) -> bool {
    match (&one.schema, &other.schema) {
        (Some(one), Some(other)) => one.value == other.value,
        (_, None) => true,
        (None, Some(_)) => false,
    }
}
