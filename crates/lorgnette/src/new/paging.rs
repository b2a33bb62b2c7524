//! Drafts how an API's lists page, from the members of its responses and the names of its
//! parameters.

use super::confidence::Confidence;
use lorgnette_codegen::document::{self, operations, resolve};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Members that hold the address of the next page, in lower case without `_` and `-`.
const NEXT: [&str; 8] = [
    "next",
    "nextpage",
    "nexturl",
    "nexturi",
    "nextlink",
    "nexthref",
    "nextpageurl",
    "nextpagelink",
];
/// Query parameters that hold a page number.
const PAGE: [&str; 4] = ["page", "pagenumber", "pageno", "pagenum"];
/// Members that hold the number of pages.
const PAGES: [&str; 6] = [
    "pages",
    "totalpages",
    "pagecount",
    "lastpage",
    "numpages",
    "pagestotal",
];
/// Members that hold the current page number.
const CURRENT: [&str; 5] = ["page", "currentpage", "pagenumber", "pageno", "current"];
/// Query parameters that hold the number of items to skip.
const OFFSET: [&str; 3] = ["offset", "skip", "startindex"];
/// Members that hold the total number of items.
const TOTAL: [&str; 6] = [
    "total",
    "totalcount",
    "totalitems",
    "totalresults",
    "totalsize",
    "itemcount",
];
/// Query parameters that take a cursor, and members that hold the next one.
const CURSOR: [&str; 6] = [
    "cursor",
    "after",
    "startingafter",
    "pagetoken",
    "nexttoken",
    "continuationtoken",
];
const NEXT_CURSOR: [&str; 7] = [
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "endcursor",
    "continuationtoken",
    "nextcontinuationtoken",
    "after",
];
/// Members that hold a number or a token instead of an address do not count.
const ADDRESS: [&str; 4] = ["url", "uri", "link", "address"];

/// How the lists of an API page, in the catalogue's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The keys of the catalogue, each with a parameter or the path of a member.
    pub words: CatalogueWords,
    /// The members that hold the items.
    pub items: Vec<String>,
    /// The number of operations that it fits.
    pub operations: usize,
    /// The confidence of the draft.
    pub confidence: Confidence,
}

/// Keys of the catalogue and their values.
pub type CatalogueWords = Vec<(&'static str, String)>;

impl Draft {
    /// The draft for a contract; `None` if none of its lists shows how it pages.
    pub fn of(contract: &Value) -> Option<Self> {
        let mut ways: BTreeMap<CatalogueWords, PagingEvidence> = BTreeMap::new();
        for place in operations(contract).filter(|place| place.method == "get") {
            let Some(response) = success(contract, place.operation) else {
                continue;
            };
            let items = lists(contract, response);
            let ([item], members) = (items.as_slice(), members(contract, response)) else {
                continue;
            };
            let parameters = parameters(contract, place.operation, place.path);
            for (words, is_sure) in of_list(&members, &parameters) {
                ways.entry(words).or_default().add(item, is_sure);
            }
        }
        // Among equally good matches, an address is the most reliable.
        let best = ways.into_iter().rev();
        let best = best.max_by_key(|(words, found)| (found.operations, words[0].0 == "next"));
        best.map(|(words, found)| found.draft(words))
    }

    /// The draft as part of a catalogue entry.
    pub fn entry(&self) -> String {
        let text = |text: &str| lorgnette_codegen::text::toml(text);
        let words = self.words.iter();
        let mut keys: Vec<String> = words
            .map(|(key, word)| format!("{key} = {}", text(word)))
            .collect();
        let items: Vec<String> = self.items.iter().map(|item| text(item)).collect();
        keys.push(format!("items = [{}]", items.join(", ")));
        format!("{{ {} }}", keys.join(", "))
    }
}

/// The ways in which a list may page, and whether each is certain.
fn of_list(members: &[(String, &Value)], parameters: &[String]) -> Vec<(CatalogueWords, bool)> {
    let named = |names: &[&str]| {
        let mut found = members.iter().filter(|(path, _)| is_one_of(last(path), names));
        found.next().map(|(path, _)| path.clone())
    };
    let asks = |names: &[&str]| parameters.iter().find(|name| is_one_of(name, names)).cloned();
    let mut ways = Vec::new();
    if let Some((next, is_sure)) = members.iter().find_map(|(path, schema)| next(path, schema)) {
        ways.push((vec![("next", next)], is_sure));
    }
    if let (Some(page), Some(pages)) = (asks(&PAGE), named(&PAGES)) {
        let mut words = vec![("page", page)];
        words.extend(named(&CURRENT).map(|current| ("current", current)));
        words.push(("pages", pages));
        ways.push((words, true));
    }
    if let (Some(offset), Some(total)) = (asks(&OFFSET), named(&TOTAL)) {
        ways.push((vec![("offset", offset), ("total", total)], true));
    }
    if let (Some(cursor), Some(next)) = (asks(&CURSOR), named(&NEXT_CURSOR)) {
        ways.push((vec![("cursor", cursor), ("next", next)], true));
    }
    ways
}

/// The evidence for one way.
#[derive(Default)]
struct PagingEvidence {
    operations: usize,
    is_sure: bool,
    items: Vec<String>,
}

impl PagingEvidence {
    fn add(&mut self, item: &str, is_sure: bool) {
        self.operations += 1;
        self.is_sure |= is_sure;
        if !self.items.iter().any(|known| known == item) {
            self.items.push(item.to_owned());
        }
    }

    fn draft(self, words: CatalogueWords) -> Draft {
        Draft {
            words,
            items: self.items,
            operations: self.operations,
            confidence: match (self.is_sure, self.operations) {
                (true, 2..) => Confidence::High,
                (true, _) | (false, 2..) => Confidence::Medium,
                (false, _) => Confidence::Low,
            },
        }
    }
}

/// The schema of an operation's successful response.
fn success<'c>(contract: &'c Value, operation: &'c Map<String, Value>) -> Option<&'c Map<String, Value>> {
    let response = resolve(contract, operation.get("responses")?.get("200")?)?;
    let schema = match response.get("schema") {
        Some(schema) => schema,
        None => response
            .get("content")?
            .as_object()?
            .iter()
            .find(|(media_type, _)| media_type.contains("json"))?
            .1
            .get("schema")?,
    };
    resolve(contract, schema)?.as_object()
}

/// The members of an object and of objects in it, by path.
fn members<'c>(contract: &'c Value, schema: &'c Map<String, Value>) -> Vec<(String, &'c Value)> {
    let mut found = Vec::new();
    for (name, member) in properties(schema) {
        let Some(member) = resolve(contract, member) else {
            continue;
        };
        found.push((name.clone(), member));
        for (inner, node) in member.as_object().into_iter().flat_map(properties) {
            if let Some(node) = resolve(contract, node) {
                found.push((format!("{name}.{inner}"), node));
            }
        }
    }
    found
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The members that are lists.
fn lists(contract: &Value, schema: &Map<String, Value>) -> Vec<String> {
    let is_list = |node: &Value| {
        resolve(contract, node).is_some_and(|node| has_type(node, "array") || node.get("items").is_some())
    };
    properties(schema)
        .filter(|(_, node)| is_list(node))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Whether a schema allows a type, in any version of OpenAPI.
fn has_type(node: &Value, wanted: &str) -> bool {
    match node.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    }
}

/// The path of a member that holds the address of the next page, and whether that is certain.
fn next(path: &str, schema: &Value) -> Option<(String, bool)> {
    if !is_one_of(last(path), &NEXT) || !has_type(schema, "string") {
        return None;
    }
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let description = text("description").to_ascii_lowercase();
    let is_address = matches!(text("format"), "uri" | "url" | "uri-reference")
        || ADDRESS
            .iter()
            .any(|word| plain(path).contains(word) || description.contains(word));
    Some((path.to_owned(), is_address))
}

/// The names of an operation's query parameters, including those declared for its path.
fn parameters(contract: &Value, operation: &Map<String, Value>, path: &str) -> Vec<String> {
    let of_path = contract
        .get("paths")
        .and_then(|paths| resolve(contract, paths.get(path)?)?.as_object());
    let lists = [Some(operation), of_path].into_iter().flatten();
    let nodes = lists.flat_map(|holder| document::items(holder, "parameters"));
    nodes
        .filter_map(|node| resolve(contract, node))
        .filter(|node| node.get("in").and_then(Value::as_str) == Some("query"))
        .filter_map(|node| node.get("name").and_then(Value::as_str))
        .map(ToOwned::to_owned)
        .collect()
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '-'], "")
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.contains(&plain(name).as_str())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use serde_json::json;

    /// A contract with one list for each of these sets of members beside the items.
    fn contract(lists: &[Value], parameters: &Value) -> Value {
        let paths = lists.iter().enumerate().map(|(index, members)| {
            let mut properties = members.clone();
            properties["items"] = json!({"type": "array", "items": {"type": "string"}});
            let schema = json!({"type": "object", "properties": properties});
            let response = json!({"content": {"application/json": {"schema": schema}}});
            let get = json!({"parameters": parameters, "responses": {"200": response}});
            (format!("/{index}"), json!({"get": get}))
        });
        json!({"openapi": "3.0.3", "paths": paths.collect::<Map<_, _>>()})
    }

    #[test]
    fn test_address_of_the_next_page_is_found_with_its_confidence() {
        let address =
            json!({"links": {"type": "object", "properties": {"next": {"type": "string", "format": "uri"}}}});
        let draft = Draft::of(&contract(&[address.clone(), address], &json!([]))).unwrap();
        assert_eq!(draft.entry(), "{ next = \"links.next\", items = [\"items\"] }");
        assert_eq!((draft.operations, draft.confidence), (2, Confidence::High));
        let vague = json!({"next": {"type": ["string", "null"]}});
        let draft = Draft::of(&contract(&[vague], &json!([]))).unwrap();
        assert_eq!(
            (draft.words, draft.confidence),
            (vec![("next", "next".to_owned())], Confidence::Low)
        );
    }

    #[test]
    fn test_pages_that_are_counted_are_found() {
        let total = json!({"total_pages": {"type": "integer"}});
        let page = json!([{"name": "page", "in": "query"}]);
        let draft = Draft::of(&contract(std::slice::from_ref(&total), &page)).unwrap();
        assert_eq!(
            draft.entry(),
            "{ page = \"page\", pages = \"total_pages\", items = [\"items\"] }"
        );
        assert_eq!(draft.confidence, Confidence::Medium);
        assert_eq!(Draft::of(&contract(&[total], &json!([]))), None);
        let says = json!({"meta": {"properties": {
            "current_page": {"type": "integer"}, "last_page": {"type": "integer"}
        }}});
        let draft = Draft::of(&contract(&[says], &page)).unwrap();
        assert_eq!(
            draft.entry(),
            r#"{ page = "page", current = "meta.current_page", pages = "meta.last_page", items = ["items"] }"#
        );
    }

    #[test]
    fn test_offsets_and_cursors_are_found() {
        let members = json!({"totalCount": {"type": "integer"}, "next_cursor": {"type": "string"}});
        let by = |name: &str| json!([{"name": name, "in": "query"}]);
        let draft = Draft::of(&contract(std::slice::from_ref(&members), &by("skip"))).unwrap();
        assert_eq!(
            draft.entry(),
            r#"{ offset = "skip", total = "totalCount", items = ["items"] }"#
        );
        let draft = Draft::of(&contract(&[members], &by("cursor"))).unwrap();
        assert_eq!(
            draft.entry(),
            r#"{ cursor = "cursor", next = "next_cursor", items = ["items"] }"#
        );
    }

    #[test]
    fn test_lists_without_a_way_page_nowhere() {
        let token = json!({"next_token": {"type": "string"}, "next": {"type": "integer"}});
        assert_eq!(Draft::of(&contract(&[token], &json!([]))), None);
        assert_eq!(Draft::of(&json!({})), None);
    }
}
