//! Gives every integer a width, and removes formats of numbers that change nothing.
//!
//! Before: `{"type": "integer"}`, `{"type": "number", "format": "long"}`,
//! `{"type": "number", "format": "float"}`.
//! After: `{"type": "integer", "format": "int64"}` twice,
//! `{"type": "number", "x-lorgnette-format": "float"}`.

use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::{Value, json};

/// Runs the pass on one schema.
pub(super) fn apply(place: &Place<'_>, schema: &mut Object, notes: &mut Notes) {
    let format = schema.text("format").unwrap_or("").to_ascii_lowercase();
    match schema.text("type") {
        Some("integer") if matches!(format.as_str(), "float" | "double" | "decimal") => {
            // Both restrict values; only the format accepts all of them.
            set(schema, "number", "", &format);
            let what = "its type is a number with decimals".to_string();
            let why = "The contract calls it an integer in a format with decimals.";
            notes.add("number_formats", place.pointer(), what, why);
        }
        Some("integer") => set(schema, "integer", width(schema, &format), &format),
        Some("number") => {
            let whole = matches!(
                format.as_str(),
                "int"
                    | "integer"
                    | "int16"
                    | "int32"
                    | "int64"
                    | "long"
                    | "bigint"
                    | "datetime"
                    | "date-time"
                    | "timestamp"
                    | "epoch"
                    | "unix-time"
                    | "unixtime"
                    | "uint32"
                    | "uint64"
                    | "uint"
                    | "epoch-millis"
                    | "milliseconds"
            );
            let steps = schema
                .get("multipleOf")
                .and_then(Value::as_f64)
                .is_some_and(|step| step >= 1.0 && step.fract() == 0.0);
            if whole || steps {
                set(schema, "integer", width(schema, &format), &format);
            } else {
                set(schema, "number", "", &format);
            }
        }
        _ => {}
    }
}

/// The width that a format requires: 64 bits unless 32 are certainly enough, and unsigned only if a
/// value needs the sign bit.
fn width(schema: &Object, format: &str) -> &'static str {
    let large = ["minimum", "maximum", "default", "example"]
        .iter()
        .any(|keyword| {
            schema
                .get(*keyword)
                .and_then(Value::as_f64)
                .is_some_and(|value| value.abs() > f64::from(i32::MAX))
        });
    let negative = schema
        .get("minimum")
        .and_then(Value::as_f64)
        .is_some_and(|least| least < 0.0);
    let unsigned = ["maximum", "default", "example"].iter().any(|keyword| {
        let value = schema.get(*keyword).and_then(Value::as_u64);
        value.is_some_and(|value| i64::try_from(value).is_err())
    });
    match format {
        _ if unsigned && !negative => "uint64",
        "int8" | "int16" | "int32" | "uint8" | "uint16" | "short" if !large => "int32",
        "uint64" | "uint" | "unsigned" | "ulong" => "uint64",
        _ => "int64",
    }
}

fn set(schema: &mut Object, kind: &str, format: &str, original: &str) {
    schema.insert("type".to_string(), json!(kind));
    if format.is_empty() {
        schema.shift_remove("format");
    } else {
        schema.insert("format".to_string(), json!(format));
    }
    if !original.is_empty() && original != format {
        schema.insert("x-lorgnette-format".to_string(), json!(original));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{local, quietly};
    use super::*;

    #[test]
    fn test_integers_get_a_width_that_holds_their_values() {
        for (schema, format) in [
            (json!({"type": "integer"}), "int64"),
            (json!({"type": "integer", "format": "int32"}), "int32"),
            (
                json!({"type": "integer", "format": "int32", "maximum": 4_294_967_295_u64}),
                "int64",
            ),
            (json!({"type": "integer", "format": "uint8"}), "int32"),
            (json!({"type": "integer", "format": "uint64"}), "uint64"),
            (json!({"type": "integer", "format": "epoch"}), "int64"),
            (json!({"type": "integer", "maximum": u64::MAX}), "uint64"),
            (json!({"type": "integer", "maximum": i64::MAX}), "int64"),
            (
                json!({"type": "integer", "maximum": u64::MAX, "minimum": -1}),
                "int64",
            ),
            (json!({"type": "number", "format": "long"}), "int64"),
            (json!({"type": "number", "format": "datetime"}), "int64"),
            (json!({"type": "number", "multipleOf": 1}), "int64"),
        ] {
            let settled = quietly(apply, schema.clone());
            assert_eq!(
                (&settled["type"], &settled["format"]),
                (&json!("integer"), &json!(format)),
                "{schema}"
            );
        }
    }

    #[test]
    fn test_numbers_have_no_format_and_keep_its_word() {
        assert_eq!(
            quietly(apply, json!({"type": "number", "format": "float"})),
            json!({"type": "number", "x-lorgnette-format": "float"})
        );
        assert_eq!(
            quietly(apply, json!({"type": "number"})),
            json!({"type": "number"})
        );
    }

    #[test]
    fn test_integer_with_decimals_is_a_number_and_noted() {
        let (schema, notes) = local(apply, json!({"type": "integer", "format": "double"}));
        assert_eq!(schema["type"], "number");
        assert_eq!(notes.len(), 1);
    }
}
