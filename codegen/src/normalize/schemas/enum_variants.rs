//! Names the variants of every enum and union.
//!
//! Before: `{"type": "string", "enum": ["<", "2.4"]}`. After: the same with `"x-lorgnette-variants": ["LessThan", "N2Point4"]`. The entries
//! of a union get an `ident`: `WebhookAuthBasic` in the union `WebhookAuth` is its variant `Basic`.

use super::keywords::{self, Kind};
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use crate::naming::{self, Scope};
use serde_json::{Value, json};

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    for (key, schema) in &mut schemas {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        match keywords::kind(schema) {
            Kind::Enum => {
                let variants = variants(schema);
                schema.insert("x-lorgnette-variants".to_string(), json!(variants));
            }
            Kind::Union => entries(key, schema),
            _ => {}
        }
    }
    walk::put_schemas(document, schemas);
}

fn variants(schema: &Object) -> Vec<String> {
    let mut scope = Scope::reserving(["Unknown"]);
    let values = keywords::list(schema, "enum");
    let given = given(schema, values);
    values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let text = given.get(index).cloned().unwrap_or_else(|| text(value));
            scope.claim(&naming::variant_name(&text))
        })
        .collect()
}

/// The names that the contract itself gives the values, by the extensions of several tools.
fn given(schema: &Object, values: &[Value]) -> Vec<String> {
    for keyword in ["x-enum-varnames", "x-enumNames"] {
        let names: Vec<String> = keywords::list(schema, keyword)
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect();
        if names.len() == values.len() && names.iter().all(|name| name.chars().any(char::is_alphanumeric)) {
            return names;
        }
    }
    let listed = keywords::map(schema, "x-ms-enum").map_or(&[][..], |it| keywords::list(it, "values"));
    let name_of = |value: &Value| {
        let entry = listed.iter().find(|entry| entry.get("value") == Some(value))?;
        Some(entry.get("name")?.as_str()?.to_string())
    };
    values
        .iter()
        .map(name_of)
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // 5.0 is 5.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}

fn entries(union: &str, schema: &mut Object) {
    let Some(Value::Array(entries)) = schema.get_mut("x-lorgnette-union") else {
        return;
    };
    let mut scope = Scope::reserving(["Unknown"]);
    for entry in entries {
        let Some(entry) = entry.as_object_mut() else {
            continue;
        };
        let wanted = entry
            .get("schema")
            .map_or_else(String::new, |schema| called(union, schema));
        let ident = scope.claim(&naming::variant_name(&wanted));
        let mut named = Object::new();
        named.insert("ident".to_string(), Value::String(ident));
        named.extend(std::mem::take(entry));
        *entry = named;
    }
}

/// What a branch of a union is called.
pub(super) fn called(union: &str, schema: &Value) -> String {
    if let Some(name) = keywords::value_refers_to(schema) {
        let rest = name
            .strip_prefix(union)
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
        return rest.map_or_else(|| name.clone(), str::to_string);
    }
    let Some(object) = schema.as_object() else {
        return "Any".to_string();
    };
    match (keywords::text(object, "type"), keywords::text(object, "format")) {
        (Some("string"), Some("date-time" | "naive-date-time")) => "DateTime".to_string(),
        (Some("string"), Some("date")) => "Date".to_string(),
        (Some("string"), Some("uuid")) => "Uuid".to_string(),
        (Some("string"), Some("password")) => "Secret".to_string(),
        (Some("string"), _) => "Text".to_string(),
        (Some("integer"), _) => "Integer".to_string(),
        (Some("number"), _) => "Number".to_string(),
        (Some("boolean"), _) => "Boolean".to_string(),
        (Some("array"), _) => {
            let items = object
                .get("items")
                .filter(|items| items.as_object().is_some_and(|items| !items.is_empty()));
            items.map_or_else(
                || "List".to_string(),
                |items| format!("{} List", called(union, items)),
            )
        }
        (Some("object"), _) => "Map".to_string(),
        _ => "Any".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, normalized, with_schemas};
    use serde_json::json;

    #[test]
    fn test_variants_are_readable_and_told_apart() {
        let (document, _) = normalized(with_schemas(json!({
            "Text": {"enum": ["<", ">=", "", "unknown", "a-b", "a_b", "Etc/GMT-1"]},
            "Number": {"type": "number", "enum": [2.40, 5.00, -1]},
            "Mixed": {"enum": [1, "auto"]}
        })));
        let variants = |name: &str| component(&document, name)["x-lorgnette-variants"].clone();
        assert_eq!(
            variants("TextModel"),
            json!([
                "LessThan",
                "GreaterOrEqual",
                "Empty",
                "UnknownValue",
                "Ab",
                "Ab2",
                "EtcGmtMinus1"
            ])
        );
        assert_eq!(variants("Number"), json!(["N2Point4", "N5", "Minus1"]));
        assert_eq!(variants("Mixed"), json!(["N1", "Auto"]));
    }

    #[test]
    fn test_names_that_the_contract_gives_its_values_are_taken() {
        let (document, _) = normalized(with_schemas(json!({
            "A": {"type": "integer", "enum": [0, 1], "x-enum-varnames": ["OFF", "ON"]},
            "B": {"type": "integer", "enum": [0, 1, 2], "x-ms-enum": {"values": [
                {"value": 0, "name": "Low"}, {"value": 1, "name": "Mid"}, {"value": 2, "name": "High"}
            ]}},
            "C": {"type": "integer", "enum": [7, 8], "x-enumNames": ["Seven"]}
        })));
        let variants = |name: &str| component(&document, name)["x-lorgnette-variants"].clone();
        assert_eq!(variants("A"), json!(["Off", "On"]));
        assert_eq!(variants("B"), json!(["Low", "Mid", "High"]));
        assert_eq!(variants("C"), json!(["N7", "N8"]));
    }
}
