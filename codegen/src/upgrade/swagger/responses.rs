//! Converts responses: schema and examples move into the media types that the operation produces.
//!
//! ```text
//! {description: ok, schema: {type: file}}
//! becomes
//! {description: ok, content: {application/octet-stream: {schema: {type: file}}}}
//! ```

use super::parameters;
use crate::document::Object;
use serde_json::{Map, Value};

/// A response, upgraded. References stay references.
pub fn response(response: &Value, produces: &[String]) -> Value {
    let Value::Object(response) = response else {
        return response.clone();
    };
    if response.contains_key("$ref") {
        return Value::Object(response.clone());
    }
    let (mut content, leftover) = content(response, produces);
    let mut upgraded = Map::new();
    for (key, value) in response {
        match (key.as_str(), value) {
            ("schema" | "examples", _) => {
                if let Some(content) = content.take() {
                    upgraded.insert("content".to_owned(), Value::Object(content));
                }
            }
            ("headers", Value::Object(headers)) => {
                let headers = headers
                    .iter()
                    .map(|(name, header)| (name.clone(), parameters::header(header)));
                upgraded.insert(key.clone(), Value::Object(headers.collect()));
            }
            _ => {
                upgraded.insert(key.clone(), value.clone());
            }
        }
    }
    if !leftover.is_empty() {
        upgraded.insert("x-examples".to_owned(), Value::Object(leftover));
    }
    upgraded
        .entry("description")
        .or_insert_with(|| Value::String(String::new()));
    Value::Object(upgraded)
}

/// The content of a response, and the examples of media types that it does not have.
fn content(response: &Object, produces: &[String]) -> (Option<Object>, Object) {
    let mut examples = match response.get("examples") {
        Some(Value::Object(examples)) => examples.clone(),
        _ => Map::new(),
    };
    let schema = response.get("schema").filter(|schema| !schema.is_null());
    if schema.is_none() && examples.is_empty() {
        return (None, examples);
    }
    let is_file = schema
        .and_then(|schema| schema.get("type"))
        .is_some_and(|name| name == "file");
    let is_json = |media_type: &String| media_type.contains("json");
    let types: Vec<String> = if is_file && produces.iter().all(is_json) {
        vec!["application/octet-stream".to_owned()]
    } else if !produces.is_empty() {
        produces.to_vec()
    } else if schema.is_none() {
        examples.keys().cloned().collect()
    } else {
        vec!["application/json".to_owned()]
    };
    let content = types.into_iter().map(|media_type| {
        let mut entry = Map::new();
        if let Some(schema) = schema {
            entry.insert("schema".to_owned(), schema.clone());
        }
        if let Some(example) = examples.shift_remove(&media_type) {
            entry.insert("example".to_owned(), example);
        }
        (media_type, Value::Object(entry))
    });
    let content = content
        .filter(|(_, entry)| schema.is_some() || entry.get("example").is_some())
        .collect::<Object>();
    ((!content.is_empty()).then_some(content), examples)
}
