//! A page of the request feed as it came.

use crate::runtime::Bytes;
use crate::runtime::chrono::DateTime;
use crate::runtime::reqwest::Url;
use crate::runtime::serde_json::{self, value::RawValue};
use lorgnette_feed::{Line, Setback};
use serde::Deserialize;
use std::borrow::Cow;

/// What a page has.
#[derive(Debug)]
pub(super) struct Page {
    /// Its requests, or those that are wanted.
    pub lines: Vec<Line>,
    /// The cursor of the next page, if there is one.
    pub cursor: Option<String>,
}

#[derive(Deserialize)]
struct Raw<'p> {
    #[serde(borrow, default)]
    data: Vec<&'p RawValue>,
    #[serde(borrow, default)]
    next: Option<Next<'p>>,
}

#[derive(Deserialize)]
struct Next<'p> {
    #[serde(borrow, default)]
    uri: Option<Cow<'p, str>>,
}

/// What the feed has to know of a request.
#[derive(Deserialize)]
struct Request<'p> {
    #[serde(borrow, default)]
    id: Cow<'p, str>,
    #[serde(borrow, default)]
    timestamp: Option<Cow<'p, str>>,
    #[serde(borrow, default)]
    tags: Option<Vec<Tag<'p>>>,
}

#[derive(Deserialize)]
struct Tag<'p> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'p, str>,
}

/// Reads a page. Of its requests, those are wanted that have one of these signals, or all if there
/// are none. The server is asked for them, too; what it gives besides is left out.
///
/// # Errors
///
/// When it is not a page.
pub(super) fn read(page: &Bytes, wanted: &[String]) -> Result<Page, Setback> {
    let unreadable = |_| Setback::later("a page of the feed cannot be read");
    let raw: Raw<'_> = serde_json::from_slice(page).map_err(unreadable)?;
    let mut lines = Vec::with_capacity(raw.data.len());
    for json in raw.data {
        let request: Request<'_> = serde_json::from_str(json.get()).map_err(unreadable)?;
        let tags = request.tags.unwrap_or_default();
        let has = |wanted: &String| tags.iter().any(|tag| *wanted == tag.kind);
        if !wanted.is_empty() && !wanted.iter().any(has) {
            continue;
        }
        let time = request.timestamp.filter(|text| !text.is_empty());
        let time = time.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        let time = time.map(|time| time.timestamp_millis());
        // A line is one line, whatever the server puts between members.
        let text = match json.get().contains(['\n', '\r']) {
            false => page.slice_ref(json.get().as_bytes()),
            true => one_line(json.get()).into(),
        };
        lines.push(Line::new(request.id.into_owned(), time, text));
    }
    let link = raw.next.and_then(|next| next.uri).unwrap_or_default();
    let cursor = match link.is_empty() {
        true => None,
        false => Some(cursor(&link)?),
    };
    Ok(Page { lines, cursor })
}

fn cursor(link: &str) -> Result<String, Setback> {
    let base = Url::parse("https://feed.invalid").and_then(|base| base.join(link));
    let link = base.map_err(|_| Setback::later("the link to the next page cannot be read"))?;
    let mut pairs = link.query_pairs();
    let cursor = pairs.find(|(name, _)| name == "next");
    let (_, cursor) = cursor.ok_or_else(|| Setback::later("the link to the next page has no cursor"))?;
    Ok(cursor.into_owned())
}

/// The same JSON without blanks between its parts. Numbers keep their digits.
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

/// What a server says of an error, behind a colon; nothing if it says nothing.
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
        let page = read(&Bytes::from_static(text.as_bytes()), &[]).unwrap();
        let lines = page.lines.iter().map(|line| {
            let json = String::from_utf8(line.json().to_vec()).unwrap();
            (line.id().to_owned(), json)
        });
        (lines.collect(), page.cursor)
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
            assert!(read(&Bytes::from_static(text.as_bytes()), &[]).is_err(), "{text}");
        }
    }

    #[test]
    fn test_a_request_without_id_is_known_by_itself() {
        let (lines, _) = page(r#"{"data": [{"n": 1}, {"n": 2}, {"n": 1}]}"#);
        assert_eq!(lines[0].0, lines[2].0);
        assert_ne!(lines[0].0, lines[1].0);
    }

    #[test]
    fn test_requests_are_chosen_by_signal() {
        let text = r#"{"data": [{"id": "1", "tags": [{"type": "SQLI"}, {"type": "XSS", "value": "\n"}]},
            {"id": "2", "tags": [{"type": "SQLI"}]}, {"id": "3", "tags": null}, {"id": "4"}]}"#;
        let page = read(&Bytes::from_static(text.as_bytes()), &["XSS".to_owned()]).unwrap();
        assert_eq!(page.lines.iter().map(Line::id).collect::<Vec<_>>(), ["1"]);
    }
}
