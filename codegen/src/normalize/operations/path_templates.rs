//! Makes path keys and path parameters consistent: every parameter in the path is declared, and
//! every declared one is in the path. A query in the key is sent unchanged if it is literal, and
//! becomes a query parameter if it is a template. Text after a `#` is not sent: it is kept only if
//! it distinguishes keys that are otherwise equal.
//!
//! Before:
//! ```yaml
//! /lamps/{id:[0-9]+}?view=all&page={page}#pages:
//!   get: { parameters: [ { name: lampId, in: path }, { name: old, in: path } ] }
//! ```
//! After:
//! ```yaml
//! /lamps/{id}?view=all:
//!   get: { parameters: [ { name: id, in: path }, { name: page, in: query, required: true, schema: { type: string } } ] }
//! ```

use super::ledger::Ledger;
use super::places::text;
use super::template::{Piece, Template, clean, pieces, written};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("path_templates");
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let mut items = Vec::with_capacity(paths.len());
    for (key, mut item) in std::mem::take(paths) {
        let (wire, fragment) = sent(&key, &mut item, &mut ledger);
        items.push((key, wire, fragment, item));
    }
    insert(paths, items, notes, &mut ledger);
    ledger.write(notes);
}

/// Puts the items back under the sent part of their keys, made unique by a fragment.
fn insert(
    paths: &mut Object,
    items: Vec<(String, String, Option<String>, Value)>,
    notes: &mut Notes,
    ledger: &mut Ledger,
) {
    let mut moved = Vec::new();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for (_, wire, _, _) in &items {
        *uses.entry(wire.clone()).or_default() += 1;
    }
    let plain: HashSet<String> = items
        .iter()
        .filter(|(key, wire, _, _)| key == wire)
        .map(|(key, ..)| key.clone())
        .collect();
    for (key, wire, fragment, item) in items {
        let at = child("/paths", &key);
        let mut new = wire.clone();
        if uses.get(&wire).copied().unwrap_or_default() > 1 && key != wire {
            let fragment = fragment
                .map(|fragment| fragment.replace(['{', '}'], ""))
                .filter(|text| !text.is_empty());
            if let Some(fragment) = fragment {
                new = format!("{wire}#{fragment}");
            }
            let mut number = 2_u64;
            while plain.contains(&new) || paths.contains_key(&new) {
                new = format!("{wire}#{number}");
                number += 1;
            }
        }
        moved.push((child("/paths", &new), at.clone()));
        if key.contains('#') && item.pointer("/post/x-lorgnette-method").is_none() {
            let what = "the part of a path after # is not sent";
            let why = "A fragment never leaves the client.";
            ledger.add(at, what, why);
        }
        paths.insert(new, item);
    }
    notes.origins.moved(moved);
}

/// The sent part of a key, and its fragment; its operations' parameters are adjusted to it.
fn sent(key: &str, item: &mut Value, ledger: &mut Ledger) -> (String, Option<String>) {
    let at = child("/paths", key);
    let Template {
        path,
        query,
        fragment,
    } = Template::parse(key);
    let declared = declared(item);
    let mut wire = Vec::with_capacity(path.len());
    let mut in_query = Vec::new();
    for piece in path {
        match piece {
            Piece::Parameter(raw) if raw.starts_with(['?', '&']) => {
                for name in raw[1..].split(',').map(clean).filter(|name| !name.is_empty()) {
                    in_query.push(InQuery {
                        wire: name.into(),
                        name: name.into(),
                        required: false,
                    });
                }
            }
            Piece::Parameter(raw) => wire.push(Piece::Parameter(name_of(&raw, &declared))),
            Piece::Literal(text) => wire.extend(colon_parameters(&text, &declared)),
        }
    }
    let mut literal = Vec::new();
    for pair in query
        .iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, pair));
        match pieces(value).as_slice() {
            [Piece::Parameter(raw)] => {
                let inner = clean(raw);
                let wire = if name == value { inner } else { name };
                in_query.push(InQuery {
                    wire: wire.into(),
                    name: inner.into(),
                    required: true,
                });
            }
            [] | [Piece::Literal(_)] => literal.push(pair),
            several => {
                let several = several.iter().map(|piece| match piece {
                    Piece::Parameter(raw) => Piece::Parameter(name_of(raw, &declared)),
                    Piece::Literal(text) => Piece::Literal(text.clone()),
                });
                wire.push(Piece::Literal(format!(
                    "{}{name}=",
                    if literal.is_empty() { "?" } else { "&" }
                )));
                wire.extend(several);
            }
        }
    }
    if !literal.is_empty() {
        let query = literal.join("&");
        let what = format!("?{query} is sent with every request");
        let why = "It is part of the path, so it is not optional.";
        ledger.add(at.as_str(), what, why);
        let joint = if wire
            .iter()
            .any(|piece| matches!(piece, Piece::Literal(text) if text.starts_with('?')))
        {
            "&"
        } else {
            "?"
        };
        wire.push(Piece::Literal(format!("{joint}{query}")));
    }
    let names: Vec<&str> = wire
        .iter()
        .filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
        .collect();
    for method in METHODS {
        if let Some(Value::Object(operation)) = item.get_mut(method) {
            let mut declaration = Declaration {
                at: child(&at, method),
                parameters: take_parameters(operation),
                ledger: &mut *ledger,
            };
            declaration.drop_literal(&literal);
            declaration.in_query(&in_query);
            declaration.in_path(&names);
            let parameters = declaration.parameters;
            if !parameters.is_empty() || operation.contains_key("parameters") {
                operation.insert(
                    "parameters".into(),
                    parameters
                        .into_iter()
                        .map(Value::Object)
                        .collect::<Vec<_>>()
                        .into(),
                );
            }
        }
    }
    (written(&wire), fragment)
}

/// The names of all path parameters that the item's operations declare.
fn declared(item: &Value) -> HashSet<String> {
    let operations = METHODS.into_iter().filter_map(|method| item.get(method));
    let parameters = operations
        .filter_map(|operation| operation.get("parameters")?.as_array())
        .flatten();
    parameters
        .filter_map(Value::as_object)
        .filter(|parameter| text(parameter, "in") == "path")
        .map(|parameter| text(parameter, "name").to_string())
        .collect()
}

/// The parameter that the text between braces means.
fn name_of(raw: &str, declared: &HashSet<String>) -> String {
    let odd = raw.contains(['{', '}']);
    if declared.contains(raw) && !odd {
        return raw.to_string();
    }
    match clean(raw) {
        "" => "value".into(),
        name => name.replace(['{', '}'], ""),
    }
}

/// Splits literal text at segments such as `:id` that name a declared parameter.
fn colon_parameters(text: &str, declared: &HashSet<String>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    for (index, segment) in text.split('/').enumerate() {
        if index > 0 {
            literal.push('/');
        }
        match segment
            .strip_prefix(':')
            .filter(|name| index > 0 && declared.contains(*name))
        {
            Some(name) => {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                pieces.push(Piece::Parameter(name.into()));
            }
            None => literal.push_str(segment),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}

/// A parameter in the query of a key.
struct InQuery {
    wire: String,
    name: String,
    required: bool,
}

fn take_parameters(operation: &mut Object) -> Vec<Object> {
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return Vec::new();
    };
    std::mem::take(parameters)
        .into_iter()
        .filter_map(|parameter| match parameter {
            Value::Object(parameter) => Some(parameter),
            _ => None,
        })
        .collect()
}

/// The parameters of one operation while they are made consistent.
struct Declaration<'l> {
    at: String,
    parameters: Vec<Object>,
    ledger: &'l mut Ledger,
}

impl Declaration<'_> {
    fn find(&mut self, location: &str, name: &str) -> Option<&mut Object> {
        self.parameters
            .iter_mut()
            .find(|parameter| text(parameter, "in") == location && text(parameter, "name") == name)
    }

    /// Drops query parameters that the key itself sends.
    fn drop_literal(&mut self, literal: &[&str]) {
        for name in literal.iter().map(|pair| pair.split('=').next().unwrap_or(pair)) {
            let before = self.parameters.len();
            self.parameters
                .retain(|parameter| text(parameter, "in") != "query" || text(parameter, "name") != name);
            if self.parameters.len() < before {
                let what = format!("query parameter {name:?} is dropped");
                self.ledger
                    .add(self.at.as_str(), what, "The path already contains it.");
            }
        }
    }

    fn in_query(&mut self, wanted: &[InQuery]) {
        for InQuery { wire, name, required } in wanted {
            if self.find("query", wire).is_some() {
                continue;
            }
            for location in ["query", "path"] {
                if let Some(parameter) = self.find(location, name) {
                    parameter.insert("in".into(), "query".into());
                    parameter.insert("name".into(), wire.as_str().into());
                    break;
                }
            }
            if self.find("query", wire).is_none() {
                self.add("query", wire, *required);
            }
        }
    }

    fn in_path(&mut self, names: &[&str]) {
        let mut missing: Vec<&str> = Vec::new();
        for name in names {
            if self.find("path", name).is_none() && !missing.contains(name) {
                missing.push(name);
            }
        }
        // Declared in another location or spelling: the name of a path parameter is not sent.
        missing.retain(|name| {
            let Some(parameter) = self.find("query", name) else {
                return true;
            };
            parameter.insert("in".into(), "path".into());
            let what = format!("parameter {name:?} is sent in the path, not in the query");
            self.ledger.add(
                self.at.as_str(),
                what,
                "The path contains it, and the contract declares no other of that name.",
            );
            false
        });
        missing.retain(|name| {
            let alike = |parameter: &&mut Object| {
                let other = text(parameter, "name");
                text(parameter, "in") == "path" && !names.contains(&other) && letters(other) == letters(name)
            };
            let Some(parameter) = self.parameters.iter_mut().find(alike) else {
                return true;
            };
            parameter.insert("name".into(), (*name).into());
            false
        });
        let is_left =
            |parameter: &Object| text(parameter, "in") == "path" && !names.contains(&text(parameter, "name"));
        if let [name] = missing.as_slice()
            && self
                .parameters
                .iter()
                .filter(|parameter| is_left(parameter))
                .count()
                == 1
            && let Some(parameter) = self.parameters.iter_mut().find(|parameter| is_left(parameter))
        {
            let what = format!("path parameter {:?} is called {name:?}", text(parameter, "name"));
            parameter.insert("name".into(), (*name).into());
            self.ledger
                .add(self.at.as_str(), what, "That is its name in the path.");
            missing.clear();
        }
        for name in missing {
            self.add("path", name, true);
        }
        let (at, ledger) = (self.at.as_str(), &mut *self.ledger);
        self.parameters.retain(|parameter| {
            if is_left(parameter) {
                let what = format!("path parameter {:?} is dropped", text(parameter, "name"));
                ledger.add(at, what, "The path does not contain it.");
            }
            !is_left(parameter)
        });
    }

    fn add(&mut self, location: &str, name: &str, required: bool) {
        let what = format!("{location} parameter {name:?} is added as text");
        self.ledger.add(
            self.at.as_str(),
            what,
            "The path contains it, and the operation does not declare it.",
        );
        let parameter =
            json!({ "name": name, "in": location, "required": required, "schema": { "type": "string" } });
        self.parameters.extend(parameter.as_object().cloned());
    }
}

/// A name's letters and digits, without case, to compare spellings.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    /// The keys and parameters (`in:name`) after the pass, and the notes.
    fn after(paths: &Value) -> (Vec<String>, Vec<String>) {
        let (document, notes) = run_infallible(apply, json!({ "paths": paths }));
        let mut shown = Vec::new();
        for (key, item) in document["paths"].as_object().into_iter().flatten() {
            let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
            let names: Vec<String> = parameters
                .filter_map(Value::as_object)
                .map(|p| format!("{}:{}", text(p, "in"), text(p, "name")))
                .collect();
            shown.push(format!("{key} {}", names.join(" ")).trim().to_string());
        }
        (shown, notes)
    }

    fn get(parameters: &[(&str, &str)]) -> Value {
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|(location, name)| json!({"in": location, "name": name}))
            .collect();
        json!({"get": {"parameters": parameters}})
    }

    #[test]
    fn test_good_paths_stay_as_they_are() {
        let (shown, notes) = after(&json!({
            "/a/{x}.{y}:{z-z}": get(&[("path", "x"), ("path", "y"), ("path", "z-z"), ("query", "q")]),
            "/a/{b}": get(&[("path", "b")]), "/a/{c}": get(&[("path", "c")])
        }));
        assert_eq!(
            shown,
            [
                "/a/{x}.{y}:{z-z} path:x path:y path:z-z query:q",
                "/a/{b} path:b",
                "/a/{c} path:c"
            ]
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_missing_path_parameters_are_added_and_unused_ones_dropped() {
        let (shown, notes) =
            after(&json!({"/a/{b}/{c}": get(&[("path", "b"), ("path", "x"), ("path", "y")])}));
        assert_eq!(shown, ["/a/{b}/{c} path:b path:c"]);
        assert_eq!(
            notes,
            [
                "/paths/~1a~1{b}~1{c}/get path parameter \"c\" is added as text",
                "/paths/~1a~1{b}~1{c}/get path parameter \"x\" is dropped",
                "/paths/~1a~1{b}~1{c}/get path parameter \"y\" is dropped",
            ]
        );
    }

    #[test]
    fn test_path_parameters_are_recognised_in_other_spellings() {
        let (shown, notes) = after(&json!({
            "/a/{user_id}/{id:[0-9]{4}}": get(&[("path", "userId"), ("path", "id")]),
            "/b/{proxy+}": get(&[("path", "proxy+")]),
            "/c/{x}": get(&[("path", "y")]),
            "/d/{x}": get(&[("query", "x")]),
            "/e/:x/:y": get(&[("path", "x")])
        }));
        assert_eq!(
            shown,
            [
                "/a/{user_id}/{id} path:user_id path:id",
                "/b/{proxy+} path:proxy+",
                "/c/{x} path:x",
                "/d/{x} path:x",
                "/e/{x}/:y path:x"
            ]
        );
        assert_eq!(
            notes,
            [
                "/paths/~1c~1{x}/get path parameter \"y\" is called \"x\"",
                "/paths/~1d~1{x}/get parameter \"x\" is sent in the path, not in the query",
            ]
        );
    }

    #[test]
    fn test_query_in_a_key_is_sent_or_becomes_parameters() {
        let (shown, notes) = after(&json!({
            "/a?view=all&page={p}": get(&[("query", "view"), ("path", "p")]),
            "/b{?x,y}": get(&[("query", "x")]),
            "/c?z={z}": get(&[("query", "z")])
        }));
        assert_eq!(
            shown,
            ["/a?view=all query:page", "/b query:x query:y", "/c query:z"]
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a?view=all&page={p} ?view=all is sent with every request",
                "/paths/~1a?view=all&page={p}/get query parameter \"view\" is dropped",
                "/paths/~1b{?x,y}/get query parameter \"y\" is added as text",
            ]
        );
    }

    #[test]
    fn test_fragment_stays_only_where_keys_would_be_the_same() {
        let (shown, notes) = after(&json!({
            "/#Action=A": get(&[]), "/#Action=B": get(&[]), "/a#b": get(&[]), "/c": get(&[]), "/c?d={d}": get(&[("query", "d")]),
            "/c#{e}": get(&[])
        }));
        assert_eq!(
            shown,
            ["/#Action=A", "/#Action=B", "/a", "/c", "/c#2 query:d", "/c#e"]
        );
        assert_eq!(
            notes,
            ["/paths/~1#Action=A the part of a path after # is not sent (and at 3 more places)"]
        );
    }
}
