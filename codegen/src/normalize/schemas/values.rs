//! Turns constants and known values into enums, so that there is one way to list values.
//!
//! Before: `{"const": "basic"}`, `{"type": "string", "x-lorgnette-known-values": ["a", "b"]}`,
//! `{"x-extensible-enum": [...]}`.
//! After: `{"enum": ["basic"]}`, `{"type": "string", "enum": ["a", "b"]}`. Enums are open in the
//! crates, so that a value that is not in the list is kept.

use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::Object;
use serde_json::Value;

/// Whether an extension lists observed values; each such list is open.
/// `x-lorgnette-known-values-...` lists those of one situation.
fn is_open_list(keyword: &str) -> bool {
    keyword.starts_with("x-lorgnette-known-values") || keyword == "x-extensible-enum"
}

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    if schema.contains_key("$ref") {
        return;
    }
    if let Some(value) = schema.shift_remove("const") {
        schema.entry("enum").or_insert_with(|| Value::Array(vec![value]));
    }
    let lists: Vec<String> = schema
        .keys()
        .filter(|keyword| is_open_list(keyword))
        .cloned()
        .collect();
    for keyword in lists {
        let Some(Value::Array(values)) = schema.get(&keyword) else {
            continue;
        };
        if !values.iter().all(|value| value.is_string() || value.is_number()) || values.is_empty() {
            continue;
        }
        let mut values = values.clone();
        schema.shift_remove(&keyword);
        if let Some(Value::Array(deprecated)) = schema.get("x-lorgnette-deprecated-values") {
            values.extend(deprecated.iter().filter(|value| value.is_string()).cloned());
        }
        match schema.get_mut("enum") {
            Some(Value::Array(listed)) => listed.extend(values),
            _ => {
                schema.insert("enum".to_string(), Value::Array(values));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_constant_is_an_enum_of_one_value() {
        assert_eq!(
            quietly(apply, json!({"const": "basic"})),
            json!({"enum": ["basic"]})
        );
    }

    #[test]
    fn test_known_values_are_enum_values_deprecated_ones_too() {
        let schema = json!({"type": "string", "x-lorgnette-known-values": ["a"], "x-lorgnette-known-values-once": ["b"]});
        assert_eq!(
            quietly(apply, schema),
            json!({"type": "string", "enum": ["a", "b"]})
        );
        let schema =
            json!({"enum": ["a"], "x-extensible-enum": ["b"], "x-lorgnette-deprecated-values": ["c"]});
        assert_eq!(
            quietly(apply, schema),
            json!({"enum": ["a", "b", "c"], "x-lorgnette-deprecated-values": ["c"]})
        );
    }

    #[test]
    fn test_known_values_that_are_no_scalars_only_document() {
        let schema = json!({"x-lorgnette-known-values": [{"a": 1}]});
        assert_eq!(quietly(apply, schema.clone()), schema);
    }
}
