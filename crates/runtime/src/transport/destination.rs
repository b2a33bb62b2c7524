//! The address and the headers of a call's next attempt.

use super::authenticate::Credentials;
use super::client::host;
use super::redirect;
use super::request::Request;
use crate::error::RequestTarget;
use http::HeaderMap;
use std::borrow::Cow;
use url::Url;

/// The usual number of header fields that are added to those of a request.
const ADDED: usize = 3;

/// The destination of the next attempt: the address of the request, or the target of redirects.
pub(super) struct Destination<'a> {
    request: &'a Request,
    redirected: Option<Redirected>,
}

/// The end of a chain of redirects.
struct Redirected {
    url: Url,
    hops: u32,
    /// Whether a redirect has led to another server: credentials are dropped from then on.
    is_elsewhere: bool,
}

impl<'a> Destination<'a> {
    pub(super) const fn new(request: &'a Request) -> Self {
        Self {
            request,
            redirected: None,
        }
    }

    /// Moves to the target of a redirect.
    pub(super) fn follow(&mut self, url: Url, is_elsewhere: bool) {
        self.redirected = Some(Redirected {
            url,
            hops: self.hops() + 1,
            is_elsewhere: is_elsewhere || self.is_elsewhere(),
        });
    }

    /// Returns to the address of the request.
    pub(super) fn start_over(&mut self) {
        self.redirected = None;
    }

    /// The address, without the parts that credentials added.
    pub(super) fn url(&self) -> &Url {
        let redirected = self.redirected.as_ref();
        redirected.map_or(&self.request.url, |redirected| &redirected.url)
    }

    /// The header fields, without those of credentials.
    pub(super) fn headers(&self) -> Cow<'a, HeaderMap> {
        if self.is_elsewhere() {
            Cow::Owned(redirect::harmless(&self.request.headers))
        } else {
            Cow::Borrowed(&self.request.headers)
        }
    }

    /// Address and header fields with credentials.
    pub(super) fn aim(&self, credentials: &Credentials) -> (Url, HeaderMap) {
        let mut url = self.url().clone();
        credentials.put_query(&mut url);
        // A clone has no spare capacity for additions.
        let own = self.headers();
        let mut headers = HeaderMap::try_with_capacity(own.len() + ADDED).unwrap_or_default();
        for (name, value) in own.iter() {
            headers.append(name, value.clone());
        }
        credentials.put_headers(&mut headers);
        (url, headers)
    }

    /// The same for messages: without the values in the path, and after a redirect to another
    /// server without the path.
    pub(super) fn place(&self) -> RequestTarget {
        let operation = self.request.operation;
        RequestTarget {
            method: operation.method().clone(),
            host: host(self.url()),
            path: if self.is_elsewhere() { "" } else { operation.path },
        }
    }

    /// The number of redirects that led there.
    pub(super) fn hops(&self) -> u32 {
        self.redirected.as_ref().map_or(0, |redirected| redirected.hops)
    }

    /// Whether this server, or an earlier one in the chain of redirects, is not that of the
    /// request, or the request must carry nothing of the client's.
    pub(super) fn is_elsewhere(&self) -> bool {
        let redirected = self.redirected.as_ref();
        self.request.settings.is_anonymous || redirected.is_some_and(|redirected| redirected.is_elsewhere)
    }
}
