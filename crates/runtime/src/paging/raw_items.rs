//! Items as the JSON text that the server sent, without their types.

use super::pages::{PageReader, Pages};
use crate::from_response::FromResponse;
use crate::model::codec;
use crate::transport::RawResponse;
use bytes::Bytes;
use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The remaining pages, each as the JSON text of its items. There is no step while a request is in
/// flight.
pub(super) fn pages<T, E>(pages: Pages<T, E>) -> Pages<Vec<Bytes>, E>
where
    T: Send + 'static,
    E: FromResponse + Send + 'static,
{
    let (walk, typed) = pages.into_walk();
    let reader = PageReader {
        kinds: typed.kinds,
        read,
        count: Vec::len,
        items: typed.items,
        is_tolerant: false,
    };
    Pages::of(walk, reader)
}

/// The JSON text of each item of a page; `items` is the member that holds the items, or empty.
fn read(response: &mut RawResponse, items: &str) -> codec::Result<Vec<Bytes>> {
    let body = response.json()?;
    split(&body, items, response.reading.limit())
}

/// The same, with a limit on the memory in bytes.
fn split(body: &Bytes, items: &str, limit: usize) -> codec::Result<Vec<Bytes>> {
    let held = match items {
        "" => serde_json::from_slice(body).map(Some),
        name => document(body, MemberName(name)),
    };
    let held: Option<&RawValue> = held.map_err(|error| codec::Error::new(error.to_string()))?;
    let mut texts = Texts {
        body,
        found: Vec::new(),
        left: limit,
        is_full: false,
    };
    let is_list = |held: &&RawValue| held.get().starts_with(['[', '{']);
    // A null list is an empty one.
    if let Some(held) = held.filter(is_list)
        && let Err(error) = document(held.get().as_bytes(), &mut texts)
    {
        return Err(match texts.is_full {
            true => codec::Error::too_large(limit),
            false => codec::Error::new(error.to_string()),
        });
    }
    Ok(texts.found)
}

fn document<'de, S: DeserializeSeed<'de>>(json: &'de [u8], seed: S) -> serde_json::Result<S::Value> {
    let mut source = serde_json::Deserializer::from_slice(json);
    let value = seed.deserialize(&mut source)?;
    source.end()?;
    Ok(value)
}

/// Finds a member of an object in its original spelling.
struct MemberName<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for MemberName<'_> {
    type Value = Option<&'de RawValue>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MemberName<'_> {
    type Value = Option<&'de RawValue>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Accepts the items of a list and the entries of an object.
struct Texts<'b> {
    body: &'b Bytes,
    found: Vec<Bytes>,
    /// The number of bytes that the items may still take.
    left: usize,
    is_full: bool,
}

impl Texts<'_> {
    /// Takes a text for which this many bytes are allocated.
    fn push<E: Error>(&mut self, text: Bytes, allocated: usize) -> Result<(), E> {
        // The list grows by doubling.
        let Some(left) = self.left.checked_sub(2 * size_of::<Bytes>() + allocated) else {
            self.is_full = true;
            return Err(E::custom("the items take too much memory"));
        };
        self.left = left;
        self.found.push(text);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Texts<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Texts<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<&RawValue>()? {
            self.push(self.body.slice_ref(item.get().as_bytes()), 0)?;
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, item)) = map.next_entry::<Cow<'de, str>, &RawValue>()? {
            let text = format!("{{{}:{item}}}", Value::from(key));
            let allocated = text.capacity() + ALLOCATION;
            self.push(text.into(), allocated)?;
        }
        Ok(())
    }
}

/// The overhead of one allocation.
const ALLOCATION: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_split_gives_items_as_they_came() {
        let split = |body: &'static str, items: &str| {
            let body = Bytes::from_static(body.as_bytes());
            let texts = split(&body, items, 1000).unwrap_or_default();
            let texts = texts
                .iter()
                .map(|text| String::from_utf8_lossy(text).into_owned());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(
            split(r#"{"a": 1, "r\u0065s": [1.0, {"b" :2}, null]}"#, "res"),
            ["1.0", r#"{"b" :2}"#, "null"]
        );
        assert_eq!(
            split("[12345678901234567890123, []]", ""),
            ["12345678901234567890123", "[]"]
        );
        assert_eq!(split(r#"{"m": {"k\n": 1e2}}"#, "m"), [r#"{"k\n":1e2}"#]);
        assert_eq!(
            split(r#"{"m": {"b": 1, "a": 2}}"#, "m"),
            [r#"{"b":1}"#, r#"{"a":2}"#]
        );
        assert!(split(r#"{"m": null}"#, "m").is_empty() && split("{}", "m").is_empty());
    }

    #[test]
    fn test_split_takes_no_more_memory_than_it_may() {
        let is_full = |body: &'static str, limit| {
            let outcome = split(&Bytes::from_static(body.as_bytes()), "", limit);
            outcome.is_err_and(|error| error.is_too_large())
        };
        assert!(is_full("[1,1,1,1,1,1,1,1,1,1]", 400) && !is_full("[1,1,1,1,1]", 400));
        assert!(is_full(r#"{"a":1,"b":2,"c":3,"d":4}"#, 400) && !is_full(r#"{"a":1,"b":2}"#, 400));
        assert!(!is_full("[1,1,", 400), "that is something else");
    }
}
