//! The way through the pages of a list: what to ask for next, and when to stop.
//!
//! It sees addresses and bodies, and sends nothing.

use super::step::{Paging, Step};
use crate::error::{Failure, Stage};
use crate::model::body::Payload;
use crate::model::{Operation, member};
use crate::transport::{AddressRules, CallSettings, Client, Purpose, Request};
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use url::Url;

/// How far the list has been read.
pub(super) struct Walk {
    client: Client,
    paging: Paging,
    request: Option<Template>,
    next: Next,
    /// Addresses that were asked for already, as hashes: a long list has many of them.
    seen: HashSet<u64>,
    count: Count,
}

/// What the requests for all pages have in common.
struct Template {
    operation: &'static Operation,
    headers: HeaderMap,
    settings: CallSettings,
    /// The address of the page that was asked for last.
    url: Url,
}

/// The state between two pages.
enum Next {
    Ask,
    Fail(Box<Failure>),
    End,
}

/// Where a list is that counts its pages.
#[derive(Default)]
struct Count {
    /// The number of the page that was asked for last.
    number: u64,
    /// The number of the first page.
    first: u64,
    /// The server, and nobody else, said what the first page's number is: it was not asked for a
    /// certain one.
    is_open: bool,
    /// The body that came last, as a hash.
    body: Option<u64>,
}

impl Walk {
    /// A walk that begins with `request`; if there is none, that error is all there is.
    pub(super) fn new(client: Client, paging: Paging, request: Result<Request, Box<Failure>>) -> Self {
        let mut walk = Self {
            client,
            paging,
            request: None,
            next: Next::End,
            seen: HashSet::new(),
            count: Count::default(),
        };
        match request {
            Err(failure) => walk.next = Next::Fail(failure),
            Ok(request) => {
                walk.count = Count::new(paging.step, &request.url);
                walk.request = Some(Template {
                    operation: request.operation,
                    headers: request.headers,
                    settings: request.settings,
                    url: request.url,
                });
                walk.next = Next::Ask;
            }
        }
        walk
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// The request for the next page, or the error that comes instead. Until that page has arrived,
    /// nothing comes after it.
    pub(super) fn ahead(&mut self) -> Option<Result<Request, Box<Failure>>> {
        match (std::mem::replace(&mut self.next, Next::End), &self.request) {
            (Next::Ask, Some(template)) => {
                self.seen.insert(hash(template.url.as_str()));
                Some(Ok(template.request()))
            }
            (Next::Fail(failure), _) => Some(Err(failure)),
            (Next::Ask | Next::End, _) => None,
        }
    }

    /// Finds the way on from the page that arrived, and says whether the page is to be given to the
    /// caller.
    pub(super) fn arrive(&mut self, body: &[u8], is_empty: bool) -> bool {
        let is_first = self.seen.len() == 1;
        let Some(template) = &mut self.request else {
            return false;
        };
        if is_empty {
            // The first page is given all the same: it may say more than that there are no items.
            return is_first;
        }
        match self.paging.step {
            Step::Number { parameter, count, .. } => {
                let is_new = self.count.body.replace(hash(body)) != Some(hash(body));
                if !is_new && !self.count.begins_with_one() {
                    return false;
                }
                let pages = member::at(body, count).and_then(|pages| whole(&pages));
                if !pages.is_some_and(|pages| self.count.is_last(pages)) {
                    self.next = match self.count.number.checked_add(1) {
                        Some(number) => {
                            self.count.number = number;
                            set_query(&mut template.url, parameter, number);
                            Next::Ask
                        }
                        None => Next::Fail(Failure::new(
                            template.operation.id,
                            Stage::Build,
                            format!("there is no number after {} for the next page", u64::MAX),
                        )),
                    };
                }
                is_new
            }
            Step::Link { member } => {
                let link = member::at(body, member);
                let link = link.as_ref().and_then(Value::as_str).unwrap_or_default().trim();
                if !link.is_empty() {
                    self.next = match follow(self.client.rules(), &template.url, link) {
                        Ok(url) if self.seen.contains(&hash(url.as_str())) => Next::End,
                        Ok(url) => {
                            template.url = url;
                            Next::Ask
                        }
                        Err(what) => Next::Fail(Failure::new(template.operation.id, Stage::Decode, what)),
                    };
                }
                true
            }
        }
    }
}

impl Template {
    fn request(&self) -> Request {
        Request {
            operation: self.operation,
            url: self.url.clone(),
            headers: self.headers.clone(),
            payload: Payload::Nothing,
            settings: self.settings.clone(),
        }
    }
}

impl Count {
    fn new(step: Step, url: &Url) -> Self {
        let Step::Number { parameter, first, .. } = step else {
            return Self::default();
        };
        let asked = query_number(url, parameter);
        // Of the two numbers that a first page may have, the one that leaves no page out: a server
        // that counts from 1 sends the same page for 1 as for none, and an empty one after the
        // last.
        let first = first.unwrap_or_else(|| u64::from(asked.is_some()));
        Self {
            number: asked.unwrap_or(first),
            first,
            is_open: asked.is_none(),
            body: None,
        }
    }

    /// Whether a page that came twice shows no more than that the first page is 1, and not 0 as was
    /// thought.
    fn begins_with_one(&mut self) -> bool {
        let is_so = self.is_open && self.first == 0 && self.number == 1;
        if is_so {
            self.first = 1;
        }
        is_so
    }

    const fn is_last(&self, pages: u64) -> bool {
        self.number.saturating_add(1) >= self.first.saturating_add(pages)
    }
}

/// The address that a page links to from its own, if it is on the same server; what is wrong with
/// it otherwise.
fn follow(rules: AddressRules, page: &Url, link: &str) -> Result<Url, String> {
    let mut url = page
        .join(link)
        .map_err(|_| "the link to the next page is no address".to_owned())?;
    // Credentials are the client's to give. These two cannot fail for addresses that have a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    rules.judge(&url, Purpose::Link { from: page }).map_err(|what| {
        let origin = url.origin().ascii_serialization();
        format!("the link to the next page leads to {origin}, which {what}")
    })?;
    // A server behind a proxy that put something before its paths does not know of it.
    let is_shortened = link.starts_with('/') && page.path().len() > url.path().len();
    if is_shortened && page.path().ends_with(url.path()) {
        url.set_path(page.path());
    }
    Ok(url)
}

/// The number that the query gives a parameter.
fn query_number(url: &Url, parameter: &str) -> Option<u64> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(name, _)| name == parameter)
        .and_then(|(_, value)| value.parse().ok())
}

/// Gives a parameter of the query this number, and leaves the others as they were written.
fn set_query(url: &mut Url, parameter: &str, number: u64) {
    let query = url.query().unwrap_or_default();
    let others = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !percent_decode_str(name).eq(parameter.bytes())
    });
    let number = format!("{parameter}={number}");
    let query: Vec<&str> = others.chain([number.as_str()]).collect();
    url.set_query(Some(&query.join("&")));
}

/// A whole number, however it is written.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let text = number.as_f64()?.to_string();
            text.parse().ok()
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
