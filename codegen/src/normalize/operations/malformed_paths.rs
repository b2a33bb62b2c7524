//! Leaves only path items with operations under `paths`: keys begin with a slash and methods are in
//! lower case; everything else is dropped with a note.
//!
//! Before:
//! ```yaml
//! lamps: { GET: {...}, notes: [] }
//! x-internal: true
//! ```
//! After:
//! ```yaml
//! /lamps: { get: {...} }
//! ```

use super::ledger::Ledger;
use super::places::kind;
use super::root_members::servers;
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child};
use serde_json::{Value, json};

/// The members of a path item beside its methods and extensions.
const MEMBERS: [&str; 4] = ["parameters", "servers", "summary", "description"];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("malformed_paths");
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let mut moved = Vec::new();
    for (key, item) in std::mem::take(paths) {
        let at = child("/paths", &key);
        let mut item = match item {
            Value::Object(item) => item,
            _ if key.starts_with("x-") => continue,
            Value::Null => continue,
            other => {
                let what = format!("path {key:?} is dropped");
                ledger.omit(
                    at,
                    format!("{what}: it is {}", kind(&other)),
                    "A path item must be an object.",
                );
                continue;
            }
        };
        if key.starts_with("x-") {
            continue;
        }
        let path = path_of(&key, &at, &mut item, &mut ledger);
        let to = child("/paths", &path);
        let methods = item.keys().map(|member| member.to_ascii_lowercase());
        let methods = methods
            .zip(item.keys())
            .filter(|(method, _)| METHODS.contains(&method.as_str()));
        moved.extend(methods.map(|(method, member)| (child(&to, &method), child(&at, member))));
        members(&at, &mut item, &mut ledger);
        servers(&at, &mut item, &mut ledger);
        merge(paths, path, item, &at, &mut ledger);
    }
    // The first of two keys for the same path counts.
    moved.reverse();
    notes.origins.moved(moved);
    ledger.write(notes);
}

/// The path that `key` stands for. A server before the path is added to the item's servers.
fn path_of(key: &str, at: &str, item: &mut Object, ledger: &mut Ledger) -> String {
    let trimmed = key.trim();
    if trimmed.starts_with('/') {
        return trimmed.to_string();
    }
    let scheme = ["https://", "http://"]
        .iter()
        .find(|scheme| trimmed.starts_with(**scheme));
    if let Some(scheme) = scheme {
        let end = trimmed[scheme.len()..]
            .find('/')
            .map_or(trimmed.len(), |slash| scheme.len() + slash);
        let (server, path) = trimmed.split_at(end);
        item.entry("servers")
            .or_insert_with(|| json!([{ "url": server }]));
        return if path.is_empty() { "/".into() } else { path.into() };
    }
    let what = format!("path {key:?} gets a slash in front");
    let why = "A path is appended to the server's address.";
    ledger.add(at, what, why);
    format!("/{trimmed}")
}

fn members(at: &str, item: &mut Object, ledger: &mut Ledger) {
    for (member, value) in std::mem::take(item) {
        let lower = member.to_ascii_lowercase();
        if METHODS.contains(&lower.as_str()) {
            match value {
                Value::Object(_) => {
                    item.insert(lower, value);
                }
                Value::Null => {}
                other => {
                    let what = format!("method {member} is dropped: it is {}", kind(&other));
                    ledger.omit(child(at, &member), what, "An operation must be an object.");
                }
            }
        } else if MEMBERS.contains(&member.as_str()) || member.starts_with("x-") {
            item.insert(member, value);
        } else if value.is_object() {
            let what = format!("{member:?} is dropped");
            ledger.omit(child(at, &member), what, "It is not a method of OpenAPI 3.0.");
        }
    }
}

fn merge(paths: &mut Object, path: String, item: Object, at: &str, ledger: &mut Ledger) {
    let Some(Value::Object(present)) = paths.get_mut(&path) else {
        paths.insert(path, Value::Object(item));
        return;
    };
    for (member, value) in item {
        if METHODS.contains(&member.as_str()) && present.contains_key(&member) {
            ledger.omit(
                child(at, &member),
                format!("the operation {member} {path} is left out: it is a duplicate"),
                "Two keys mean the same path, and the first of the two counts.",
            );
        }
        present.entry(member).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run_infallible as run;
    use super::*;

    #[test]
    fn test_malformed_paths_are_mended_or_dropped() {
        let (document, notes) = run(
            apply,
            json!({"paths": {
                "lamps": {"GET": {}, "post": 3, "x-own": 1, "search": {}, "put": null},
                "x-internal": true,
                "/text": "no item",
                "https://other.example/token": {"post": {}}
            }}),
        );
        assert_eq!(
            document["paths"],
            json!({
                "/lamps": {"get": {}, "x-own": 1},
                "/token": {"post": {}, "servers": [{"url": "https://other.example"}]}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/lamps path \"lamps\" gets a slash in front",
                "/paths/lamps/post method post is dropped: it is a number",
                "/paths/lamps/search \"search\" is dropped",
                "/paths/~1text path \"/text\" is dropped: it is a text",
            ]
        );
    }

    #[test]
    fn test_two_keys_of_one_path_are_merged_unless_they_share_a_method() {
        let (document, _) = run(apply, json!({"paths": {"/a": {"get": {}}, "a": {"put": {}}}}));
        assert_eq!(document["paths"], json!({"/a": {"get": {}, "put": {}}}));
        let (document, notes) = run(
            apply,
            json!({"paths": {"/a": {"get": {"summary": "One"}}, "a": {"get": {"summary": "Two"}, "put": {}}}}),
        );
        assert_eq!(
            document["paths"],
            json!({"/a": {"get": {"summary": "One"}, "put": {}}})
        );
        assert_eq!(
            notes[1],
            "/paths/a/get the operation get /a is left out: it is a duplicate"
        );
    }
}
