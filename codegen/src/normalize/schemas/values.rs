//! Lets constants and known values be enums: one way to list values.
//!
//! Before: `{"const": "basic"}`, `{"type": "string", "x-known-values": ["a", "b"]}`, `{"x-extensible-enum": [...]}`.
//! After: `{"enum": ["basic"]}`, `{"type": "string", "enum": ["a", "b"]}`. Enums are open in the crates, so that a value that the list lacks is kept.

use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::Object;
use serde_json::Value;

/// The extensions by which contracts list values that they have seen; the list is open in each.
const OPEN_LISTS: [&str; 2] = ["x-known-values", "x-extensible-enum"];

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    if schema.contains_key("$ref") {
        return;
    }
    if let Some(value) = schema.shift_remove("const") {
        schema.entry("enum").or_insert_with(|| Value::Array(vec![value]));
    }
    let deprecated = match schema.get("x-deprecated-values") {
        Some(Value::Array(values)) => values.clone(),
        _ => Vec::new(),
    };
    for keyword in OPEN_LISTS {
        let Some(Value::Array(values)) = schema.get(keyword) else {
            continue;
        };
        if !values.iter().all(|value| value.is_string() || value.is_number()) || values.is_empty() {
            continue;
        }
        let mut values = values.clone();
        values.extend(deprecated.iter().filter(|value| value.is_string()).cloned());
        schema.shift_remove(keyword);
        match schema.get_mut("enum") {
            Some(Value::Array(listed)) => listed.extend(values),
            _ => {
                schema.insert("enum".to_string(), Value::Array(values));
            }
        }
    }
}
