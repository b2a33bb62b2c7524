//! Runs the hooks of a client, and keeps the attempt as passed to them.

use super::authenticate::Credentials;
use super::destination::Destination;
use super::interceptor::{AttemptError, AttemptRequest, Interceptors, ResponseHead};
use super::request::Request;
use bytes::Bytes;
use http::HeaderMap;

/// The hooks of a client for the attempts of a call.
pub(super) struct Hooks<'a> {
    interceptors: &'a Interceptors,
    /// The attempt in the form for hooks, if there are hooks.
    shown: Option<Box<AttemptRequest>>,
}

impl<'a> Hooks<'a> {
    pub(super) const fn new(interceptors: &'a Interceptors) -> Self {
        Self {
            interceptors,
            shown: None,
        }
    }

    /// Passes the attempt with this number to the hooks, and applies their additions. If a hook
    /// returns a response, it replaces the server's.
    pub(super) fn before(
        &mut self,
        number: u32,
        request: &Request,
        destination: &Destination<'_>,
        credentials: &Credentials,
        headers: &mut HeaderMap,
    ) -> Option<http::Response<Bytes>> {
        if self.interceptors.is_empty() {
            return None;
        }
        let sent = &request.settings.secrets;
        let (url, shown) = (destination.url().clone(), destination.headers().into_owned());
        let mut attempt = AttemptRequest::new(request.operation, number, url, shown, credentials, sent);
        let response = self
            .interceptors
            .iter()
            .find_map(|interceptor| interceptor.before(&mut attempt));
        if !destination.is_elsewhere() {
            headers.extend(attempt.take_added());
            credentials.put_headers(headers);
        }
        self.shown = Some(Box::new(attempt));
        response
    }

    /// Reports the outcome of the attempt to the hooks.
    pub(super) fn after(&self, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        if let Some(attempt) = self.shown() {
            for interceptor in self.interceptors {
                interceptor.after(attempt, outcome);
            }
        }
    }

    /// The attempt in the form for hooks, if there are hooks.
    pub(super) fn shown(&self) -> Option<&AttemptRequest> {
        self.shown.as_deref()
    }
}
