//! Converts schemas with several types, and the type `null`.
//!
//! ```text
//! {type: [string, "null"]}                  becomes {type: string, nullable: true}
//! {type: [string, integer], minimum: 1}     becomes {oneOf: [{type: string}, {type: integer, minimum: 1}]}
//! {oneOf: [{$ref: A}, {type: "null"}]}      becomes {oneOf: [{$ref: A}], nullable: true}
//! ```

use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use crate::upgrade::members::{push, rename, split_off};
use serde_json::{Map, Value, json};

/// Formats of numbers; all others are formats of text.
const NUMBER_FORMATS: [&str; 8] = [
    "int8", "int16", "int32", "int64", "uint32", "uint64", "float", "double",
];

pub fn apply(schema: &mut Object, at: &str, notes: &mut Notes) {
    drop_null_branches(schema);
    let types: Vec<String> = match schema.get("type") {
        Some(Value::String(text)) if text == "null" => vec![text.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => return,
    };
    let nullable = types.iter().any(|name| name == "null");
    let mut named: Vec<String> = Vec::new();
    for name in types {
        if name != "null" && !named.contains(&name) {
            named.push(name);
        }
    }
    if named.iter().any(|name| name == "number") {
        named.retain(|name| name != "integer");
    }
    match &named[..] {
        [] => {
            schema.shift_remove("type");
            if nullable {
                let why = "OpenAPI 3.0 has no type `null`.";
                notes.add(
                    "types",
                    at,
                    "Only null is valid here, yet any value is accepted.",
                    why,
                );
            }
        }
        [one] => rename(schema, "type", "type", Value::String(one.clone())),
        _ if ["string", "number", "boolean", "array", "object"]
            .iter()
            .all(|name| named.iter().any(|known| known == name)) =>
        {
            schema.shift_remove("type");
        }
        _ => split(schema, &named),
    }
    if nullable {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// Removes branches that only allow null from a union, and sets `nullable` instead.
fn drop_null_branches(schema: &mut Object) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| !is_null(branch));
        let (now, empty) = (branches.len(), branches.is_empty());
        if empty && before > 0 {
            schema.shift_remove(keyword);
        }
        if now < before {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
}

/// Whether a schema allows nothing but null.
pub fn is_null(branch: &Value) -> bool {
    let is = |keyword: &str, expected: &Value| branch.get(keyword) == Some(expected);
    is("type", &json!("null"))
        || is("type", &json!(["null"]))
        || (branch.get("type").is_none() && (is("const", &Value::Null) || is("enum", &json!([null]))))
}

/// Makes one branch per type, each with the keywords that apply to it; the other keywords remain
/// outside.
fn split(schema: &mut Object, types: &[String]) {
    let format = schema.text("format").unwrap_or_default().to_owned();
    let about_number = NUMBER_FORMATS.contains(&format.as_str());
    let mut branches = Vec::new();
    let values = schema.shift_remove("enum");
    for name in types {
        let mut branch = Map::new();
        branch.insert("type".to_owned(), Value::String(name.clone()));
        branch.extend(split_off(schema, |keyword| is_about(keyword, name, about_number)));
        if let Some(Value::Array(values)) = &values {
            let own: Vec<Value> = values
                .iter()
                .filter(|value| is_of(value, name))
                .cloned()
                .collect();
            // A type without a listed value cannot occur.
            if own.is_empty() {
                continue;
            }
            branch.insert("enum".to_owned(), Value::Array(own));
        }
        branches.push(Value::Object(branch));
    }
    if schema.contains_key("oneOf") {
        schema.shift_remove("type");
        push(schema, "allOf", json!({"oneOf": branches}));
    } else {
        rename(schema, "type", "oneOf", Value::Array(branches));
    }
}

fn is_about(keyword: &str, name: &str, format_is_about_number: bool) -> bool {
    match name {
        "string" => {
            matches!(keyword, "minLength" | "maxLength" | "pattern")
                || (keyword == "format" && !format_is_about_number)
        }
        "number" | "integer" => {
            matches!(
                keyword,
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"
            ) || (keyword == "format" && format_is_about_number)
        }
        "array" => matches!(
            keyword,
            "items"
                | "prefixItems"
                | "additionalItems"
                | "unevaluatedItems"
                | "contains"
                | "minItems"
                | "maxItems"
                | "uniqueItems"
        ),
        "object" => matches!(
            keyword,
            "properties"
                | "required"
                | "additionalProperties"
                | "patternProperties"
                | "propertyNames"
                | "unevaluatedProperties"
                | "minProperties"
                | "maxProperties"
                | "dependentRequired"
                | "dependentSchemas"
                | "discriminator"
        ),
        _ => false,
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || (name == "integer" && !number.is_f64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assert_upgrade, upgraded};
    use serde_json::json;

    #[test]
    fn test_type_with_null_becomes_nullable() {
        assert_upgrade(
            json!({"title": "t", "type": ["string", "null"], "format": "uuid"}),
            &json!({"title": "t", "type": "string", "format": "uuid", "nullable": true}),
        );
        assert_upgrade(json!({"type": ["integer"]}), &json!({"type": "integer"}));
        assert_upgrade(json!({"type": ["integer", "number"]}), &json!({"type": "number"}));
    }

    #[test]
    fn test_several_types_become_a_union() {
        assert_upgrade(
            json!({
                "description": "d", "type": ["string", "integer", "null", "array"], "minLength": 1, "minimum": 2,
                "format": "int64", "items": {"type": ["null", "boolean"]}, "default": 5
            }),
            &json!({
                "description": "d",
                "oneOf": [
                    {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 2, "format": "int64"},
                    {"type": "array", "items": {"type": "boolean", "nullable": true}}
                ],
                "default": 5, "nullable": true
            }),
        );
    }

    #[test]
    fn test_values_go_to_the_branch_of_their_type() {
        assert_upgrade(
            json!({"type": ["string", "number", "boolean"], "enum": ["a", 1, 2.5, "b"]}),
            &json!({"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "number", "enum": [1, 2.5]}]}),
        );
    }

    #[test]
    fn test_several_types_beside_a_union_are_a_second_union() {
        assert_upgrade(
            json!({"type": ["string", "integer"], "oneOf": [{"minLength": 1}, {"minimum": 1}]}),
            &json!({
                "oneOf": [{"minLength": 1}, {"minimum": 1}],
                "allOf": [{"oneOf": [{"type": "string"}, {"type": "integer"}]}]
            }),
        );
    }

    #[test]
    fn test_all_types_are_any() {
        assert_upgrade(
            json!({"type": ["string", "number", "integer", "boolean", "array", "object", "null"]}),
            &json!({"nullable": true}),
        );
    }

    #[test]
    fn test_null_branches_become_nullable() {
        for nothing in [
            json!({"type": "null"}),
            json!({"const": null}),
            json!({"enum": [null]}),
            json!({"type": ["null"]}),
        ] {
            assert_upgrade(
                json!({"anyOf": [{"$ref": "#/components/schemas/A"}, nothing]}),
                &json!({"anyOf": [{"$ref": "#/components/schemas/A"}], "nullable": true}),
            );
        }
    }

    #[test]
    fn test_nothing_but_null_accepts_anything_with_a_note() {
        let (schema, notes) = upgraded(json!({"properties": {"a": {"type": "null"}}}));
        assert_eq!(schema, json!({"properties": {"a": {"nullable": true}}}));
        assert_eq!(
            notes,
            ["/components/schemas/A/properties/a: Only null is valid here, yet any value is accepted."]
        );
    }
}
