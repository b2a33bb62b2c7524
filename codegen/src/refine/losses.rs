//! Notes on what a contract says and the types of a crate do not.

use super::bodies::{AnswerKind, answer_kind, body_kind};
use super::model::BodyKind;
use crate::diagnostics::Notes;
use crate::ir::{Api, Content, Shape, Status, Text, Type};
use indexmap::IndexMap;

const PASS: &str = "losses";

/// Notes bodies that are handed over as they are though they have a schema, and headers of
/// responses and of parts.
pub fn note(api: &Api, notes: &mut Notes) {
    let mut bodies: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut headers: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut handed_over = |content: &Content, form: &str| {
        if has_parts(content) {
            let what = format!("media type {} is handed over as {form}", content.wire);
            let place = content.provenance.pointer().to_string();
            bodies.entry(what).or_default().push(place);
        }
    };
    let mut errors: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut parts: IndexMap<String, Vec<String>> = IndexMap::new();
    for operation in &api.operations {
        for content in operation.body.iter().flat_map(|body| &body.content) {
            for field in content.encoding.iter().filter(|field| !field.headers.is_empty()) {
                let what = format!(
                    "the part of field {:?} is sent without {}",
                    field.wire,
                    field.headers.join(", ")
                );
                let place = content.provenance.child("encoding").child(&field.wire);
                let place = place.pointer().to_string();
                parts.entry(what).or_default().push(place);
            }
        }
        for content in operation.body.iter().flat_map(|body| &body.content) {
            match body_kind(&content.media_type) {
                BodyKind::Text => handed_over(content, "text"),
                BodyKind::Raw => handed_over(content, "bytes"),
                BodyKind::Json | BodyKind::Form | BodyKind::Multipart => {}
            }
        }
        for response in &operation.responses {
            // Which form an error has, the server chooses.
            let is_error = matches!(response.status, Status::Code(400..) | Status::Range(4..));
            let kinds = response.content.iter().map(answer_kind);
            let best = kinds.min().filter(|_| is_error);
            for content in &response.content {
                if best.is_some_and(|best| best < answer_kind(content)) {
                    let place = content.provenance.pointer().to_string();
                    errors.entry(content.wire.clone()).or_default().push(place);
                }
                match answer_kind(content) {
                    AnswerKind::Text => handed_over(content, "text"),
                    AnswerKind::Bytes => handed_over(content, "bytes"),
                    AnswerKind::Json | AnswerKind::Events | AnswerKind::Lines => {}
                }
            }
            for header in &response.headers {
                let place = response.provenance.child("headers").child(&header.name);
                let place = place.pointer().to_string();
                headers.entry(header.name.to_lowercase()).or_default().push(place);
            }
        }
    }
    let objects = api.types.values().filter_map(|def| match &def.shape {
        Shape::Object(object) => Some((
            def.provenance.child("additionalProperties"),
            object.rest.as_ref()?,
        )),
        _ => None,
    });
    let free = objects.filter(|(_, (_, rest))| matches!(&rest.ty, Type::Map(value) if value.ty == Type::Any));
    let free: Vec<String> = free.map(|(place, _)| place.pointer().to_string()).collect();
    if !free.is_empty() {
        let what = "additional members take any value, and not only objects";
        let why = "Tools that write contracts say `object` for any value.";
        notes.add_all(PASS, free, what, why);
    }
    for (what, places) in bodies {
        let why = "Types are made of JSON and forms only; what the schema says is for the caller to write and read.";
        notes.add_all(PASS, places, what, why);
    }
    for (media_type, places) in errors {
        let what = format!("an error of the media type {media_type} has no type");
        let why = "It has another form as well. The error gives the body of the response as it came.";
        notes.add_all(PASS, places, what, why);
    }
    for (what, places) in parts {
        let why = "Parts have the headers that say what they hold, and no others.";
        notes.add_all(PASS, places, what, why);
    }
    for (name, places) in headers {
        let what = format!("header {name} of responses has no type");
        let why = "`Response::headers` gives all headers as text.";
        notes.add_all(PASS, places, what, why);
    }
}

/// Whether there is more in a body than a text, bytes or any value.
fn has_parts(content: &Content) -> bool {
    let ty = content.ty.as_ref().map(|used| &used.ty);
    !matches!(
        ty,
        None | Some(Type::Any | Type::Text(Text::Plain | Text::Binary))
    )
}
