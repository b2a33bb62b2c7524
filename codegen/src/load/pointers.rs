//! The targets of the two parts of a reference: its path among files, and an anchor inside one.

use super::grammar::DEEPEST;
use crate::document::{Node, child};
use serde_json::Value;

/// `path` resolved against the folder of `file`; `None` if it leads above the common folder.
pub fn beside(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        file.split('/').collect()
    };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The place of the schema with this `$anchor`, as OpenAPI 3.1 allows.
pub fn anchor(node: &Value, name: &str, at: &str, depth: usize) -> Option<String> {
    if name.is_empty() || depth > DEEPEST {
        return None;
    }
    match node {
        Value::Object(map) if map.text("$anchor") == Some(name) => Some(at.to_owned()),
        Value::Object(map) => map
            .iter()
            .find_map(|(key, value)| anchor(value, name, &child(at, key), depth + 1)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(index, value)| anchor(value, name, &child(at, &index.to_string()), depth + 1)),
        _ => None,
    }
}
