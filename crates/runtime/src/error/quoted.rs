//! Server messages prepared for errors: short, on one line, and with every sent secret masked.

use super::server_words;
use crate::model::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// The maximum number of characters quoted from a message.
const LONGEST_MESSAGE: usize = 300;
/// The maximum number of characters quoted from a request id.
const LONGEST_ID: usize = 64;
/// The mask that replaces a secret.
pub(crate) const MASKED: &str = "[masked]";

/// The part of a response that an error quotes.
#[derive(Default)]
pub(crate) struct Quoted {
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// The secrets to mask in the rest of the response; `None` if the response is not quoted.
    pub(crate) secrets: Option<Secrets>,
}

impl Quoted {
    /// The message in a response with this head and body, without the secrets.
    pub(crate) fn of(headers: &HeaderMap, body: &[u8], secrets: &Secrets) -> Self {
        let quote = |text: String, longest| {
            let text = printable(&secrets.masked(&text), longest);
            // Removing characters may have reassembled a secret.
            Some(secrets.masked(&text).into_owned()).filter(|text| !text.is_empty())
        };
        Self {
            message: server_words::said(headers, body).and_then(|text| quote(text, LONGEST_MESSAGE)),
            request_id: server_words::request_id(headers, body).and_then(|id| quote(id, LONGEST_ID)),
            secrets: None,
        }
    }
}

/// The secrets that a request carried.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// Adds a secret, in the forms in which a server may repeat it: unchanged, and encoded as in an
    /// address or a form.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        self.0.push(Zeroizing::new(secret.to_owned()));
        let encoded = Zeroizing::new(byte_serialize(secret.as_bytes()).collect::<String>());
        if *encoded != *secret {
            self.0.push(Zeroizing::new(encoded.replace('+', "%20")));
            self.0.push(encoded);
        }
    }

    /// Adds the value of a header that holds credentials: as a whole, and without the word before
    /// it.
    pub(crate) fn add_header(&mut self, value: &HeaderValue) {
        let Ok(value) = std::str::from_utf8(value.as_bytes()) else {
            return;
        };
        self.add(value);
        let Some((word, rest)) = value.split_once(' ') else {
            return;
        };
        self.add(rest);
        if word.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(rest)
            && let Ok(pair) = String::from_utf8(pair).map(Zeroizing::new)
            && let Some((_, password)) = pair.split_once(':')
        {
            self.add(password);
        }
    }

    /// Adds the secrets of a body or of parameters.
    pub(crate) fn add_all(&mut self, secrets: &[Secret]) {
        for secret in secrets {
            self.add(secret.expose());
        }
    }

    /// The text with a mask in place of each secret.
    pub(crate) fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        // The longest comes first, since one secret may be part of another.
        let mut secrets: Vec<&str> = self.0.iter().map(|secret| secret.as_str()).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            if text.contains(secret) {
                text = Cow::Owned(text.replace(secret, MASKED));
            }
        }
        text
    }

    /// A body with a mask in place of each secret, in any JSON escaping.
    pub(crate) fn masked_value(&self, body: &[u8]) -> Value {
        let text = || Value::String(String::from_utf8_lossy(body).into_owned());
        let mut value = serde_json::from_slice(body).unwrap_or_else(|_| text());
        self.mask_value(&mut value);
        value
    }

    fn mask_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.masked(text).into_owned(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_value(item)),
            Value::Object(members) => {
                let masked = std::mem::take(members).into_iter().map(|(name, mut value)| {
                    self.mask_value(&mut value);
                    (self.masked(&name).into_owned(), value)
                });
                *members = masked.collect();
            }
            // A number may be a secret, too, such as a one-time code.
            Value::Number(number) => {
                let shown = number.to_string();
                let masked = self.masked(&shown);
                if *masked != *shown {
                    *value = Value::String(masked.into_owned());
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// The text on one line, cut to this many characters, and without characters that break lines,
/// colour a terminal or change the direction of writing.
fn printable(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut letters = word.chars().filter(|letter| !is_invisible(*letter)).peekable();
        if letters.peek().is_some() && !line.is_empty() {
            line.push(' ');
            length += 1;
        }
        for letter in letters {
            if length >= longest {
                line.push('…');
                return line;
            }
            line.push(letter);
            length += 1;
        }
    }
    line
}

/// Whether a character has no width, or changes the position of others.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(body: &str, header: &'static str) -> Option<String> {
        let mut secrets = Secrets::default();
        secrets.add_header(&HeaderValue::from_static(header));
        Quoted::of(&HeaderMap::new(), body.as_bytes(), &secrets).message
    }

    #[test]
    fn test_sent_secrets_are_masked() {
        let said = |body, header| quoted(body, header).unwrap_or_default();
        let bearer = r#"{"message": "the token hunter2 is old (Bearer hunter2)"}"#;
        assert_eq!(
            said(bearer, "Bearer hunter2"),
            "the token [masked] is old ([masked])"
        );
        // ada:hunter2
        let basic = r#"{"message": "no such password: hunter2"}"#;
        assert_eq!(
            said(basic, "Basic YWRhOmh1bnRlcjI="),
            "no such password: [masked]"
        );
        for shown in ["a b/c+", "a+b%2Fc%2B", "a%20b%2Fc%2B"] {
            let address = format!(r#"{{"message": "nothing at /x?token={shown}&y"}}"#);
            assert_eq!(
                quoted(&address, "a b/c+").as_deref(),
                Some("nothing at /x?token=[masked]&y")
            );
        }
        let split = "{\"message\": \"hun\u{200b}ter2\"}";
        assert_eq!(said(split, "hunter2"), "[masked]");
    }

    #[test]
    fn test_secrets_are_masked_in_whole_bodies() {
        let mut secrets = Secrets::default();
        secrets.add("a/b\"c");
        secrets.add("4711");
        let body = br#"{"said": ["a\/b\"c?"], "code": 4711, "a/b\"c": 1, "ok": true}"#;
        assert_eq!(
            secrets.masked_value(body),
            serde_json::json!({"said": ["[masked]?"], "code": "[masked]", "[masked]": 1, "ok": true})
        );
        assert_eq!(secrets.masked_value(b"no 4711"), Value::from("no [masked]"));
    }

    #[test]
    fn test_messages_stay_in_one_short_line() {
        let said = |body: &str| quoted(body, "x-none").unwrap_or_default();
        assert_eq!(
            said(r#"{"message": "one\n\ntwo\u001b[31m \u202ethree"}"#),
            "one two [31m three"
        );
        let long = format!(r#"{{"message": "{}"}}"#, "é".repeat(1000));
        assert_eq!(said(&long), format!("{}…", "é".repeat(LONGEST_MESSAGE)));
        assert_eq!(quoted(r#"{"message": "\u0007"}"#, "x"), None);
    }
}
