//! Fields of forms that are not written in the usual way, according to the contract's `encoding`.

use super::bodies::is_json;
use super::model::{BodyKind, CrateType, Def, Encoding, Operation};
use crate::generate::TypeExpression;
use crate::ir::FieldEncoding;
use std::collections::HashMap;

/// The fields of a form whose `encoding` differs from the usual one: a style or JSON in a
/// url-encoded form, a style or a media type in a multipart one. A list of media types leaves the
/// choice to the caller, and a range does not select one.
pub fn encodings(kind: BodyKind, fields: &[FieldEncoding]) -> Vec<Encoding> {
    let encoding = |field: &FieldEncoding| {
        let style = field.style.as_deref().unwrap_or("form").to_string();
        let content = field
            .content_type
            .as_deref()
            .map(|content| content.trim().to_string());
        let content = content.filter(|it| it.contains('/') && !it.contains(['*', ',']));
        let encoding = Encoding {
            explode: field.explode.unwrap_or(style == "form"),
            allow_reserved: field.allow_reserved.unwrap_or(false),
            nested: field.nested.clone(),
            wire: field.wire.clone(),
            style,
            content,
        };
        // A style takes precedence over a media type, as OpenAPI specifies.
        let styled = field.style.is_some() || field.explode.is_some() || field.allow_reserved.is_some();
        let content = encoding.content.clone().filter(|_| !styled);
        let is_usual = encoding.style == "form" && encoding.explode && encoding.nested.is_empty();
        match kind {
            BodyKind::Multipart => {
                (!is_usual || content.is_some()).then_some(Encoding { content, ..encoding })
            }
            BodyKind::Form => {
                let content = content.filter(|content| is_json(content));
                (styled || content.is_some()).then_some(Encoding { content, ..encoding })
            }
            _ => None,
        }
    };
    fields.iter().filter_map(encoding).collect()
}

/// Keeps only the encodings that change something: a style affects lists and objects, but not plain
/// values.
pub fn needed_encodings(operations: &mut [Operation], items: &[CrateType]) {
    let items: HashMap<&str, &CrateType> = items.iter().map(|item| (item.name.as_str(), item)).collect();
    let bodies = operations.iter_mut().flat_map(|operation| &mut operation.bodies);
    for body in bodies.filter(|body| body.kind == BodyKind::Form) {
        let Some(TypeExpression::Generated(name)) = &body.ty else {
            continue;
        };
        let Some(Def::Object { members, .. }) = items.get(name.as_str()).map(|item| &item.shape) else {
            continue;
        };
        body.encodings.retain(|encoding| {
            let member = members.iter().find(|member| member.wire == encoding.wire);
            encoding.content.is_some() || member.is_none_or(|member| may_be_compound(&member.ty, &items))
        });
    }
}

/// Whether a value of the type may be a list or an object.
fn may_be_compound(ty: &TypeExpression, items: &HashMap<&str, &CrateType>) -> bool {
    match ty {
        TypeExpression::Plain(name) => *name == "Value",
        TypeExpression::Option(inner) | TypeExpression::Nullable(inner) | TypeExpression::Boxed(inner) => {
            may_be_compound(inner, items)
        }
        TypeExpression::Generated(name) => {
            let shape = items.get(name.as_str()).map(|item| &item.shape);
            !matches!(shape, Some(Def::Enum { .. }))
        }
        TypeExpression::Vec(_) | TypeExpression::Map(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_encodings_are_those_that_change_what_is_sent() {
        let field = |wire: &str, style: Option<&str>, content: Option<&str>| FieldEncoding {
            wire: wire.to_string(),
            style: style.map(str::to_string),
            explode: (wire == "ids").then_some(false),
            allow_reserved: None,
            nested: String::new(),
            content_type: content.map(str::to_string),
            headers: Vec::new(),
        };
        let fields = [
            field("ids", None, None),
            field("filter", Some("deepObject"), Some("text/plain")),
            field("rule", None, Some("application/json")),
            field("photo", None, Some("image/png, image/jpeg")),
            field("note", None, Some("text/xml")),
            field("any", None, Some("image/*")),
            field("plain", None, None),
        ];
        let shown = |kind: BodyKind| -> Vec<String> {
            let encodings = encodings(kind, &fields);
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
                "ids form false \"\"",
                "filter deepObject false \"\"",
                "rule form true \"application/json\"",
                "note form true \"text/xml\""
            ]
        );
        assert!(shown(BodyKind::Json).is_empty());
    }
}
