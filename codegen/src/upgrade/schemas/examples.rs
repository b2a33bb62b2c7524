//! The first of a schema's `examples` becomes `example`; if there are several, all are kept as
//! `x-examples`.

use crate::document::Object;
use crate::upgrade::members::rename;
use serde_json::Value;

pub fn apply(schema: &mut Object) {
    let Some(examples) = schema.get("examples").cloned() else {
        return;
    };
    match examples {
        Value::Array(list) if list.len() < 2 && !schema.contains_key("example") => {
            match list.into_iter().next() {
                Some(example) => rename(schema, "examples", "example", example),
                None => {
                    schema.shift_remove("examples");
                }
            }
        }
        Value::Array(list) => {
            let first = list.first().cloned();
            rename(schema, "examples", "x-examples", Value::Array(list));
            if let (Some(first), false) = (first, schema.contains_key("example")) {
                schema.insert("example".to_owned(), first);
            }
        }
        other => rename(schema, "examples", "x-examples", other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_upgrade;
    use serde_json::json;

    #[test]
    fn test_examples_become_an_example_and_none_is_lost() {
        assert_upgrade(
            json!({"type": "string", "examples": ["a"]}),
            &json!({"type": "string", "example": "a"}),
        );
        assert_upgrade(
            json!({"examples": ["a", "b"]}),
            &json!({"x-examples": ["a", "b"], "example": "a"}),
        );
        assert_upgrade(
            json!({"examples": ["a"], "example": "c"}),
            &json!({"x-examples": ["a"], "example": "c"}),
        );
    }
}
