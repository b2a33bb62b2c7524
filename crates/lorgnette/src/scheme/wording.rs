//! Reads the form of a key from a scheme's description: `Token token=<key>`.
//!
//! Contracts cannot express it: an `apiKey` in the header `Authorization` is sent unchanged, and
//! vendors describe other forms in words.

/// The maximum length of a form: longer ones are sentences.
const LONGEST: usize = 40;

/// The text around a key on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The text before it: `Token token="`.
    pub before: String,
    /// The text after it.
    pub after: String,
}

/// The text around the key in the header `name` according to a description; nothing if it does not
/// mention any.
pub fn around(name: &str, description: &str) -> Option<Around> {
    spans(name, description)
        .into_iter()
        .find_map(|span| form(name, span))
}

/// The parts of a description that may show a header: code, quotations, and what follows the
/// header's name.
fn spans<'t>(name: &str, text: &'t str) -> Vec<&'t str> {
    let mut spans = Vec::new();
    for (open, close) in [('`', '`'), ('"', '"'), ('\'', '\''), ('“', '”')] {
        let mut rest = text;
        while let Some(start) = rest.find(open) {
            let inside = &rest[start + open.len_utf8()..];
            let Some(end) = inside.find(close) else { break };
            spans.push(&inside[..end]);
            rest = &inside[end + close.len_utf8()..];
        }
    }
    let lower = text.to_ascii_lowercase();
    let header = format!("{}:", name.to_ascii_lowercase());
    for (start, _) in lower.match_indices(&header) {
        let rest = &text[start + header.len()..];
        let end = rest.find(['\n', '`', ';', ',']).unwrap_or(rest.len());
        spans.push(rest[..end].trim().trim_end_matches('.'));
    }
    spans
}

/// The text around the placeholder of a span.
fn form(name: &str, span: &str) -> Option<Around> {
    let span = span.trim();
    let own = span
        .get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name));
    let value = match span.get(name.len()..).and_then(|rest| rest.strip_prefix(':')) {
        Some(value) if own => value.trim(),
        _ => span,
    };
    let (start, end) = placeholder(value)?;
    let around = Around {
        before: value[..start].to_owned(),
        after: value[end..].trim_end().to_owned(),
    };
    let is_whole = around.before.len() <= LONGEST && is_form(&around.before);
    (is_whole && matches!(around.after.as_str(), "" | "\"")).then_some(around)
}

/// Whether a text is a word, optionally with a parameter's name: `Token `, `Token token=`,
/// `token="`.
fn is_form(before: &str) -> bool {
    let before = before.strip_suffix('"').unwrap_or(before);
    let is_name = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    match before.split_once(' ') {
        Some((word, "")) => is_name(word),
        Some((word, parameter)) => is_name(word) && parameter.strip_suffix('=').is_some_and(is_name),
        None => before.strip_suffix('=').is_some_and(is_name),
    }
}

/// The position of the first placeholder of a value: text in brackets, or a word that represents a
/// key.
fn placeholder(value: &str) -> Option<(usize, usize)> {
    let bracketed = [('<', '>'), ('{', '}'), ('[', ']')]
        .into_iter()
        .filter_map(|(open, close)| {
            let start = value.find(open)?;
            let end = start + value[start..].rfind(close)? + close.len_utf8();
            Some((start, end))
        });
    let words = value.char_indices().filter_map(|(start, _)| {
        let is_first = start == 0 || value[..start].ends_with([' ', '=', '"', ':']);
        let rest = &value[start..];
        let length = rest.find([' ', '"']).unwrap_or(rest.len());
        (is_first && stands_for_a_key(&rest[..length])).then_some((start, start + length))
    });
    bracketed.chain(words).min()
}

/// Whether a word represents a key in an example: `YOUR_API_KEY`, `$TOKEN`, `xxxx`, `...`.
fn stands_for_a_key(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_shouted = word.len() > 2 && !word.contains(|c: char| c.is_ascii_lowercase());
    let names = ["key", "token", "secret"];
    lower.starts_with("your")
        || word.starts_with('$')
        || lower.len() >= 3 && lower.trim_matches('x').is_empty()
        || word.len() >= 3 && word.trim_matches('.').is_empty()
        || word == "…"
        || is_shouted && names.iter().any(|name| lower.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_form_of_a_key_is_read_from_its_description() {
        for (description, before, after) in [
            ("Send `Authorization: Token token=<key>`.", "Token token=", ""),
            ("Authorization: Token token=\"YOUR_KEY\"", "Token token=\"", "\""),
            ("Use the form 'GenieKey {api_key}' here.", "GenieKey ", ""),
            ("The header, e.g. \"Bearer $TOKEN\"", "Bearer ", ""),
            ("authorization: ApiKey xxxxxxxx, as shown", "ApiKey ", ""),
            ("Value: `token=...`", "token=", ""),
        ] {
            let expected = Around {
                before: before.to_owned(),
                after: after.to_owned(),
            };
            assert_eq!(
                around("Authorization", description),
                Some(expected),
                "{description}"
            );
        }
    }

    #[test]
    fn test_description_without_a_form_says_nothing() {
        for description in [
            "",
            "An API key from the `settings` page.",
            "Your key goes into `Authorization`.",
            "`<key>`",
            "Create it with `curl -d name=<name> https://lamps.example`",
            "Use 'please put the {key} here'",
        ] {
            assert_eq!(around("Authorization", description), None, "{description}");
        }
    }
}
