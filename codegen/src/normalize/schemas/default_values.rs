//! Leaves only defaults of the type that they are a default of.
//!
//! Before: `{"type": "boolean", "default": "false"}`, `{"type": "integer", "default": "none"}`.
//! After: `{"type": "boolean", "default": false}`, `{"type": "integer"}`.

use super::keywords;
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object};
use serde_json::{Value, json};

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let enums: std::collections::HashMap<String, Vec<Value>> = schemas
        .iter()
        .filter_map(|(key, schema)| Some((key.clone(), schema.get("enum")?.as_array()?.clone())))
        .collect();
    walk::each_site(&mut schemas, document, &mut |place, site| {
        let Some(object) = site.as_object_mut() else {
            return;
        };
        let Some(default) = object.get("default") else {
            return;
        };
        let repaired = match keywords::refers_to(object) {
            Some(key) => match enums.get(&key) {
                Some(values) => of_enum(default, values),
                None => (default.is_object() || default.is_array()).then(|| default.clone()),
            },
            None => of_type(default, object),
        };
        let Some(repaired) = repaired else {
            if !default.is_null() {
                let what = format!("the default {default} is not taken into account");
                notes.add(
                    "default_values",
                    place.pointer(),
                    what,
                    "It is not of the schema's type.",
                );
            }
            object.shift_remove("default");
            return;
        };
        object.insert("default".to_string(), repaired);
    });
    walk::put_schemas(document, schemas);
}

fn of_enum(default: &Value, values: &[Value]) -> Option<Value> {
    let same = |value: &&Value| match (value, default) {
        (Value::String(value), other) => {
            other.as_str().map_or_else(|| other.to_string(), str::to_string) == *value
        }
        (Value::Number(value), Value::String(text)) => value.to_string() == *text,
        (value, other) => *value == other || (value.is_number() && value.as_f64() == other.as_f64()),
    };
    values.iter().find(same).cloned()
}

fn of_type(default: &Value, schema: &Object) -> Option<Value> {
    match (schema.text("type"), default) {
        (_, Value::Null) => None,
        (Some("boolean"), Value::String(text)) if text.eq_ignore_ascii_case("true") => Some(json!(true)),
        (Some("boolean"), Value::String(text)) if text.eq_ignore_ascii_case("false") => Some(json!(false)),
        (Some("integer"), Value::String(text)) => text.trim().parse::<i64>().ok().map(Value::from),
        (Some("integer"), Value::Number(number)) if number.is_f64() => {
            let number = number
                .as_f64()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9.0e15)?;
            format!("{number:.0}").parse::<i64>().ok().map(Value::from)
        }
        (Some("number"), Value::String(text)) => text
            .trim()
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number),
        (Some("string"), Value::Number(_) | Value::Bool(_)) => Some(Value::String(default.to_string())),
        (Some("array"), Value::String(_) | Value::Number(_) | Value::Bool(_)) => Some(json!([default])),
        (Some("boolean"), Value::Bool(_))
        | (Some("integer" | "number"), Value::Number(_))
        | (Some("string"), Value::String(_))
        | (Some("array"), Value::Array(_))
        | (Some("object"), Value::Object(_))
        | (None, _) => Some(default.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, normalized, said, with_schemas};
    use serde_json::json;

    #[test]
    fn test_defaults_take_the_type_of_their_schema_or_go() {
        let (document, notes) = normalized(with_schemas(json!({"User": {"type": "object", "properties": {
            "flag": {"type": "boolean", "default": "false"},
            "count": {"type": "integer", "default": 5.0},
            "none": {"type": "integer", "default": "none"},
            "null": {"type": "string", "default": null},
            "band": {"type": "number", "enum": [2.4, 5], "default": "5"},
            "text": {"type": "string", "default": 5},
            "list": {"type": "array", "items": {"type": "string"}, "default": "a"}
        }}})));
        let default = |name: &str| {
            component(&document, "User")["properties"][name]
                .get("default")
                .cloned()
        };
        assert_eq!(default("flag"), Some(json!(false)));
        assert_eq!(default("count"), Some(json!(5)));
        assert_eq!(default("none"), None);
        assert_eq!(default("null"), None);
        assert_eq!(default("band"), Some(json!(5)));
        assert_eq!(default("text"), Some(json!("5")));
        assert_eq!(default("list"), Some(json!(["a"])));
        assert_eq!(
            said(&notes),
            ["default_values: the default \"none\" is not taken into account"]
        );
    }
}
