//! Parses a path key of a contract: its literal parts, its parameters, and the query and fragment
//! that some keys have.

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that is sent unchanged.
    Literal(String),
    /// The text between braces, as written.
    Parameter(String),
}

/// A path key.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The path itself.
    pub path: Vec<Piece>,
    /// The text after the question mark.
    pub query: Option<String>,
    /// The text after the hash.
    pub fragment: Option<String>,
}

impl Template {
    /// Reads a path key.
    pub fn parse(key: &str) -> Self {
        let (key, fragment) = split(key, '#');
        let (path, query) = split(key, '?');
        Self {
            path: pieces(path),
            query: query.map(ToString::to_string),
            fragment: fragment.map(ToString::to_string),
        }
    }
}

/// `text` up to the first `separator` outside braces, and what follows it.
fn split(text: &str, separator: char) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if character == separator && depth == 0 => return (&text[..index], Some(&text[index + 1..])),
            _ => {}
        }
    }
    (text, None)
}

/// The pieces of a text with parameters between braces; braces without a partner are literal, as
/// percent escapes.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if character == '{'
            && let Some(end) = closing(rest)
        {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Parameter(rest[1..end].to_string()));
            rest = &rest[end + 1..];
            continue;
        }
        match character {
            '{' => literal.push_str("%7B"),
            '}' => literal.push_str("%7D"),
            _ => literal.push(character),
        }
        rest = &rest[character.len_utf8()..];
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}

/// The position at which the brace at the start of `text` is closed. Nested braces, which patterns
/// contain, are counted.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(index),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The name in the text between braces, without a pattern (`id:[0-9]+`) and without the signs of
/// URI templates and routers (`+path`, `path*`, `id?`, `*rest`).
pub fn clean(raw: &str) -> &str {
    let name = raw
        .split([':', '<', '('])
        .find(|part| !part.trim().is_empty())
        .unwrap_or_default()
        .trim();
    name.trim_start_matches(['+', '*', '#', '.', '/', ';', '$', '='])
        .trim_end_matches(['*', '+', '?', '/'])
        .trim()
}

/// The pieces as a text.
pub fn written(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(literal) => literal.clone(),
            Piece::Parameter(name) => format!("{{{name}}}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Piece {
        Piece::Literal(text.into())
    }

    fn parameter(text: &str) -> Piece {
        Piece::Parameter(text.into())
    }

    #[test]
    fn test_parse_tells_path_query_and_fragment_apart() {
        let template = Template::parse("/a/{b}.{c}?x={x?#}#y");
        assert_eq!(
            template.path,
            [literal("/a/"), parameter("b"), literal("."), parameter("c")]
        );
        assert_eq!(template.query.as_deref(), Some("x={x?#}"));
        assert_eq!(template.fragment.as_deref(), Some("y"));
    }

    #[test]
    fn test_pieces_count_braces_and_escape_those_without_a_partner() {
        assert_eq!(
            pieces("/{id:[0-9]{4}}/"),
            [literal("/"), parameter("id:[0-9]{4}"), literal("/")]
        );
        assert_eq!(
            pieces("/{a/b}}c{"),
            [literal("/"), parameter("a/b"), literal("%7Dc%7B")]
        );
        assert_eq!(written(&pieces("/{id}/x")), "/{id}/x");
    }

    #[test]
    fn test_clean_finds_the_name() {
        for (raw, name) in [
            ("id:[0-9]+", "id"),
            ("+path", "path"),
            ("proxy+", "proxy"),
            ("path*", "path"),
            (" user id ", "user id"),
            ("id?", "id"),
            ("", ""),
            (":id", "id"),
        ] {
            assert_eq!(clean(raw), name, "{raw}");
        }
    }
}
