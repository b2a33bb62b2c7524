//! Determines which operations return one page of a list, where the items are, and how one page
//! leads to the next.
//!
//! The contract's `x-lorgnette-pagination` states this for one operation, the catalogue for all
//! operations of an API that match.

use super::bodies::is_json;
use super::model::{Operation as Refined, Outcome, PageInput, PageOutput, Paging, Payload, Step};
use crate::catalogue;
use crate::diagnostics::{Collected, Error, Errors, Result, Station};
use crate::generate::{TypeExpression, Types};
use crate::ir::{Api, Object, Operation, Pagination, Shape, Type, TypeRef};

/// How an operation pages; `None` if it does not.
///
/// # Errors
///
/// When the operation lacks a parameter or member that its `x-lorgnette-pagination` requires, when
/// a member has the wrong type, and when nothing determines the number of the first page.
pub fn paging(
    api: &Api,
    operation: &Operation,
    entry: &catalogue::Entry,
    types: &Types,
    success: &Outcome,
) -> Result<Option<Paging>> {
    let (said, is_own) = match &operation.pagination {
        Some(Pagination::None) => return Ok(None),
        Some(Pagination::By(own)) => (&**own, true),
        None => (&entry.paging, false),
    };
    let asked = Asked {
        api,
        operation,
        entry,
        success,
        said,
        is_own,
    };
    let names = said.items.iter().chain(&entry.paging.items).map(String::as_str);
    let found = match success {
        Outcome::One(Payload::Json(TypeExpression::Vec(item))) => Some((None, (**item).clone(), false)),
        _ => match page(api, success) {
            Some((name, page)) => items(page, name, types, names)?,
            None => None,
        },
    };
    let Some((items, item, is_map)) = found else {
        let none = "the success response is neither a list nor an object with a single list; name the list as `items`";
        return match asked.is_own {
            true => Err(asked.wrong("items", none.to_string())),
            false => Ok(None),
        };
    };
    let Some(step) = asked.step()? else {
        return Ok(None);
    };
    let more = asked.member(("more", said.more.as_ref()), "a boolean", |ty| {
        *ty == Type::Boolean
    })?;
    let (items, wire) = items.map_or_else(Default::default, |(field, wire)| (Some(field), wire));
    Ok(Some(Paging {
        step,
        more,
        items,
        wire,
        is_map,
        item,
    }))
}

/// Checks that the catalogue's paging settings have been used.
///
/// # Errors
///
/// When one of the settings fits no operation.
pub fn check(entry: &catalogue::Entry, operations: &[Refined]) -> Collected<()> {
    let said = &entry.paging;
    let words = [
        ("next", &said.next),
        ("next-header", &said.next_header),
        ("cursor", &said.cursor),
        ("page", &said.page),
        ("current", &said.current),
        ("pages", &said.pages),
        ("offset", &said.offset),
        ("total", &said.total),
        ("more", &said.more),
    ];
    let words = words
        .into_iter()
        .filter_map(|(key, word)| Some((key, word.as_ref()?)));
    let items = said.items.iter().map(|item| ("items", item));
    let unused = words.chain(items).filter(|(key, word)| {
        let mut paged = operations
            .iter()
            .filter_map(|operation| operation.paging.as_ref());
        !paged.any(|paging| says(paging, key) == Some(word.as_str()))
    });
    let errors = unused.map(|(key, word)| {
        let message = format!("`{key}` is {word:?}, which matches no operation that returns a list");
        let pointer = format!("/api/{}/paging/{key}", entry.index);
        let error = Error::new(Station::Catalogue, pointer, message).in_file(catalogue::FILE);
        Err(error.help("write it as the contract does, or remove it"))
    });
    Errors::or(errors).map(|_: Vec<()>| ())
}

/// The role of a catalogue key in an operation that pages.
fn says<'p>(paging: &'p Paging, key: &str) -> Option<&'p str> {
    match (key, &paging.step) {
        ("items", _) => Some(&paging.wire),
        ("more", _) => paging.more.as_deref(),
        ("page", Step::Number { input, .. })
        | ("offset", Step::Offset { input, .. })
        | ("cursor", Step::Cursor { input, .. }) => Some(input.name()),
        ("current", Step::Number { current, .. }) => current.as_deref(),
        ("pages", Step::Number { count, .. }) => count.as_deref(),
        ("total", Step::Offset { total, .. }) => total.as_deref(),
        (
            "next",
            Step::Cursor {
                output: PageOutput::Member(name),
                ..
            }
            | Step::Link(PageOutput::Member(name)),
        )
        | (
            "next-header",
            Step::Cursor {
                output: PageOutput::Header(name),
                ..
            }
            | Step::Link(PageOutput::Header(name)),
        ) => Some(name),
        _ => None,
    }
}

/// An operation that returns a list, with its paging settings.
struct Asked<'a> {
    api: &'a Api,
    operation: &'a Operation,
    entry: &'a catalogue::Entry,
    success: &'a Outcome,
    said: &'a catalogue::Paging,
    /// Whether the operation itself declares its paging.
    is_own: bool,
}

impl Asked<'_> {
    /// How one page leads to the next; `None` if the operation lacks what that requires.
    fn step(&self) -> Result<Option<Step>> {
        let said = self.said;
        let output = self.output()?;
        if let Some(cursor) = &said.cursor {
            let ends = self.input(cursor)?.zip(output);
            return Ok(ends.map(|(input, output)| Step::Cursor { input, output }));
        }
        // The contract does not state whether an address accepts the body again.
        if let Some(output) = output.filter(|_| self.operation.body.is_none()) {
            return Ok(Some(Step::Link(output)));
        }
        if let Some(page) = &said.page
            && let Some(input) = self.input(page)?
        {
            return self.counted(page, input).map(Some);
        }
        if let Some(offset) = &said.offset
            && let Some(input) = self.input(offset)?
        {
            let total = self.number("total", said.total.as_ref())?;
            return Ok(Some(Step::Offset { input, total }));
        }
        match self.is_own {
            true => Err(self.wrong("page", "it has neither `next` nor `request`".to_string())),
            false => Ok(None),
        }
    }

    /// Counts pages. A wrong guess about the first page would lose a page silently.
    fn counted(&self, page: &str, input: PageInput) -> Result<Step> {
        let first = self.said.first.or_else(|| self.first(&input));
        let current = self.number("current", self.said.current.as_ref())?;
        let count = self.number("pages", self.said.pages.as_ref())?;
        if first.is_none() && current.is_none() {
            let message = format!("`{page}` counts pages, and the number of the first page is unknown");
            return Err(self.wrong("page", message).help(
                "set `first` to that number, or `current` to the member of the response that holds the page's \
                 number, there or in this operation's `x-lorgnette-pagination`",
            ));
        }
        Ok(Step::Number {
            input,
            first,
            current,
            count,
        })
    }

    /// The number of the first page, if the parameter determines it.
    fn first(&self, input: &PageInput) -> Option<u64> {
        let said = self.operation.query(input.name())?.ty.said();
        let default = said.default.as_ref().and_then(serde_json::Value::as_u64);
        let least = said.minimum.as_ref().and_then(serde_json::Number::as_u64);
        default.or(least.filter(|least| *least > 0))
    }

    /// The part of a response that identifies the next page.
    fn output(&self) -> Result<Option<PageOutput>> {
        let is_cursor = self.said.cursor.is_some();
        let next = self.member(("next", self.said.next.as_ref()), "a text", |ty| match ty {
            Type::Text(_) => true,
            Type::Integer(_) => is_cursor,
            _ => false,
        })?;
        let header = self.said.next_header.clone();
        Ok(next.map(PageOutput::Member).or(header.map(PageOutput::Header)))
    }

    /// The part of the request with this name.
    fn input(&self, name: &str) -> Result<Option<PageInput>> {
        if self.operation.query(name).is_some() {
            return Ok(Some(PageInput::Query(name.to_string())));
        }
        let content = self.operation.body.iter().flat_map(|body| &body.content);
        let mut json = content.filter(|content| is_json(&content.media_type));
        let held = json.find_map(|content| object(self.api, content.ty.as_ref()?.named()?));
        match held.and_then(|held| member(self.api, held, name)) {
            Some(_) => Ok(Some(PageInput::Body(name.to_string()))),
            None if self.is_own => Err(self.wrong("page", format!(
                "`{name}`, which asks for a page, is neither a parameter of the query nor a member of a JSON \
                 body"
            ))),
            None => Ok(None),
        }
    }

    fn number(&self, key: &str, path: Option<&String>) -> Result<Option<String>> {
        self.member((key, path), "a number", |ty| {
            matches!(ty, Type::Integer(_) | Type::Number | Type::Text(_))
        })
    }

    /// The path that a key names, if the success has such a member.
    fn member(
        &self,
        (key, path): (&str, Option<&String>),
        what: &str,
        fits: impl Fn(&Type) -> bool,
    ) -> Result<Option<String>> {
        let Some(path) = path else {
            return Ok(None);
        };
        let page = page(self.api, self.success);
        match page.and_then(|(_, page)| member(self.api, page, path)) {
            Some(found) if found.ty == Type::Any || fits(&found.ty) => Ok(Some(path.clone())),
            Some(_) => Err(self.wrong(key, format!("`{path}` of the success is not {what}"))),
            None if self.is_own => {
                Err(self.wrong(key, format!("`{path}` is not a member of the success response")))
            }
            None => Ok(None),
        }
    }

    /// The error for a wrong paging setting, `key` in the catalogue.
    fn wrong(&self, key: &str, message: String) -> Error {
        let place = &self.operation.provenance;
        if self.is_own {
            let place = place.child("x-lorgnette-pagination");
            let error = Error::new(Station::Refine, place.pointer(), message);
            return error.help("correct it in the overlay, or set its `style` to `none`");
        }
        let pointer = format!("/api/{}/paging/{key}", self.entry.index);
        let message = format!("{message}, of {}", place.pointer());
        let error = Error::new(Station::Catalogue, pointer, message).in_file(catalogue::FILE);
        error.help("correct it, or say how this operation pages as its `x-lorgnette-pagination`")
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

/// The list of items (its field, and its name on the wire), their type, and whether it is a map.
type ListItems = (Option<(String, String)>, TypeExpression, bool);

/// The place of a page's items: the first of `names` that is a list or map, or the only list.
fn items<'n>(
    page: &Object,
    name: &str,
    types: &Types,
    names: impl Iterator<Item = &'n str>,
) -> Result<Option<ListItems>> {
    let mut lists = Vec::new();
    for member in &page.members {
        let mut ty = types.member(name, &member.field)?;
        while let TypeExpression::Option(inner) | TypeExpression::Nullable(inner) = ty {
            ty = *inner;
        }
        let place = Some((member.field.clone(), member.wire.clone()));
        match ty {
            TypeExpression::Vec(item) => lists.push((member.wire.as_str(), (place, *item, false))),
            TypeExpression::Map(item) => lists.push((member.wire.as_str(), (place, *item, true))),
            _ => {}
        }
    }
    for name in names {
        if let Some(index) = lists.iter().position(|(wire, _)| *wire == name) {
            return Ok(Some(lists.swap_remove(index).1));
        }
    }
    lists.retain(|(_, (_, _, is_map))| !is_map);
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

    /// The result for an operation with this `x-lorgnette-pagination` and these members of its
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
        let members = json!({"a": list(), "more": {"type": "boolean"}});
        for (said, part) in [
            (
                json!({"style": "page", "request": ["p"], "next": null}),
                "`p`, which asks for a page, is neither",
            ),
            (
                json!({"style": "next-uri", "next": "next.uri"}),
                "`next.uri` is not a member",
            ),
            (json!({"next": "more"}), "`more` of the success is not a text"),
            (
                json!({"request": ["page"], "first": 1, "more": "a"}),
                "`a` of the success is not a boolean",
            ),
            (
                json!({"request": ["page"], "first": 1, "pages": "more"}),
                "`more` of the success is not a number",
            ),
            (
                json!({"request": ["page"]}),
                "the number of the first page is unknown",
            ),
            (json!({"style": "page"}), "neither `next` nor `request`"),
        ] {
            let error = found(&said, &members, "").unwrap_err();
            assert_eq!(error.pointer, "/paths/~1x/get/x-lorgnette-pagination");
            assert!(error.message.contains(part), "{error}");
        }
        let two = json!({"a": list(), "b": list()});
        let said = json!({"style": "page", "request": ["page"], "first": 1});
        let error = found(&said, &two, "").unwrap_err();
        assert!(error.message.contains("name the list as `items`"), "{error}");
        let said = json!({"style": "page", "request": ["page"], "items": "b", "first": 1});
        let paging = found(&said, &two, "").unwrap().unwrap();
        assert_eq!(paging.items.as_deref(), Some("b"));
        assert_eq!(paging.step, counted("page", Some(1), None));
    }

    fn counted(parameter: &str, first: Option<u64>, current: Option<&str>) -> Step {
        Step::Number {
            input: PageInput::Query(parameter.to_string()),
            first,
            current: current.map(ToString::to_string),
            count: None,
        }
    }

    #[test]
    fn test_paging_by_the_catalogue_needs_the_shape() {
        let catalogue = "paging = { page = 'page', first = 0, next = 'next', items = ['a'] }";
        let two = json!({"a": list(), "b": list()});
        let paging = found(&Value::Null, &two, catalogue).unwrap().unwrap();
        assert_eq!(paging.step, counted("page", Some(0), None));
        assert_eq!(paging.wire, "a");
        let linked = json!({"a": list(), "next": {"type": "string"}});
        let paging = found(&Value::Null, &linked, catalogue).unwrap().unwrap();
        assert_eq!(paging.step, Step::Link(PageOutput::Member("next".into())));
        let none = json!({"c": list(), "d": list()});
        assert_eq!(found(&Value::Null, &none, catalogue).unwrap(), None);
        assert_eq!(found(&Value::Null, &two, "").unwrap(), None);
        let error = found(&Value::Null, &two, "paging = { style = 'page' }").unwrap_err();
        assert!(error.message.contains("style"), "{error}");
    }

    #[test]
    fn test_paging_by_the_catalogue_refuses_another_type() {
        let flag = json!({"a": list(), "more": {"type": "boolean"}});
        let error = found(&Value::Null, &flag, "paging = { next = 'more' }").unwrap_err();
        assert_eq!(error.pointer, "/api/0/paging/next");
        assert!(error.message.ends_with("of /paths/~1x/get"), "{error}");
        assert!(
            error.message.contains("`more` of the success is not a text"),
            "{error}"
        );
    }

    #[test]
    fn test_first_page_is_not_guessed() {
        let catalogue = "paging = { page = 'page', current = 'now' }";
        let says = json!({"a": list(), "now": {"type": "integer"}});
        let paging = found(&Value::Null, &says, catalogue).unwrap().unwrap();
        assert_eq!(paging.step, counted("page", None, Some("now")));
        let error = found(&Value::Null, &json!({"a": list()}), catalogue).unwrap_err();
        assert!(error.message.contains("first page is unknown"), "{error}");
    }

    #[test]
    fn test_cursors_and_offsets_are_found_in_query_and_header() {
        let members = json!({
            "a": list(), "after": {"type": "string"}, "total": {"type": "integer"}, "more": {"type": "boolean"}
        });
        let step = |said: &str| {
            let catalogue = format!("paging = {{ {said} }}");
            let paging = found(&Value::Null, &members, &catalogue).unwrap().unwrap();
            (paging.step, paging.more)
        };
        let input = PageInput::Query("page".into());
        let output = PageOutput::Member("after".into());
        let cursor = Step::Cursor {
            input: input.clone(),
            output,
        };
        assert_eq!(
            step("cursor = 'page', next = 'after', more = 'more'"),
            (cursor, Some("more".into()))
        );
        let output = PageOutput::Header("X-Next".into());
        let cursor = Step::Cursor {
            input: input.clone(),
            output,
        };
        assert_eq!(step("cursor = 'page', next-header = 'X-Next'"), (cursor, None));
        let total = Some("total".into());
        assert_eq!(
            step("offset = 'page', total = 'total'"),
            (Step::Offset { input, total }, None)
        );
    }
}
