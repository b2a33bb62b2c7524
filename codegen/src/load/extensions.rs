//! Lorgnette's extension keys: `x-lorgnette-*`. A vendor's own `x-pagination` is never read.
//!
//! Contracts and overlays may use the keys in [`KNOWN`]; passes store data under other keys, so
//! those are removed from the input. A description of our own may leave out the prefix, since all
//! its extensions are ours.

use super::grammar::{Kind, Slot};
use crate::diagnostics::Notes;
use crate::document::{Document, child};
use serde_json::Value;

/// The prefix of all our keys.
pub const PREFIX: &str = "x-lorgnette-";

/// The keys that contracts and overlays may contain, without the prefix. `known-values` may have a
/// suffix (`known-values-corp`).
const KNOWN: [&str; 20] = [
    "aliases",
    "case-inferred",
    "case-inferred-fields",
    "confidence",
    "deprecated-reason",
    "deprecated-values",
    "evidence",
    "idempotency-key",
    "idempotent",
    "known-values",
    "limited-by",
    "naive-utc",
    "note",
    "numeric-offset",
    "pagination",
    "retry",
    "type-not-observed",
    "types",
    "value-types",
    "wait",
];

/// Whether contracts and overlays may contain a key of ours.
pub fn is_known(key: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(is_word)
}

fn is_word(word: &str) -> bool {
    KNOWN.contains(&word) || word.starts_with("known-values-")
}

/// A key of ours in `value` that neither contracts nor overlays may contain.
pub fn unknown(value: &Value) -> Option<&str> {
    match value {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            let is_unknown = key.starts_with(PREFIX) && !is_known(key);
            if is_unknown {
                Some(key.as_str())
            } else {
                unknown(value)
            }
        }),
        Value::Array(items) => items.iter().find_map(unknown),
        _ => None,
    }
}

/// The valid alternatives to an unknown key.
pub fn advice() -> String {
    format!("the keys are {PREFIX} and one of {}", KNOWN.join(", "))
}

/// Adds the prefix to the keys of a description of our own: `x-pagination` becomes
/// `x-lorgnette-pagination`.
pub fn with_prefix(document: &mut Document) {
    each_object(document, "", Slot::One(Kind::Root), &mut |_, members| {
        let is_bare = |key: &str| key.strip_prefix("x-").is_some_and(is_word);
        if !members.keys().any(|key| is_bare(key)) {
            return;
        }
        *members = std::mem::take(members)
            .into_iter()
            .map(|(key, value)| match key.strip_prefix("x-") {
                Some(word) if is_word(word) => (format!("{PREFIX}{word}"), value),
                _ => (key, value),
            })
            .collect();
    });
}

/// Removes unknown keys with our prefix, and adds a note.
pub fn remove_unknown(document: &mut Document, notes: &mut Notes) {
    if unknown(document).is_none() {
        return;
    }
    each_object(document, "", Slot::One(Kind::Root), &mut |pointer, members| {
        let is_unknown = |key: &str| key.starts_with(PREFIX) && !is_known(key);
        if members.keys().any(|key| is_unknown(key)) {
            members.retain(|key, _| {
                if is_unknown(key) {
                    let what = format!("{key:?} is dropped");
                    notes.add("load", pointer, what, "lorgnette has no such key.");
                }
                !is_unknown(key)
            });
        }
    });
}

/// Calls `visit` with every object of a contract whose members are keywords, and its place; names
/// and data are skipped.
fn each_object(
    node: &mut Value,
    pointer: &str,
    shape: Slot,
    visit: &mut dyn FnMut(&str, &mut crate::document::Object),
) {
    match (node, shape) {
        (_, Slot::Data | Slot::Mapping) => {}
        (Value::Object(members), _) => {
            if matches!(shape, Slot::One(_)) {
                visit(pointer, members);
            }
            for (key, value) in members.iter_mut().filter(|(_, value)| !is_plain(value)) {
                each_object(value, &child(pointer, key), shape.member(key), visit);
            }
        }
        (Value::Array(items), _) => {
            for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| !is_plain(item)) {
                each_object(item, &child(pointer, &index.to_string()), shape, visit);
            }
        }
        _ => {}
    }
}

/// Whether it is empty, so that no pointer is needed.
fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_words_of_our_descriptions_get_the_prefix_where_they_are_keywords() {
        let mut document = json!({
            "paths": {"/a": {"get": {
                "x-pagination": {"next": "n"}, "x-own": 1, "parameters": [{"name": "x-types", "x-numeric-offset": true}],
                "responses": {"200": {"content": {"application/json": {"example": {"x-note": 1}}}}}
            }}},
            "components": {"schemas": {"A": {"properties": {"x-note": {"x-known-values-corp": ["a"]}}}}}
        });
        with_prefix(&mut document);
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {"get": {
                    "x-lorgnette-pagination": {"next": "n"}, "x-own": 1,
                    "parameters": [{"name": "x-types", "x-lorgnette-numeric-offset": true}],
                    "responses": {"200": {"content": {"application/json": {"example": {"x-note": 1}}}}}
                }}},
                "components": {"schemas": {"A": {"properties": {"x-note": {"x-lorgnette-known-values-corp": ["a"]}}}}}
            })
        );
    }

    #[test]
    fn test_keys_that_passes_keep_are_removed_from_contracts() {
        let mut notes = Notes::default();
        let mut document = json!({
            "paths": {"/a": {"get": {"x-lorgnette-ident": "fn", "x-lorgnette-retry": [404]}}},
            "components": {"schemas": {"A": {"properties": {"x-lorgnette-tag": {"type": "string"}}}}}
        });
        remove_unknown(&mut document, &mut notes);
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {"get": {"x-lorgnette-retry": [404]}}},
                "components": {"schemas": {"A": {"properties": {"x-lorgnette-tag": {"type": "string"}}}}}
            })
        );
        let noted: Vec<&str> = notes.iter().map(|note| note.pointer.as_str()).collect();
        assert_eq!(noted, ["/paths/~1a/get"]);
    }
}
