//! A use of a type as the schema that the engine is shown.

use crate::document::schema_reference;
use crate::ir::{Integer, Text, Type, TypeRef};
use serde_json::{Value, json};

/// The schema of a use.
pub fn schema(of: &TypeRef) -> Value {
    let mut schema = match &of.ty {
        Type::Any => json!({}),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Number => json!({ "type": "number" }),
        Type::Integer(width) => json!({ "type": "integer", "format": match width {
            Integer::I32 => "int32",
            Integer::I64 => "int64",
            Integer::U64 => "uint64",
        } }),
        Type::Text(Text::Plain) => json!({ "type": "string" }),
        Type::Text(text) => json!({ "type": "string", "format": match text {
            Text::Plain => "",
            Text::DateTime => "date-time",
            Text::NaiveDateTime => "naive-date-time",
            Text::Date => "date",
            Text::Uuid => "uuid",
            Text::Binary => "binary",
            Text::Password => "password",
        } }),
        Type::List(inner) => json!({ "type": "array", "items": schema(inner) }),
        Type::Map(inner) => json!({ "type": "object", "additionalProperties": schema(inner) }),
        Type::Named(name) if of.nullable => json!({ "allOf": [{ "$ref": schema_reference(name) }] }),
        Type::Named(name) => json!({ "$ref": schema_reference(name) }),
    };
    if of.nullable
        && let Some(object) = schema.as_object_mut()
    {
        object.insert("nullable".into(), true.into());
    }
    schema
}
