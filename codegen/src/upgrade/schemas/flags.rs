//! Converts the flags of other versions: `x-nullable`, and `required` at a property instead of its
//! object.
//!
//! ```text
//! {type: string, x-nullable: true}                       becomes {type: string, nullable: true}
//! {properties: {a: {type: string, required: true}}}      becomes {properties: {a: {type: string}}, required: [a]}
//! ```

use crate::document::Object;
use crate::upgrade::members::{push, rename};
use serde_json::Value;

pub fn apply(schema: &mut Object) {
    if let Some(value @ Value::Bool(_)) = schema.get("x-nullable").cloned() {
        rename(schema, "x-nullable", "nullable", value);
    }
    let mut required = Vec::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            let Value::Object(property) = property else {
                continue;
            };
            let flag = match property.get("required") {
                Some(Value::Bool(flag)) => *flag,
                Some(Value::String(text)) => text == "true",
                _ => continue,
            };
            property.shift_remove("required");
            if flag {
                required.push(Value::String(name.clone()));
            }
        }
    }
    for name in required {
        push(schema, "required", name);
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_upgrade;
    use serde_json::json;

    #[test]
    fn test_x_nullable_becomes_nullable() {
        assert_upgrade(
            json!({"type": "string", "x-nullable": true, "x-other": 1}),
            &json!({"type": "string", "nullable": true, "x-other": 1}),
        );
    }

    #[test]
    fn test_required_properties_are_named_by_their_object() {
        assert_upgrade(
            json!({"properties": {"a": {"type": "string", "required": true}, "b": {"required": false}, "required": {"type": "boolean"}}}),
            &json!({"properties": {"a": {"type": "string"}, "b": {}, "required": {"type": "boolean"}}, "required": ["a"]}),
        );
    }
}
