//! Keeps only defaults that fit their type.
//!
//! Before: a boolean with the default `"false"`, an integer with the default `"none"`. After: the
//! first has the default `false`, the second has no default.

use crate::diagnostics::Notes;
use crate::ir::{Api, EnumKind, Integer, Provenance, Shape, Text, Type, TypeRef};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The values of every enum.
type Enums = HashMap<String, Vec<Value>>;

/// Runs the pass.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) {
    let enums = api.types.iter().filter_map(|(name, def)| match &def.shape {
        Shape::Enum(listed) => {
            let values = listed.values.iter().map(|value| value.value.clone());
            Some((name.clone(), values.collect()))
        }
        _ => None,
    });
    let enums: Enums = enums.collect();
    for def in api.types.values_mut() {
        let ty = match &def.shape {
            Shape::Object(_) => Type::Map(Box::default()),
            Shape::Union(_) => Type::Any,
            Shape::Enum(listed) => match listed.kind {
                EnumKind::Text => Type::Text(Text::Plain),
                EnumKind::Integer => Type::Integer(Integer::I64),
                EnumKind::Number => Type::Number,
                EnumKind::Boolean => Type::Boolean,
                EnumKind::Mixed => Type::Any,
            },
        };
        let mut used = TypeRef {
            annotations: def.said.take(),
            ..TypeRef::of(ty)
        };
        settle(&|| def.provenance.clone(), &mut used, &enums, notes);
        def.said = used.annotations;
    }
    api.each_site_mut(&mut |at, used| settle(at, used, &enums, notes));
}

fn settle(at: &dyn Fn() -> Provenance, used: &mut TypeRef, enums: &Enums, notes: &mut Notes) {
    match &mut used.ty {
        Type::List(inner) => settle(&|| at().child("items"), inner, enums, notes),
        Type::Map(inner) => settle(&|| at().child("additionalProperties"), inner, enums, notes),
        _ => {}
    }
    let Some(default) = used.said().default.clone() else {
        return;
    };
    let repaired = match &used.ty {
        Type::Named(name) => match enums.get(name) {
            Some(values) => of_enum(&default, values),
            None => (default.is_object() || default.is_array()).then(|| default.clone()),
        },
        ty => of_type(&default, ty),
    };
    if repaired.is_none() {
        let what = format!("the default {default} is ignored");
        let why = "It does not match the schema's type.";
        notes.add("default_values", at().pointer(), what, why);
    }
    used.say(|said| said.default = repaired);
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

fn of_type(default: &Value, ty: &Type) -> Option<Value> {
    match (ty, default) {
        (Type::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Some(json!(true)),
        (Type::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Some(json!(false)),
        (Type::Integer(_), Value::String(text)) => text.trim().parse::<i64>().ok().map(Value::from),
        (Type::Integer(_), Value::Number(number)) if number.is_f64() => {
            let number = number.as_f64();
            let whole = number.filter(|number| number.fract() == 0.0 && number.abs() < 9.0e15)?;
            format!("{whole:.0}").parse::<i64>().ok().map(Value::from)
        }
        (Type::Number, Value::String(text)) => {
            let number: f64 = text.trim().parse().ok()?;
            serde_json::Number::from_f64(number).map(Value::Number)
        }
        (Type::Text(_), Value::Number(_) | Value::Bool(_)) => Some(Value::String(default.to_string())),
        (Type::List(_), Value::String(_) | Value::Number(_) | Value::Bool(_)) => Some(json!([default])),
        (Type::Boolean, Value::Bool(_))
        | (Type::Integer(_) | Type::Number, Value::Number(_))
        | (Type::Text(_), Value::String(_))
        | (Type::List(_), Value::Array(_))
        | (Type::Map(_), Value::Object(_))
        | (Type::Any, _) => Some(default.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::unwrap_used)]
    use crate::ir::Shape;
    use crate::names::testing::{noted, said, with_schemas};
    use serde_json::{Value, json};

    #[test]
    fn test_defaults_take_the_type_of_their_schema_or_go() {
        let (api, notes) = noted(with_schemas(&json!({"User": {"type": "object", "properties": {
            "flag": {"type": "boolean", "default": "false"},
            "count": {"type": "integer", "default": 5.0},
            "none": {"type": "integer", "default": "none"},
            "null": {"type": "string", "default": null},
            "band": {"type": "number", "enum": [2.4, 5], "default": "5"},
            "text": {"type": "string", "default": 5},
            "list": {"type": "array", "items": {"type": "string", "default": {}}, "default": "a"}
        }}})));
        let Shape::Object(user) = &api.types["User"].shape else {
            panic!()
        };
        let default = |wire: &str| -> Option<Value> { user.member(wire)?.ty.said().default.clone() };
        assert_eq!(default("flag"), Some(json!(false)));
        assert_eq!(default("count"), Some(json!(5)));
        assert_eq!(default("none"), None);
        assert_eq!(default("null"), None);
        assert_eq!(default("band"), Some(json!(5)));
        assert_eq!(default("text"), Some(json!("5")));
        assert_eq!(default("list"), Some(json!(["a"])));
        assert_eq!(
            said(&notes),
            [
                "default_values: the default \"none\" is ignored",
                "default_values: the default {} is ignored"
            ]
        );
        let places: Vec<&str> = notes.iter().map(|note| note.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/components/schemas/User/properties/none",
                "/components/schemas/User/properties/list/items"
            ]
        );
    }
}
