//! Reads one member of a JSON document, without keeping the rest in memory.
//!
//! The codec reads the typed value; this module looks up single members, such as the link to the
//! next page or the state of a job.

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The maximum length of a text, in bytes. No longer address is usable in HTTP.
pub(crate) const LONGEST: usize = 64 * 1024;

/// The member at a path such as `meta.next`; `None` if it is absent or null, or the document is not
/// JSON. Text longer than [`LONGEST`] is cut off slightly beyond that length.
pub(crate) fn at(json: &[u8], path: &str) -> Option<Value> {
    let mut source = serde_json::Deserializer::from_slice(json);
    let found = Seek(Some(path)).deserialize(&mut source).ok()?;
    found.filter(|value| !value.is_null())
}

/// The rest of the path.
struct Seek<'p>(Option<&'p str>);

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = Option<Value>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Value>, D::Error> {
        match self.0 {
            Some(_) => from.deserialize_any(self),
            None => from.deserialize_any(Scalar),
        }
    }
}

/// Accepts text or a number. Lists and objects, which could be large, count as absent.
struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<Value>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_unit<E: Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<Value>, E> {
        Ok(Some(value.into()))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Option<Value>, E> {
        let is_end = |end: &usize| value.is_char_boundary(*end);
        let end = (LONGEST + 1..value.len()).find(is_end);
        Ok(Some(value.get(..end.unwrap_or(value.len())).into()))
    }
}

/// Any value on the path that is not an object has no members.
impl<'de> Visitor<'de> for Seek<'_> {
    type Value = Option<Value>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let (head, rest) = match self.0.unwrap_or_default().split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (self.0.unwrap_or_default(), None),
        };
        let mut found = None;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == head {
                found = map.next_value_seed(Seek(rest))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn visit_unit<E: Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<Option<Value>, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_at_finds_a_member_of_a_member() {
        let json = br#"{"results": [{"meta": 1}], "meta": {"a": [{}], "ne\u0078t": "/x"}, "n": 2}"#;
        assert_eq!(at(json, "meta.next"), Some(json!("/x")));
        assert_eq!(at(json, "n"), Some(json!(2)));
    }

    #[test]
    fn test_text_that_is_too_long_is_cut_off() {
        let length = |text: &str| {
            let found = at(json!({ "next": text }).to_string().as_bytes(), "next");
            found.and_then(|found| Some(found.as_str()?.len()))
        };
        for length_of in [0, LONGEST, LONGEST + 1] {
            assert_eq!(length(&"x".repeat(length_of)), Some(length_of));
        }
        assert_eq!(length(&"x".repeat(LONGEST + 9)), Some(LONGEST + 1));
        assert_eq!(length(&"\u{fc}".repeat(LONGEST)), Some(LONGEST + 2));
    }

    #[test]
    fn test_at_finds_nothing_where_there_is_nothing() {
        for json in [
            &br#"{"meta": {"next": null}}"#[..],
            br#"{"meta": {}}"#,
            br#"{"meta": "next"}"#,
            br#"{"meta": [1]}"#,
            br#"{"meta": true}"#,
            br#"{"meta": -1.5}"#,
            b"[]",
            b"null",
            b"no json",
            b"",
        ] {
            assert_eq!(at(json, "meta.next"), None, "{}", String::from_utf8_lossy(json));
        }
    }
}
