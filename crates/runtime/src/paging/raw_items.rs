//! Items as the JSON texts that the server sent, without their types.

use super::pages::{Pages, Reader};
use crate::from_response::FromResponse;
use crate::model::codec;
use crate::transport::RawResponse;
use bytes::Bytes;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The pages that have not come, each as the texts of its items. There are none after one that is
/// on its way.
pub(super) fn pages<T, E>(pages: Pages<T, E>) -> Pages<Vec<Bytes>, E>
where
    T: Send + 'static,
    E: FromResponse + Send + 'static,
{
    let (walk, typed) = pages.into_walk();
    let reader = Reader {
        kinds: typed.kinds,
        read,
        count: Vec::len,
        items: typed.items,
        is_tolerant: false,
    };
    Pages::of(walk, reader)
}

/// The texts of a page's items; `items` is the member that holds them, or empty.
fn read(response: &mut RawResponse, items: &str) -> codec::Result<Vec<Bytes>> {
    let body = response.json()?;
    split(&body, items).map_err(|error| codec::Error::new(error.to_string()))
}

fn split(body: &Bytes, items: &str) -> serde_json::Result<Vec<Bytes>> {
    let held = match items {
        "" => Some(serde_json::from_slice::<&RawValue>(body)?),
        member => {
            let members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_slice(body)?;
            members.get(member).copied()
        }
    };
    let Some(held) = held.map(RawValue::get) else {
        return Ok(Vec::new());
    };
    match held.as_bytes().first() {
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(held)?;
            Ok(list
                .into_iter()
                .map(|item| body.slice_ref(item.get().as_bytes()))
                .collect())
        }
        Some(b'{') => {
            let map: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(held)?;
            let entry = |(key, item): (Cow<'_, str>, &RawValue)| {
                let key = serde_json::Value::from(key);
                Bytes::from(format!("{{{key}:{item}}}"))
            };
            Ok(map.into_iter().map(entry).collect())
        }
        // A null list is an empty one.
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_split_gives_items_as_they_came() {
        let split = |body: &'static str, items: &str| {
            let texts = split(&Bytes::from_static(body.as_bytes()), items).unwrap_or_default();
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
        assert!(split(r#"{"m": null}"#, "m").is_empty() && split("{}", "m").is_empty());
    }
}
