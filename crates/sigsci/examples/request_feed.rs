//! Writes the requests that a site has seen in a period to a file, one JSON document per line
//! (NDJSON), for a SIEM to pick up.
//!
//! `cargo run --example request_feed -- CORP SITE FROM UNTIL FILE`, with times such as
//! `2024-05-01T00:00:00Z`. The last five minutes are not available yet. `SIGSCI_EMAIL` and
//! `SIGSCI_TOKEN` hold the token; `SIGSCI_URL` may name another server.
//!
//! Started again with the same arguments after an interruption, it continues: no request is missing
//! or repeated. The feed's own links are valid for only a minute, so the program cannot resume from
//! one of them. Instead, it divides the period into windows. `FILE.state` records the next window,
//! and the place in the file after which lines may belong to that window or the previous one; such
//! lines are not written again. Lines are only ever added; only the rest of an unfinished line is
//! removed.

use serde_json::Value;
use sigsci::ApiToken;
use sigsci::runtime::DateTime;
use sigsci::runtime::reqwest::Url;
use sigsci::v0::Client;
use sigsci::v0::types::{RequestFeedNextForm, RequestFeedPage};
use std::collections::HashSet;
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The length of a window in seconds: after an interruption, at most this much is fetched again.
const WINDOW: i64 = 10 * 60;
/// Requests younger than this are not in the feed yet.
const YOUNGEST: i64 = 5 * 60;
/// The maximum number of requests on a page.
const PAGE: i64 = 1000;
/// Cursors longer than this are sent in a form: the server refuses long addresses.
const LONG: usize = 1000;
/// The maximum number of times a window is started, again after its links expired or the server
/// failed.
const TRIES: u32 = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corp, site, from, until, file] = &arguments[..] else {
        return Err("usage: request_feed CORP SITE FROM UNTIL FILE".into());
    };
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let (from, until) = (minute(from)?, minute(until)?);
    if until > now - YOUNGEST {
        return Err("UNTIL has to be at least five minutes ago".into());
    }
    let mut builder = sigsci::v0_builder(ApiToken::from_env()?);
    if let Ok(url) = std::env::var("SIGSCI_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    let feed = Feed {
        client: builder.build()?,
        corp,
        site,
    };

    let mut output = Output::open(Path::new(file), from)?;
    while output.next < until {
        let end = until.min(output.next + WINDOW);
        let mut tries = 1;
        while let Err(error) = feed.window(output.next, end, &mut output).await {
            if tries == TRIES {
                return Err(error);
            }
            eprintln!("window at {} once more: {error}", output.next);
            tries += 1;
        }
        output.finish(end)?;
    }
    Ok(())
}

/// The feed knows whole minutes only.
fn minute(text: &str) -> Result<i64> {
    let seconds = DateTime::parse_from_rfc3339(text)
        .map_err(|error| format!("{text}: {error}"))?
        .timestamp();
    if seconds % 60 == 0 {
        Ok(seconds)
    } else {
        Err(format!("{text} is not a whole minute").into())
    }
}

struct Feed<'a> {
    client: Client,
    corp: &'a str,
    site: &'a str,
}

impl Feed<'_> {
    /// Writes all requests of a window that are not in the output yet.
    async fn window(&self, from: i64, until: i64, output: &mut Output) -> Result<()> {
        let first = self.client.requests_feed(self.corp, self.site);
        let first = first.from(from).until(until).limit(PAGE);
        let mut page = first.send().await?.into_inner();
        let mut cursors = HashSet::new();
        loop {
            for request in &page.data {
                output.write(&request.id, &serde_json::to_string(request)?)?;
            }
            let Some(cursor) = cursor(&page)? else {
                return Ok(());
            };
            if !cursors.insert(cursor.clone()) {
                return Err("the feed goes in circles".into());
            }
            page = self.page(cursor).await?;
        }
    }

    async fn page(&self, cursor: String) -> Result<RequestFeedPage> {
        if cursor.len() <= LONG {
            let page = self.client.requests_feed(self.corp, self.site);
            return Ok(page.limit(PAGE).next(cursor).send().await?.into_inner());
        }
        let form = RequestFeedNextForm::new(cursor);
        Ok(self
            .client
            .requests_feed_next(self.corp, self.site, &form)
            .limit(PAGE)
            .send()
            .await?
            .into_inner())
    }
}

/// The cursor in a page's link to the next one. Nothing else of the link is used: wherever it
/// points, no credentials are sent there.
fn cursor(page: &RequestFeedPage) -> Result<Option<String>> {
    let link = page
        .next
        .as_ref()
        .and_then(|next| next.uri.as_deref())
        .unwrap_or_default();
    if link.is_empty() {
        return Ok(None);
    }
    let link = Url::parse("https://feed.invalid")?.join(link)?;
    let cursor = link.query_pairs().find(|(name, _)| name == "next");
    let (_, cursor) = cursor.ok_or("the feed's link to the next page has no cursor")?;
    Ok(Some(cursor.into_owned()))
}

/// The output file, and the progress of the export.
struct Output {
    file: File,
    state: PathBuf,
    /// The start of the period.
    from: i64,
    /// The start of the next window.
    next: i64,
    /// Ids of the requests in the previous window, since both windows may contain requests of the
    /// minute between them.
    last: HashSet<String>,
    /// Ids of the requests in this window.
    this: HashSet<String>,
    /// The place in the file where the requests of this window begin, or of the last one if that is
    /// unknown.
    place: u64,
    /// The end of the file.
    end: u64,
}

impl Output {
    fn open(path: &Path, from: i64) -> Result<Self> {
        let state = beside(path, "state");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(path)?;
        let (next, place) = match fs::read(&state) {
            Ok(state) => {
                let state: Value = serde_json::from_slice(&state)?;
                if state["from"] != from {
                    return Err("the file is of a period that began at another time".into());
                }
                let next = state["next"].as_i64();
                next.zip(state["place"].as_u64()).ok_or("the state is damaged")?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let place = file.seek(SeekFrom::End(0))?;
                write_state(&state, from, from, place)?;
                (from, place)
            }
            Err(error) => return Err(error.into()),
        };
        if file.seek(SeekFrom::End(0))? < place {
            return Err("the file is shorter than it was; put it back, or begin with another".into());
        }
        file.seek(SeekFrom::Start(place))?;
        // An incomplete line may end within a character.
        let mut lines = Vec::new();
        file.read_to_end(&mut lines)?;
        let whole = lines.iter().rposition(|byte| *byte == b'\n');
        lines.truncate(whole.map_or(0, |end| end + 1));
        let end = place + u64::try_from(lines.len())?;
        file.set_len(end)?;
        let mut ids = HashSet::new();
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let request: Value = serde_json::from_slice(line)?;
            ids.insert(request["id"].as_str().ok_or("a line has no id")?.to_owned());
        }
        Ok(Self {
            file,
            state,
            from,
            next,
            last: HashSet::new(),
            this: ids,
            place,
            end,
        })
    }

    /// Writes a line, unless there is one with this id.
    fn write(&mut self, id: &str, json: &str) -> Result<()> {
        if self.last.contains(id) || self.this.contains(id) {
            return Ok(());
        }
        let line = format!("{json}\n");
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // A full disk may take only part of a line.
            self.file.set_len(self.end)?;
            return Err(error.into());
        }
        self.end += u64::try_from(line.len())?;
        self.this.insert(id.to_owned());
        Ok(())
    }

    /// The window is complete, and the next one begins at `next`.
    fn finish(&mut self, next: i64) -> Result<()> {
        self.file.sync_data()?;
        write_state(&self.state, self.from, next, self.place)?;
        self.next = next;
        self.last = std::mem::take(&mut self.this);
        self.place = self.end;
        Ok(())
    }
}

/// A file with a longer name.
fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Replaces the state atomically.
fn write_state(path: &Path, from: i64, next: i64, place: u64) -> Result<()> {
    let new = beside(path, "new");
    let mut file = File::create(&new)?;
    write!(
        file,
        "{}",
        serde_json::json!({"from": from, "next": next, "place": place})
    )?;
    file.sync_all()?;
    fs::rename(new, path)?;
    Ok(())
}
