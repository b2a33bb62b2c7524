//! Splits JavaScript into tokens, precisely enough to distinguish literals, names and brackets.
//!
//! Complete JavaScript parsers exist and were considered. They recurse once per bracket, so a page
//! with ten thousand brackets overflows the stack, and they reject a script that is truncated or
//! contains a template's placeholder. Here, a few literals must be found in any text.

use super::recognize::head;

/// The maximum number of bytes of a script that are read.
const LONGEST_SCRIPT: usize = 4 << 20;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or keyword.
    Name,
    /// A text in quotes, or in backticks without a substitution.
    Text,
    /// The beginning of a template with substitutions: a bracket that a backtick closes. It
    /// contains pieces of text and, in braces, the expressions between them.
    Template,
    /// A piece of text inside such a template.
    Piece,
    /// A regular expression, whose value is never known.
    Opaque,
    Number,
    /// One character of punctuation.
    Mark(u8),
}

/// A token and its place in the script.
#[derive(Clone, Copy, Debug)]
pub struct ScriptToken {
    pub kind: TokenKind,
    start: u32,
    end: u32,
    /// For an opening bracket: the index of the token after the one that closes it.
    after: u32,
}

/// A script as tokens.
pub struct Script<'s> {
    text: &'s str,
    tokens: Vec<ScriptToken>,
}

impl<'s> Script<'s> {
    /// Reads a script of any content. Text that is not JavaScript is also split into tokens.
    pub fn new(text: &'s str) -> Self {
        let text = head(text, LONGEST_SCRIPT);
        let mut reader = ScriptReader {
            bytes: text.as_bytes(),
            at: 0,
            tokens: Vec::new(),
            templates: Vec::new(),
        };
        reader.read();
        let mut script = Self {
            text,
            tokens: reader.tokens,
        };
        script.match_brackets();
        script
    }

    /// The number of tokens.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The content at `index`.
    pub fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// Whether the token at `index` is this punctuation.
    pub fn is(&self, index: usize, mark: u8) -> bool {
        self.kind(index) == Some(TokenKind::Mark(mark))
    }

    /// Whether two tokens are this pair of punctuation with nothing between: `=>`, `||`.
    pub fn is_pair(&self, index: usize, pair: [u8; 2]) -> bool {
        let touch = |first: &ScriptToken, second: &ScriptToken| first.end == second.start;
        self.is(index, pair[0])
            && self.is(index + 1, pair[1])
            && matches!(self.tokens.get(index..index + 2), Some([first, second]) if touch(first, second))
    }

    /// The name at `index`.
    pub fn name(&self, index: usize) -> Option<&'s str> {
        let token = self
            .tokens
            .get(index)
            .filter(|token| token.kind == TokenKind::Name)?;
        self.text.get(token.start as usize..token.end as usize)
    }

    /// The token's text as it is written, quotes included.
    pub fn source(&self, index: usize) -> &'s str {
        let token = self.tokens.get(index);
        token.map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    /// The text of a literal.
    pub fn literal(&self, index: usize) -> Option<String> {
        let source = self.source(index);
        match self.kind(index)? {
            TokenKind::Text => Some(unescape(unquoted(source))),
            TokenKind::Piece => Some(unescape(source)),
            _ => None,
        }
    }

    /// The token after the bracket that closes the one at `index`; the next token if it is not a
    /// bracket.
    pub fn after(&self, index: usize) -> usize {
        self.tokens
            .get(index)
            .map_or(index + 1, |token| token.after as usize)
    }

    fn match_brackets(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let count = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        for index in 0..self.tokens.len() {
            let next = u32::try_from(index + 1).unwrap_or(u32::MAX);
            self.tokens[index].after = next;
            match self.tokens[index].kind {
                TokenKind::Mark(b'(' | b'[' | b'{') | TokenKind::Template => {
                    // An unclosed bracket extends to the end.
                    self.tokens[index].after = count;
                    open.push(index);
                }
                TokenKind::Mark(b')' | b']' | b'}' | b'`') => {
                    if let Some(opened) = open.pop() {
                        self.tokens[opened].after = next;
                    }
                }
                _ => {}
            }
        }
    }
}

struct ScriptReader<'s> {
    bytes: &'s [u8],
    at: usize,
    tokens: Vec<ScriptToken>,
    /// The templates whose substitutions are being read, each with the braces that are open in
    /// there.
    templates: Vec<usize>,
}

impl ScriptReader<'_> {
    fn read(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            let next = self.bytes.get(self.at + 1).copied();
            match byte {
                b'/' if next == Some(b'/') => self.skip_line(),
                b'/' if next == Some(b'*') => {
                    let end = find(&self.bytes[self.at + 2..], b"*/");
                    self.at = end.map_or(self.bytes.len(), |end| self.at + 2 + end + 2);
                }
                b'<' if self.bytes[self.at..].starts_with(b"<!--") => self.skip_line(),
                b'/' if self.regex_may_follow() && self.skip_regex() => self.push(TokenKind::Opaque, start),
                b'"' | b'\'' => {
                    self.skip_text(byte);
                    self.push(TokenKind::Text, start);
                }
                b'`' => self.template(),
                b'{' | b'}' if !self.templates.is_empty() => self.brace(byte),
                b'0'..=b'9' => {
                    self.skip_while(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_');
                    self.push(TokenKind::Number, start);
                }
                byte if is_name(byte) => {
                    self.skip_while(|b| is_name(b) || b.is_ascii_digit());
                    self.push(TokenKind::Name, start);
                }
                byte => {
                    self.at += 1;
                    if byte.is_ascii_punctuation() {
                        self.push(TokenKind::Mark(byte), start);
                    }
                }
            }
        }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.tokens.push(ScriptToken {
            kind,
            start: place(start),
            end: place(self.at),
            after: 0,
        });
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| keep(*byte)) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        self.skip_while(|byte| byte != b'\n' && byte != b'\r');
    }

    /// Advances past the closing quote, or to the end of a line that lacks one.
    fn skip_text(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'\n' => return,
                _ => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// Reads a template from its backtick: a text, or the beginning of a template up to its first
    /// substitution.
    fn template(&mut self) {
        let start = self.at;
        self.at += 1;
        if !self.skip_piece() {
            self.at = (self.at + 1).min(self.bytes.len());
            self.push(TokenKind::Text, start);
            return;
        }
        let first = std::mem::replace(&mut self.at, start + 1);
        self.push(TokenKind::Template, start);
        self.at = first;
        self.push(TokenKind::Piece, start + 1);
        self.templates.push(0);
        self.at += 2;
        self.push(TokenKind::Mark(b'{'), first);
    }

    /// Reads a brace inside a substitution. If it ends the substitution, the template continues.
    fn brace(&mut self, brace: u8) {
        let start = self.at;
        self.at += 1;
        self.push(TokenKind::Mark(brace), start);
        let Some(open) = self.templates.last_mut() else {
            return;
        };
        match (brace, *open) {
            (b'{', _) => *open += 1,
            (_, 1..) => *open -= 1,
            _ => {
                let piece = self.at;
                let goes_on = self.skip_piece();
                self.push(TokenKind::Piece, piece);
                let mark = self.at;
                if goes_on {
                    self.at += 2;
                    self.push(TokenKind::Mark(b'{'), mark);
                } else {
                    self.templates.pop();
                    self.at = (self.at + 1).min(self.bytes.len());
                    self.push(TokenKind::Mark(b'`'), mark);
                }
            }
        }
    }

    /// Advances to the end of a piece of a template. Returns whether a substitution follows, rather
    /// than the template's end.
    fn skip_piece(&mut self) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'`' => return false,
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => return true,
                _ => self.at += 1,
            }
        }
        false
    }

    /// A slash divides after a value, and begins a regular expression elsewhere.
    fn regex_may_follow(&self) -> bool {
        match self.tokens.last().map(|token| (token.kind, token)) {
            None => true,
            Some((TokenKind::Mark(mark), _)) => !matches!(mark, b')' | b']' | b'}'),
            Some((TokenKind::Name, token)) => {
                let name = &self.bytes[token.start as usize..token.end as usize];
                matches!(name, b"return" | b"typeof" | b"case" | b"in" | b"of")
            }
            Some(_) => false,
        }
    }

    /// Skips a regular expression if there is one. It must end on the same line.
    fn skip_regex(&mut self) -> bool {
        let (mut at, mut in_class) = (self.at + 1, false);
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' | b'\r' => return false,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    self.skip_while(|byte| byte.is_ascii_alphabetic());
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The text between quotes.
fn unquoted(source: &str) -> &str {
    let Some(quote) = source.chars().next() else {
        return source;
    };
    let body = &source[quote.len_utf8()..];
    body.strip_suffix(quote).unwrap_or(body)
}

/// A text with its escapes replaced.
fn unescape(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body.chars();
    // The first half of a surrogate pair, waiting for the second.
    let mut high: Option<u32> = None;
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            high = None;
            continue;
        }
        let code = match rest.next() {
            None | Some('\n') => None,
            Some('n') => Some(10),
            Some('t') => Some(9),
            Some('r') => Some(13),
            Some('b') => Some(8),
            Some('f') => Some(12),
            Some('v') => Some(11),
            Some('0') => Some(0),
            Some('x') => hex(&mut rest, 2),
            Some('u') if rest.as_str().starts_with('{') => {
                let (digits, after) = rest.as_str()[1..].split_once('}').unwrap_or_default();
                rest = after.chars();
                u32::from_str_radix(digits, 16).ok()
            }
            Some('u') => hex(&mut rest, 4),
            Some(other) => Some(u32::from(other)),
        };
        let Some(code) = code else { continue };
        match (high.take(), code) {
            (_, 0xD800..=0xDBFF) => high = Some(code),
            (Some(high), 0xDC00..=0xDFFF) => {
                let whole = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00);
                text.extend(char::from_u32(whole));
            }
            _ => text.extend(char::from_u32(code)),
        }
    }
    text
}

/// The number in the next `count` hexadecimal digits.
fn hex(rest: &mut std::str::Chars<'_>, count: usize) -> Option<u32> {
    let digits = rest.as_str().get(..count)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    *rest = rest.as_str()[count..].chars();
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Vec<&str> {
        let script = Script::new(text);
        (0..script.len()).map(|index| script.source(index)).collect()
    }

    #[test]
    fn test_comments_and_regular_expressions_are_told_from_division() {
        assert_eq!(
            sources("a = b / c; // d\nx = /[/]\"/g.test(y) /* 'e' */ + `t${{u}/2}`"),
            [
                "a", "=", "b", "/", "c", ";", "x", "=", "/[/]\"/g", ".", "test", "(", "y", ")", "+", "`",
                "t", "${", "{", "u", "}", "/", "2", "}", "", "`"
            ]
        );
    }

    #[test]
    fn test_literals_lose_their_escapes() {
        let text = |source: &str| Script::new(source).literal(0);
        assert_eq!(text(r#""\u002Fapi\x2fa\/b\n""#).as_deref(), Some("/api/a/b\n"));
        assert_eq!(
            text(r"'\u{1F600}\uD83D\uDE00\'é'").as_deref(),
            Some("\u{1F600}\u{1F600}'é")
        );
        assert_eq!(text("`a\\`b`").as_deref(), Some("a`b"));
        assert_eq!(text("`a${b}`"), None);
        assert_eq!(Script::new("`\\u0041${b}`").literal(1).as_deref(), Some("A"));
        assert_eq!(text(r#""cut off\"#).as_deref(), Some("cut off"));
    }

    #[test]
    fn test_brackets_know_their_ends_even_without_one() {
        let script = Script::new("f({a: [1]}, (");
        assert_eq!((script.after(1), script.after(2), script.after(5)), (11, 9, 8));
        let script = Script::new("`a${`b${{}}`}` + 1");
        assert_eq!((script.after(0), script.source(script.after(0))), (14, "+"));
        for cut in ["`a${", "`a${`b${c", "`a${b}", "`a${b}c", "`a${{", "}`", "`"] {
            let script = Script::new(cut);
            assert!(
                (0..script.len()).all(|at| script.after(at) <= script.len()),
                "{cut}"
            );
        }
    }
}
