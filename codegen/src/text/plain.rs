//! Text for Rust, TOML, JSON, YAML and terminals; hidden characters are shown as numbers.

use proc_macro2::Literal;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// The maximum length of a message in a line of a terminal.
pub const LONG: usize = 600;

/// Whether a character is invisible or changes how others are displayed. Line breaks do not count.
pub fn is_hidden(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => character.is_control() || u32::from(character) & 0xfffe == 0xfffe,
    }
}

/// `text` with its hidden characters as numbers: `\u{202e}`. Line breaks are kept.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |out, hidden| write!(out, "{}", hidden.escape_unicode()))
}

/// `text` for a terminal: like [`visible`], but tabs are kept, too.
pub fn terminal(text: &str) -> Cow<'_, str> {
    escaped(text, |out, hidden| match hidden {
        '\t' => write!(out, "\t"),
        _ => write!(out, "{}", hidden.escape_unicode()),
    })
}

fn escaped(text: &str, escape: impl Fn(&mut String, char) -> std::fmt::Result) -> Cow<'_, str> {
    let is_plain = |byte| matches!(byte, b'\n' | b' '..=b'~');
    if text.bytes().all(is_plain) || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            // Writing to a string does not fail.
            let _ = escape(&mut out, character);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// The lines of `text`, with any kind of line break, without hidden characters.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    const ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    // A tab would be shown as a number, but is only a wide space.
    text.split(ENDS).map(|line| match line.contains('\t') {
        true => Cow::Owned(visible(&line.replace('\t', " ")).into_owned()),
        false => visible(line),
    })
}

/// `text` on one line of at most `longest` characters, followed by the number of omitted ones.
pub fn line(text: &str, longest: usize) -> String {
    let joined = one_line(text);
    match joined.char_indices().nth(longest) {
        None => joined,
        Some((end, _)) => format!(
            "{}… ({} more characters)",
            &joined[..end],
            joined[end..].chars().count()
        ),
    }
}

/// The lines of `text`, joined into one.
pub(super) fn one_line(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in lines(text) {
        let line = line.trim();
        if !joined.is_empty() && !line.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// `text` as a string literal of Rust that has exactly this value.
pub fn rust(text: &str) -> String {
    visible(&Literal::string(text).to_string()).into_owned()
}

/// `text` on one line as a string of TOML.
pub fn toml(text: &str) -> String {
    ::toml::Value::String(one_line(text)).to_string()
}

/// `value` as indented JSON with exactly this value, with hidden characters as `\u202e`.
///
/// # Errors
///
/// When the value cannot be written as JSON.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| json_text(&text))
}

/// JSON of the same value, with hidden characters as `\u202e`.
pub fn json_text(text: &str) -> String {
    // Outside of strings, there are only ASCII characters.
    let escaped = escaped(text, |out, hidden| {
        let units = &mut [0; 2];
        let mut units = hidden.encode_utf16(units).iter();
        units.try_for_each(|unit| write!(out, "\\u{unit:04x}"))
    });
    escaped.into_owned()
}

/// `text` as a string of YAML between quotation marks, on one line.
pub fn yaml(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let escaped = escaped(&quoted, |out, hidden| write!(out, "\\U{:08x}", u32::from(hidden)));
    escaped.into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\"#\\ */ {}\u{202e}\u{1b}[2J\0\r\n\u{feff}é\u{e0041}`";

    #[test]
    fn test_rust_literal_has_the_value_and_no_hidden_character() {
        let literal = rust(HOSTILE);
        assert!(!literal.contains(is_hidden), "{literal}");
        assert_eq!(syn::parse_str::<syn::LitStr>(&literal).unwrap().value(), HOSTILE);
    }

    #[test]
    fn test_json_has_the_value_and_no_hidden_character() {
        let text = json(&HOSTILE).unwrap();
        assert!(!text.contains(is_hidden), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), HOSTILE);
    }

    #[test]
    fn test_toml_string_is_one_line_without_hidden_characters() {
        let text = toml(HOSTILE);
        assert!(!text.contains(|c| is_hidden(c) || c == '\n'), "{text}");
        let table: ::toml::Table = format!("a = {text}").parse().unwrap();
        assert!(table["a"].as_str().unwrap().starts_with("\"#\\ */ {}\\u{202e}"));
    }

    #[test]
    fn test_line_is_bounded() {
        assert_eq!(line("a\n  b\tc\u{7}", 20), "a b c\\u{7}");
        assert_eq!(line("abcdef", 4), "abcd… (2 more characters)");
    }
}
