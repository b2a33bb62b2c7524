//! Checks that upgrading a committed Swagger 2.0 contract loses nothing: every name, text, number
//! and boolean in it occurs in the upgraded document at least as often, except where the two
//! versions use different keywords.

#![allow(clippy::unwrap_used)]

use lorgnette_codegen::diagnostics::Notes;
use lorgnette_codegen::{load, upgrade};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Members that 3.0 does not have. The content of the first group is still counted.
const RENAMED: [&str; 5] = [
    "definitions",
    "securityDefinitions",
    "parameters",
    "x-nullable",
    "swagger",
];
const REPLACED: [&str; 9] = [
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "collectionFormat",
    "flow",
    "$ref",
];

fn count(value: &Value, counts: &mut BTreeMap<String, i64>, by: i64) {
    let mut add = |word: String| *counts.entry(word).or_default() += by;
    match value {
        Value::Object(map) => {
            // The name and the location of a body are dropped, or kept as an extension.
            let is_body = matches!(map.get("in").and_then(Value::as_str), Some("body" | "formData"));
            for (key, value) in map {
                if REPLACED.contains(&key.as_str())
                    || (is_body && matches!(key.as_str(), "in" | "name" | "required"))
                {
                    continue;
                }
                if !RENAMED.contains(&key.as_str()) {
                    *counts.entry(format!("member {key:?}")).or_default() += by;
                }
                count(value, counts, by);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| count(item, counts, by)),
        Value::String(text) if text == "file" => {}
        scalar => add(scalar.to_string()),
    }
}

#[test]
fn test_nothing_of_a_swagger_contract_is_lost() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut checked = 0;
    for entry in fs::read_dir(specs).unwrap() {
        let path = entry.unwrap().path().join("swagger.json");
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let files = load::Files::from([("swagger.json".to_owned(), text)]);
        let document = load::load(&files, "swagger.json").unwrap();
        let mut notes = Notes::default();
        let upgraded = upgrade::upgrade(document.clone(), &mut notes).unwrap();
        assert!(notes.is_empty(), "{}: {notes:?}", path.display());

        let mut counts = BTreeMap::new();
        count(&document, &mut counts, 1);
        count(&upgraded, &mut counts, -1);
        let lost: Vec<_> = counts.into_iter().filter(|(_, balance)| *balance > 0).collect();
        assert!(lost.is_empty(), "{} lost {lost:?}", path.display());

        // A second upgrade changes nothing, and the result is a contract of one file in which all
        // references resolve.
        let again = load::load(
            &load::Files::from([("a.json".to_owned(), load::to_text(&upgraded))]),
            "a.json",
        )
        .unwrap();
        assert_eq!(
            upgrade::upgrade(again, &mut notes).unwrap().to_string(),
            upgraded.to_string()
        );
        checked += 1;
    }
    assert_eq!(checked, 7);
}
