//! Handles the media types of files in multipart forms, which OpenAPI 3.1 declares in the schema.
//!
//! ```text
//! multipart/form-data: {schema: {properties: {scan: {type: string, contentMediaType: image/png}}}}
//! becomes
//! multipart/form-data: {schema: {...}, encoding: {scan: {contentType: image/png}}}
//! ```

use super::schemas::file_type;
use crate::document::{Document, Node, child, local_pointer, members, operations, reference, resolve};
use serde_json::{Value, json};

/// Runs the step.
pub fn apply(document: &mut Document) {
    let mut types = Vec::new();
    for operation in operations(document) {
        let at = child(&operation.pointer, "requestBody");
        let shared = document.pointer(&at).and_then(reference).and_then(local_pointer);
        let at = child(&shared.unwrap_or(at), "content");
        for (key, entry) in members(document, &at) {
            if key.to_ascii_lowercase().starts_with("multipart/") {
                let mut add = |field: &str, of: String| types.push((child(&at, key), field.to_owned(), of));
                files(document, entry.get("schema"), 8, &mut add);
            }
        }
    }
    for (at, field, media_type) in types {
        if let Some(Value::Object(entry)) = document.pointer_mut(&at)
            && let Value::Object(encoding) = entry.entry("encoding").or_insert_with(|| json!({}))
            && let Value::Object(field) = encoding.entry(field).or_insert_with(|| json!({}))
        {
            field.entry("contentType").or_insert(media_type.into());
        }
    }
}

/// Returns the fields of a form that are files with a media type, including composed ones down to
/// `depth`.
fn files(document: &Document, schema: Option<&Value>, depth: usize, add: &mut dyn FnMut(&str, String)) {
    let Some(schema) = schema
        .and_then(|schema| resolve(document, schema))
        .filter(|_| depth > 0)
    else {
        return;
    };
    for (name, property) in schema.map("properties") {
        let item = resolve(document, property).map(|property| property.get("items").unwrap_or(property));
        let file = item.and_then(|item| resolve(document, item)?.as_object());
        if let Some(media_type) = file.and_then(file_type) {
            add(name, media_type);
        }
    }
    for part in schema.list("allOf") {
        files(document, Some(part), depth - 1, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_of_a_form_have_the_media_type_of_their_schema() {
        let scan = json!({"type": "string", "contentMediaType": "image/png"});
        let mut document = json!({
            "components": {"schemas": {"Scans": {"type": "array", "items": scan}}},
            "paths": {"/a": {"post": {"requestBody": {"content": {"multipart/form-data": {
                "schema": {
                    "properties": {
                        "scan": scan,
                        "note": {"type": "string", "contentMediaType": "text/plain"},
                        "said": scan,
                    },
                    "allOf": [{"properties": {"more": {"$ref": "#/components/schemas/Scans"}}}],
                },
                "encoding": {"said": {"contentType": "image/*"}},
            }}}}}}
        });
        apply(&mut document);
        assert_eq!(
            document.pointer("/paths/~1a/post/requestBody/content/multipart~1form-data/encoding"),
            Some(&json!({
                "said": {"contentType": "image/*"},
                "scan": {"contentType": "image/png"},
                "more": {"contentType": "image/png"},
            }))
        );
    }
}
