//! Gives every form and multipart request body a schema with fields: an object, alternatives of
//! objects, or a map. A single file, or an empty schema, becomes the field `file`; a form without a
//! description is sent as the caller encodes it.
//!
//! Before:
//! ```yaml
//! post: { requestBody: { content: { multipart/form-data: { schema: { type: string, format: binary } } } } }
//! put: { requestBody: { content: { application/x-www-form-urlencoded: {} } } }
//! ```
//! After:
//! ```yaml
//! post: { requestBody: { content: { multipart/form-data: { schema:
//!   { type: object, properties: { file: { type: string, format: binary } } } } } } }
//! put: { requestBody: { content: { application/octet-stream: { schema: { type: string, format: binary },
//!   x-lorgnette-media-type: application/x-www-form-urlencoded } } } }
//! ```

use super::ledger::Ledger;
use super::places::{place, with_paths};
use super::schema_shape::{Class, shape};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child};
use serde_json::{Value, json};

const URLENCODED: &str = "application/x-www-form-urlencoded";

const RAW: &str = "application/octet-stream";

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("form_bodies");
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
                            &mut ledger,
                        );
                    }
                }
            }
        }
    });
    ledger.write(notes);
}

fn is_form(media_type: &str) -> bool {
    media_type == URLENCODED || media_type.starts_with("multipart/")
}

fn mend(document: &Document, at: &str, content: &mut Object, form: &str, ledger: &mut Ledger) {
    let named = form == "multipart/form-data";
    let Some(Value::Object(entry)) = content.get_mut(form) else {
        return;
    };
    let schema = entry.get("schema");
    let field =
        |name: &str, schema: &Value| Some(json!({ "type": "object", "properties": { name: schema } }));
    let (new, what) = match (schema.map(|schema| shape(document, schema)), schema) {
        (Some(Class::Object | Class::Objects | Class::Map), _) => return,
        (Some(Class::Free), _) if form == URLENCODED => return,
        (Some(Class::Binary), Some(schema)) if named => (
            field("file", schema),
            "a form that is a file is sent as the field file",
        ),
        (Some(Class::Binaries), Some(schema)) if named => (
            field("files", schema),
            "a form that is a list of files is sent as the field files",
        ),
        // Callers could not use the body as bytes: only the writer of the parts knows the boundary.
        _ if named => {
            let file = json!({ "type": "string", "format": "binary" });
            (
                field("file", &file),
                "a form whose schema declares no fields has the field file",
            )
        }
        _ => (None, ""),
    };
    if let Some(new) = new {
        let place = match entry.insert("schema".into(), new) {
            Some(_) => child(at, "schema"),
            None => at.to_string(),
        };
        ledger.add(place, what, "A form consists of named fields.");
        return;
    }
    let raw = json!({ "schema": { "type": "string", "format": "binary" }, "x-lorgnette-media-type": form });
    // Beside a body of bytes, the key only has to be different.
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
    let what = format!("a body of type {form} is encoded by the caller");
    let why = "The contract names no fields for it.";
    ledger.add(at, what, why);
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
    fn test_alternatives_and_maps_stay() {
        for schema in [
            json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "integer"}}}]}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"type": "object"}),
        ] {
            let content = json!({URLENCODED: {"schema": schema}});
            assert_eq!(after(&content), (content, vec![]));
        }
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
        for form in [URLENCODED, "multipart/mixed"] {
            let (content, notes) = after(&json!({form: {"schema": {}}}));
            assert_eq!(content[RAW]["x-lorgnette-media-type"], form);
            assert_eq!(notes.len(), 1);
        }
        let (content, notes) =
            after(&json!({URLENCODED: {}, "application/json": {}, RAW: {}, "multipart/form-data": {}}));
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
        assert_eq!(content[keys[0]]["x-lorgnette-media-type"], URLENCODED);
        assert!(content["multipart/form-data"]["schema"]["properties"]["file"].is_object());
        assert_eq!(notes.len(), 2);
    }
}
