//! Redirects references to definitions, parameters and responses to the components that replace
//! these.

use crate::document::Document;
use crate::load::grammar::{Kind, Slot};
use serde_json::Value;

const MOVED: [(&str, &str); 4] = [
    ("#/definitions/", "#/components/schemas/"),
    ("#/parameters/", "#/components/parameters/"),
    ("#/responses/", "#/components/responses/"),
    ("#/securityDefinitions/", "#/components/securitySchemes/"),
];

/// Rewrites every reference of the document.
pub fn apply(document: &mut Document) {
    walk(document, Slot::One(Kind::Root));
}

fn walk(value: &mut Value, shape: Slot) {
    match (shape, value) {
        (Slot::Data, _) => {}
        (Slot::Mapping, Value::Object(map)) => map.values_mut().for_each(rewrite),
        (_, Value::Object(map)) => {
            for (key, value) in map {
                if key == "$ref" && value.is_string() {
                    rewrite(value);
                } else {
                    walk(value, shape.member(key));
                }
            }
        }
        (_, Value::Array(list)) => list.iter_mut().for_each(|item| walk(item, shape)),
        _ => {}
    }
}

fn rewrite(value: &mut Value) {
    let Value::String(text) = value else { return };
    for (old, new) in MOVED {
        if let Some(rest) = text.strip_prefix(old) {
            *text = format!("{new}{rest}");
            return;
        }
    }
}
