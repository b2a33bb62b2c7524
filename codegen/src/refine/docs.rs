//! A contract's prose as rustdoc that gives no warnings.
//!
//! Vendors write plain text, HTML and Markdown of many kinds; rustdoc would take brackets for links, angle brackets for
//! tags and indented lines for Rust to be compiled. This module knows text only.

use serde_json::Value;
use std::fmt::Write;

/// Prose as Markdown that shows the same text: links, tags and indented code do no harm.
pub fn markdown(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
        } else {
            lines.push(escape(line));
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// Escapes what rustdoc would take for markup in a line; text between backticks stays.
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let code = line.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    let mut rest = line;
    // A line that begins like a list item, a heading, a quotation, a table or a fence is text all the same.
    if rest.starts_with(['#', '>', '|', '+', '-', '*', '=', '~'])
        && !rest.starts_with("- ")
        && !rest.starts_with("* ")
    {
        escaped.push('\\');
    }
    while let Some(character) = rest.chars().next() {
        if !in_code && (rest.starts_with("https://") || rest.starts_with("http://")) {
            let end = rest
                .find(|c: char| c.is_whitespace() || "<>()[]{}\"'`|,;".contains(c))
                .unwrap_or(rest.len());
            let address = rest[..end].trim_end_matches(['.', ':', '!', '?']);
            if address.len() > "https://".len() {
                let _ = write!(escaped, "<{address}>");
            } else {
                escaped.push_str(address);
            }
            rest = &rest[address.len()..];
            continue;
        }
        match character {
            '`' if code => {
                in_code = !in_code;
                escaped.push('`');
            }
            // Inside a word an underscore is no markup.
            '_' if within_word(&escaped, rest) => escaped.push(character),
            '`' | '[' | ']' | '<' | '*' | '_' | '\\' | '~' | '|' if !in_code => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
        rest = &rest[character.len_utf8()..];
    }
    escaped
}

/// Whether the first character of `rest` stands between two characters of a word, `before` ending in the first.
fn within_word(before: &str, rest: &str) -> bool {
    let after = rest.chars().nth(1);
    before.ends_with(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

/// A name or value of the contract as code, whatever characters it has.
pub fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.is_empty() {
        return "the empty text".to_string();
    }
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// What a schema says of its values, as one sentence: format, range, lengths, pattern, default; empty when it says nothing.
pub fn limits(schema: &Value) -> String {
    let mut parts = Vec::new();
    let number = |key: &str| schema.get(key).filter(|value| value.is_number());
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => parts.push(format!("from {least} to {most}")),
        (Some(least), None) => parts.push(format!("at least {least}")),
        (None, Some(most)) => parts.push(format!("at most {most}")),
        (None, None) => {}
    }
    for (least, most, unit) in [
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
    ] {
        match (number(least), number(most)) {
            (Some(least), Some(most)) if least == most => parts.push(format!("{least} {unit}")),
            (Some(least), Some(most)) => parts.push(format!("{least} to {most} {unit}")),
            (Some(least), None) => parts.push(format!("at least {least} {unit}")),
            (None, Some(most)) => parts.push(format!("at most {most} {unit}")),
            (None, None) => {}
        }
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        parts.push(format!("pattern {}", code(pattern)));
    }
    if let Some(format) = schema.get("x-lorgnette-format").and_then(Value::as_str) {
        parts.push(format!("format {}", code(format)));
    }
    if schema.get("format").and_then(Value::as_str) == Some("naive-date-time") {
        parts.push("in UTC".to_string());
    }
    if let Some(default) = schema.get("default").filter(|value| !value.is_null()) {
        let text = default
            .as_str()
            .map_or_else(|| default.to_string(), ToString::to_string);
        parts.push(format!("default {}", code(&text)));
    }
    match parts.is_empty() {
        true => String::new(),
        false => {
            let sentence = parts.join("; ");
            let mut characters = sentence.chars();
            characters
                .next()
                .map(|first| first.to_uppercase().chain(characters).collect::<String>() + ".")
                .unwrap_or_default()
        }
    }
}

/// Paragraphs one after the other, the empty ones left out.
pub fn paragraphs<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> String {
    let mut text = String::new();
    for part in parts {
        let part = part.as_ref();
        if !part.is_empty() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(part);
        }
    }
    text
}

/// Ends a sentence with a full stop unless it ends with some mark already.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', ';', ')']) && !text.ends_with(';') {
        return text.to_string();
    }
    format!("{text}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_markdown_escapes_what_rustdoc_would_take_for_markup() {
        assert_eq!(
            markdown("See [Foo] and Vec<T>, `a[0]`"),
            "See \\[Foo\\] and Vec\\<T>, `a[0]`"
        );
        assert_eq!(markdown("# not a heading"), "\\# not a heading");
    }

    #[test]
    fn test_markdown_escapes_underscores_only_where_they_mean_emphasis() {
        assert_eq!(markdown("ai_engine and _this_"), "ai_engine and \\_this\\_");
    }

    #[test]
    fn test_markdown_makes_addresses_links() {
        assert_eq!(
            markdown("at https://a.example/x_y."),
            "at <https://a.example/x_y>."
        );
    }

    #[test]
    fn test_markdown_takes_indentation_off() {
        assert_eq!(markdown("one\n\n\n    let x = 1;\n"), "one\n\nlet x = 1;");
    }

    #[test]
    fn test_limits_names_range_and_default() {
        let schema = json!({"minimum": 1, "maximum": 100, "default": 20});
        assert_eq!(limits(&schema), "From 1 to 100; default `20`.");
        assert_eq!(limits(&json!({"type": "string"})), "");
    }

    #[test]
    fn test_code_survives_backticks() {
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
