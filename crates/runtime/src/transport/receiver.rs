//! Reads a response as its status says: a body to its end, or as a stream.

use super::chunks::Chunks;
use super::client::Client;
use super::clock::Clock;
use super::interceptor::AttemptRequest;
use super::raw_response::{BodyKind, RawBody, RawResponse};
use super::request::Request;
use crate::error::{Awaited, Failure};
use crate::model::Response;
use crate::model::limit_response::{InBody, LimitResponse};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// How much of an error's body is kept.
const ERROR_BODY: usize = 64 * 1024;

/// Reads the response of an attempt.
pub(super) struct Receiver<'a> {
    pub client: &'a Client,
    pub request: &'a Request,
    pub clock: &'a Clock,
    /// The attempt as hooks saw it, if there are any.
    pub shown: Option<&'a AttemptRequest>,
}

/// The head of a response, and how its body is taken.
pub(super) struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub kind: BodyKind,
}

/// A response, whose body may have been read to see what it says.
pub(super) enum Received {
    Open(reqwest::Response, Head),
    Read(Response<Bytes>),
}

impl Received {
    pub(super) fn headers(&self) -> &HeaderMap {
        match self {
            Self::Open(_, head) => &head.headers,
            Self::Read(response) => response.headers(),
        }
    }
}

/// How long the server may be silent.
pub(super) fn silence(client: &Client, request: &Request) -> Duration {
    request.settings.read_timeout.unwrap_or(client.read_timeout())
}

impl Receiver<'_> {
    /// Reads a response that the call expects.
    ///
    /// # Errors
    ///
    /// When the body breaks off, takes too long, or is more than a limit allows.
    pub(super) async fn success(
        &self,
        response: reqwest::Response,
        mut head: Head,
    ) -> Result<RawResponse, Box<Failure>> {
        let operation = self.request.operation.id;
        let chunks = self.chunks(response, &mut head);
        let body = if head.kind == BodyKind::Whole {
            let whole = chunks.collect(self.client.limits().body, false);
            let whole = self.clock.within(None, whole).await;
            let whole = whole.map_err(|limit| Failure::late(operation, Awaited::Body, limit))??;
            self.tell(head.status, &whole);
            RawBody::Whole(whole)
        } else {
            RawBody::Stream(chunks)
        };
        Ok(RawResponse {
            operation,
            status: head.status,
            headers: head.headers,
            body,
            attempts: 0,
            limits: Arc::clone(self.client.limits()),
            resend: None,
            span: None,
        })
    }

    /// Reads a response that is an error: what it says is less than that it is one.
    pub(super) async fn error(&self, response: reqwest::Response, mut head: Head) -> Response<Bytes> {
        let chunks = self.chunks(response, &mut head);
        let body = self.clock.within(None, chunks.collect(ERROR_BODY, true)).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        self.tell(head.status, &body);
        Response::new(head.status, head.headers, body)
    }

    /// Whether the response is one of those. Its body is read if that decides it, unless the call expects the response.
    pub(super) async fn look_for(&self, rules: &[&[LimitResponse]], received: Received) -> (Received, bool) {
        let Received::Open(response, head) = received else {
            return (received, false);
        };
        let fitting = rules.iter().copied().flatten();
        let fitting: Vec<InBody> = fitting
            .filter_map(|rule| rule.fits(head.status, &head.headers))
            .collect();
        if fitting.iter().any(|body| body.is_anything()) {
            return (Received::Open(response, head), true);
        }
        if fitting.is_empty() || head.kind != BodyKind::Undeclared {
            return (Received::Open(response, head), false);
        }
        let response = self.error(response, head).await;
        let is_one = fitting.iter().any(|body| body.is_in(&response));
        (Received::Read(response), is_one)
    }

    /// Shows the hooks a body.
    fn tell(&self, status: StatusCode, body: &Bytes) {
        if let Some(request) = self.shown {
            for interceptor in self.client.interceptors() {
                interceptor.body(request, status, body);
            }
        }
    }

    fn chunks(&self, response: reqwest::Response, head: &mut Head) -> Chunks {
        let limits = self.client.limits();
        let silence = match head.kind {
            BodyKind::Events => self.request.settings.read_timeout.unwrap_or(limits.event_silence),
            _ => silence(self.client, self.request),
        };
        let chunks = Chunks::new(self.request.operation.id, response.bytes_stream(), Some(silence));
        if !is_gzip(&head.headers) {
            return chunks;
        }
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
        chunks.gunzip((head.kind != BodyKind::Stream).then_some(limits.compression))
    }
}

/// Whether the body is compressed in the way that was asked for.
fn is_gzip(headers: &HeaderMap) -> bool {
    let encoding = headers
        .get(CONTENT_ENCODING)
        .map(|value| value.as_bytes().trim_ascii());
    encoding.is_some_and(|encoding| {
        encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip")
    })
}

/// The failure of a call whose response is an error. `advice` is what the credentials know of it.
pub(super) fn refused(
    operation: &'static str,
    response: Response<Bytes>,
    advice: Option<Cow<'static, str>>,
    is_elsewhere: bool,
) -> Box<Failure> {
    const ELSEWHERE: &str =
        "a redirect led to another server, where credentials do not go; check the base URL";
    let denied = matches!(
        response.status(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    );
    match advice.or((denied && is_elsewhere).then_some(ELSEWHERE.into())) {
        Some(advice) => Failure::status_with(operation, response, &advice),
        None => Failure::status(operation, response),
    }
}
