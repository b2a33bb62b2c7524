//! The kind of value that a schema describes after following all references, as precisely as passes
//! over bodies need it to choose a form.
//!
//! It reads schemas as the upgrade leaves them, before the passes over schemas.

use super::references;
use crate::document::{Document, Node, Object, reference};
use serde_json::Value;
use std::collections::HashMap;

/// The kind of value that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An object with named members.
    Object,
    /// One of several objects with named members.
    Objects,
    /// A map with values of one kind.
    Map,
    /// An object without further description.
    Free,
    /// A file, or a value that contains one.
    Binary,
    /// A list of files.
    Binaries,
    /// Text of any kind.
    Text,
    /// Anything else.
    Other,
}

/// The kind of value that `schema` describes.
pub fn shape(document: &Document, schema: &Value) -> Class {
    known(document, schema, &mut HashMap::new())
}

/// The schema itself, or the target of its references.
pub fn resolved<'d>(document: &'d Document, schema: &'d Value) -> Option<&'d Value> {
    match reference(schema) {
        Some(target) => references::resolve(document, target)
            .ok()
            .map(|target| target.node),
        None => Some(schema),
    }
}

/// The shapes of the schemas met so far, by their addresses. A schema that is still being inspected
/// counts as `Other`, so that a schema that contains itself terminates.
type KnownShapes = HashMap<usize, Class>;

fn known(document: &Document, schema: &Value, shapes: &mut KnownShapes) -> Class {
    let Some(Value::Object(object)) = resolved(document, schema) else {
        return Class::Other;
    };
    let address = std::ptr::from_ref(object).addr();
    if let Some(shape) = shapes.get(&address) {
        return *shape;
    }
    shapes.insert(address, Class::Other);
    let shape = of_object(document, object, shapes);
    shapes.insert(address, shape);
    shape
}

fn of_object(document: &Document, object: &Object, shapes: &mut KnownShapes) -> Class {
    if object
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty())
    {
        return Class::Object;
    }
    let mut inner = |schema: &Value| known(document, schema, shapes);
    if let Some(Value::Array(parts)) = object.get("allOf") {
        let mut shapes = parts.iter().map(&mut inner);
        return match parts.len() {
            1 => shapes.next().unwrap_or(Class::Other),
            _ if shapes.any(|shape| shape == Class::Object) => Class::Object,
            _ => Class::Other,
        };
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(Value::Array(branches)) = object
            .get(keyword)
            .filter(|branches| branches != &&Value::Array(Vec::new()))
        {
            let objects = branches
                .iter()
                .all(|branch| matches!(inner(branch), Class::Object | Class::Objects));
            return if objects { Class::Objects } else { Class::Other };
        }
    }
    let word = |member: &str| object.text(member);
    let values = object.get("additionalProperties");
    match (word("type"), word("format")) {
        (Some("object") | None, _) if values.is_some_and(Value::is_object) => Class::Map,
        (Some("object"), _) if values != Some(&Value::Bool(false)) => Class::Free,
        (Some("string"), Some("binary")) | (Some("file"), _) => Class::Binary,
        (Some("string"), _) => Class::Text,
        (Some("array"), _) if object.get("items").map(&mut inner) == Some(Class::Binary) => Class::Binaries,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_shape_looks_through_references_and_compositions() {
        let document = json!({"components": {"schemas": {
            "O": {"properties": {"a": {}}}, "Ref": {"$ref": "#/components/schemas/O"},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"$ref": "#/components/schemas/Loop"}]}
        }}});
        let object = json!({"$ref": "#/components/schemas/Ref"});
        for (schema, expected) in [
            (object.clone(), Class::Object),
            (json!({"allOf": [object]}), Class::Object),
            (json!({"allOf": [{"type": "string"}]}), Class::Text),
            (json!({"oneOf": [object, {"anyOf": [object]}]}), Class::Objects),
            (json!({"oneOf": [object, {"type": "string"}]}), Class::Other),
            (
                json!({"type": "array", "items": {"type": "string", "format": "binary"}}),
                Class::Binaries,
            ),
            (json!({"type": "object", "additionalProperties": {}}), Class::Map),
            (json!({"$ref": "#/components/schemas/Loop"}), Class::Other),
            (json!({"$ref": "#/nowhere"}), Class::Other),
            (json!(true), Class::Other),
        ] {
            assert_eq!(shape(&document, &schema), expected, "{schema}");
        }
    }
}
