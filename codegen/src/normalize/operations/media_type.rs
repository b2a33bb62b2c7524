//! Parses a media type in a contract: its essence, its parameters, and whether it is JSON.

/// A media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Type and subtype in lower case, `application/json` for instance, with common misspellings
    /// corrected.
    pub essence: String,
    /// The parameters with a meaning beyond the encoding, as written: `; version=2`.
    pub parameters: String,
    /// The charset that it names, as written.
    pub charset: Option<String>,
    /// Whether the essence was misspelled.
    pub is_mended: bool,
}

impl MediaType {
    /// Reads a key of `content`.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let named = text
            .split(';')
            .skip(1)
            .filter_map(|parameter| parameter.split_once('='));
        let charset = named
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
            .map(|(_, value)| value.trim().to_string())
            .next();
        let essence = parts
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>()
            .to_ascii_lowercase();
        let parameters = parts
            .map(str::trim)
            .filter(|parameter| !parameter.is_empty() && !says_encoding(parameter))
            .flat_map(|parameter| ["; ", parameter])
            .collect();
        let written = essence;
        let essence = match written.as_str() {
            "json" | "application.json" | "application-json" | "application\\json" | "app/json" => {
                "application/json".into()
            }
            "xml" => "application/xml".into(),
            "text" | "plain" | "plain/text" | "string" => "text/plain".into(),
            "html" => "text/html".into(),
            "csv" => "text/csv".into(),
            "binary" | "application/binary" => "application/octet-stream".into(),
            "multipart" | "form-data" | "multipart/form" | "application/form-data" => {
                "multipart/form-data".into()
            }
            "form"
            | "x-www-form-urlencoded"
            | "application/form-urlencoded"
            | "application/x-form-www-urlencoded"
            | "application/x-www-form-encoded"
            | "application/x-www-urlencoded" => "application/x-www-form-urlencoded".into(),
            "*" => "*/*".into(),
            _ => written.clone(),
        };
        Self {
            is_mended: essence != written,
            essence,
            parameters,
            charset,
        }
    }

    /// Whether a body of this type is JSON.
    pub fn is_json(&self) -> bool {
        matches!(
            self.essence.as_str(),
            "application/json" | "text/json" | "text/x-json" | "application/x-json"
        ) || self.essence.ends_with("+json")
    }

    /// Whether it is a range: `image/*`.
    pub fn is_range(&self) -> bool {
        self.essence.contains('*')
    }

    /// Whether it is a media type at all: a type, a slash, a subtype.
    pub fn is_valid(&self) -> bool {
        self.essence.split_once('/').is_some_and(|(kind, subtype)| {
            let token = |text: &str| {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-*".contains(&byte))
            };
            token(kind) && token(subtype)
        })
    }
}

/// Whether a parameter only describes the encoding of text or the boundary of parts, which the
/// runtime handles.
fn says_encoding(parameter: &str) -> bool {
    let name = parameter
        .split('=')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    matches!(name.as_str(), "charset" | "boundary" | "q")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_parse_drops_case_and_charset_and_keeps_other_parameters() {
        let parsed = MediaType::parse(" Application/JSON;charset=UTF-8; version=2 ");
        assert_eq!(
            parsed,
            MediaType {
                essence: "application/json".into(),
                parameters: "; version=2".into(),
                charset: Some("UTF-8".into()),
                is_mended: false
            }
        );
        let mended = MediaType::parse("plain/text");
        assert_eq!((mended.essence.as_str(), mended.is_mended), ("text/plain", true));
    }

    #[test]
    fn test_json_and_ranges_are_told() {
        for json in [
            "application/json",
            "text/json",
            "application/hal+json",
            "application/*+json",
        ] {
            assert!(MediaType::parse(json).is_json(), "{json}");
        }
        assert!(!MediaType::parse("application/json-seq").is_json());
        assert!(MediaType::parse("image/*").is_range());
        assert!(!MediaType::parse("results").is_valid());
        assert!(!MediaType::parse("application/json, text/plain").is_valid());
    }
}
