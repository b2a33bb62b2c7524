//! Gives every enum values of one type, without duplicates and null.
//!
//! Before: `{"type": "string", "enum": ["a", "a", null, 1]}`, `{"type": "array", "enum": ["a"]}`,
//! `{"enum": [1, "a"]}`. After: `{"type": "string", "enum": ["a", "1"], "nullable": true}`,
//! `{"type": "array", "items": {"enum": ["a"]}}`, `{"type": "string", "enum": [1, "a"],
//! "x-lorgnette-mixed": true}`. A boolean needs no list of values, since it has no other values.

use super::keywords;
use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Number, Value, json};
use std::collections::HashSet;

const PASS: &str = "enum_values";

/// Extensions that name an enum's values, in parallel lists.
const PARALLEL: [&str; 4] = [
    "x-enum-varnames",
    "x-enumNames",
    "x-enum-descriptions",
    "x-enumDescriptions",
];

/// Runs the pass on one schema.
pub(super) fn apply(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    if schema.contains_key("$ref") || !schema.contains_key("enum") {
        return;
    }
    let values = match schema.shift_remove("enum") {
        Some(Value::Array(values)) => values,
        Some(Value::Object(values)) => values.into_iter().map(|(_, value)| value).collect(),
        Some(Value::Null) | None => return,
        Some(single) => vec![single],
    };
    let kind = schema.text("type").map(str::to_string);
    if kind.as_deref() == Some("array") {
        return for_items(place, schema, values, notes);
    }
    let values = without_null(schema, flat(values, kind.as_deref()));
    if values.is_empty() {
        return;
    }
    if values.iter().any(|value| value.is_object() || value.is_array()) {
        let what = "the values that the contract lists are not distinguished".to_string();
        notes.add(PASS, place.pointer(), what, "They are objects or arrays.");
        return;
    }
    let (kind, values) = typed(kind.as_deref(), values);
    if kind == "boolean" {
        schema.insert("type".to_string(), json!("boolean"));
        return;
    }
    let (kind, mixed) = if kind == "mixed" {
        ("string", true)
    } else {
        (kind, false)
    };
    let values = distinct(schema, values);
    schema.insert("type".to_string(), json!(kind));
    schema.insert("enum".to_string(), Value::Array(values));
    if kind == "integer" {
        schema.insert("format".to_string(), json!("int64"));
    } else if let Some(format) = schema.shift_remove("format") {
        schema.insert("x-lorgnette-format".to_string(), format);
    }
    if mixed {
        schema.insert("x-lorgnette-mixed".to_string(), json!(true));
    }
    for keyword in ["items", "properties", "additionalProperties"] {
        schema.shift_remove(keyword);
    }
}

/// The values without enclosing lists, if a list cannot be a value.
fn flat(values: Vec<Value>, kind: Option<&str>) -> Vec<Value> {
    if kind.is_none() || kind == Some("object") {
        return values;
    }
    let inner = |value: Value| match value {
        Value::Array(inner) => inner,
        other => vec![other],
    };
    values.into_iter().flat_map(inner).collect()
}

/// The values of an array's `enum` are those of its items.
fn for_items(place: &Place<'_>, schema: &mut Object, values: Vec<Value>, notes: &mut Notes) {
    let values = flat(values, Some("array"));
    let items = schema.entry("items").or_insert_with(|| json!({}));
    let Some(items) = items.as_object_mut() else {
        return;
    };
    if items.contains_key("enum") || items.contains_key("$ref") || keywords::has_properties(items) {
        return;
    }
    items.insert("enum".to_string(), Value::Array(values));
    apply(place, items, notes);
}

/// Removes null from the values, with their names; the schema becomes nullable.
fn without_null(schema: &mut Object, values: Vec<Value>) -> Vec<Value> {
    if !values.iter().any(Value::is_null) {
        return values;
    }
    schema.insert("nullable".to_string(), Value::Bool(true));
    keep_parallel(schema, &values, |value| !value.is_null());
    values.into_iter().filter(|value| !value.is_null()).collect()
}

/// The type of the values, and the values converted to it.
fn typed(declared: Option<&str>, values: Vec<Value>) -> (&'static str, Vec<Value>) {
    let all = |test: fn(&Value) -> bool| values.iter().all(test);
    let as_text = |value: &Value| match value {
        Value::String(text) => Value::String(text.clone()),
        other => Value::String(other.to_string()),
    };
    match declared {
        Some("boolean") if values.iter().all(|value| as_boolean(value).is_some()) => {
            return ("boolean", values);
        }
        Some("integer") => {
            if let Some(numbers) = values.iter().map(as_integer).collect::<Option<Vec<_>>>() {
                return ("integer", numbers);
            }
        }
        Some("number") => {
            if let Some(numbers) = values.iter().map(as_number).collect::<Option<Vec<_>>>() {
                return ("number", numbers);
            }
        }
        Some("string") => return ("string", values.iter().map(as_text).collect()),
        _ => {}
    }
    if all(Value::is_string) {
        ("string", values)
    } else if all(Value::is_boolean) {
        ("boolean", values)
    } else if all(|value| value.is_i64() || value.is_u64()) {
        ("integer", values)
    } else if all(Value::is_number) {
        ("number", values)
    } else {
        ("mixed", values)
    }
}

fn as_boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn as_integer(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_i64() => Some(value.clone()),
        // Every integer within 2^53 is exact.
        Value::Number(number) => {
            let number = number
                .as_f64()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9.0e15)?;
            format!("{number:.0}").parse::<i64>().ok().map(Value::from)
        }
        Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

fn as_number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let number: f64 = text.trim().parse().ok()?;
            Number::from_f64(number).map(Value::Number)
        }
        _ => None,
    }
}

/// Removes duplicate values, and the corresponding entries of parallel lists.
fn distinct(schema: &mut Object, values: Vec<Value>) -> Vec<Value> {
    let key = |value: &Value| match value {
        // 5 and 5.0 are the same JSON value.
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| number.to_string()),
        other => other.to_string(),
    };
    let mut seen = HashSet::new();
    if values.iter().all(|value| seen.insert(key(value))) {
        return values;
    }
    let mut seen = HashSet::new();
    keep_parallel(schema, &values, |value| seen.insert(key(value)));
    let mut seen = HashSet::new();
    values
        .into_iter()
        .filter(|value| seen.insert(key(value)))
        .collect()
}

fn keep_parallel(schema: &mut Object, values: &[Value], mut keep: impl FnMut(&Value) -> bool) {
    let kept: Vec<bool> = values.iter().map(&mut keep).collect();
    for keyword in PARALLEL {
        if let Some(Value::Array(names)) = schema.get_mut(keyword)
            && names.len() == kept.len()
        {
            let mut index = 0;
            names.retain(|_| {
                index += 1;
                kept[index - 1]
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, quietly};
    use super::*;

    #[test]
    fn test_null_makes_nullable_and_duplicates_go_with_their_names() {
        let schema = json!({"type": "string", "enum": ["a", null, "b", "a"], "x-enum-varnames": ["A", "Nothing", "B", "A"]});
        assert_eq!(
            quietly(apply, schema),
            json!({"type": "string", "x-enum-varnames": ["A", "B"], "nullable": true, "enum": ["a", "b"]})
        );
    }

    #[test]
    fn test_values_take_the_declared_type() {
        for (schema, kind, values) in [
            (
                json!({"type": "string", "enum": [1, true]}),
                "string",
                json!(["1", "true"]),
            ),
            (
                json!({"type": "integer", "enum": ["20", 40.0]}),
                "integer",
                json!([20, 40]),
            ),
            (
                json!({"type": "number", "enum": ["2.40", 5]}),
                "number",
                json!([2.4, 5]),
            ),
            (json!({"enum": [1, 2]}), "integer", json!([1, 2])),
            (json!({"enum": ["a"]}), "string", json!(["a"])),
            (json!({"type": "object", "enum": ["a"]}), "string", json!(["a"])),
            (json!({"enum": "a"}), "string", json!(["a"])),
            (
                json!({"type": "integer", "enum": [[1], [2]]}),
                "integer",
                json!([1, 2]),
            ),
        ] {
            let settled = quietly(apply, schema.clone());
            assert_eq!(
                (&settled["type"], &settled["enum"]),
                (&json!(kind), &values),
                "{schema}"
            );
        }
    }

    #[test]
    fn test_values_of_several_types_stay_as_they_are() {
        let settled = quietly(apply, json!({"enum": [1, "a"]}));
        assert_eq!(
            settled,
            json!({"type": "string", "enum": [1, "a"], "x-lorgnette-mixed": true})
        );
    }

    #[test]
    fn test_boolean_has_no_list_of_values() {
        assert_eq!(
            quietly(apply, json!({"type": "boolean", "enum": [true]})),
            json!({"type": "boolean"})
        );
        assert_eq!(
            quietly(apply, json!({"type": "boolean", "enum": ["true", "false"]})),
            json!({"type": "boolean"})
        );
    }

    #[test]
    fn test_values_of_an_array_are_those_of_its_items() {
        assert_eq!(
            quietly(
                apply,
                json!({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]})
            ),
            json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}})
        );
    }

    #[test]
    fn test_empty_list_and_list_of_objects_are_no_enum() {
        assert_eq!(
            quietly(apply, json!({"type": "string", "enum": []})),
            json!({"type": "string"})
        );
        let (schema, notes) = local(apply, json!({"enum": [{}]}));
        assert_eq!((schema, notes.len()), (json!({}), 1));
    }
}
