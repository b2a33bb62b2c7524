//! Finds the place that an overlay's target most likely means, if it matches nothing.

use crate::document::{Document, unescaped};
use roas_overlay::common::apply::{compile_path, locate};
use serde_json::Value;

/// The minimum similarity of two names for a suggestion.
const ALIKE: f64 = 0.6;

/// The nearest place that `target` would match, as a JSONPath; if none is similar, the longest part
/// of `target` that matches.
pub fn nearest(document: &Document, target: &str) -> String {
    let ends = boundaries(target);
    let matching = ends
        .iter()
        .rposition(|end| !matched(document, &target[..*end]).is_empty());
    let Some(index) = matching else {
        return "$".to_string();
    };
    let (prefix, rest) = target.split_at(ends[index]);
    let missing = rest.get(..ends.get(index + 1).map_or(rest.len(), |end| end - ends[index]));
    let missing = missing.map(name).unwrap_or_default();
    let tail = &target[ends.get(index + 1).copied().unwrap_or(target.len())..];
    let mut candidates: Vec<(f64, String)> = Vec::new();
    for pointer in matched(document, prefix) {
        let Some(Value::Object(members)) = document.pointer(&pointer) else {
            continue;
        };
        for key in members.keys() {
            let path = format!("{}{}", prefix, segment(key));
            // A longer match of the target is preferred over a similar name.
            let whole = format!("{path}{tail}");
            let goes_on = !tail.is_empty() && !matched(document, &whole).is_empty();
            let likeness = strsim::normalized_damerau_levenshtein(key, &missing);
            let likeness = if goes_on { likeness + ALIKE } else { likeness };
            if likeness >= ALIKE {
                candidates.push((likeness, if goes_on { whole } else { path }));
            }
        }
    }
    candidates.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    candidates
        .into_iter()
        .next()
        .map_or_else(|| prefix.to_string(), |(_, path)| path)
}

fn matched(document: &Document, path: &str) -> Vec<String> {
    compile_path(path)
        .map(|path| locate(document, &path))
        .unwrap_or_default()
}

/// The end of each segment of a JSONPath, starting with the root `$`.
fn boundaries(path: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, byte) in path.bytes().enumerate() {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if byte == open => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'[') => {
                if depth == 0 && at > 0 && !path[..at].ends_with('.') {
                    ends.push(at);
                }
                depth += 1;
            }
            (None, b']') => depth = depth.saturating_sub(1),
            // Dots and brackets inside quotes are part of a name.
            (None, b'.') if depth == 0 && at > 0 && !path[..at].ends_with('.') => ends.push(at),
            _ => {}
        }
    }
    ends.push(path.len());
    ends
}

/// The name in a segment: `.get` and `['get']` both are `get`.
fn name(segment: &str) -> String {
    let inside = segment
        .trim_start_matches('.')
        .trim_start_matches('[')
        .trim_end_matches(']');
    let inside = inside.trim_matches(['\'', '"']);
    inside.replace("\\'", "'").replace("\\\\", "\\")
}

fn segment(key: &str) -> String {
    let is_plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !key.starts_with(|c: char| c.is_ascii_digit());
    if is_plain && !key.is_empty() {
        format!(".{key}")
    } else {
        format!(
            "['{}']",
            unescaped(key).replace('\\', "\\\\").replace('\'', "\\'")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        json!({
            "paths": {"/clips/{id}/": {"get": {"operationId": "x"}, "put": {}}, "/records/": {"get": {}}},
            "definitions": {"ClipDto": {"properties": {"title": {}}}}
        })
    }

    #[test]
    fn test_nearest_finds_the_renamed_segment_and_goes_on_as_the_target_does() {
        let found = nearest(&contract(), "$.paths['/clips/{clip_id}/'].get");
        assert_eq!(found, "$.paths['/clips/{id}/'].get");
        let found = nearest(&contract(), "$.definitions.Clip.properties.title");
        assert_eq!(found, "$.definitions.ClipDto.properties.title");
    }

    #[test]
    fn test_nearest_ends_where_nothing_is_alike() {
        assert_eq!(nearest(&contract(), "$.definitions.Camera"), "$.definitions");
        assert_eq!(nearest(&contract(), "$.nothing.at.all"), "$");
        assert_eq!(
            nearest(&contract(), "$.paths['/records/'].gets"),
            "$.paths['/records/'].get"
        );
    }
}
