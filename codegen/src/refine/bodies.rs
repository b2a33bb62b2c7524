//! Bodies of requests and responses by media type: how they are written and read.
//!
//! This module knows media types and the shape of OpenAPI's `content`; it knows no Rust.

use super::model::{BodyKind, Payload};
use crate::diagnostics::Result;
use crate::document::{Object, child};
use crate::generate::{TypeExpression, Types};
use serde_json::Value;

/// The one tag of a normalized operation.
pub fn tag_name(operation: &Object) -> Option<&str> {
    operation.get("tags")?.get(0)?.as_str()
}

/// The media type to send, which is not always the key under which the contract has it.
pub fn media_type<'d>(key: &'d str, entry: &'d Value) -> &'d str {
    entry
        .get("x-lorgnette-media-type")
        .and_then(Value::as_str)
        .unwrap_or(key)
}

/// Whether a media type is JSON.
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json") || essence == "text/json"
}

/// Whether a media type is text that is not JSON.
fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.starts_with("text/")
        || essence.ends_with("/xml")
        || essence.ends_with("+xml")
        || essence.ends_with("yaml")
}

/// A media type without its parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// How a request body of a media type is written.
pub fn body_kind(media_type: &str) -> BodyKind {
    match essence(media_type).as_str() {
        _ if is_json(media_type) => BodyKind::Json,
        "application/x-www-form-urlencoded" => BodyKind::Form,
        essence if essence.starts_with("multipart/") => BodyKind::Multipart,
        _ if is_text(media_type) => BodyKind::Text,
        _ => BodyKind::Raw,
    }
}

/// Kinds of answers, the preferred ones first where a response offers several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AnswerKind {
    Json,
    Events,
    Text,
    Bytes,
}

fn answer_kind(media_type: &str, schema: Option<&Value>) -> AnswerKind {
    let binary = schema
        .and_then(|schema| schema.get("format"))
        .and_then(Value::as_str)
        == Some("binary");
    match essence(media_type).as_str() {
        "text/event-stream" => AnswerKind::Events,
        _ if binary => AnswerKind::Bytes,
        _ if is_json(media_type) => AnswerKind::Json,
        _ if is_text(media_type) => AnswerKind::Text,
        _ => AnswerKind::Bytes,
    }
}

/// What a response holds, and the media types that say so. Of several kinds JSON is preferred, then events, text, bytes.
///
/// # Errors
///
/// When the engine made no type for the schema.
pub fn payload(response: &Value, types: &Types, pointer: &str) -> Result<(Payload, Vec<String>)> {
    let content = response.get("content").and_then(Value::as_object);
    let kinds: Vec<(AnswerKind, &String, &Value)> = content
        .into_iter()
        .flatten()
        .map(|(key, entry)| (answer_kind(key, entry.get("schema")), key, entry))
        .collect();
    for wanted in [
        AnswerKind::Json,
        AnswerKind::Events,
        AnswerKind::Text,
        AnswerKind::Bytes,
    ] {
        let Some((_, first, entry)) = kinds.iter().find(|(kind, ..)| *kind == wanted) else {
            continue;
        };
        let at = child(&child(&child(pointer, "content"), first), "schema");
        let typed = || {
            entry
                .get("schema")
                .map_or(Ok(TypeExpression::any()), |schema| types.body(schema, &at))
        };
        let payload = match wanted {
            AnswerKind::Json => Payload::Json(typed()?),
            // A stream is often described as the list of its events.
            AnswerKind::Events => Payload::Events(match typed()? {
                TypeExpression::Vec(event) => *event,
                event => event,
            }),
            AnswerKind::Text => Payload::Text,
            AnswerKind::Bytes => Payload::Bytes,
        };
        let media_types = kinds
            .iter()
            .filter(|(kind, ..)| *kind == wanted)
            .map(|(_, key, entry)| media_type(key, entry).to_string());
        return Ok((payload, media_types.collect()));
    }
    Ok((Payload::Empty, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_body_kind_knows_json_in_all_its_names() {
        assert_eq!(
            body_kind("application/problem+json; charset=utf-8"),
            BodyKind::Json
        );
        assert_eq!(body_kind("Application/JSON"), BodyKind::Json);
    }

    #[test]
    fn test_body_kind_tells_text_from_bytes() {
        assert_eq!(body_kind("application/xml"), BodyKind::Text);
        assert_eq!(body_kind("text/csv"), BodyKind::Text);
        assert_eq!(body_kind("video/mp4"), BodyKind::Raw);
    }
}
