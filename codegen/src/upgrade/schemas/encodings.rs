//! Binary content: `contentEncoding` and `contentMediaType` become the corresponding formats of
//! 3.0, and so does the type `file` of Swagger 2.0.
//!
//! ```text
//! {type: string, contentEncoding: base64}           becomes {type: string, format: byte}
//! {type: string, contentEncoding: base64url}        becomes {type: string, format: base64url}
//! {type: string, contentMediaType: image/png}       becomes {type: string, format: binary}
//! {type: file}                                      becomes {type: string, format: binary}
//! ```

use crate::document::{Node, Object};
use crate::upgrade::members::rename;
use serde_json::Value;

pub fn apply(schema: &mut Object) {
    if schema
        .text("type")
        .is_some_and(|name| name.eq_ignore_ascii_case("file"))
    {
        rename(schema, "type", "type", Value::String("string".to_owned()));
        set_format(schema, "binary");
    }
    let encoding = schema.text("contentEncoding").map(str::to_ascii_lowercase);
    match encoding.as_deref() {
        Some("base64") => set_format(schema, "byte"),
        // Servers that accept one alphabet need not accept the other, so the caller encodes the
        // value.
        Some("base64url") => set_format(schema, "base64url"),
        Some("binary") => set_format(schema, "binary"),
        _ if file_type(schema).is_some() => set_format(schema, "binary"),
        _ => {}
    }
    for (keyword, kept) in [
        ("contentEncoding", "x-content-encoding"),
        ("contentMediaType", "x-content-media-type"),
        ("contentSchema", "x-content-schema"),
    ] {
        if let Some(value) = schema.get(keyword).cloned() {
            rename(schema, keyword, kept, value);
        }
    }
}

/// The media type of a file: of non-text content, unchanged.
pub fn file_type(schema: &Object) -> Option<String> {
    let encoding = schema.text("contentEncoding").unwrap_or("binary");
    let media_type = schema.text("contentMediaType")?;
    let is_file = encoding.eq_ignore_ascii_case("binary") && !is_text(&media_type.to_ascii_lowercase());
    is_file.then(|| media_type.to_owned())
}

/// An existing format is more precise.
fn set_format(schema: &mut Object, format: &str) {
    schema
        .entry("type")
        .or_insert_with(|| Value::String("string".to_owned()));
    schema
        .entry("format")
        .or_insert_with(|| Value::String(format.to_owned()));
}

/// Whether a member with this content holds plain text for the caller.
fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || ["json", "xml", "yaml", "x-www-form-urlencoded"]
            .iter()
            .any(|kind| essence.ends_with(kind))
}

#[cfg(test)]
mod tests {
    use super::super::assert_upgrade;
    use serde_json::json;

    #[test]
    fn test_binary_content_becomes_a_format() {
        assert_upgrade(
            json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}),
            &json!({"type": "string", "x-content-encoding": "base64", "x-content-media-type": "image/png", "format": "byte"}),
        );
        assert_upgrade(
            json!({"contentMediaType": "application/octet-stream"}),
            &json!({"x-content-media-type": "application/octet-stream", "type": "string", "format": "binary"}),
        );
        assert_upgrade(
            json!({"type": "string", "contentEncoding": "base64url"}),
            &json!({"type": "string", "x-content-encoding": "base64url", "format": "base64url"}),
        );
        assert_upgrade(
            json!({"type": "file", "description": "d"}),
            &json!({"type": "string", "description": "d", "format": "binary"}),
        );
    }

    #[test]
    fn test_text_content_stays_text() {
        assert_upgrade(
            json!({"type": "string", "contentMediaType": "application/json"}),
            &json!({"type": "string", "x-content-media-type": "application/json"}),
        );
    }
}
