//! Describes the contract's limits on values in words.

use crate::ir::{Text, Type, TypeRef};
use crate::text::Markdown;

/// The contract's limits on values, as one sentence: format, range, lengths, pattern, default;
/// empty if there are none.
pub fn limits(used: &TypeRef) -> Markdown {
    let annotations = used.said();
    let mut parts: Vec<Markdown> = Vec::new();
    let mut say = |said: &str| parts.push(Markdown::line(said));
    match (&annotations.minimum, &annotations.maximum) {
        (Some(least), Some(most)) => say(&format!("from {least} to {most}")),
        (Some(least), None) => say(&format!("at least {least}")),
        (None, Some(most)) => say(&format!("at most {most}")),
        (None, None) => {}
    }
    for (least, most, unit) in [
        (&annotations.min_length, &annotations.max_length, "characters"),
        (&annotations.min_items, &annotations.max_items, "items"),
    ] {
        match (least, most) {
            (Some(least), Some(most)) if least == most => say(&format!("{least} {unit}")),
            (Some(least), Some(most)) => say(&format!("{least} to {most} {unit}")),
            (Some(least), None) => say(&format!("at least {least} {unit}")),
            (None, Some(most)) => say(&format!("at most {most} {unit}")),
            (None, None) => {}
        }
    }
    if let Some(pattern) = &annotations.pattern {
        parts.push(Markdown::filled("pattern {}", &[&Markdown::code(pattern)]));
    }
    if let Some(format) = &annotations.format {
        parts.push(Markdown::filled("format {}", &[&Markdown::code(format)]));
    }
    if used.ty == Type::Text(Text::NaiveDateTime) {
        parts.push(Markdown::ours("in UTC"));
    }
    if let Some(default) = &annotations.default {
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
    use crate::ir::Annotations;

    #[test]
    fn test_limits_names_range_and_default() {
        let mut used = TypeRef::of(Type::Number);
        assert_eq!(limits(&used).as_str(), "");
        used.annotations = Some(Box::new(Annotations {
            minimum: Some(1.into()),
            maximum: Some(100.into()),
            default: Some(20.into()),
            ..Annotations::default()
        }));
        assert_eq!(limits(&used).as_str(), "From 1 to 100; default `20`.");
    }
}
