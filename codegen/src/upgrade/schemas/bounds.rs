//! `exclusiveMinimum` and `exclusiveMaximum` as numbers become flags beside `minimum` and
//! `maximum`.
//!
//! ```text
//! {exclusiveMinimum: 0}     becomes {minimum: 0, exclusiveMinimum: true}
//! ```

use crate::document::Object;
use crate::upgrade::members::rename;
use serde_json::Value;

pub fn apply(schema: &mut Object) {
    for (bound, exclusive, upper) in [
        ("minimum", "exclusiveMinimum", false),
        ("maximum", "exclusiveMaximum", true),
    ] {
        let Some(limit @ Value::Number(_)) = schema.get(exclusive).cloned() else {
            continue;
        };
        let number = |value: &Value| value.as_f64();
        let inclusive_is_stricter = match (schema.get(bound).and_then(number), number(&limit)) {
            (Some(inclusive), Some(limit)) => {
                if upper {
                    inclusive < limit
                } else {
                    inclusive > limit
                }
            }
            _ => false,
        };
        if inclusive_is_stricter {
            schema.shift_remove(exclusive);
        } else {
            schema.shift_remove(bound);
            rename(schema, exclusive, bound, limit);
            schema.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_upgrade;
    use serde_json::json;

    #[test]
    fn test_exclusive_bounds_become_flags() {
        assert_upgrade(
            json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10, "maximum": 20}),
            &json!({"type": "integer", "minimum": 0, "maximum": 10, "exclusiveMinimum": true, "exclusiveMaximum": true}),
        );
    }

    #[test]
    fn test_stricter_inclusive_bound_wins() {
        assert_upgrade(
            json!({"minimum": 5, "exclusiveMinimum": 0}),
            &json!({"minimum": 5}),
        );
    }
}
