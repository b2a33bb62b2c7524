//! A page of the request feed, unchanged.

use crate::runtime::Bytes;
use crate::runtime::chrono::DateTime;
use crate::runtime::reqwest::Url;
use crate::runtime::serde_json::{self, value::RawValue};
use lorgnette_feed::{Line, Setback};
use memchr::memchr2;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A parsed page.
#[derive(Debug)]
pub(super) struct Parts<'p> {
    page: &'p Bytes,
    requests: Vec<&'p RawValue>,
    /// The cursor of the next page, if there is one.
    pub cursor: Option<String>,
}

#[derive(Deserialize)]
struct Raw<'p> {
    #[serde(borrow, default)]
    data: Vec<&'p RawValue>,
    #[serde(borrow, default)]
    next: Option<NextPointer<'p>>,
}

#[derive(Deserialize)]
struct NextPointer<'p> {
    #[serde(borrow, default)]
    uri: Option<Cow<'p, str>>,
}

/// The members of a request that the feed needs.
#[derive(Default)]
struct FeedRequest<'p> {
    id: Cow<'p, str>,
    timestamp: Option<Cow<'p, str>>,
    tags: Option<Vec<RequestTag<'p>>>,
}

#[derive(Deserialize)]
struct RequestTag<'p> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'p, str>,
}

/// Text borrowed from the page, if nothing in it is escaped.
#[derive(Deserialize)]
struct BorrowedText<'p>(#[serde(borrow)] Cow<'p, str>);

/// Reads only the needed members of a request: ids and times come first, and headers are the
/// largest part.
struct RequestReading<'r, 'p> {
    request: &'r mut FeedRequest<'p>,
    with_tags: bool,
    is_enough: &'r mut bool,
}

impl<'p> Visitor<'p> for RequestReading<'_, 'p> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_map<A: MapAccess<'p>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut has_id, mut has_time, mut has_tags) = (false, false, !self.with_tags);
        while let Some(BorrowedText(name)) = members.next_key()? {
            match &*name {
                "id" => {
                    let BorrowedText(id) = members.next_value()?;
                    (self.request.id, has_id) = (id, true);
                }
                "timestamp" => {
                    let time: Option<BorrowedText<'p>> = members.next_value()?;
                    (self.request.timestamp, has_time) = (time.map(|BorrowedText(time)| time), true);
                }
                "tags" if self.with_tags => {
                    (self.request.tags, has_tags) = (members.next_value()?, true);
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if has_id && has_time && has_tags {
                *self.is_enough = true;
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The members of a request that the feed needs, once its JSON has been read.
fn request(json: &str, with_tags: bool) -> serde_json::Result<FeedRequest<'_>> {
    let (mut request, mut is_enough) = (FeedRequest::default(), false);
    let reading = RequestReading {
        request: &mut request,
        with_tags,
        is_enough: &mut is_enough,
    };
    let read = serde_json::Deserializer::from_str(json).deserialize_map(reading);
    // The rest was not read, which is not an error.
    match read {
        Err(error) if !is_enough => Err(error),
        _ => Ok(request),
    }
}

/// Parses a page.
///
/// # Errors
///
/// When the text is not a page.
pub(super) fn parts(page: &Bytes) -> Result<Parts<'_>, Setback> {
    let raw: Raw<'_> = serde_json::from_slice(page).map_err(unreadable)?;
    let link = raw.next.and_then(|next| next.uri).unwrap_or_default();
    let cursor = match link.is_empty() {
        true => None,
        false => Some(cursor(&link)?),
    };
    Ok(Parts {
        page,
        requests: raw.data,
        cursor,
    })
}

impl Parts<'_> {
    /// The requests of the page that have one of these signals, or all if no signals are given. The
    /// request to the server names the signals, too; other requests that it returns are left out.
    ///
    /// # Errors
    ///
    /// When an item is not a request.
    pub(super) fn lines(&self, wanted: &[String]) -> Result<Vec<Line>, Setback> {
        let mut lines = Vec::with_capacity(self.requests.len());
        for json in &self.requests {
            let request = request(json.get(), !wanted.is_empty()).map_err(unreadable)?;
            let tags = request.tags.unwrap_or_default();
            let has = |wanted: &String| tags.iter().any(|tag| *wanted == tag.kind);
            if !wanted.is_empty() && !wanted.iter().any(has) {
                continue;
            }
            let time = request.timestamp.filter(|text| !text.is_empty());
            let time = time.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
            let time = time.map(|time| time.timestamp_millis());
            // A line must be one line, whatever whitespace the server puts between members.
            let text = match memchr2(b'\n', b'\r', json.get().as_bytes()) {
                None => self.page.slice_ref(json.get().as_bytes()),
                Some(_) => one_line(json.get()).into(),
            };
            lines.push(Line::new(request.id.into_owned(), time, text));
        }
        Ok(lines)
    }
}

fn unreadable(_: serde_json::Error) -> Setback {
    Setback::later("a page of the feed cannot be read")
}

fn cursor(link: &str) -> Result<String, Setback> {
    let base = Url::parse("https://feed.invalid").and_then(|base| base.join(link));
    let link = base.map_err(|_| Setback::later("the link to the next page cannot be read"))?;
    let mut pairs = link.query_pairs();
    let cursor = pairs.find(|(name, _)| name == "next");
    let (_, cursor) = cursor.ok_or_else(|| Setback::later("the link to the next page has no cursor"))?;
    Ok(cursor.into_owned())
}

/// The same JSON without whitespace between its tokens. Numbers keep their digits.
fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let (mut in_text, mut is_escaped) = (false, false);
    for character in json.chars() {
        match character {
            '\n' | '\r' | '\t' | ' ' if !in_text => continue,
            '"' if !is_escaped => in_text = !in_text,
            _ => {}
        }
        is_escaped = in_text && character == '\\' && !is_escaped;
        line.push(character);
    }
    line
}

/// A server's error message, after a colon; empty if there is none.
pub fn message(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        message: String,
    }
    let said = serde_json::from_slice::<Said>(body);
    said.map_or_else(|_| String::new(), |said| format!(": {}", said.message))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn page(text: &'static str) -> (Vec<(String, String)>, Option<String>) {
        let page = Bytes::from_static(text.as_bytes());
        let parts = parts(&page).unwrap();
        let lines = parts.lines(&[]).unwrap();
        let lines = lines.iter().map(|line| {
            let json = String::from_utf8(line.json().to_vec()).unwrap();
            (line.id().to_owned(), json)
        });
        (lines.collect(), parts.cursor)
    }

    #[test]
    fn test_requests_stay_as_they_came() {
        let (lines, cursor) = page(
            "{\"data\": [{\"id\": \"a\",\"n\":1.50, \"new\": [ ]},\n{\n  \"id\" : \"b \\\" c\"\n}], \
             \"next\": {\"uri\": \"https://elsewhere.example/x?limit=1&next=a%2Fb+c%3D\"}}",
        );
        assert_eq!(lines[0].1, "{\"id\": \"a\",\"n\":1.50, \"new\": [ ]}");
        assert_eq!(
            lines[1],
            ("b \" c".to_owned(), "{\"id\":\"b \\\" c\"}".to_owned())
        );
        assert_eq!(cursor.as_deref(), Some("a/b c="));
    }

    #[test]
    fn test_the_last_page_has_no_cursor() {
        for text in [
            "{}",
            "{\"data\": [], \"next\": {\"uri\": \"\"}}",
            "{\"next\": null}",
        ] {
            assert_eq!(page(text).1, None, "{text}");
        }
        for text in [
            "<html>",
            "{\"next\": {\"uri\": \"/x?cursor=1\"}}",
            "{\"data\": [1]}",
        ] {
            let page = Bytes::from_static(text.as_bytes());
            let lines = parts(&page).and_then(|parts| parts.lines(&[]));
            assert!(lines.is_err(), "{text}");
        }
    }

    #[test]
    fn test_a_request_without_id_is_known_by_itself() {
        let (lines, _) = page(r#"{"data": [{"n": 1}, {"n": 2}, {"n": 1}]}"#);
        assert_eq!(lines[0].0, lines[2].0);
        assert_ne!(lines[0].0, lines[1].0);
    }

    #[test]
    fn test_ids_and_times_are_found_wherever_they_are() {
        let text = r#"{"data": [{"a": {"id": "no"}, "timestamp": "2025-01-31T08:30:00Z", "id": "a\u0062"},
            {"tags": 7, "id": "c", "timestamp": null, "b": [{"id": "no"}]}]}"#;
        let page = Bytes::from_static(text.as_bytes());
        let lines = parts(&page).unwrap().lines(&[]).unwrap();
        assert_eq!(lines.iter().map(Line::id).collect::<Vec<_>>(), ["ab", "c"]);
    }

    #[test]
    fn test_requests_are_chosen_by_signal() {
        let text = r#"{"data": [{"id": "1", "tags": [{"type": "SQLI"}, {"type": "XSS", "value": "\n"}]},
            {"id": "2", "tags": [{"type": "SQLI"}]}, {"id": "3", "tags": null}, {"id": "4"}]}"#;
        let page = Bytes::from_static(text.as_bytes());
        let lines = parts(&page).unwrap().lines(&["XSS".to_owned()]).unwrap();
        assert_eq!(lines.iter().map(Line::id).collect::<Vec<_>>(), ["1"]);
    }
}
