//! Converts members with unknown names: `patternProperties` and `unevaluatedProperties` become
//! `additionalProperties`.
//!
//! ```text
//! {patternProperties: {"^x-": {type: string}}, additionalProperties: false}
//! becomes
//! {additionalProperties: {type: string}}
//! ```

use crate::diagnostics::Notes;
use crate::document::Object;
use serde_json::{Value, json};

pub fn apply(schema: &mut Object, at: &str, notes: &mut Notes) {
    if let Some(rest) = schema.shift_remove("unevaluatedProperties")
        && !schema.contains_key("additionalProperties")
        && (rest.is_object() || (rest == Value::Bool(false) && !is_composed(schema)))
    {
        schema.insert("additionalProperties".to_owned(), rest);
    }
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else {
        return;
    };
    if patterns.is_empty() {
        return;
    }
    let names: Vec<String> = patterns.keys().map(|pattern| format!("`{pattern}`")).collect();
    let what = format!(
        "Members whose names match {} may have any name.",
        names.join(" or ")
    );
    let why = "OpenAPI 3.0 has no patterns for the names of members.";
    notes.add("maps", at, what, why);
    let mut values: Vec<Value> = Vec::new();
    for (_, value) in patterns {
        let value = if value == Value::Bool(true) {
            json!({})
        } else {
            value
        };
        if value != Value::Bool(false) && !values.contains(&value) {
            values.push(value);
        }
    }
    match schema.get("additionalProperties") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => values.push(json!({})),
        Some(rest) if values.contains(rest) => {}
        Some(rest) => values.push(rest.clone()),
    }
    let any = values.iter().any(|value| *value == json!({}));
    let value = match values.len() {
        0 => return,
        1 => values.remove(0),
        _ if any => json!({}),
        _ => json!({"anyOf": values}),
    };
    schema.insert("additionalProperties".to_owned(), value);
}

/// Whether other schemas may contribute members, which `unevaluatedProperties: false` allows and
/// `additionalProperties: false` would not.
fn is_composed(schema: &Object) -> bool {
    ["allOf", "anyOf", "oneOf", "$ref", "if"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword))
}

#[cfg(test)]
mod tests {
    use super::super::{assert_upgrade, upgraded};
    use serde_json::json;

    #[test]
    fn test_pattern_becomes_a_map_with_a_note() {
        let (schema, notes) = upgraded(
            json!({"patternProperties": {"^x-": {"type": ["string"]}}, "additionalProperties": false}),
        );
        assert_eq!(schema, json!({"additionalProperties": {"type": "string"}}));
        assert_eq!(
            notes,
            ["/components/schemas/A: Members whose names match `^x-` may have any name."]
        );
    }

    #[test]
    fn test_several_patterns_become_a_map_of_either() {
        let (schema, _) = upgraded(json!({
            "patternProperties": {"^a": {"type": "string"}, "^b": {"type": "integer"}, "^c": {"type": "string"}},
            "additionalProperties": {"type": "boolean"}
        }));
        assert_eq!(
            schema,
            json!({"additionalProperties": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}})
        );
    }

    #[test]
    fn test_unevaluated_properties_become_additional_ones_where_that_is_the_same() {
        assert_upgrade(
            json!({"unevaluatedProperties": {"type": "string"}}),
            &json!({"additionalProperties": {"type": "string"}}),
        );
        assert_upgrade(
            json!({"allOf": [], "unevaluatedProperties": false}),
            &json!({"allOf": []}),
        );
        assert_upgrade(
            json!({"unevaluatedProperties": false}),
            &json!({"additionalProperties": false}),
        );
    }
}
