//! A draft of how an API's lists page, from the members of its responses and the names of its
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
/// Query parameters that count pages.
const PAGE: [&str; 4] = ["page", "pagenumber", "pageno", "pagenum"];
/// Members that say how many pages there are.
const PAGES: [&str; 6] = [
    "pages",
    "totalpages",
    "pagecount",
    "lastpage",
    "numpages",
    "pagestotal",
];
/// Members that hold a number or a token where an address is meant are none.
const ADDRESS: [&str; 4] = ["url", "uri", "link", "address"];

/// How the lists of an API page, as the catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The member that holds the address of the next page, as a path.
    pub next: Option<String>,
    /// The query parameter that counts pages, and the member that says how many there are.
    pub page: Option<(String, String)>,
    /// The members that hold the items.
    pub items: Vec<String>,
    /// How many operations it fits.
    pub operations: usize,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Draft {
    /// The draft for a contract; nothing where none of its lists shows a way.
    pub fn of(contract: &Value) -> Option<Self> {
        let (mut nexts, mut pages) = (BTreeMap::new(), BTreeMap::new());
        for place in operations(contract).filter(|place| place.method == "get") {
            let Some(response) = success(contract, place.operation) else {
                continue;
            };
            let items = lists(contract, response);
            let ([item], members) = (items.as_slice(), members(contract, response)) else {
                continue;
            };
            if let Some((next, is_sure)) = members.iter().find_map(|(path, schema)| next(path, schema)) {
                let found: &mut Found = nexts.entry(next).or_default();
                found.add(item, is_sure);
            }
            let counts = members.iter().find(|(path, _)| is_one_of(last(path), &PAGES));
            let parameter = parameters(contract, place.operation, place.path)
                .into_iter()
                .find(|name| is_one_of(name, &PAGE));
            if let (Some((count, _)), Some(parameter)) = (counts, parameter) {
                let found: &mut Found = pages.entry((parameter, count.clone())).or_default();
                found.add(item, true);
            }
        }
        let next = most(nexts).map(|(next, found)| found.draft(Some(next), None));
        let page = most(pages).map(|(page, found)| found.draft(None, Some(page)));
        match (next, page) {
            (Some(next), Some(page)) if page.operations > next.operations => Some(page),
            (next, page) => next.or(page),
        }
    }

    /// As the entry of the catalogue has it.
    pub fn entry(&self) -> String {
        let mut keys = Vec::new();
        let text = |text: &str| lorgnette_codegen::text::toml(text);
        if let Some(next) = &self.next {
            keys.push(format!("next = {}", text(next)));
        }
        if let Some((page, pages)) = &self.page {
            keys.push(format!("page = {}, pages = {}", text(page), text(pages)));
        }
        let items: Vec<String> = self.items.iter().map(|item| text(item)).collect();
        keys.push(format!("items = [{}]", items.join(", ")));
        format!("{{ {} }}", keys.join(", "))
    }
}

/// What speaks for one way.
#[derive(Default)]
struct Found {
    operations: usize,
    is_sure: bool,
    items: Vec<String>,
}

impl Found {
    fn add(&mut self, item: &str, is_sure: bool) {
        self.operations += 1;
        self.is_sure |= is_sure;
        if !self.items.iter().any(|known| known == item) {
            self.items.push(item.to_owned());
        }
    }

    fn draft(self, next: Option<String>, page: Option<(String, String)>) -> Draft {
        Draft {
            next,
            page,
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

fn most<K: Ord>(found: BTreeMap<K, Found>) -> Option<(K, Found)> {
    found.into_iter().max_by_key(|(_, found)| found.operations)
}

/// The schema of what an operation responds with when it succeeds.
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

/// Whether a schema may be of a type, as any version of OpenAPI has it.
fn has_type(node: &Value, wanted: &str) -> bool {
    match node.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    }
}

/// The path of a member that holds the address of the next page, and whether that is sure.
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

/// The names of an operation's query parameters, those of its path included.
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

    /// A contract of lists with these members beside the items, each at a path of its own.
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
            (draft.next.as_deref(), draft.confidence),
            (Some("next"), Confidence::Low)
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
    }

    #[test]
    fn test_lists_without_a_way_page_nowhere() {
        let token = json!({"next_token": {"type": "string"}, "next": {"type": "integer"}});
        assert_eq!(Draft::of(&contract(&[token], &json!([]))), None);
        assert_eq!(Draft::of(&json!({})), None);
    }
}
