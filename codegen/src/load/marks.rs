//! Placeholders for unnamed things, and how named things become components.

use super::things::BundlePlace;
use super::version::Version;
use crate::document::Document;
use serde_json::{Map, Value};

/// Begins the mark of a thing, followed by its number; no contract holds such a text.
const MARK: &str = "\u{0}lorgnette:";

/// The mark of the thing of this number.
pub fn mark(number: usize) -> String {
    format!("{MARK}{number}")
}

/// The number of the thing that a text marks.
pub fn marked(text: &str) -> Option<usize> {
    text.strip_prefix(MARK)?.parse().ok()
}

/// Turns marks into references.
pub fn settle(node: &mut Value, places: &[BundlePlace]) {
    match node {
        Value::String(text) => {
            if let Some(place) = marked(text).and_then(|number| places.get(number)) {
                *text = format!("#{}", place.pointer.replace('%', "%25"));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| settle(item, places)),
        Value::Object(map) => map.values_mut().for_each(|value| settle(value, places)),
        _ => {}
    }
}

/// Puts a component where it belongs; sections that the entry file lacks are added in OpenAPI's
/// order.
pub fn put(document: &mut Document, pointer: &str, version: Version, content: Value) {
    if let Some(slot) = document.pointer_mut(pointer) {
        *slot = content;
        return;
    }
    let mut node = document;
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let Some((name, sections)) = tokens.split_last() else {
        return;
    };
    for section in sections {
        let Value::Object(map) = node else { return };
        if !map.contains_key(section) {
            let index = version.place_of_section(map, section);
            map.shift_insert(index, section.clone(), Value::Object(Map::new()));
        }
        let Some(next) = map.get_mut(section) else { return };
        node = next;
    }
    if let Value::Object(map) = node {
        map.insert(name.clone(), content);
    }
}
