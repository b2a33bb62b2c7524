//! Reads a response according to its status: the body to its end, or as a stream.

use super::authenticate::Credentials;
use super::chunks::Chunks;
use super::client::Client;
use super::clock::Clock;
use super::destination::Destination;
use super::interceptor::AttemptRequest;
use super::raw_response::{BodyKind, RawBody, RawResponse};
use super::request::Request;
use super::secrets::secrets;
use crate::error::{Awaited, Failure, Quoted, Secrets};
use crate::model::limit_response::{InBody, LimitResponse};
use crate::model::{Response, codec};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};
use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// The number of bytes that are kept of an error's body.
const ERROR_BODY: usize = 64 * 1024;

/// The number of bytes that are read of an unread body.
const UNREAD: usize = 16 * 1024;

/// How long such a body may delay the next attempt.
const LEAVING: Duration = Duration::from_millis(100);

/// Reads the response of an attempt.
pub(super) struct Receiver<'a> {
    pub client: &'a Client,
    pub request: &'a Request,
    pub clock: &'a Clock,
    /// The attempt as the hooks saw it, if there are any hooks.
    pub shown: Option<&'a AttemptRequest>,
    pub destination: &'a Destination<'a>,
}

/// The head of a response, and how its body is read.
pub(super) struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub kind: BodyKind,
}

/// A response whose body may have been read for inspection.
pub(super) struct Received {
    pub head: Head,
    body: ResponseBody,
}

/// The body of a response.
enum ResponseBody {
    Open(reqwest::Response),
    Read(Bytes),
    Taken,
}

impl Received {
    /// A response whose header fields are in its head.
    pub(super) fn new(head: Head, response: reqwest::Response) -> Self {
        Self {
            head,
            body: ResponseBody::Open(response),
        }
    }

    /// The response, unless its body has been read.
    pub(super) fn unread(&mut self) -> Option<reqwest::Response> {
        match std::mem::replace(&mut self.body, ResponseBody::Taken) {
            ResponseBody::Open(response) => Some(response),
            ResponseBody::Read(_) | ResponseBody::Taken => None,
        }
    }
}

/// How long the server may be silent.
pub(super) fn silence(client: &Client, request: &Request) -> Duration {
    request.settings.read_timeout.unwrap_or(client.read_timeout())
}

impl Receiver<'_> {
    /// Reads a response whose status is final. `refusal` is the reason why a redirect was not
    /// followed.
    ///
    /// # Errors
    ///
    /// When the call does not expect the response, or its body breaks off, takes too long, or
    /// exceeds a limit.
    pub(super) async fn take(
        &self,
        received: &mut Received,
        refusal: Option<Cow<'static, str>>,
        credentials: &Credentials,
    ) -> Result<Box<RawResponse>, Box<Failure>> {
        let Some(mut chunks) = self.expected(received) else {
            return Err(Box::pin(self.refuse(received, refusal, credentials)).await);
        };
        if received.head.kind != BodyKind::Whole {
            return Ok(self.success(&mut received.head, RawBody::Stream(chunks), credentials));
        }
        let operation = self.request.operation.id;
        let whole = pin!(chunks.collect(self.client.limits().body, false));
        // Most bodies arrive with their headers.
        let whole = self.clock.soon(whole).await;
        let whole = whole.map_err(|limit| Failure::late(operation, Awaited::Body, limit))??;
        self.tell(received.head.status, &whole);
        Ok(self.success(&mut received.head, RawBody::Whole(whole), credentials))
    }

    /// The body of a response that the call expects, unless it has been read.
    fn expected(&self, received: &mut Received) -> Option<Chunks> {
        if received.head.kind == BodyKind::Undeclared {
            return None;
        }
        let response = received.unread()?;
        Some(self.chunks(response, &mut received.head))
    }

    /// A response that the call expects.
    fn success(&self, head: &mut Head, body: RawBody, credentials: &Credentials) -> Box<RawResponse> {
        let mut response = Box::new(RawResponse {
            operation: self.request.operation.id,
            status: head.status,
            headers: std::mem::take(&mut head.headers),
            body,
            attempts: 0,
            limits: Arc::clone(self.client.limits()),
            place: None,
            secrets: None,
            reading: codec::Reading::leniently(
                self.client.limits().decoded,
                self.client.is_lenient(&self.request.settings),
            ),
            resend: None,
            span: None,
        });
        if self.client.quotes() && response.is_foreign() {
            response.secrets = Some(Box::new(self.secrets(credentials)));
        }
        if self.destination.is_elsewhere() {
            response.place = Some(Box::new(self.destination.place()));
        }
        response
    }

    /// The failure of a call that does not expect the response.
    async fn refuse(
        &self,
        received: &mut Received,
        refusal: Option<Cow<'static, str>>,
        credentials: &Credentials,
    ) -> Box<Failure> {
        let response = self.error(received).await;
        let quoted = self.client.quotes().then(|| {
            let secrets = self.secrets(credentials);
            let quoted = Quoted::of(response.headers(), &response, &secrets);
            Quoted {
                secrets: Some(secrets),
                ..quoted
            }
        });
        let is_elsewhere = self.destination.is_elsewhere();
        let mut failure = refused(self.request.operation.id, response, refusal, is_elsewhere);
        failure.quoted = quoted.unwrap_or_default();
        failure
    }

    fn secrets(&self, credentials: &Credentials) -> Secrets {
        let sent = &self.request.settings.secrets;
        secrets(self.client, &self.request.headers, sent, credentials)
    }

    /// An error response, with the kept part of its body.
    async fn error(&self, received: &mut Received) -> Response<Bytes> {
        let body = self.read_error(received).await;
        let headers = std::mem::take(&mut received.head.headers);
        Response::new(received.head.status, headers, body)
    }

    /// Reads the body of an error, unless it has been read. A failure to read it is ignored, since
    /// the error itself matters more.
    async fn read_error(&self, received: &mut Received) -> Bytes {
        let response = match std::mem::replace(&mut received.body, ResponseBody::Taken) {
            ResponseBody::Open(response) => response,
            ResponseBody::Read(body) => return body,
            ResponseBody::Taken => return Bytes::new(),
        };
        let mut chunks = self.chunks(response, &mut received.head);
        let body = pin!(chunks.collect(ERROR_BODY, true));
        let body = self.clock.within(None, body).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        self.tell(received.head.status, &body);
        body
    }

    /// Whether the response matches one of these. Its body is read if that is decisive, unless the
    /// call expects the response.
    pub(super) async fn look_for(&self, rules: &[&[LimitResponse]], received: &mut Received) -> bool {
        if !matches!(received.body, ResponseBody::Open(_)) {
            return false;
        }
        let head = &received.head;
        let fitting = rules.iter().copied().flatten();
        let fitting: Vec<InBody> = fitting
            .filter_map(|rule| rule.fits(head.status, &head.headers))
            .collect();
        if fitting.iter().any(|body| body.is_anything()) {
            return true;
        }
        if fitting.is_empty() || head.kind != BodyKind::Undeclared {
            return false;
        }
        let body = self.read_error(received).await;
        let is_one = fitting.iter().any(|rule| rule.is_in(&body));
        received.body = ResponseBody::Read(body);
        is_one
    }

    /// Discards a response. The rest of a short body is read, so that the connection stays usable:
    /// otherwise HTTP/1 closes it, and HTTP/2 resets the stream, which a connection allows only a
    /// limited number of times.
    pub(super) async fn leave(&self, response: Option<reqwest::Response>) {
        let is_short = |length| usize::try_from(length).is_ok_and(|length: usize| length <= UNREAD);
        let response = response.filter(|response| response.content_length().is_none_or(is_short));
        let Some(response) = response else { return };
        let mut chunks = Chunks::new(self.request.operation.id, response.bytes_stream(), None);
        let rest = pin!(chunks.collect(UNREAD, true));
        let _ = self.clock.within(Some(LEAVING), rest).await;
    }

    /// Shows the body to the hooks.
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

/// Whether the body is compressed in the requested way.
fn is_gzip(headers: &HeaderMap) -> bool {
    let encoding = headers
        .get(CONTENT_ENCODING)
        .map(|value| value.as_bytes().trim_ascii());
    encoding.is_some_and(|encoding| {
        encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip")
    })
}

/// The failure of a call whose response is an error. `advice` is the reason why a redirect was not
/// followed.
fn refused(
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
    let advice = advice.or((denied && is_elsewhere).then_some(ELSEWHERE.into()));
    Failure::status(operation, response, advice.unwrap_or_default())
}
