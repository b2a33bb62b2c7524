//! The media types of files in multipart forms, which OpenAPI 3.1 has in the schema.
//!
//! ```text
//! multipart/form-data: {schema: {properties: {scan: {type: string, contentMediaType: image/png}}}}
//! becomes
//! multipart/form-data: {schema: {...}, encoding: {scan: {contentType: image/png}}}
//! ```

use super::schemas::file_type;
use crate::document::{Document, METHODS, child, resolve};
use serde_json::{Value, json};

/// Runs the step.
pub fn apply(document: &mut Document) {
    let mut types = Vec::new();
    for (at, body) in bodies(document) {
        let content = body
            .get("content")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        for (key, entry) in content.filter(|(key, _)| key.to_ascii_lowercase().starts_with("multipart/")) {
            let at = child(&child(&at, "content"), key);
            let schema = entry.get("schema");
            let found = fields(document, schema, 0).into_iter();
            types.extend(found.map(|(field, media_type)| (at.clone(), field, media_type)));
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

/// The bodies of requests, with their places.
fn bodies(document: &Document) -> Vec<(String, &Value)> {
    let object = |pointer: &str| {
        document
            .pointer(pointer)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    };
    let shared = object("/components/requestBodies");
    let shared = shared.map(|(name, body)| (child("/components/requestBodies", name), body));
    let paths = object("/paths").flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            let at = child(&child(&child("/paths", path), method), "requestBody");
            Some((at, item.get(method)?.get("requestBody")?))
        })
    });
    shared.chain(paths).collect()
}

/// The fields of a form that are files of one media type.
fn fields(document: &Document, schema: Option<&Value>, depth: usize) -> Vec<(String, String)> {
    let Some(schema) = schema
        .and_then(|schema| resolve(document, schema))
        .filter(|_| depth < 8)
    else {
        return Vec::new();
    };
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let own = properties.filter_map(|(name, property)| {
        let property = resolve(document, property)?;
        let item = property.get("items").and_then(|items| resolve(document, items));
        let found = file_type(item.unwrap_or(property).as_object()?)?;
        Some((name.clone(), found))
    });
    let parts = schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let inherited = parts.flat_map(|part| fields(document, Some(part), depth + 1));
    own.chain(inherited).collect()
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
