//! Which operations answer with one page of a list, where the items are, and how one page leads to
//! the next.
//!
//! The contract's `x-lorgnette-pagination` says it for one operation, the catalogue for all of an
//! API whose answers have the shape. Only requests without a body can go on, since all that tells
//! two pages apart is the address.

use super::model::{Outcome, Paging, Payload, Step};
use crate::catalogue;
use crate::diagnostics::{Error, Result, Station};
use crate::generate::{TypeExpression, Types};
use crate::ir::{Api, Object, Operation, Shape, TypeRef};

/// How an operation pages; `None` if it does not.
///
/// # Errors
///
/// When `x-lorgnette-pagination` says that it does and the operation has not what that takes.
pub fn paging(
    api: &Api,
    operation: &Operation,
    entry: &catalogue::Api,
    types: &Types,
    success: &Outcome,
) -> Result<Option<Paging>> {
    let said = operation.pagination.as_ref();
    let is_none = said.is_some_and(|said| said.style.as_deref() == Some("none"));
    if operation.method != "get" || operation.body.is_some() || is_none {
        return Ok(None);
    }
    let wrong = |message: &str| {
        let pointer = operation.provenance.child("x-lorgnette-pagination");
        let error = Error::new(Station::Refine, pointer.pointer(), message);
        error.help("correct it in the overlay, or set its `style` to `none`")
    };
    let Some((name, page)) = page(api, success) else {
        return match said {
            Some(_) => Err(wrong("the operation pages, but its success is no object")),
            None => Ok(None),
        };
    };
    let is_there = |path: &&str| member(api, page, path).is_some();
    let is_query = |name: &&str| operation.query(name).is_some();
    let step = if let Some(said) = said {
        match (said.next.as_deref(), said.number.as_deref()) {
            (Some(next), _) => {
                let next = Some(next).filter(is_there);
                let next = next.ok_or_else(|| wrong("`next` is no member of the success"))?;
                Step::Link(next.to_string())
            }
            (None, Some(number)) => {
                let number = Some(number).filter(is_query);
                let number =
                    number.ok_or_else(|| wrong("`request` begins with no parameter of the query"))?;
                let count = said.pages.as_deref().filter(is_there);
                counted(operation, number, count, said.first)
            }
            (None, None) => return Err(wrong("it says neither `next` nor `request`")),
        }
    } else if let Some(next) = entry.paging.next.as_deref().filter(is_there) {
        Step::Link(next.to_string())
    } else if let Some(number) = entry.paging.page.as_deref().filter(is_query) {
        let count = entry.paging.pages.as_deref().filter(is_there);
        counted(operation, number, count, None)
    } else {
        return Ok(None);
    };
    let names = said.and_then(|said| said.items.as_deref()).into_iter();
    let names = names.chain(entry.paging.items.iter().map(String::as_str));
    match items(page, name, types, names)? {
        Some((field, item)) => Ok(Some(Paging {
            step,
            wire: wire(page, &field),
            items: field,
            is_map: matches!(item, TypeExpression::Map(_)),
            item: match item {
                TypeExpression::Vec(item) | TypeExpression::Map(item) => *item,
                other => other,
            },
        })),
        None if said.is_some() => Err(wrong(
            "none of the success's members is the list; name it as `items`",
        )),
        None => Ok(None),
    }
}

/// The object that is the operation's only success, with its name.
pub(super) fn page<'a>(api: &'a Api, success: &'a Outcome) -> Option<(&'a str, &'a Object)> {
    let Outcome::One(Payload::Json(TypeExpression::Generated(name))) = success else {
        return None;
    };
    Some((name, object(api, name)?))
}

fn object<'a>(api: &'a Api, name: &str) -> Option<&'a Object> {
    match &api.types.get(name)?.shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

/// Counting pages; the number of the first comes from what is said, or from the parameter if it
/// leaves no doubt.
fn counted(operation: &Operation, number: &str, count: Option<&str>, first: Option<u64>) -> Step {
    let said = operation.query(number).map(|parameter| parameter.ty.said());
    let default = said.and_then(|said| said.default.as_ref()?.as_u64());
    let least = said.and_then(|said| said.minimum.as_ref()?.as_u64());
    Step::Number {
        parameter: number.to_string(),
        first: first.or(default).or(least.filter(|least| *least > 0)),
        count: count.map(ToString::to_string),
    }
}

/// The type of the member at a path such as `meta.next`.
pub(super) fn member<'a>(api: &'a Api, page: &'a Object, path: &str) -> Option<&'a TypeRef> {
    let mut holder = page;
    let (last, before) = path
        .rsplit_once('.')
        .map_or((path, None), |(before, last)| (last, Some(before)));
    for key in before.into_iter().flat_map(|before| before.split('.')) {
        holder = object(api, holder.member(key)?.ty.named()?)?;
    }
    Some(&holder.member(last)?.ty)
}

/// The name of a field's member on the wire.
fn wire(page: &Object, field: &str) -> String {
    let member = page.members.iter().find(|member| member.field == field);
    member.map_or_else(String::new, |member| member.wire.clone())
}

/// The field that holds the items, and its list or map: the first of `names` that is one, or the
/// only list.
fn items<'n>(
    page: &Object,
    name: &str,
    types: &Types,
    names: impl Iterator<Item = &'n str>,
) -> Result<Option<(String, TypeExpression)>> {
    let mut lists = Vec::new();
    for member in &page.members {
        let mut ty = types.member(name, &member.field)?;
        while let TypeExpression::Option(inner) | TypeExpression::Nullable(inner) = ty {
            ty = *inner;
        }
        if matches!(ty, TypeExpression::Vec(_) | TypeExpression::Map(_)) {
            lists.push((member.wire.as_str(), (member.field.clone(), ty)));
        }
    }
    for name in names {
        if let Some(index) = lists.iter().position(|(wire, _)| *wire == name) {
            return Ok(Some(lists.swap_remove(index).1));
        }
    }
    lists.retain(|(_, (_, ty))| matches!(ty, TypeExpression::Vec(_)));
    Ok(match lists.len() {
        1 => lists.pop().map(|(_, found)| found),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::generate::generate;
    use serde_json::{Value, json};

    /// What becomes of an operation with this `x-lorgnette-pagination` and these members of its
    /// success.
    fn found(said: &Value, properties: &Value, catalogue: &str) -> Result<Option<Paging>> {
        let entry = format!(
            "[[api]]\nname = 'a'\ntitle = ''\nvendor = ''\ncontract = ''\ndocumentation = ''\nsource = ''\n\
             authentication = ''\n{catalogue}"
        );
        let api = Catalogue::parse(&entry)?.apis.remove(0);
        let page = json!({"$ref": "#/components/schemas/Page"});
        let mut operation = json!({
            "operationId": "x",
            "parameters": [{"name": "page", "in": "query", "x-lorgnette-ident": "page", "required": false,
                "schema": {"type": "integer", "format": "int64", "minimum": 0}}],
            "responses": {"200": {"content": {"application/json": {"schema": page}}}}
        });
        if !said.is_null() {
            operation["x-lorgnette-pagination"] = said.clone();
        }
        let document = json!({
            "paths": {"/x": {"get": operation}},
            "components": {"schemas": {"Page": {"type": "object", "properties": properties}}}
        });
        let success = Outcome::One(Payload::Json(TypeExpression::Generated("Page".into())));
        let mut lowered = crate::lower::lower(&document, &crate::origins::Origins::default()).unwrap();
        crate::names::fields::apply(&mut lowered, &crate::names::published::Published::default());
        let types = generate(&lowered)?;
        paging(&lowered, &lowered.operations[0], &api, &types, &success)
    }

    fn list() -> Value {
        json!({"type": "array", "items": {"type": "string"}})
    }

    #[test]
    fn test_paging_refuses_what_x_pagination_says_and_the_operation_has_not() {
        let members = json!({"a": list()});
        for (said, part) in [
            (
                json!({"style": "page", "request": ["p"], "next": null}),
                "`request` begins with",
            ),
            (
                json!({"style": "next-uri", "next": "next.uri"}),
                "`next` is no member",
            ),
            (json!({"style": "page"}), "neither `next` nor `request`"),
        ] {
            let error = found(&said, &members, "").unwrap_err();
            assert_eq!(error.pointer, "/paths/~1x/get/x-lorgnette-pagination");
            assert!(error.message.contains(part), "{error}");
        }
        let two = json!({"a": list(), "b": list()});
        let said = json!({"style": "page", "request": ["page"]});
        assert!(
            found(&said, &two, "")
                .unwrap_err()
                .message
                .contains("name it as `items`")
        );
        let said = json!({"style": "page", "request": ["page"], "items": "b", "first": 1});
        let paging = found(&said, &two, "").unwrap().unwrap();
        assert_eq!(paging.items, "b");
        assert!(matches!(
            paging.step,
            Step::Number {
                first: Some(1),
                count: None,
                ..
            }
        ));
    }

    #[test]
    fn test_paging_by_the_catalogue_needs_the_shape() {
        let catalogue = "paging = { page = 'page', next = 'next', items = ['a'] }";
        let two = json!({"a": list(), "b": list()});
        let paging = found(&Value::Null, &two, catalogue).unwrap().unwrap();
        assert!(matches!(paging.step, Step::Number { first: None, .. }) && paging.items == "a");
        let linked = json!({"a": list(), "next": {"type": "string"}});
        let paging = found(&Value::Null, &linked, catalogue).unwrap().unwrap();
        assert_eq!(paging.step, Step::Link("next".into()));
        let none = json!({"c": list(), "d": list()});
        assert_eq!(found(&Value::Null, &none, catalogue).unwrap(), None);
        assert_eq!(found(&Value::Null, &two, "").unwrap(), None);
        let error = found(&Value::Null, &two, "paging = { style = 'page' }").unwrap_err();
        assert!(error.message.contains("style"), "{error}");
    }
}
