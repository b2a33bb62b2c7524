//! The request feed of a site, one window at a time.
//!
//! Links to further pages are valid for a minute, and only their cursor is used: wherever they
//! point, no credentials are sent there. Requests are passed on as the server sent them, including
//! members that the contract does not know.

use super::page;
use crate::runtime::authenticate::AuthError;
use crate::runtime::chrono::DateTime;
use crate::runtime::http::HeaderMap;
use crate::runtime::{Bytes, Error as CallError, Response, StatusCode};
use crate::v0::Client;
use crate::v0::types::RequestFeedNextForm;
use futures_util::future::try_join;
use lorgnette_feed::{Error, Fetching, Pages, Setback, Source};
use std::collections::HashSet;
use std::time::Duration;

/// The maximum number of requests on a page.
const PAGE: i64 = 1000;
/// Cursors longer than this are sent in a form: the server refuses long addresses.
const LONG: usize = 1000;

/// A site as a source.
#[derive(Debug)]
pub(super) struct SiteFeed {
    client: Client,
    corp: String,
    site: String,
    name: String,
    tags: Vec<String>,
    /// The minimum age of requests in the feed, in seconds.
    lag: i64,
}

impl SiteFeed {
    /// The requests of a site, or those of them that have one of these signals.
    pub fn new(client: Client, corp: &str, site: &str, tags: &[String], lag: i64) -> Self {
        Self {
            client,
            corp: corp.to_owned(),
            site: site.to_owned(),
            name: format!("{corp}/{site}"),
            tags: tags.to_vec(),
            lag,
        }
    }

    async fn fetch(&self, from: i64, until: i64, to: &Pages) -> Result<(), Setback> {
        let first = self.client.requests_feed(&self.corp, &self.site);
        let mut first = first.from(from).until(until).limit(PAGE);
        if !self.tags.is_empty() {
            first = first.tags(self.tags.join(","));
        }
        let response = received(first.send_raw().await, true)?;
        self.check_clock(response.headers(), until)?;
        let mut page = response.into_inner();
        let mut seen = HashSet::new();
        loop {
            let mut parts = page::parts(&page)?;
            let cursor = parts.cursor.take();
            let read = async { to.page(parts.lines(&self.tags)?).await };
            let Some(cursor) = cursor else {
                return read.await;
            };
            // The server prepares the next page while this one is read.
            let (next, ()) = try_join(self.next(&cursor), read).await?;
            page = next;
            if !seen.insert(cursor) {
                return Err(Setback::later("the feed goes in circles"));
            }
        }
    }

    /// The page for a cursor.
    async fn next(&self, cursor: &str) -> Result<Bytes, Setback> {
        if cursor.len() <= LONG {
            let page = self.client.requests_feed(&self.corp, &self.site);
            let response = page.limit(PAGE).next(cursor).send_raw().await;
            let is_too_long = |response: &Response<Bytes>| response.status() == StatusCode::URI_TOO_LONG;
            if !response.as_ref().is_ok_and(is_too_long) {
                return received(response, false).map(Response::into_inner);
            }
        }
        let form = RequestFeedNextForm::new(cursor);
        let page = self.client.requests_feed_next(&self.corp, &self.site, &form);
        received(page.limit(PAGE).send_raw().await, false).map(Response::into_inner)
    }

    /// A window that has not ended by the server's clock is incomplete, whatever this machine's
    /// clock says.
    fn check_clock(&self, headers: &HeaderMap, until: i64) -> Result<(), Setback> {
        let date = headers.get("date").and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        match date {
            Some(date) if until > date.timestamp() - self.lag => Err(Setback::later(
                "the clock of this machine is ahead of the server's, which has not all requests of the window yet",
            )),
            _ => Ok(()),
        }
    }
}

impl Source for SiteFeed {
    fn name(&self) -> &str {
        &self.name
    }

    fn window<'s>(&'s self, from: i64, until: i64, to: &'s Pages) -> Fetching<'s> {
        Box::pin(self.fetch(from, until, to))
    }
}

/// The content, if it is a page. If the first page is refused because of credentials or the site,
/// the failure is permanent. A cursor may have expired, and other failures may be temporary.
fn received(
    response: Result<Response<Bytes>, CallError>,
    is_first: bool,
) -> Result<Response<Bytes>, Setback> {
    let response = match response {
        Ok(response) if response.status().is_success() => return Ok(response),
        Ok(response) => response,
        Err(error) => {
            let is_rejected = error.auth_error().is_some_and(AuthError::is_rejected);
            let what = error.to_string();
            return Err(match is_rejected {
                true => Setback::Never(Error::refused(what)),
                false => Setback::later(what),
            });
        }
    };
    let said = page::message(response.raw_body().map_or(&[], |body| body));
    let what = format!("the server responds with {}{said}", response.status());
    if is_first && matches!(response.status().as_u16(), 401 | 403 | 404) {
        return Err(Setback::Never(Error::refused(what)));
    }
    let wait = response.headers().get("retry-after");
    let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
    Err(Setback::Later(what, wait.map(Duration::from_secs)))
}
