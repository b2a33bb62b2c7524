//! Names the variants of every enum and union.
//!
//! Before: an enum of `<` and `2.4`, and a union `WebhookAuth` with the branch `WebhookAuthBasic`.
//! After: their variants are `LessThan`, `N2Point4`, and `Basic`.

use crate::ir::{Api, Enum, Shape, Text, Type, TypeRef};
use crate::names::published::Published;
use crate::naming::{self, Scope};
use serde_json::Value;

/// Runs the pass.
pub(crate) fn apply(api: &mut Api, published: &Published) {
    for (name, def) in &mut api.types {
        match &mut def.shape {
            Shape::Object(_) => {}
            Shape::Enum(values) => variants(values, &|value| published.value(name, value)),
            Shape::Union(union) => {
                let mut scope = Scope::reserving(["Unknown"]);
                for branch in &mut union.branches {
                    let held = branch.ty.named();
                    let kept = held.and_then(|held| published.branch(name, held));
                    let kept = kept.filter(|variant| scope.take(variant));
                    branch.variant = kept.map(str::to_string).unwrap_or_default();
                }
                for branch in &mut union.branches {
                    if branch.variant.is_empty() {
                        let wanted = naming::variant_name(&called(name, &branch.ty));
                        branch.variant = scope.claim(&wanted);
                    }
                }
            }
        }
    }
}

fn variants<'p>(values: &mut Enum, published: &dyn Fn(&Value) -> Option<&'p str>) {
    let mut scope = Scope::reserving(["Unknown"]);
    let texts: Vec<String> = values.values.iter().map(|value| text(&value.value)).collect();
    for value in &mut values.values {
        let kept = published(&value.value).filter(|variant| scope.take(variant));
        value.variant = kept.map(str::to_string).unwrap_or_default();
    }
    for (value, text) in values.values.iter_mut().zip(&texts) {
        if !value.variant.is_empty() {
            continue;
        }
        let wanted = match text.strip_prefix('-') {
            _ if value.given.is_some() => value.given.clone().unwrap_or_default(),
            // How lists are sorted: `created`, or `-created` for descending order.
            Some(ascending) if value.value.is_string() && texts.iter().any(|text| text == ascending) => {
                format!("{ascending} descending")
            }
            _ => text.clone(),
        };
        value.variant = scope.claim(&naming::variant_name(&wanted));
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // 5.0 is 5.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}

/// The names of a union's branches.
pub(super) fn called(union: &str, branch: &TypeRef) -> String {
    let plain = match &branch.ty {
        Type::Named(name) => {
            let rest = name
                .strip_prefix(union)
                .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
            return rest.unwrap_or(name).to_string();
        }
        Type::List(items) => {
            let says_nothing = items.ty == Type::Any && !items.nullable && items.annotations.is_none();
            return match says_nothing {
                true => "List".to_string(),
                false => format!("{} List", called(union, items)),
            };
        }
        Type::Text(Text::DateTime | Text::NaiveDateTime) => "DateTime",
        Type::Text(Text::Date) => "Date",
        Type::Text(Text::Uuid) => "Uuid",
        Type::Text(Text::Password) => "Secret",
        Type::Text(Text::Base64) => "Bytes",
        Type::Text(Text::Plain | Text::Binary) => "Text",
        Type::Integer(_) => "Integer",
        Type::Number => "Number",
        Type::Boolean => "Boolean",
        Type::Map(_) => "Map",
        Type::Any => "Any",
    };
    plain.to_string()
}

#[cfg(test)]
mod tests {
    use crate::ir::Shape;
    use crate::names::testing::{named, with_schemas};
    use serde_json::{Value, json};

    /// The variants of an enum.
    fn variants(schemas: &Value, name: &str) -> Vec<String> {
        let api = named(with_schemas(schemas));
        match &api.types[name].shape {
            Shape::Enum(values) => values.values.iter().map(|value| value.variant.clone()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn test_variants_are_readable_and_told_apart() {
        let schemas = json!({
            "Text": {"enum": ["<", ">=", "", "unknown", "a-b", "a_b", "Etc/GMT-1"]},
            "Number": {"type": "number", "enum": [2.40, 5.00, -1]},
            "Mixed": {"enum": [1, "auto"]}
        });
        assert_eq!(
            variants(&schemas, "TextModel"),
            [
                "LessThan",
                "GreaterOrEqual",
                "Empty",
                "UnknownValue",
                "Ab",
                "Ab2",
                "EtcGmtMinus1"
            ]
        );
        assert_eq!(variants(&schemas, "Number"), ["N2Point4", "N5", "Minus1"]);
        assert_eq!(variants(&schemas, "Mixed"), ["N1", "Auto"]);
        let schemas = json!({"Order": {"enum": ["start", "-start", "-end"]}});
        assert_eq!(
            variants(&schemas, "Order"),
            ["Start", "StartDescending", "MinusEnd"]
        );
    }

    #[test]
    fn test_names_that_the_contract_gives_its_values_are_taken() {
        let schemas = json!({
            "A": {"type": "integer", "enum": [0, 1], "x-enum-varnames": ["OFF", "ON"]},
            "B": {"type": "integer", "enum": [0, 1, 2], "x-ms-enum": {"values": [
                {"value": 0, "name": "Low"}, {"value": 1, "name": "Mid"}, {"value": 2, "name": "High"}
            ]}},
            "C": {"type": "integer", "enum": [7, 8], "x-enumNames": ["Seven"]}
        });
        assert_eq!(variants(&schemas, "A"), ["Off", "On"]);
        assert_eq!(variants(&schemas, "B"), ["Low", "Mid", "High"]);
        assert_eq!(variants(&schemas, "C"), ["N7", "N8"]);
    }
}
