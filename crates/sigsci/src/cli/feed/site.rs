//! The request feed of a site, a window at a time.
//!
//! Links to further pages live for a minute, and nothing of them but the cursor is used: wherever they point, credentials stay
//! here. Lines stay as the server sent them, members that the contract does not know included.

use lorgnette_cli::Failure;
use lorgnette_feed::{Error, Fetching, Line, Pages, Setback, Source};
use serde::Deserialize;
use serde_json::value::RawValue;
use crate::runtime::reqwest::Url;
use crate::runtime::{ByteStream, Bytes, Call, Client, Error as CallError, Response, Undeclared, Value, Wire};
use crate::v0::cli::API;
use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

/// The most requests that a page can have.
const PAGE: i64 = 1000;
/// Cursors longer than this are sent in a form: the server refuses long addresses.
const LONG: usize = 1000;
/// How long a page may be.
const LONGEST: usize = 64 << 20;

/// A site as a source.
#[derive(Debug)]
pub struct Site {
    client: Client,
    corp: String,
    site: String,
    name: String,
    tags: Option<String>,
}

/// A page of the feed.
#[derive(Deserialize)]
struct Page<'p> {
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

#[derive(Deserialize)]
struct Id<'p> {
    #[serde(borrow)]
    id: Cow<'p, str>,
}

impl Site {
    /// The requests of a site, or those of them that have one of these signals.
    pub fn new(client: Client, corp: &str, site: &str, tags: &[String]) -> Self {
        Self {
            client,
            corp: corp.to_owned(),
            site: site.to_owned(),
            name: format!("{corp}/{site}"),
            tags: (!tags.is_empty()).then(|| tags.join(",")),
        }
    }

    /// A call of an operation for this site, with these values.
    fn call(&self, name: &str, values: &[(&str, &dyn Wire)]) -> Result<Call<'_>, Setback> {
        let found = API.find("requests", name);
        let (_, command) = found.ok_or_else(|| Setback::Never(Error::settings("the API has no request feed")))?;
        let mut call = Call::new(&self.client, command.operation);
        let own: [(&str, &dyn Wire); 3] = [("corpName", &self.corp), ("siteName", &self.site), ("limit", &PAGE)];
        for (name, value) in own.iter().chain(values) {
            if let Some(parameter) = command.parameters().find(|parameter| parameter.name == *name) {
                call.set(parameter.index, *value);
            }
        }
        Ok(call)
    }

    /// The page behind a cursor.
    async fn next(&self, cursor: &str) -> Result<Bytes, Setback> {
        if cursor.len() <= LONG {
            let page = bytes(self.call("requests-feed", &[("next", &cursor.to_owned())])?).await;
            match page {
                Err(error) if error.status().is_some_and(|status| status.as_u16() == 414) => {}
                page => return page.map_err(|error| setback(&error)),
            }
        }
        let mut call = self.call("requests-feed-next", &[])?;
        call.form(&serde_json::json!({ "next": cursor }));
        bytes(call).await.map_err(|error| setback(&error))
    }

    async fn fetch(&self, from: i64, until: i64, to: &Pages) -> Result<(), Setback> {
        let mut values: Vec<(&str, &dyn Wire)> = vec![("from", &from), ("until", &until)];
        if let Some(tags) = &self.tags {
            values.push(("tags", tags));
        }
        let first = bytes(self.call("requests-feed", &values)?).await;
        let mut page = first.map_err(|error| setback(&error))?;
        let mut seen = HashSet::new();
        loop {
            let (lines, cursor) = read(&page)?;
            to.page(lines).await?;
            let Some(cursor) = cursor else {
                return Ok(());
            };
            page = self.next(&cursor).await?;
            if !seen.insert(cursor) {
                return Err(Setback::later("the feed goes in circles"));
            }
        }
    }
}

impl Source for Site {
    fn name(&self) -> &str {
        &self.name
    }

    fn window<'s>(&'s self, from: i64, until: i64, to: &'s Pages) -> Fetching<'s> {
        Box::pin(self.fetch(from, until, to))
    }
}

async fn bytes(call: Call<'_>) -> Result<Bytes, CallError> {
    let response: Response<ByteStream> = call.send::<_, Undeclared>().await?;
    response.into_inner().bytes(LONGEST).await
}

/// The lines of a page, and the cursor of the next.
fn read(page: &[u8]) -> Result<(Vec<Line>, Option<String>), Setback> {
    let unreadable = || Setback::later("a page of the feed cannot be read");
    let page: Page<'_> = serde_json::from_slice(page).map_err(|_| unreadable())?;
    let lines = page.data.into_iter().map(|json| {
        let id: Id<'_> = serde_json::from_str(json.get()).map_err(|_| unreadable())?;
        let id = id.id.into_owned();
        // A line is one line, whatever the server puts between members.
        let json = match json.get().contains(['\n', '\r']) {
            false => json.to_owned(),
            true => one_line(json).map_err(|_| unreadable())?,
        };
        Ok(Line { id, json })
    });
    let lines = lines.collect::<Result<_, Setback>>()?;
    let link = page.next.and_then(|next| next.uri).unwrap_or_default();
    if link.is_empty() {
        return Ok((lines, None));
    }
    let base = Url::parse("https://feed.invalid").map_err(|_| unreadable())?;
    let link = base.join(&link).map_err(|_| unreadable())?;
    let mut pairs = link.query_pairs();
    let cursor = pairs.find(|(name, _)| name == "next");
    let (_, cursor) = cursor.ok_or_else(|| Setback::later("the link to the next page has no cursor"))?;
    Ok((lines, Some(cursor.into_owned())))
}

/// The same JSON without blanks between its parts. Numbers keep their digits.
fn one_line(json: &RawValue) -> serde_json::Result<Box<RawValue>> {
    let mut line = String::with_capacity(json.get().len());
    let (mut in_text, mut is_escaped) = (false, false);
    for character in json.get().chars() {
        match character {
            '\n' | '\r' | '\t' | ' ' if !in_text => continue,
            '"' if !is_escaped => in_text = !in_text,
            _ => {}
        }
        is_escaped = in_text && character == '\\' && !is_escaped;
        line.push(character);
    }
    RawValue::from_string(line)
}

/// What a failed call means: credentials and sites that are not there will not get better, all else may.
fn setback(error: &CallError) -> Setback {
    let said = error.message().map_or_else(String::new, |said| format!(": {said}"));
    let what = format!("{error}{said}");
    let is_rejected = error.auth_error().is_some_and(|error| error.is_rejected());
    match error.status().map(|status| status.as_u16()) {
        Some(401 | 403 | 404) => Setback::Never(Error::refused(what)),
        _ if is_rejected => Setback::Never(Error::refused(what)),
        _ => {
            let wait = error.headers().and_then(|headers| headers.get("retry-after"));
            let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
            Setback::Later(what, wait.map(Duration::from_secs))
        }
    }
}

/// The names of the sites of a corp.
pub async fn all(client: &Client, corp: &str) -> Result<Vec<String>, Failure> {
    let missing = || Failure::local("the API has no list of sites");
    let (_, command) = API.find("sites", "list").ok_or_else(missing)?;
    let mut call = Call::new(client, command.operation);
    call.set(0, &corp.to_owned());
    let response: Response<Value> = call.send::<_, Undeclared>().await?;
    let sites = response.get("data").and_then(Value::as_array).into_iter().flatten();
    Ok(sites.filter_map(|site| Some(site.get("name")?.as_str()?.to_owned())).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn page(text: &str) -> (Vec<(String, String)>, Option<String>) {
        let (lines, cursor) = read(text.as_bytes()).unwrap();
        let lines = lines.into_iter().map(|line| (line.id, line.json.get().to_owned()));
        (lines.collect(), cursor)
    }

    #[test]
    fn test_lines_stay_as_they_came() {
        let (lines, cursor) = page(
            "{\"data\": [{\"id\": \"a\",\"n\":1.50, \"new\": [ ]},\n{\n  \"id\" : \"b \\\" c\"\n}], \
             \"next\": {\"uri\": \"https://elsewhere.example/x?limit=1&next=a%2Fb+c%3D\"}}",
        );
        assert_eq!(lines[0].1, "{\"id\": \"a\",\"n\":1.50, \"new\": [ ]}");
        assert_eq!(lines[1], ("b \" c".to_owned(), "{\"id\":\"b \\\" c\"}".to_owned()));
        assert_eq!(cursor.as_deref(), Some("a/b c="));
    }

    #[test]
    fn test_the_last_page_has_no_cursor() {
        for text in ["{}", "{\"data\": [], \"next\": {\"uri\": \"\"}}", "{\"next\": null}"] {
            assert_eq!(page(text).1, None, "{text}");
        }
        assert!(read(b"{\"data\": [{}]}").is_err() && read(b"<html>").is_err());
        assert!(read(b"{\"next\": {\"uri\": \"/x?cursor=1\"}}").is_err());
    }
}
