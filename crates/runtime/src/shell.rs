//! Quotes the words of a shell command.

use std::fmt::Write;

/// A text as one word of a command line, quoted if a shell would interpret it.
pub fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:,@%+".contains(&byte);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A text as one word, for shells like `bash` and `zsh`. Control characters are escaped, so that a
/// terminal shows them instead of interpreting them.
pub(crate) fn quoted(text: &str) -> String {
    let is_obeyed = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if !text.contains(is_obeyed) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = "$'".to_owned();
    for letter in text.chars() {
        match letter {
            '\\' => word.push_str("\\\\"),
            '\'' => word.push_str("\\'"),
            '\n' => word.push_str("\\n"),
            letter if letter.is_control() => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    // Writing to a string never fails.
                    let _ = write!(word, "\\x{byte:02x}");
                }
            }
            letter => word.push(letter),
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_word_is_what_a_shell_makes_of_it() {
        for text in [
            "a b",
            "it's $HOME `id` \"!\" \\",
            "two\nlines",
            "\u{1b}[31m it's \\ \u{9b}",
            "",
            "é\t'",
        ] {
            let command = format!("printf %s {}", quoted(text));
            let output = std::process::Command::new("bash").args(["-c", &command]).output();
            let written = output.map(|output| String::from_utf8(output.stdout));
            assert_eq!(
                written.ok().and_then(Result::ok).as_deref(),
                Some(text),
                "{command}"
            );
        }
    }

    #[test]
    fn test_control_characters_are_spelled_out() {
        assert_eq!(quoted("a\u{1b}[0m"), "$'a\\x1b[0m'");
    }

    #[test]
    fn test_word_is_quoted_where_a_shell_would_read_something_else() {
        assert_eq!(["PATCH", "A!", ""].map(word), ["PATCH", "'A!'", "''"]);
        assert_eq!(["@a/b.c", "=a", "~"].map(word), ["@a/b.c", "'=a'", "'~'"]);
    }
}
