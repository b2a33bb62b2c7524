//! Fields of forms that are written in another way than fields usually are, as the contract's `encoding` asks.
//!
//! This module knows OpenAPI's `encoding` and the model; it knows no Rust.

use super::bodies::{essence, is_json};
use super::model::{BodyKind, Encoding, Item, Operation, Shape};
use crate::generate::TypeExpression;
use serde_json::Value;
use std::collections::HashMap;

/// The fields of a form whose `encoding` asks for more than the usual: in a url-encoded form a style or JSON, in a multipart one a
/// media type. A list of media types leaves the choice to the caller, and a range says nothing.
pub fn encodings(kind: BodyKind, entry: &Value) -> Vec<Encoding> {
    let fields = entry.get("encoding").and_then(Value::as_object);
    let fields = fields.into_iter().flatten();
    let encoding = |(wire, field): (&String, &Value)| {
        let text = |key: &str| field.get(key).and_then(Value::as_str);
        let flag = |key: &str| field.get(key).and_then(Value::as_bool);
        let style = text("style").unwrap_or("form").to_string();
        let content = text("contentType").map(essence);
        let content = content.filter(|it| it.contains('/') && !it.contains(['*', ',']));
        let encoding = Encoding {
            explode: flag("explode").unwrap_or(style == "form"),
            allow_reserved: flag("allowReserved").unwrap_or(false),
            wire: wire.clone(),
            style,
            content,
        };
        match kind {
            BodyKind::Multipart => encoding.content.is_some().then_some(encoding),
            BodyKind::Form => {
                let styled = ["style", "explode", "allowReserved"]
                    .iter()
                    .any(|key| field.get(*key).is_some());
                // A style goes before a media type, as OpenAPI says.
                let content = encoding
                    .content
                    .clone()
                    .filter(|content| !styled && is_json(content));
                (styled || content.is_some()).then_some(Encoding { content, ..encoding })
            }
            _ => None,
        }
    };
    fields.filter_map(encoding).collect()
}

/// Leaves only the encodings that change something: a style says how lists and objects are written, and nothing of a plain value.
pub fn needed_encodings(operations: &mut [Operation], items: &[Item]) {
    let items: HashMap<&str, &Item> = items.iter().map(|item| (item.name.as_str(), item)).collect();
    let bodies = operations.iter_mut().flat_map(|operation| &mut operation.bodies);
    for body in bodies.filter(|body| body.kind == BodyKind::Form) {
        let Some(TypeExpression::Generated(name)) = &body.ty else {
            continue;
        };
        let Some(Shape::Object { members, .. }) = items.get(name.as_str()).map(|item| &item.shape) else {
            continue;
        };
        body.encodings.retain(|encoding| {
            let member = members.iter().find(|member| member.wire == encoding.wire);
            encoding.content.is_some() || member.is_none_or(|member| may_be_compound(&member.ty, &items))
        });
    }
}

/// Whether a value of the type may be a list or an object.
fn may_be_compound(ty: &TypeExpression, items: &HashMap<&str, &Item>) -> bool {
    match ty {
        TypeExpression::Plain(name) => *name == "Value",
        TypeExpression::Option(inner) | TypeExpression::Nullable(inner) | TypeExpression::Boxed(inner) => {
            may_be_compound(inner, items)
        }
        TypeExpression::Generated(name) => {
            let shape = items.get(name.as_str()).map(|item| &item.shape);
            !matches!(shape, Some(Shape::Enum { .. }))
        }
        TypeExpression::Vec(_) | TypeExpression::Map(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_encodings_are_those_that_change_what_is_sent() {
        let entry = serde_json::json!({"encoding": {
            "ids": {"explode": false}, "filter": {"style": "deepObject", "contentType": "text/plain"},
            "rule": {"contentType": "application/json"}, "photo": {"contentType": "image/png, image/jpeg"},
            "note": {"contentType": "text/xml"}, "any": {"contentType": "image/*"}, "plain": {"headers": {}}
        }});
        let shown = |kind: BodyKind| -> Vec<String> {
            let encodings = encodings(kind, &entry);
            let show = |it: Encoding| {
                format!(
                    "{} {} {} {:?}",
                    it.wire,
                    it.style,
                    it.explode,
                    it.content.unwrap_or_default()
                )
            };
            encodings.into_iter().map(show).collect()
        };
        assert_eq!(
            shown(BodyKind::Form),
            [
                "ids form false \"\"",
                "filter deepObject false \"\"",
                "rule form true \"application/json\""
            ]
        );
        assert_eq!(
            shown(BodyKind::Multipart),
            [
                "filter deepObject false \"text/plain\"",
                "rule form true \"application/json\"",
                "note form true \"text/xml\""
            ]
        );
        assert!(shown(BodyKind::Json).is_empty());
    }
}
