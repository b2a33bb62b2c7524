//! What a schema says of its values, in words.

use crate::text::Markdown;
use serde_json::Value;

/// What a schema says of its values, as one sentence: format, range, lengths, pattern, default; empty when it says nothing.
pub fn limits(schema: &Value) -> Markdown {
    let mut parts: Vec<Markdown> = Vec::new();
    let mut say = |said: &str| parts.push(Markdown::line(said));
    let number = |key: &str| schema.get(key).filter(|value| value.is_number());
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => say(&format!("from {least} to {most}")),
        (Some(least), None) => say(&format!("at least {least}")),
        (None, Some(most)) => say(&format!("at most {most}")),
        (None, None) => {}
    }
    for (least, most, unit) in [
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
    ] {
        match (number(least), number(most)) {
            (Some(least), Some(most)) if least == most => say(&format!("{least} {unit}")),
            (Some(least), Some(most)) => say(&format!("{least} to {most} {unit}")),
            (Some(least), None) => say(&format!("at least {least} {unit}")),
            (None, Some(most)) => say(&format!("at most {most} {unit}")),
            (None, None) => {}
        }
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        parts.push(Markdown::filled("pattern {}", &[&Markdown::code(pattern)]));
    }
    if let Some(format) = schema.get("x-lorgnette-format").and_then(Value::as_str) {
        parts.push(Markdown::filled("format {}", &[&Markdown::code(format)]));
    }
    if schema.get("format").and_then(Value::as_str) == Some("naive-date-time") {
        parts.push(Markdown::ours("in UTC"));
    }
    if let Some(default) = schema.get("default").filter(|value| !value.is_null()) {
        let text = default
            .as_str()
            .map_or_else(|| default.to_string(), ToString::to_string);
        parts.push(Markdown::filled("default {}", &[&Markdown::code(&text)]));
    }
    let sentence = Markdown::joined(parts, "; ").capitalized();
    match sentence.is_empty() {
        true => sentence,
        false => Markdown::filled("{}.", &[&sentence]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_limits_names_range_and_default() {
        let schema = json!({"minimum": 1, "maximum": 100, "default": 20});
        assert_eq!(limits(&schema).as_str(), "From 1 to 100; default `20`.");
        assert_eq!(limits(&json!({"type": "string"})).as_str(), "");
    }
}
