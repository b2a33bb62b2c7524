//! Converts text from and to the charset that a media type names.

use super::codec::{Error, Result};
use bytes::Bytes;
use encoding_rs::{CoderResult, Encoding, UTF_8};

/// The charset that a media type names; UTF-8 if it names no known one.
fn named(media_type: &str) -> &'static Encoding {
    let mut parameters = media_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='));
    let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let label = charset.map(|(_, value)| value.trim().trim_matches(['"', '\'']));
    label
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or(UTF_8)
}

/// A body of this media type in UTF-8 and without a byte-order mark. Bytes that are not UTF-8 are
/// kept if no charset is declared.
///
/// # Errors
///
/// When the text would be longer than `limit` bytes: UTF-8 takes up to three times as many as other
/// charsets.
pub(crate) fn to_utf8(media_type: &str, bytes: Bytes, limit: usize) -> Result<Bytes> {
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or_else(|| (named(media_type), 0));
    let bytes = bytes.slice(mark..);
    if encoding == UTF_8 {
        return Ok(bytes);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut text, mut rest) = (String::new(), &bytes[..]);
    loop {
        let (state, read, _) = decoder.decode_to_string(rest, &mut text, true);
        rest = rest.get(read..).unwrap_or_default();
        if text.len() > limit {
            return Err(Error::too_large(limit));
        }
        match state {
            CoderResult::InputEmpty => return Ok(text.into()),
            CoderResult::OutputFull => {
                // The buffer grows by doubling, up to the maximum.
                let room = limit.saturating_sub(text.len()).saturating_add(STEP);
                text.reserve_exact(text.len().max(STEP).min(room));
            }
        }
    }
}

/// The minimum growth of a text.
const STEP: usize = 4096;

/// Encodes text as a body of this media type.
///
/// # Errors
///
/// When the charset lacks a character of the text.
pub(crate) fn from_utf8(media_type: &str, text: String) -> std::result::Result<Bytes, String> {
    let encoding = named(media_type).output_encoding();
    if encoding == UTF_8 {
        return Ok(text.into());
    }
    match encoding.encode(&text) {
        (bytes, _, false) => Ok(bytes.into_owned().into()),
        _ => Err(format!(
            "the text has characters that {} does not have",
            encoding.name()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_body_is_read_in_its_charset_or_that_of_its_mark() {
        let read = |media_type: &str, bytes: &'static [u8]| {
            to_utf8(media_type, Bytes::from_static(bytes), 100).unwrap_or_default()
        };
        assert_eq!(read("text/plain; charset=iso-8859-1", b"\xfc"), "ü");
        assert_eq!(read("text/plain; a=b; Charset=\"windows-1252\"", b"\x80"), "€");
        assert_eq!(read("application/json", b"\xef\xbb\xbf{}"), "{}");
        assert_eq!(read("application/json", b"\xff\xfe{\0}\0"), "{}");
        assert_eq!(read("text/plain", b"\xfc"), &b"\xfc"[..]);
    }

    #[test]
    fn test_text_that_becomes_too_long_is_an_error() {
        let read = |limit| {
            to_utf8(
                "text/plain; charset=windows-1252",
                vec![0x80; 100_000].into(),
                limit,
            )
        };
        assert_eq!(read(300_000).ok().map(|text| text.len()), Some(300_000));
        assert!(read(299_999).is_err_and(|error| error.is_too_large()));
    }

    #[test]
    fn test_text_is_written_in_its_charset_or_refused() {
        let write = |media_type: &str, text: &str| from_utf8(media_type, text.to_owned());
        assert_eq!(
            write("text/plain; charset=latin1", "ü"),
            Ok(Bytes::from_static(b"\xfc"))
        );
        assert_eq!(write("text/plain", "ü"), Ok("ü".into()));
        assert!(write("text/plain; charset=latin1", "ł").is_err());
    }
}
