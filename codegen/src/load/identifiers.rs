//! Turns references to a schema by its `$id` into references by its place.
//!
//! ```text
//! A: {$id: "https://lamps.example/schemas/lamp"}, B: {$ref: "https://lamps.example/schemas/lamp#/properties/a"}
//! becomes
//! B: {$ref: "#/components/schemas/A/properties/a"}
//! ```

use super::grammar::{DEEPEST, Kind, Slot};
use super::pointers::{anchor, beside};
use crate::document::{Node, Object, child, local_pointer};
use serde_json::Value;
use std::collections::HashMap;

/// A resource of JSON Schema: a part of a file with its own identifier.
#[derive(Clone, Debug, Default)]
struct Resource {
    id: String,
    pointer: String,
}

/// Rewrites the references of a file that name an `$id` of the same file, or are relative to one.
pub fn localize(tree: &mut Value) {
    let root = Resource::default();
    let mut known = HashMap::new();
    walk(tree, Slot::One(Kind::Root), "", &root, &mut |at, _, resource| {
        if resource.pointer == at && !resource.id.is_empty() {
            known.insert(resource.id.clone(), at.to_owned());
        }
    });
    if known.is_empty() {
        return;
    }
    let mut found = Vec::new();
    walk(
        tree,
        Slot::One(Kind::Root),
        "",
        &root,
        &mut |at, node, resource| {
            for keyword in ["$ref", "$dynamicRef"] {
                let text = node.text(keyword);
                if let Some(text) = text.and_then(|text| local(tree, &known, text, resource)) {
                    found.push((child(at, keyword), text));
                }
            }
        },
    );
    for (pointer, text) in found {
        if let Some(slot) = tree.pointer_mut(&pointer) {
            *slot = Value::String(text);
        }
    }
}

/// The reference in the form of a place, if it is not one yet.
fn local(tree: &Value, known: &HashMap<String, String>, text: &str, resource: &Resource) -> Option<String> {
    let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
    let fragment = local_pointer(&format!("#{fragment}"))?;
    let pointer = if path.is_empty() {
        // Most contracts mean the document, whichever resource contains the reference. The document
        // as a whole is not a schema.
        let is_place = !fragment.is_empty() && tree.pointer(&fragment).is_some();
        if resource.pointer.is_empty() || is_place {
            return None;
        }
        &resource.pointer
    } else {
        known.get(&joined(&resource.id, path)?)?
    };
    let target = tree.pointer(pointer)?;
    let inside = if fragment.is_empty() || fragment.starts_with('/') {
        fragment
    } else {
        anchor(target, &fragment, "", 0)?
    };
    target.pointer(&inside)?;
    Some(format!("#{pointer}{inside}").replace('%', "%25"))
}

/// Calls `visit` with the place of every object that is not data, the object, and its resource.
fn walk(
    node: &Value,
    shape: Slot,
    at: &str,
    around: &Resource,
    visit: &mut impl FnMut(&str, &Object, &Resource),
) {
    match node {
        _ if shape == Slot::Data || at.matches('/').count() > DEEPEST => {}
        Value::Object(map) => {
            // `$self` is what OpenAPI 3.2 calls the identifier of a whole document.
            let keyword = if at.is_empty() && map.contains_key("$self") {
                "$self"
            } else {
                "$id"
            };
            let id = map.text(keyword);
            let id = id.map(|id| id.split('#').next().unwrap_or_default());
            let own = id.and_then(|id| joined(&around.id, id)).map(|id| Resource {
                id,
                pointer: at.to_owned(),
            });
            let resource = own.as_ref().unwrap_or(around);
            visit(at, map, resource);
            for (key, value) in map {
                walk(value, shape.member(key), &child(at, key), resource, visit);
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                walk(item, shape, &child(at, &index.to_string()), around, visit);
            }
        }
        _ => {}
    }
}

/// An identifier, resolved against the enclosing one.
fn joined(base: &str, path: &str) -> Option<String> {
    let is_absolute = path.contains("://") || path.starts_with("urn:");
    let Some((scheme, rest)) = base.split_once("://").filter(|_| !is_absolute) else {
        return Some(path.to_owned()).filter(|path| !path.is_empty());
    };
    let (host, from) = rest.split_once('/').unwrap_or((rest, ""));
    beside(from, path).map(|path| format!("{scheme}://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn localized(schemas: Value) -> Value {
        let mut tree = json!({"openapi": "3.1.0", "components": {"schemas": schemas}});
        localize(&mut tree);
        tree["components"]["schemas"].take()
    }

    #[test]
    fn test_reference_by_identifier_becomes_one_by_place() {
        let schemas = localized(json!({
            "A": {"$id": "https://lamps.example/schemas/lamp", "$defs": {"b": {"$anchor": "bulb"}}},
            "B": {"$id": "https://lamps.example/schemas/bulb", "properties": {
                "a": {"$ref": "https://lamps.example/schemas/lamp"}, "b": {"$ref": "lamp#bulb"},
                "c": {"$ref": "/schemas/lamp#/$defs/b"}, "d": {"$ref": "https://lamps.example/schemas/none"}
            }}
        }));
        let member = |name: &str| schemas["B"]["properties"][name]["$ref"].clone();
        assert_eq!(member("a"), "#/components/schemas/A");
        assert_eq!(member("b"), "#/components/schemas/A/$defs/b");
        assert_eq!(member("c"), "#/components/schemas/A/$defs/b");
        assert_eq!(member("d"), "https://lamps.example/schemas/none");
    }

    #[test]
    fn test_empty_reference_leads_to_its_resource() {
        let schemas = localized(json!({
            "A": {"$id": "urn:a", "properties": {"next": {"$ref": "#"}}}, "B": {"items": {"$ref": "#"}}
        }));
        assert_eq!(
            schemas["A"]["properties"]["next"]["$ref"],
            "#/components/schemas/A"
        );
        assert_eq!(schemas["B"]["items"]["$ref"], "#");
    }

    #[test]
    fn test_pointer_leads_into_its_resource_where_the_document_has_no_such_place() {
        let schemas = localized(json!({
            "A": {"$id": "urn:a", "$defs": {"b": {}}, "properties": {
                "b": {"$ref": "#/$defs/b"}, "c": {"$ref": "#/components/schemas/C"}}},
            "C": {"example": {"$id": "urn:c", "$ref": "urn:a"}}
        }));
        assert_eq!(
            schemas["A"]["properties"]["b"]["$ref"],
            "#/components/schemas/A/$defs/b"
        );
        assert_eq!(schemas["A"]["properties"]["c"]["$ref"], "#/components/schemas/C");
        assert_eq!(schemas["C"]["example"]["$ref"], "urn:a");
    }
}
