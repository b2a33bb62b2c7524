//! `const` becomes an enum of one value.
//!
//! ```text
//! {const: basic}     becomes {enum: [basic], type: string}
//! ```

use crate::document::Object;
use crate::upgrade::members::rename;
use serde_json::{Value, json};

pub fn apply(schema: &mut Object) {
    let Some(value) = schema.get("const").cloned() else {
        return;
    };
    let name = match &value {
        Value::Null => {
            schema.shift_remove("const");
            if !schema.contains_key("type") {
                schema.insert("type".to_owned(), json!("null"));
            }
            return;
        }
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    schema.shift_remove("enum");
    rename(schema, "const", "enum", Value::Array(vec![value]));
    // Later stages read the type of a schema; a constant implies it.
    if !schema.contains_key("type") {
        schema.insert("type".to_owned(), Value::String(name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_upgrade;
    use serde_json::json;

    #[test]
    fn test_const_becomes_an_enum_of_one() {
        assert_upgrade(
            json!({"const": "basic", "description": "d"}),
            &json!({"enum": ["basic"], "description": "d", "type": "string"}),
        );
        assert_upgrade(
            json!({"type": ["string", "null"], "const": "a", "enum": ["a", "b"]}),
            &json!({"type": "string", "enum": ["a"], "nullable": true}),
        );
        assert_upgrade(json!({"const": 3}), &json!({"enum": [3], "type": "integer"}));
    }
}
