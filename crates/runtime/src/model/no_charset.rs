//! Converts text if the feature `charset` is off: only UTF-8, with or without a byte-order mark.

use super::codec::{Error, Result};
use bytes::Bytes;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The charset that a media type names, if it is neither UTF-8 nor a subset of it.
fn other(media_type: &str) -> Option<&str> {
    let mut parameters = media_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='));
    let (_, charset) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let charset = charset.trim().trim_matches(['"', '\'']);
    let is_utf8 = ["utf-8", "utf8", "us-ascii", "ascii"]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known));
    (!is_utf8).then_some(charset)
}

fn refusal(charset: &str) -> String {
    let charset: String = charset.chars().filter(char::is_ascii_graphic).take(40).collect();
    format!("the text is in the charset {charset}; enable the feature `charset`")
}

/// A body of this media type without a byte-order mark.
///
/// # Errors
///
/// When the media type names a charset other than UTF-8.
pub(crate) fn to_utf8(media_type: &str, bytes: Bytes, _limit: usize) -> Result<Bytes> {
    match other(media_type) {
        Some(charset) => Err(Error::new(refusal(charset))),
        None if bytes.starts_with(MARK) => Ok(bytes.slice(MARK.len()..)),
        None => Ok(bytes),
    }
}

/// Text as a body of this media type.
///
/// # Errors
///
/// When the media type names a charset other than UTF-8.
pub(crate) fn from_utf8(media_type: &str, text: String) -> std::result::Result<Bytes, String> {
    match other(media_type) {
        Some(charset) => Err(refusal(charset)),
        None => Ok(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_other_charsets_are_refused_by_name() {
        let read = |media_type: &str, bytes: &'static [u8]| to_utf8(media_type, bytes.into(), 100);
        assert_eq!(
            read("application/json", b"\xef\xbb\xbf{}").unwrap_or_default(),
            "{}"
        );
        assert_eq!(read("text/plain; charset=UTF-8", b"x").unwrap_or_default(), "x");
        let error = read("text/plain; charset=iso-8859-1", b"\xfc").map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("iso-8859-1") && error.contains("`charset`")));
        assert!(from_utf8("text/plain; charset=latin1", "x".into()).is_err());
    }
}
