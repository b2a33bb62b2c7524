//! Adds notes on parts of a contract that the types of a crate do not express.

use super::bodies::{AnswerKind, answer_kind, body_kind};
use super::model::BodyKind;
use crate::diagnostics::Notes;
use crate::ir::{Api, Content, Provenance, Shape, Status, Text, Type, TypeDef};
use indexmap::IndexMap;
use std::collections::BTreeMap;

const PASS: &str = "losses";

/// The parts that types do not express, in the order of the notes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lost {
    FreeMembers,
    Body,
    Error,
    Part,
    Header,
}

impl Lost {
    const fn why(self) -> &'static str {
        match self {
            Self::FreeMembers => "Tools that write contracts use `object` for any value.",
            Self::Body => "Only JSON and forms have types; callers write and read the content themselves.",
            Self::Error => {
                "The response has another form as well. The error returns the body of the response unchanged."
            }
            Self::Part => "Parts have only the headers that describe their content.",
            Self::Header => "`Response::headers` returns all headers as text.",
        }
    }
}

/// A loss, with its places.
#[derive(Default)]
struct Losses(BTreeMap<Lost, IndexMap<String, Vec<String>>>);

impl Losses {
    fn add(&mut self, lost: Lost, what: impl Into<String>, place: &Provenance) {
        let places = self.0.entry(lost).or_default().entry(what.into()).or_default();
        places.push(place.pointer().to_string());
    }

    fn handed_over(&mut self, content: &Content, form: &str) {
        if has_parts(content) {
            let what = format!("media type {} is passed on as {form}", content.wire);
            self.add(Lost::Body, what, &content.provenance);
        }
    }
}

/// Adds notes on bodies that are passed on undecoded although they have a schema, and on headers of
/// responses and parts.
pub fn note(api: &Api, notes: &mut Notes) {
    let mut losses = Losses::default();
    for operation in &api.operations {
        for content in operation.body.iter().flat_map(|body| &body.content) {
            for field in content.encoding.iter().filter(|field| !field.headers.is_empty()) {
                let headers = field.headers.join(", ");
                let what = format!("the part of field {:?} is sent without {headers}", field.wire);
                let place = content.provenance.child("encoding").child(&field.wire);
                losses.add(Lost::Part, what, &place);
            }
            match body_kind(&content.media_type) {
                BodyKind::Text => losses.handed_over(content, "text"),
                BodyKind::Raw => losses.handed_over(content, "bytes"),
                BodyKind::Json | BodyKind::Form | BodyKind::Multipart => {}
            }
        }
        for response in &operation.responses {
            // The server chooses the form of an error.
            let is_error = matches!(response.status, Status::Code(400..) | Status::Range(4..));
            let kinds = response.content.iter().map(answer_kind);
            let best = kinds.min().filter(|_| is_error);
            for content in &response.content {
                if best.is_some_and(|best| best < answer_kind(content)) {
                    let what = format!("an error of the media type {} has no type", content.wire);
                    losses.add(Lost::Error, what, &content.provenance);
                }
                match answer_kind(content) {
                    AnswerKind::Text => losses.handed_over(content, "text"),
                    AnswerKind::Bytes => losses.handed_over(content, "bytes"),
                    AnswerKind::Json | AnswerKind::Events | AnswerKind::Lines => {}
                }
            }
            for header in &response.headers {
                let what = format!("header {} of responses has no type", header.name.to_lowercase());
                let place = response.provenance.child("headers").child(&header.name);
                losses.add(Lost::Header, what, &place);
            }
        }
    }
    let is_free = |def: &TypeDef| {
        let Shape::Object(object) = &def.shape else {
            return false;
        };
        let rest = object.rest.as_ref().map(|(_, rest)| &rest.ty);
        matches!(rest, Some(Type::Map(value)) if value.ty == Type::Any)
    };
    // Inherited members of a union's branches belong to the union.
    let inherits = |def: &TypeDef| match &def.shape {
        Shape::Union(union) => {
            let mut named = union.branches.iter().filter_map(|branch| branch.ty.named());
            named.any(|name| api.types.get(name).is_some_and(is_free))
        }
        _ => false,
    };
    for def in api.types.values().filter(|def| is_free(def) || inherits(def)) {
        for place in std::iter::once(&def.provenance).chain(&def.also) {
            let what = "additional members accept any value, not only objects";
            losses.add(Lost::FreeMembers, what, &place.child("additionalProperties"));
        }
    }
    for (lost, all) in losses.0 {
        for (what, places) in all {
            notes.add_all(PASS, places, what, lost.why());
        }
    }
}

/// Whether a body is more than text, bytes or any value.
fn has_parts(content: &Content) -> bool {
    let ty = content.ty.as_ref().map(|used| &used.ty);
    !matches!(
        ty,
        None | Some(Type::Any | Type::Text(Text::Plain | Text::Binary))
    )
}
