//! Keeps only those text formats that have their own Rust type.
//!
//! Before: `{"type": "string", "format": "uri"}`,
//! `{"type": "string", "format": "date-time", "x-lorgnette-naive-utc": true}`.
//! After: `{"type": "string", "x-lorgnette-format": "uri"}`,
//! `{"type": "string", "format": "naive-date-time", ...}`.

use super::walk::Place;
use crate::diagnostics::Notes;
use crate::document::{Node, Object};
use serde_json::json;

/// The formats that the crates convert to types.
const KNOWN: [&str; 7] = [
    "date-time",
    "naive-date-time",
    "date",
    "uuid",
    "binary",
    "byte",
    "password",
];

/// Runs the pass on one schema.
pub(super) fn apply(_place: &Place<'_>, schema: &mut Object, _notes: &mut Notes) {
    let Some(format) = schema.text("format").map(str::to_string) else {
        return;
    };
    if matches!(schema.text("type"), Some("integer" | "number")) {
        return;
    }
    if schema.text("type") == Some("string") && !schema.contains_key("enum") {
        if format == "date-time" && schema.flag("x-lorgnette-naive-utc") {
            schema.insert("format".to_string(), json!("naive-date-time"));
            return;
        }
        if KNOWN.contains(&format.as_str()) {
            return;
        }
    }
    schema.shift_remove("format");
    schema.insert("x-lorgnette-format".to_string(), json!(format));
}

#[cfg(test)]
mod tests {
    use super::super::testing::quietly;
    use super::*;

    #[test]
    fn test_formats_with_a_type_stay_and_others_document() {
        for format in KNOWN {
            let schema = json!({"type": "string", "format": format});
            assert_eq!(quietly(apply, schema.clone()), schema);
        }
        assert_eq!(
            quietly(apply, json!({"type": "string", "format": "uri"})),
            json!({"type": "string", "x-lorgnette-format": "uri"})
        );
    }

    #[test]
    fn test_naive_date_time_has_a_format_of_its_own() {
        let schema = json!({"type": "string", "format": "date-time", "x-lorgnette-naive-utc": true});
        assert_eq!(quietly(apply, schema)["format"], "naive-date-time");
    }
}
