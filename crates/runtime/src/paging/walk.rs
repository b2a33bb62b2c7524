//! Determines how one page follows another: the next request of a list, and when to stop.
//!
//! It reads requests and responses but sends nothing.

use super::step::{PageInput, PageOutput, PageStep, Paging};
use super::wire::whole;
use crate::error::{Failure, Stage};
use crate::model::body::Payload;
use crate::model::{Operation, member};
use crate::transport::{AddressRules, CallSettings, Client, Purpose, Request};
use http::HeaderMap;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use url::Url;

/// How far the list has been read.
pub(super) struct Walk {
    client: Client,
    paging: Paging,
    request: Option<Template>,
    next: NextPage,
    /// The requests so far, as hashes, since a long list has many pages.
    seen: HashSet<u64>,
    /// The hash of the last body.
    body: Option<u64>,
    /// The number of the last requested page, if it is known, or the number of items before it.
    at: Option<u64>,
    /// The number of the first page, if it is known.
    first: Option<u64>,
}

/// The common part of the requests for all pages.
struct Template {
    operation: &'static Operation,
    headers: HeaderMap,
    settings: CallSettings,
    /// The address of the last requested page.
    url: Url,
    payload: Payload,
}

/// The state between two pages.
enum NextPage {
    Ask,
    Fail(Box<Failure>),
    End,
}

/// The paging data of a page.
pub(super) struct Arrived<'p> {
    pub(super) headers: &'p HeaderMap,
    pub(super) body: &'p [u8],
    /// The number of items on the page.
    pub(super) items: usize,
}

impl Arrived<'_> {
    /// The value of the member at a path, if there is a path.
    fn says(&self, path: &str) -> Option<Value> {
        (!path.is_empty()).then(|| member::at(self.body, path))?
    }

    /// The number in the member at a path.
    fn number(&self, path: &str) -> Option<u64> {
        whole(&self.says(path)?)
    }
}

/// The step after a page.
enum PageWay {
    /// The next page, with these changes to the request.
    Set(PageInput, Value),
    /// The page at this address.
    Follow(String),
    /// Nothing.
    End,
    /// The list ends, and this page contains nothing new.
    Repeated,
    /// The next page cannot be determined; this is the fault.
    Lost(Stage, String),
    /// The page is not the requested one.
    Other(String),
}

impl Walk {
    /// A walk that begins with `request`. If `request` is an error, the walk consists of that error
    /// only.
    pub(super) fn new(client: Client, paging: Paging, request: Result<Request, Box<Failure>>) -> Self {
        let mut walk = Self {
            client,
            paging,
            request: None,
            next: NextPage::End,
            seen: HashSet::new(),
            body: None,
            at: None,
            first: None,
        };
        match request {
            Err(failure) => walk.next = NextPage::Fail(failure),
            Ok(request) => {
                let asked = |input: PageInput| input.number(&request.url, &request.payload);
                match paging.step {
                    PageStep::Number { input, first, .. } => {
                        walk.first = first;
                        walk.at = asked(input);
                    }
                    PageStep::Offset { input, .. } => walk.at = Some(asked(input).unwrap_or_default()),
                    PageStep::Cursor { .. } | PageStep::Link { .. } => {}
                }
                walk.request = Some(Template {
                    operation: request.operation,
                    headers: request.headers,
                    settings: request.settings,
                    url: request.url,
                    payload: request.payload,
                });
                walk.next = NextPage::Ask;
            }
        }
        walk
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// The request for the next page, or the error that ends the list. Until that page has arrived,
    /// there is no further step.
    pub(super) fn ahead(&mut self) -> Option<Result<Request, Box<Failure>>> {
        match (std::mem::replace(&mut self.next, NextPage::End), &self.request) {
            (NextPage::Ask, Some(template)) => {
                self.seen.insert(template.place());
                Some(Ok(template.request()))
            }
            (NextPage::Fail(failure), _) => Some(Err(failure)),
            (NextPage::Ask | NextPage::End, _) => None,
        }
    }

    /// Determines the step from the page that arrived to the next one, and whether the caller gets
    /// the page.
    pub(super) fn arrive(&mut self, page: &Arrived<'_>) -> bool {
        let is_first = self.seen.len() == 1;
        let way = match self.paging.step {
            PageStep::Number {
                input,
                current,
                count,
                ..
            } => self.count_pages(page, input, current, count),
            PageStep::Offset { input, total } => self.count_items(page, input, total),
            PageStep::Cursor { input, output } => match self.told(page, output) {
                Ok(Some(cursor)) => PageWay::Set(input, cursor),
                Ok(None) => PageWay::End,
                Err(what) => PageWay::Lost(Stage::Decode, what),
            },
            PageStep::Link { output } => match self.told(page, output) {
                Ok(Some(Value::String(link))) => PageWay::Follow(link.trim().to_owned()),
                Ok(Some(_)) => PageWay::Lost(
                    Stage::Decode,
                    format!("{} is not an address of the next page", output.name()),
                ),
                Ok(None) => PageWay::End,
                Err(what) => PageWay::Lost(Stage::Decode, what),
            },
        };
        let is_end = matches!(way, PageWay::End);
        let is_new = !matches!(way, PageWay::Repeated | PageWay::Other(_));
        self.turn(way);
        // The first page is returned even if it is empty: it may contain more than items.
        is_first || is_new && !(is_end && page.items == 0)
    }

    /// The step to the next page, unless the page reports that it is the last.
    ///
    /// # Errors
    ///
    /// The fault.
    fn told(&self, page: &Arrived<'_>, output: PageOutput) -> Result<Option<Value>, String> {
        match output.find(page.headers, page.body) {
            _ if self.more(page) == Some(false) => Ok(None),
            Some(Value::String(text)) if text.len() > member::LONGEST => Err(format!(
                "{} is longer than {} bytes",
                output.name(),
                member::LONGEST
            )),
            found => Ok(found),
        }
    }

    /// Whether the page says that others follow.
    fn more(&self, page: &Arrived<'_>) -> Option<bool> {
        page.says(self.paging.more)?.as_bool()
    }

    /// The step to the next page if a parameter counts pages.
    fn count_pages(&mut self, page: &Arrived<'_>, input: PageInput, current: &str, count: &str) -> PageWay {
        let is_first = self.seen.len() == 1;
        let (pages, now, more) = (page.number(count), page.number(current), self.more(page));
        let body = hash(page.body);
        let is_as_before = self.body.replace(body) == Some(body);
        let asked = self.at;
        self.at = now.or(asked).or(self.first);
        if is_first && now.is_some() && now != asked {
            // The server's value takes precedence over the contract's.
            self.first = now.filter(|_| asked.is_none());
        }
        // Of the possible numbers of the first page, the one that skips no page.
        let first = self.first.unwrap_or(1);
        let is_last = |pages: u64| match self.at {
            Some(at) => at.saturating_add(1) >= first.saturating_add(pages),
            None => pages <= 1,
        };
        if let (false, Some(now), Some(asked)) = (is_first, now, asked)
            && now < asked
        {
            // The server returns the last page for all later numbers.
            if more != Some(true) && pages.is_none_or(is_last) {
                return PageWay::Repeated;
            }
            return PageWay::Other(format!(
                "page {asked} was requested and page {now} was returned, so the list may be incomplete"
            ));
        }
        match (pages, more) {
            (_, Some(false)) => return PageWay::End,
            (Some(pages), _) if is_last(pages) => return PageWay::End,
            (_, None) if page.items == 0 => return PageWay::End,
            (None, None) if is_as_before => return PageWay::Repeated,
            _ => {}
        }
        let Some(at) = self.at else {
            let number = match current {
                "" => String::new(),
                current => format!(" (`{current}`)"),
            };
            return PageWay::Lost(
                Stage::Decode,
                format!(
                    "the response does not say which page it is{number}, so the number of the next page is \
                     unknown; request the first page by its number"
                ),
            );
        };
        match at.checked_add(1) {
            Some(next) => {
                self.at = Some(next);
                PageWay::Set(input, next.into())
            }
            None => PageWay::Lost(
                Stage::Build,
                format!("there is no number after {at} for the next page"),
            ),
        }
    }

    /// The step to the next page if a parameter counts the items before it.
    fn count_items(&mut self, page: &Arrived<'_>, input: PageInput, total: &str) -> PageWay {
        let total = page.number(total);
        let items = u64::try_from(page.items).unwrap_or(u64::MAX);
        let next = self.at.unwrap_or_default().saturating_add(items);
        let is_end = match (total, self.more(page)) {
            (_, Some(more)) => !more,
            (Some(total), None) => items == 0 || next >= total,
            (None, None) => items == 0,
        };
        if is_end {
            return PageWay::End;
        }
        self.at = Some(next);
        PageWay::Set(input, next.into())
    }

    /// Continues with these changes to the request.
    fn turn(&mut self, way: PageWay) {
        let Some(template) = &mut self.request else {
            return;
        };
        let turned = match way {
            PageWay::End | PageWay::Repeated => return,
            PageWay::Lost(stage, what) => Err((stage, what)),
            PageWay::Other(what) => Err((Stage::Decode, what)),
            PageWay::Set(input, value) => match input.set(&mut template.url, &mut template.payload, &value) {
                true => Ok(()),
                false => Err((
                    Stage::Build,
                    "the next page is requested in the body, which is not a JSON object".to_owned(),
                )),
            },
            PageWay::Follow(link) => match follow(self.client.rules(), &template.url, &link) {
                Ok(url) => {
                    template.url = url;
                    Ok(())
                }
                Err(what) => Err((Stage::Decode, what)),
            },
        };
        let turned = turned.and_then(|()| match self.seen.contains(&template.place()) {
            // The list would loop endlessly.
            true => Err((
                Stage::Decode,
                "the page leads back to an earlier one, so the list may be incomplete".to_owned(),
            )),
            false => Ok(()),
        });
        self.next = match turned {
            Ok(()) => NextPage::Ask,
            Err((stage, what)) => NextPage::Fail(Failure::new(template.operation.id, stage, what)),
        };
    }
}

impl Template {
    fn request(&self) -> Request {
        Request {
            operation: self.operation,
            url: self.url.clone(),
            headers: self.headers.clone(),
            payload: self.payload.clone(),
            settings: self.settings.clone(),
        }
    }

    /// The part of a request that identifies the page.
    fn place(&self) -> u64 {
        let body = match &self.payload {
            Payload::Body(_, body) => body.bytes(),
            Payload::Nothing | Payload::Multipart(..) => None,
        };
        hash((self.url.as_str(), body))
    }
}

/// The address that a page links to, if it is on the same server; otherwise the fault.
fn follow(rules: AddressRules, page: &Url, link: &str) -> Result<Url, String> {
    let mut url = page
        .join(link)
        .map_err(|_| "the link to the next page is not an address".to_owned())?;
    // The client adds credentials itself. These two calls cannot fail for addresses with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    rules.judge(&url, Purpose::Link { from: page }).map_err(|what| {
        let origin = url.origin().ascii_serialization();
        format!("the link to the next page leads to {origin}, which {what}")
    })?;
    // A server behind a proxy does not know which prefix the proxy adds to its paths.
    let is_shortened = link.starts_with('/') && page.path().len() > url.path().len();
    if is_shortened && page.path().ends_with(url.path()) {
        url.set_path(page.path());
    }
    Ok(url)
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
