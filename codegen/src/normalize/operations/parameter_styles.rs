//! Makes `style` and `explode` explicit on every parameter, by the defaults of its location. A
//! style that is invalid in the location is replaced by the default; Swagger's `collectionFormat`
//! is read.
//!
//! Before:
//! ```yaml
//! parameters:
//!   - { name: levels, in: query }
//!   - { name: ids, in: path, style: form }
//!   - { name: tags, in: query, collectionFormat: csv }
//! ```
//! After:
//! ```yaml
//! parameters:
//!   - { name: levels, in: query, style: form, explode: true }
//!   - { name: ids, in: path, style: simple, explode: false }
//!   - { name: tags, in: query, style: form, explode: false }
//! ```

use super::ledger::Ledger;
use super::places::{for_each_parameter, text};
use crate::diagnostics::Notes;
use crate::document::Document;
use serde_json::Value;

/// The styles of a location, its default first.
fn styles(location: &str) -> &'static [&'static str] {
    match location {
        "path" => &["simple", "label", "matrix"],
        "header" => &["simple"],
        "cookie" => &["form"],
        _ => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    }
}

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("parameter_styles");
    for_each_parameter(document, |spot, parameter| {
        let styles = styles(text(parameter, "in"));
        let default = styles.first().copied().unwrap_or("form");
        let (mut style, mut explode) = (default, parameter.get("explode").and_then(Value::as_bool));
        if let Some(Value::String(given)) = parameter.get("style") {
            if let Some(known) = styles.iter().find(|known| known.eq_ignore_ascii_case(given)) {
                style = known;
            } else {
                let name = text(parameter, "name");
                let what = format!(
                    "{} parameter {name:?} is sent in style {default}, not {given}",
                    text(parameter, "in")
                );
                let why = "OpenAPI does not allow that style in that location.";
                ledger.add(spot.pointer(parameter), what, why);
            }
        } else if let Some(Value::String(format)) = parameter.get("collectionFormat") {
            let (by_format, exploded) = match format.as_str() {
                "multi" => ("form", true),
                "ssv" => ("spaceDelimited", false),
                "pipes" => ("pipeDelimited", false),
                _ => (default, false),
            };
            style = styles
                .iter()
                .find(|known| **known == by_format)
                .copied()
                .unwrap_or(default);
            explode = explode.or(Some(exploded));
        }
        parameter.shift_remove("collectionFormat");
        // `deepObject` is only defined as exploded, whatever the default for other styles is.
        let explode = style == "deepObject" || explode.unwrap_or(style == "form");
        parameter.insert("style".into(), style.into());
        parameter.insert("explode".into(), explode.into());
    });
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_style_and_explode_are_explicit() {
        let given_and_expected = [
            (json!({"in": "query"}), ("form", true)),
            (json!({"in": "query", "explode": false}), ("form", false)),
            (
                json!({"in": "query", "style": "pipeDelimited"}),
                ("pipeDelimited", false),
            ),
            (
                json!({"in": "query", "style": "deepObject", "explode": false}),
                ("deepObject", true),
            ),
            (json!({"in": "query", "collectionFormat": "csv"}), ("form", false)),
            (
                json!({"in": "query", "collectionFormat": "multi"}),
                ("form", true),
            ),
            (
                json!({"in": "path", "collectionFormat": "multi"}),
                ("simple", true),
            ),
            (json!({"in": "path"}), ("simple", false)),
            (json!({"in": "path", "style": "matrix"}), ("matrix", false)),
            (json!({"in": "header"}), ("simple", false)),
            (json!({"in": "cookie"}), ("form", true)),
        ];
        let parameters: Vec<&Value> = given_and_expected.iter().map(|(given, _)| given).collect();
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": parameters}}}}),
        );
        for ((given, (style, explode)), parameter) in given_and_expected.iter().zip(
            document["paths"]["/a"]["get"]["parameters"]
                .as_array()
                .into_iter()
                .flatten(),
        ) {
            assert_eq!(
                (&parameter["style"], &parameter["explode"]),
                (&json!(style), &json!(explode)),
                "{given}"
            );
        }
        assert!(notes.is_empty());
    }

    #[test]
    fn test_style_that_the_location_does_not_know_is_replaced_with_a_note() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"parameters": [
                {"name": "ids", "in": "path", "style": "form"}
            ]}}}}),
        );
        assert_eq!(document["paths"]["/a"]["get"]["parameters"][0]["style"], "simple");
        assert_eq!(
            notes,
            ["/paths/~1a/get/parameters/0 path parameter \"ids\" is sent in style simple, not form"]
        );
    }
}
