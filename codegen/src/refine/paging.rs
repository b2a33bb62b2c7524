//! Which operations answer with one page of a list, where the items are, and how one page leads to the next.
//!
//! The contract's `x-pagination` says it for one operation, the catalogue for all of an API whose answers have the shape.
//! Only requests without a body can go on, since all that tells two pages apart is the address. This module knows the
//! conventions of normalized documents and the model.

use super::model::{Outcome, Paging, Payload, Step};
use crate::catalogue::Api;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{self, Document, OperationPlace, child};
use crate::generate::projection;
use crate::generate::{TypeExpression, Types};
use serde_json::Value;

/// How an operation pages; `None` if it does not.
///
/// # Errors
///
/// When `x-pagination` says that it does and the operation has not what that takes.
pub fn paging(
    document: &Document,
    place: &OperationPlace<'_>,
    api: &Api,
    types: &Types,
    success: &Outcome,
) -> Result<Option<Paging>> {
    let said = place.operation.get("x-pagination");
    let text = |key: &str| said?.get(key)?.as_str();
    if place.method != "get" || place.operation.contains_key("requestBody") || text("style") == Some("none") {
        return Ok(None);
    }
    let wrong = |message: &str| {
        let pointer = child(&place.pointer, "x-pagination");
        let error = Error::new(Station::Refine, pointer, message);
        error.help("correct it in the overlay, or set its `style` to `none`")
    };
    let Some((name, page)) = page(document, success) else {
        return match said {
            Some(_) => Err(wrong("the operation pages, but its success is no object")),
            None => Ok(None),
        };
    };
    let is_there = |path: &&str| member(document, page, path).is_some();
    let is_query = |name: &&str| parameter(place, name).is_some();
    let step = if said.is_some() {
        let number = said.and_then(|said| said.pointer("/request/0")?.as_str());
        match (text("next"), number) {
            (Some(next), _) => {
                let next = Some(next).filter(is_there);
                let next = next.ok_or_else(|| wrong("`next` is no member of the success"))?;
                Step::Link(next.to_string())
            }
            (None, Some(number)) => {
                let number = Some(number).filter(is_query);
                let number =
                    number.ok_or_else(|| wrong("`request` begins with no parameter of the query"))?;
                let count = text("pages").filter(is_there);
                counted(
                    place,
                    number,
                    count,
                    said.and_then(|said| said.get("first")?.as_u64()),
                )
            }
            (None, None) => return Err(wrong("it says neither `next` nor `request`")),
        }
    } else if let Some(next) = api.paging.next.as_deref().filter(is_there) {
        Step::Link(next.to_string())
    } else if let Some(number) = api.paging.page.as_deref().filter(is_query) {
        let count = api.paging.pages.as_deref().filter(is_there);
        counted(place, number, count, None)
    } else {
        return Ok(None);
    };
    let names = text("items").into_iter();
    let names = names.chain(api.paging.items.iter().map(String::as_str));
    match items(page, name, types, names)? {
        Some((field, item)) => Ok(Some(Paging {
            step,
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
fn page<'d>(document: &'d Document, success: &'d Outcome) -> Option<(&'d str, &'d Value)> {
    let Outcome::One(Payload::Json(TypeExpression::Generated(name))) = success else {
        return None;
    };
    let schema = document.get("components")?.get("schemas")?.get(name)?;
    schema.get("properties")?;
    Some((name, schema))
}

/// Counting pages; the number of the first comes from what is said, or from the parameter if it leaves no doubt.
fn counted(place: &OperationPlace<'_>, number: &str, count: Option<&str>, first: Option<u64>) -> Step {
    let schema = parameter(place, number).and_then(|parameter| parameter.get("schema"));
    let of = |key: &str| schema?.get(key)?.as_u64();
    Step::Number {
        parameter: number.to_string(),
        first: first
            .or_else(|| of("default"))
            .or_else(|| of("minimum").filter(|least| *least > 0)),
        count: count.map(ToString::to_string),
    }
}

fn parameter<'d>(place: &OperationPlace<'d>, name: &str) -> Option<&'d Value> {
    let parameters = place.operation.get("parameters")?.as_array()?;
    let is =
        |parameter: &Value, key: &str, value: &str| parameter.get(key).and_then(Value::as_str) == Some(value);
    parameters
        .iter()
        .find(|parameter| is(parameter, "in", "query") && is(parameter, "name", name))
}

/// The schema of the member at a path such as `meta.next`.
fn member<'d>(document: &'d Document, object: &'d Value, path: &str) -> Option<&'d Value> {
    let mut schema = object;
    for key in path.split('.') {
        let component =
            document::reference(schema).or_else(|| document::reference(schema.pointer("/allOf/0")?));
        if let Some(reference) = component {
            schema = document::follow(document, reference)?;
        }
        schema = schema.get("properties")?.get(key)?;
    }
    Some(schema)
}

/// The field that holds the items, and its list or map: the first of `names` that is one, or the only list.
fn items<'n>(
    page: &Value,
    name: &str,
    types: &Types,
    names: impl Iterator<Item = &'n str>,
) -> Result<Option<(String, TypeExpression)>> {
    let mut lists = Vec::new();
    for (wire, property) in page
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let field = projection::member_name(wire, property).to_string();
        let mut ty = types.member(name, &field)?;
        while let TypeExpression::Option(inner) | TypeExpression::Nullable(inner) = ty {
            ty = *inner;
        }
        if matches!(ty, TypeExpression::Vec(_) | TypeExpression::Map(_)) {
            lists.push((wire.as_str(), (field, ty)));
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
    use serde_json::json;

    /// What becomes of an operation with this `x-pagination` and these members of its success.
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
            operation["x-pagination"] = said.clone();
        }
        let document = json!({
            "paths": {"/x": {"get": operation}},
            "components": {"schemas": {"Page": {"type": "object", "properties": properties}}}
        });
        let types = generate(&document)?;
        let success = Outcome::One(Payload::Json(TypeExpression::Generated("Page".into())));
        let place = document::operations(&document).next().unwrap();
        paging(&document, &place, &api, &types, &success)
    }

    fn list(ident: &str) -> Value {
        json!({"type": "array", "items": {"type": "string"}, "x-lorgnette-ident": ident})
    }

    #[test]
    fn test_paging_refuses_what_x_pagination_says_and_the_operation_has_not() {
        let members = json!({"a": list("a")});
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
            assert_eq!(error.pointer, "/paths/~1x/get/x-pagination");
            assert!(error.message.contains(part), "{error}");
        }
        let two = json!({"a": list("a"), "b": list("b")});
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
        let two = json!({"a": list("a"), "b": list("b")});
        let paging = found(&Value::Null, &two, catalogue).unwrap().unwrap();
        assert!(matches!(paging.step, Step::Number { first: None, .. }) && paging.items == "a");
        let linked = json!({"a": list("a"), "next": {"type": "string", "x-lorgnette-ident": "next"}});
        let paging = found(&Value::Null, &linked, catalogue).unwrap().unwrap();
        assert_eq!(paging.step, Step::Link("next".into()));
        let none = json!({"c": list("c"), "d": list("d")});
        assert_eq!(found(&Value::Null, &none, catalogue).unwrap(), None);
        assert_eq!(found(&Value::Null, &two, "").unwrap(), None);
        let error = found(&Value::Null, &two, "paging = { style = 'page' }").unwrap_err();
        assert!(error.message.contains("style"), "{error}");
    }
}
