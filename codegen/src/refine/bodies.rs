//! Determines how bodies of requests and responses are written and read, by media type.

use super::model::{BodyKind, Payload};
use crate::diagnostics::Result;
use crate::generate::{TypeExpression, Types};
use crate::ir::{Content, Response, Text, Type, TypeRef};

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

/// Media types of sequences of JSON documents.
const LINES: [&str; 7] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
    "application/json-lines",
];

/// Kinds of bodies, in order of preference if a response offers several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerKind {
    /// A JSON document.
    Json,
    /// Server-sent events.
    Events,
    /// A sequence of JSON documents.
    Lines,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// How a response of a media type is read.
pub fn answer_kind(content: &Content) -> AnswerKind {
    let binary = matches!(&content.ty, Some(used) if used.ty == Type::Text(Text::Binary));
    let media_type = &content.media_type;
    match essence(media_type).as_str() {
        "text/event-stream" => AnswerKind::Events,
        essence if LINES.contains(&essence) || essence.ends_with("json-seq") => AnswerKind::Lines,
        _ if binary => AnswerKind::Bytes,
        _ if is_json(media_type) => AnswerKind::Json,
        _ if is_text(media_type) => AnswerKind::Text,
        _ => AnswerKind::Bytes,
    }
}

/// The Rust type of a body in one of its forms.
///
/// # Errors
///
/// When the engine created no type for it.
pub fn ty(used: &TypeRef, content: &Content, types: &Types) -> Result<TypeExpression> {
    types.used(used, content.provenance.child("schema").pointer())
}

/// The content of a response in one of its forms, and the media types that request it.
#[derive(Clone, Debug)]
pub struct Form {
    /// The content of the form.
    pub payload: Payload,
    /// The media type, or several for an error.
    pub accept: String,
}

/// The forms of a response, the default first: JSON is preferred to events, text and bytes.
///
/// # Errors
///
/// When the engine created no type for a schema.
pub fn response_forms(response: &Response, types: &Types) -> Result<Vec<Form>> {
    let mut content: Vec<&Content> = response.content.iter().collect();
    content.sort_by_key(|content| answer_kind(content));
    let form = |content: &Content| {
        let typed = || match &content.ty {
            Some(used) => ty(used, content, types),
            None => Ok(TypeExpression::any()),
        };
        let payload = match answer_kind(content) {
            AnswerKind::Json if content.is_nullable() => Payload::Json(typed()?.optional()),
            AnswerKind::Json => Payload::Json(typed()?),
            AnswerKind::Events => Payload::Events(item(typed()?)),
            AnswerKind::Lines => Payload::Lines(item(typed()?)),
            AnswerKind::Text => Payload::Text,
            AnswerKind::Bytes => Payload::Bytes,
        };
        let accept = content.wire.clone();
        Ok(Form { payload, accept })
    };
    content.into_iter().map(form).collect()
}

/// The type of a stream's items: a stream is often described as the list of its items.
fn item(ty: TypeExpression) -> TypeExpression {
    match ty {
        TypeExpression::Vec(item) => *item,
        item => item,
    }
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
