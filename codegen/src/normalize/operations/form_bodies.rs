//! Gives every form and multipart request body an object schema, since its members are the form's fields. Alternatives
//! are joined to one object; a file alone, or nothing at all, becomes the field `file`; a form of unknown fields that is not
//! multipart is sent as the caller has encoded it.
//!
//! Before:
//! ```yaml
//! post: { requestBody: { content: { multipart/form-data: { schema: { type: string, format: binary } } } } }
//! put: { requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object } } } } }
//! ```
//! After:
//! ```yaml
//! post: { requestBody: { content: { multipart/form-data: { schema:
//!   { type: object, properties: { file: { type: string, format: binary } } } } } } }
//! put: { requestBody: { content: { application/octet-stream: { schema: { type: string, format: binary },
//!   x-lorgnette-media-type: application/x-www-form-urlencoded } } } }
//! ```

use super::places::{place, with_paths};
use super::schema_shape::{Shape, resolved, shape};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Node, Object, child};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

const RAW: &str = "application/octet-stream";

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    with_paths(document, |document, paths| {
        for (path, item) in paths {
            for method in METHODS {
                let Some(Value::Object(body)) = item
                    .get_mut(method)
                    .and_then(|operation| operation.get_mut("requestBody"))
                else {
                    continue;
                };
                let at = place(body, || {
                    child(&child(&child("/paths", path), method), "requestBody")
                });
                if let Some(Value::Object(content)) = body.get_mut("content") {
                    let forms: Vec<String> = content.keys().filter(|key| is_form(key)).cloned().collect();
                    for form in forms {
                        mend(
                            document,
                            &child(&child(&at, "content"), &form),
                            content,
                            &form,
                            notes,
                        );
                    }
                }
            }
        }
    });
}

fn is_form(media_type: &str) -> bool {
    media_type == "application/x-www-form-urlencoded" || media_type.starts_with("multipart/")
}

fn mend(document: &Document, at: &str, content: &mut Object, form: &str, notes: &mut Notes) {
    let named = form == "multipart/form-data";
    let Some(Value::Object(entry)) = content.get_mut(form) else {
        return;
    };
    let schema = entry.get("schema");
    let field =
        |name: &str, schema: &Value| Some(json!({ "type": "object", "properties": { name: schema } }));
    let (new, what) = match (schema.map(|schema| shape(document, schema)), schema) {
        (Some(Shape::Object), _) => return,
        (Some(Shape::Objects), Some(schema)) => (
            joined(document, schema),
            "the alternatives of a form are one object",
        ),
        (Some(Shape::Binary), Some(schema)) if named => {
            (field("file", schema), "a file is sent as the field file")
        }
        (Some(Shape::Binaries), Some(schema)) if named => {
            (field("files", schema), "files are sent as the field files")
        }
        // The body would be of no use as bytes: only who writes the parts knows the boundary between them.
        _ if named => {
            let file = json!({ "type": "string", "format": "binary" });
            (
                field("file", &file),
                "a form without declared fields has the field file",
            )
        }
        _ => (None, ""),
    };
    if let Some(new) = new {
        entry.insert("schema".into(), new);
        notes.add_once(at, what, "A form consists of named fields.");
        return;
    }
    let raw = json!({ "schema": { "type": "string", "format": "binary" }, "x-lorgnette-media-type": form });
    // Beside a body that is bytes anyway, the key is only to be another.
    let key = if content.contains_key(RAW) {
        format!("{RAW}; {form}")
    } else {
        RAW.to_string()
    };
    let kept = std::mem::take(content);
    content.extend(
        kept.into_iter()
            .map(|(media_type, entry)| match media_type == form {
                true => (key.clone(), raw.clone()),
                false => (media_type, entry),
            }),
    );
    notes.add_once(
        at,
        format!("a body of type {form} is encoded by the caller"),
        "The contract names no fields for it.",
    );
}

/// All members of all alternatives, none of them required.
fn joined(document: &Document, schema: &Value) -> Option<Value> {
    let mut properties = Map::new();
    gather(document, schema, &mut properties, &mut HashSet::new());
    let description = resolved(document, schema)?.get("description").cloned();
    let mut object = Map::from_iter([("type".to_string(), json!("object"))]);
    object.extend(description.map(|description| ("description".to_string(), description)));
    object.insert("properties".into(), properties.into());
    Some(Value::Object(object))
}

fn gather(document: &Document, schema: &Value, properties: &mut Object, seen: &mut HashSet<usize>) {
    let Some(Value::Object(object)) = resolved(document, schema) else {
        return;
    };
    if !seen.insert(std::ptr::from_ref(object).addr()) {
        return;
    }
    for (name, property) in object.map("properties") {
        properties
            .entry(name.as_str())
            .or_insert_with(|| property.clone());
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for branch in object.list(keyword) {
            gather(document, branch, properties, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    fn after(content: &Value) -> (Value, Vec<String>) {
        let (document, notes) = run_infallible(
            apply,
            json!({
                "components": {"schemas": {"A": {"properties": {"a": {"type": "string"}}, "required": ["a"]}}},
                "paths": {"/a": {"post": {"requestBody": {"content": content}}}}
            }),
        );
        (
            document["paths"]["/a"]["post"]["requestBody"]["content"].clone(),
            notes,
        )
    }

    #[test]
    fn test_form_with_an_object_stays() {
        let content = json!({"multipart/form-data": {"schema": {"$ref": "#/components/schemas/A"}}});
        assert_eq!(after(&content), (content, vec![]));
    }

    #[test]
    fn test_alternatives_of_a_form_are_joined() {
        let (content, notes) = after(
            &json!({"application/x-www-form-urlencoded": {"schema": {"oneOf": [
                {"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "integer"}}}
            ]}}}),
        );
        assert_eq!(
            content["application/x-www-form-urlencoded"]["schema"],
            json!({
                "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}
            })
        );
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_file_becomes_a_field() {
        let file = json!({"type": "string", "format": "binary"});
        let (content, _) = after(&json!({"multipart/form-data": {"schema": file}}));
        assert_eq!(
            content["multipart/form-data"]["schema"]["properties"],
            json!({"file": file})
        );
        let files = json!({"type": "array", "items": file});
        let (content, _) = after(&json!({"multipart/form-data": {}}));
        assert_eq!(
            content["multipart/form-data"]["schema"]["properties"],
            json!({"file": file})
        );
        let (content, _) = after(&json!({"multipart/form-data": {"schema": files}}));
        assert_eq!(
            content["multipart/form-data"]["schema"]["properties"],
            json!({"files": files})
        );
    }

    #[test]
    fn test_form_without_fields_is_raw_beside_other_bodies_too() {
        for form in ["application/x-www-form-urlencoded", "multipart/mixed"] {
            let (content, notes) = after(&json!({form: {"schema": {"type": "object"}}}));
            assert_eq!(content[RAW]["x-lorgnette-media-type"], form);
            assert_eq!(notes.len(), 1);
        }
        let urlencoded = "application/x-www-form-urlencoded";
        let (content, notes) =
            after(&json!({urlencoded: {}, "application/json": {}, RAW: {}, "multipart/form-data": {}}));
        let keys: Vec<&String> = content
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(
            keys,
            [
                "application/octet-stream; application/x-www-form-urlencoded",
                "application/json",
                RAW,
                "multipart/form-data"
            ]
        );
        assert_eq!(content[keys[0]]["x-lorgnette-media-type"], urlencoded);
        assert!(content["multipart/form-data"]["schema"]["properties"]["file"].is_object());
        assert_eq!(notes.len(), 2);
    }
}
