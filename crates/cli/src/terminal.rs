//! Terminal output: text without control characters, and colour where it is enabled.

use std::borrow::Cow;
use std::fmt::Write;
use std::io::IsTerminal;

/// Whether a character is invisible or changes how others are displayed.
fn is_hidden(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => character.is_control(),
    }
}

/// `text` on one line, with hidden characters as numbers: `\u{1b}`.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.trim_end().chars() {
        match character {
            '\n' | '\r' | '\t' => line.push(' '),
            hidden if is_hidden(hidden) => {
                let _ = write!(line, "{}", hidden.escape_unicode());
            }
            other => line.push(other),
        }
    }
    line
}

/// JSON of the same value, with hidden characters as `\u202e`. Line breaks stay.
pub fn json(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte))
    {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && is_hidden(character) {
            let units = &mut [0; 2];
            for unit in character.encode_utf16(units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Text of several lines, with hidden characters as numbers. Tabs stay.
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && c != '\t' && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text
        .split('\n')
        .map(|part| part.split('\t').map(line).collect::<Vec<_>>().join("\t"))
        .collect();
    Cow::Owned(lines.join("\n"))
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    /// Whether the output to `stream` is coloured.
    pub fn is_on(self, stream: &impl IsTerminal) -> bool {
        let is_refused = || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => stream.is_terminal() && !is_refused(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_what_steers_a_terminal_is_shown_as_numbers() {
        assert_eq!(
            line("a\u{1b}[2Jb\n\u{202e}c\u{9b}"),
            "a\\u{1b}[2Jb \\u{202e}c\\u{9b}"
        );
        assert_eq!(text("a\tb\n\u{7}c"), "a\tb\n\\u{7}c");
        assert_eq!(
            json("{\"a\": \"\u{202e}\u{9b}é\"}\n"),
            "{\"a\": \"\\u202e\\u009bé\"}\n"
        );
        let value: serde_json::Value = serde_json::from_str(&json("\"\u{e0041}\"")).unwrap_or_default();
        assert_eq!(value, "\u{e0041}");
    }
}
