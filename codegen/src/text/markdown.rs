//! Contract text as Markdown that shows the same text.
//!
//! Vendors write plain text, HTML and Markdown of many kinds; rustdoc would treat brackets as
//! links, angle brackets as tags, and fences and indented lines as Rust to be compiled and run.

use super::plain::{lines, one_line, visible};
use std::fmt;

/// The fences of the generator's own examples; its output has no others.
pub const EXAMPLE: &str = "rust,no_run,lorgnette";

/// Markdown in which contract text remains text: it opens no fence, tag, heading or table, no
/// nested list, and no link except to a web address that is shown in full.
///
/// It is made only from contract text, by [`Markdown::prose`], [`Markdown::line`],
/// [`Markdown::cell`] and [`Markdown::code`], and from the generator's own text, by
/// [`Markdown::ours`] and [`Markdown::filled`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markdown(String);

impl Markdown {
    /// The generator's own text, which may contain any markup.
    pub fn ours(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The generator's own text, with `parts` in place of each `{}`.
    pub fn filled(template: &'static str, parts: &[&Self]) -> Self {
        let mut text = String::with_capacity(template.len() + 32);
        let mut parts = parts.iter();
        for (index, piece) in template.split("{}").enumerate() {
            if index > 0
                && let Some(part) = parts.next()
            {
                text.push_str(&part.0);
            }
            text.push_str(piece);
        }
        Self(text)
    }

    /// Prose, which may have paragraphs, lists of one level and code between backticks.
    pub fn prose(text: &str) -> Self {
        let mut made: Vec<String> = Vec::new();
        // Further lines of an item are indented below its text.
        let mut indent = 0;
        for line in lines(text) {
            let line = line.trim();
            if !line.is_empty() {
                let (marker, rest) = marker(line);
                indent = if marker.is_empty() { indent } else { marker.len() };
                let before = indent - marker.len();
                made.push(format!("{:before$}{marker}{}", "", escaped(rest, true)));
                continue;
            }
            indent = 0;
            if made.last().is_some_and(|last| !last.is_empty()) {
                made.push(String::new());
            }
        }
        while made.last().is_some_and(String::is_empty) {
            made.pop();
        }
        Self(made.join("\n"))
    }

    /// Text with code between backticks, on one line.
    pub fn line(text: &str) -> Self {
        Self(escaped(&one_line(text), true))
    }

    /// The first line of a text as a table cell, where even code cannot contain a bar.
    pub fn cell(text: &str) -> Self {
        let first = lines(text).next().unwrap_or_default();
        Self(escaped(&one_line(&first), !first.contains('|')))
    }

    /// A name or value as code, whatever characters it contains.
    pub fn code(text: &str) -> Self {
        let text = text.replace(['\n', '\r'], " ");
        let text = visible(&text);
        if text.is_empty() {
            return Self::ours("the empty text");
        }
        let runs = text.split(|c| c != '`').map(str::len);
        match runs.max().unwrap_or_default() {
            0 => Self(format!("`{text}`")),
            longest => {
                let fence = "`".repeat(longest + 1);
                Self(format!("{fence} {text} {fence}"))
            }
        }
    }

    /// Several names or values as code.
    pub fn codes<S: AsRef<str>>(texts: impl IntoIterator<Item = S>, between: &'static str) -> Self {
        Self::joined(texts.into_iter().map(|text| Self::code(text.as_ref())), between)
    }

    /// An address as a link that shows it, or as code if it is not a web address.
    pub fn address(address: &str) -> Self {
        match is_web(address) {
            true => Self(format!("<{address}>")),
            false => Self::code(address),
        }
    }

    /// A link with text of the generator's own; only the text if the address is not a web address.
    pub fn link(text: &'static str, address: &str) -> Self {
        match is_web(address) {
            true => Self(format!("[{text}]({address})")),
            false => Self::ours(text),
        }
    }

    /// An example that rustdoc compiles: Rust code of the generator's, with contract text only in
    /// string literals.
    pub fn example(rust: &str) -> Self {
        Self(format!("```{EXAMPLE}\n{rust}```\n"))
    }

    /// Parts with a separator between them.
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let parts: Vec<String> = parts.into_iter().map(|part| part.0).collect();
        Self(parts.join(between))
    }

    /// Paragraphs in sequence, without empty ones.
    pub fn paragraphs(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts.into_iter().filter(|part| !part.is_empty()), "\n\n")
    }

    /// Sentences in sequence, without empty ones.
    pub fn sentences(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts.into_iter().filter(|part| !part.is_empty()), " ")
    }

    /// Adds the next part.
    pub fn push(&mut self, next: &Self) {
        self.0.push_str(&next.0);
    }

    /// Ends the text with a full stop unless it already ends with punctuation.
    #[must_use]
    pub fn sentence(mut self) -> Self {
        if !self.is_empty() && !self.0.ends_with(['.', '!', '?', ':', ')']) {
            self.0.push('.');
        }
        self
    }

    /// The text with a capital at its beginning.
    #[must_use]
    pub fn capitalized(self) -> Self {
        let mut characters = self.0.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        Self(first.chain(characters).collect())
    }

    /// The text without a full stop at its end.
    #[must_use]
    pub fn unended(mut self) -> Self {
        self.0.truncate(self.0.trim_end_matches('.').len());
        self
    }

    /// The text of an item of a list, further lines of which are indented.
    #[must_use]
    pub fn item(&self) -> Self {
        let lines = self.0.lines().map(|line| match line {
            "" => String::new(),
            line => format!("  {line}"),
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        Self(text.trim_start().to_owned())
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text for a terminal: without escapes, and with the bare addresses of links.
    pub fn plain(&self) -> String {
        let mut plain = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some(character) = rest.chars().next() {
            let (length, piece) = match character {
                '\\' if rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) => (2, &rest[1..2]),
                '`' => {
                    let run = rest.len() - rest.trim_start_matches('`').len();
                    let length = code_span(rest, run).map_or(run, |(length, _)| length);
                    (length, &rest[..length])
                }
                '<' => match rest.find('>') {
                    Some(end) if is_web(&rest[1..end]) => (end + 1, &rest[1..end]),
                    _ => (1, "<"),
                },
                '[' => match link(rest) {
                    Some((length, address)) => (length, address),
                    None => (1, "["),
                },
                other => (other.len_utf8(), &rest[..other.len_utf8()]),
            };
            plain.push_str(piece);
            rest = &rest[length..];
        }
        plain
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<usize> for Markdown {
    fn from(number: usize) -> Self {
        Self(number.to_string())
    }
}

/// The list marker at the start of a line, and the rest of the line.
fn marker(line: &str) -> (&str, &str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let length = match line.as_bytes().get(digits) {
        Some(b'-' | b'*') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return ("", line),
    };
    match line[length..].strip_prefix(' ') {
        // Further spaces would turn the following text into code.
        Some(rest) => (&line[..=length], rest.trim_start()),
        None => ("", line),
    }
}

/// Escapes a line, regardless of its context. Code between backticks is kept if code is allowed.
fn escaped(line: &str, with_code: bool) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    // A line that begins like a heading, quotation, rule or list must remain text; all other markup
    // is escaped anyway.
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = line.split_at(digits);
    let is_number = digits > 0 && after.starts_with(['.', ')']) && !after[1..].starts_with(|c| c != ' ');
    if is_number || digits == 0 && (line.starts_with(['#', '>', '+', '-', '=']) || line.starts_with(":-")) {
        out.push_str(number);
        out.push('\\');
        rest = after;
    }
    while let Some(character) = rest.chars().next() {
        let (length, piece) = match character {
            '`' => {
                let run = rest.len() - rest.trim_start_matches('`').len();
                match code_span(rest, run).filter(|_| with_code) {
                    Some((length, code)) => (length, Markdown::code(code).0),
                    None => (run, "\\`".repeat(run)),
                }
            }
            'h' if rest.starts_with("https://") || rest.starts_with("http://") => {
                let address = address(rest);
                match is_web(address) {
                    true => (address.len(), format!("<{address}>")),
                    false => (1, "h".to_owned()),
                }
            }
            // An underscore inside a word is not markup.
            '_' if within_word(&out, rest) => (1, "_".to_owned()),
            '[' | ']' | '<' | '*' | '_' | '\\' | '~' | '|' => (1, format!("\\{character}")),
            '&' if rest[1..].starts_with(|c: char| c == '#' || c.is_ascii_alphabetic()) => {
                (1, "\\&".to_owned())
            }
            _ => {
                out.push(character);
                rest = &rest[character.len_utf8()..];
                continue;
            }
        };
        out.push_str(&piece);
        rest = &rest[length..];
    }
    out
}

/// The code span at the start of `rest`, delimited by `run` backticks: its length, and its code.
fn code_span(rest: &str, run: usize) -> Option<(usize, &str)> {
    let mut at = run;
    loop {
        let begin = at + rest[at..].find('`')?;
        let end = rest.len() - rest[begin..].trim_start_matches('`').len();
        if end - begin == run {
            let code = &rest[run..begin];
            let stripped = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
            let code = stripped.filter(|code| !code.trim().is_empty()).unwrap_or(code);
            return Some((end, code));
        }
        at = end;
    }
}

/// The generator's own link at the start of `rest`: its length, and its address.
fn link(rest: &str) -> Option<(usize, &str)> {
    let begin = rest.find("](")? + 2;
    let address = &rest[begin..begin + rest[begin..].find(')')?];
    is_web(address).then_some((begin + address.len() + 1, address))
}

/// The address at the start of `rest`.
fn address(rest: &str) -> &str {
    let end = rest
        .find(|c: char| c.is_whitespace() || "<>()[]{}\"'`|,;\\".contains(c))
        .unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', ':', '!', '?'])
}

/// Whether an address is a web address that can be used in a link unchanged.
pub fn is_web(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let is_plain = |c: char| !c.is_whitespace() && !super::is_hidden(c) && !"<>()[]{}\"'`|\\".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain))
}

/// Whether the first character of `rest` is inside a word; `before` is the preceding text.
fn within_word(before: &str, rest: &str) -> bool {
    let after = rest.chars().nth(1);
    before.ends_with(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> String {
        Markdown::prose(text).0
    }

    #[test]
    fn test_plain_text_is_that_of_the_contract() {
        for text in [
            "See [Foo] and Vec<T>, `a[0]`",
            "# not a heading",
            "*all* &lt; R&D ~a~ | b\\",
            "at https://example.com/a_b, 1. not a list",
            "`` a`b `` c",
        ] {
            assert_eq!(Markdown::prose(text).plain(), text);
        }
        let link = Markdown::link("Documentation", "https://example.com/a");
        assert_eq!(link.plain(), "https://example.com/a");
    }

    #[test]
    fn test_prose_shows_markup_as_text() {
        assert_eq!(
            prose("See [Foo] and Vec<T>, `a[0]`"),
            "See \\[Foo\\] and Vec\\<T>, `a[0]`"
        );
        assert_eq!(prose("# not a heading"), "\\# not a heading");
        assert_eq!(
            prose("*all* &lt; R&D ~a~ | b\\"),
            "\\*all\\* \\&lt; R\\&D \\~a\\~ \\| b\\\\"
        );
        assert_eq!(prose("a\n===\nb\n---\n:--"), "a\n\\===\nb\n\\---\n\\:--");
    }

    #[test]
    fn test_prose_indents_further_lines_of_an_item() {
        assert_eq!(
            prose("One of\n* a, which\nis long\n10. b\n  too\n\nThe end."),
            "One of\n* a, which\n  is long\n10. b\n    too\n\nThe end."
        );
    }

    #[test]
    fn test_prose_opens_no_fence_and_no_indented_code() {
        assert_eq!(prose("```rust\nrun()\n```"), "\\`\\`\\`rust\nrun()\n\\`\\`\\`");
        assert_eq!(
            prose("~~~\nrun()\n``````"),
            "\\~\\~\\~\nrun()\n\\`\\`\\`\\`\\`\\`"
        );
        assert_eq!(prose("one\n\n\n    let x = 1;\n"), "one\n\nlet x = 1;");
        assert_eq!(
            prose("-      run()\n1.\t\t3.\t\trun()\n> run()"),
            "- run()\n1. 3\\.  run()\n   \\> run()"
        );
        assert_eq!(prose("- ```\n- - - x"), "- \\`\\`\\`\n- \\- - x");
    }

    #[test]
    fn test_prose_escapes_underscores_only_where_they_mean_emphasis() {
        assert_eq!(prose("ai_engine and _this_"), "ai_engine and \\_this\\_");
    }

    #[test]
    fn test_prose_links_addresses_of_the_web_alone() {
        assert_eq!(prose("at https://a.example/x_y."), "at <https://a.example/x_y>.");
        assert_eq!(
            prose("<javascript:x> http:// [a]: b"),
            "\\<javascript:x> http:// \\[a\\]: b"
        );
        assert_eq!(Markdown::link("a", "javascript:x").0, "a");
        assert_eq!(Markdown::address("https://a b").0, "`https://a b`");
    }

    #[test]
    fn test_text_shows_hidden_characters_by_their_number() {
        assert_eq!(
            prose("a\u{202e}b\u{1b}[1m\r\nc\0"),
            "a\\\\u{202e}b\\\\u{1b}\\[1m\n\nc\\\\u{0}"
        );
        assert_eq!(Markdown::line("a\u{feff}\u{2028}b\n").0, "a\\\\u{feff} b");
        assert_eq!(Markdown::code("\u{200b}\t").0, "`\\u{200b}\\u{9}`");
    }

    #[test]
    fn test_code_holds_any_number_of_backticks() {
        for (text, code) in [("a", "`a`"), ("a`b", "`` a`b ``"), ("```", "```` ``` ````")] {
            assert_eq!(Markdown::code(text).0, code);
            // Code in prose remains code.
            assert_eq!(prose(code), code);
        }
        assert_eq!(prose("``` a"), "\\`\\`\\` a");
    }

    #[test]
    fn test_cell_has_no_bar_but_escaped_ones() {
        assert_eq!(Markdown::cell("`a` and `b`\nc").0, "`a` and `b`");
        assert_eq!(Markdown::cell("`a|b`").0, "\\`a\\|b\\`");
    }
}
