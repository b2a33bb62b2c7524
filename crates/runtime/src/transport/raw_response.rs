//! A response before it is decoded: its head, and a body that was or will be read.

use super::call_span::CallSpan;
use super::chunks::Chunks;
use super::client::Client;
use super::limits::Limits;
use super::request::Request;
use crate::error::{Failure, Quoted, RequestTarget, Secrets, Stage};
use crate::model::{Operation, Response, charset, codec};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use std::fmt;
use std::sync::Arc;

/// How the body of a response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// The type does not declare this status.
    Undeclared,
    /// Read to its end, then decoded.
    Whole,
    /// Left to the caller to read.
    Stream,
    /// The same, for a stream that may be silent for long.
    Events,
}

impl BodyKind {
    /// This kind for a success, and [`BodyKind::Undeclared`] for everything else.
    #[must_use]
    pub const fn on_success(self, status: u16) -> Self {
        if matches!(status, 200..=299) {
            self
        } else {
            Self::Undeclared
        }
    }
}

/// A response that has not been decoded yet.
pub struct RawResponse {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RawBody,
    /// The number of times that the request was sent.
    pub(crate) attempts: u32,
    /// The limits of the client.
    pub(crate) limits: Arc<Limits>,
    /// The address of the request, if a redirect led to another server.
    pub(crate) place: Option<Box<RequestTarget>>,
    /// Text that an error must not quote from a body that is not JSON but may have been meant as
    /// JSON; without it, an error quotes nothing.
    pub(crate) secrets: Option<Box<Secrets>>,
    /// How the body is read.
    pub(crate) reading: codec::Reading,
    /// The data needed to send the request again, to resume interrupted streams.
    pub(crate) resend: Option<Box<Resend>>,
    /// The span of the call, which ends with this.
    pub(crate) span: Option<CallSpan>,
}

impl fmt::Debug for RawResponse {
    /// Shows no headers and no body, which may contain private data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("operation", &self.operation)
            .field("status", &self.status.as_u16())
            .finish_non_exhaustive()
    }
}

/// The body of a response.
pub(crate) enum RawBody {
    Whole(Bytes),
    Stream(Chunks),
    Taken,
}

impl RawResponse {
    /// The response of a failure, which is read as one of the declared errors.
    pub(crate) fn of(
        operation: &'static str,
        response: &Response<Bytes>,
        limits: &Arc<Limits>,
        is_lenient: bool,
    ) -> Self {
        let body = RawBody::Whole(Bytes::clone(response));
        Self {
            operation,
            status: response.status(),
            headers: response.headers().clone(),
            body,
            attempts: 0,
            limits: Arc::clone(limits),
            place: None,
            secrets: None,
            reading: codec::Reading::leniently(limits.decoded, is_lenient),
            resend: None,
            span: None,
        }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The error for a status that the type does not declare.
    pub fn undeclared(&self) -> codec::Error {
        codec::Error::new("the contract declares no response for this status")
    }

    /// The body, if it was read to its end.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        if let RawBody::Whole(bytes) = &self.body {
            Some(bytes.clone())
        } else {
            None
        }
    }

    /// The body, if it was read to its end; it is removed from the response.
    pub(crate) fn take_whole(&mut self) -> Bytes {
        match std::mem::replace(&mut self.body, RawBody::Taken) {
            RawBody::Whole(bytes) => bytes,
            RawBody::Stream(_) | RawBody::Taken => Bytes::new(),
        }
    }

    /// The body as a stream; a body that was already read is a stream of one chunk.
    pub(crate) fn take_stream(&mut self) -> Chunks {
        match std::mem::replace(&mut self.body, RawBody::Taken) {
            RawBody::Stream(chunks) => chunks,
            RawBody::Whole(bytes) => Chunks::of(self.operation, bytes),
            RawBody::Taken => Chunks::of(self.operation, Bytes::new()),
        }
    }

    /// The body in UTF-8, converted from the server's charset; it is consumed.
    ///
    /// # Errors
    ///
    /// When it takes more memory than the limits of the client allow.
    pub(crate) fn take_text(&mut self) -> codec::Result<Bytes> {
        let bytes = self.take_whole();
        charset::to_utf8(self.content_type(), bytes, self.limits.decoded)
    }

    /// The same for JSON, which is UTF-8 whatever charset the server declares, and is not removed.
    ///
    /// # Errors
    ///
    /// As for [`RawResponse::take_text`].
    pub(crate) fn json(&self) -> codec::Result<Bytes> {
        let bytes = self.bytes().unwrap_or_default();
        match str::from_utf8(&bytes) {
            Ok(text) if !text.starts_with('\u{feff}') => Ok(bytes),
            _ => charset::to_utf8(self.content_type(), bytes, self.limits.decoded),
        }
    }

    fn content_type(&self) -> &str {
        let value = self.headers.get(CONTENT_TYPE);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The media type in lower case, without parameters; empty if there is none.
    pub(crate) fn media_type(&self) -> String {
        self.content_type()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Whether the body was read to its end and is declared as text, and so is not JSON.
    pub(super) fn is_foreign(&self) -> bool {
        let kind = self.content_type().as_bytes().get(..5);
        matches!(self.body, RawBody::Whole(_)) && kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"text/"))
    }

    /// The success with its decoded body, and the parts that did not fit.
    pub(crate) fn into_response<T>(mut self: Box<Self>, inner: T) -> Response<T> {
        let (misfits, headers) = (self.reading.take_misfits(), std::mem::take(&mut self.headers));
        Response::complete(self.status, headers, inner, misfits, self.bytes())
    }

    /// The failure for a success of `operation` that cannot be read.
    pub(crate) fn undecodable(
        &mut self,
        error: codec::Error,
        client: &Client,
        operation: &Operation,
    ) -> Box<Failure> {
        let kind = self.media_type();
        let what = if error.is_too_large() {
            format!(
                "the response takes more than {} bytes of memory once it is decoded; raise `Limits::decoded` of the client",
                self.limits.decoded
            )
        } else if kind.is_empty() || is_json(&kind) {
            format!("the body does not match the contract: {error}")
        } else {
            // Unusual parts of a media type are not repeated.
            let kind = COMMON.iter().find(|common| **common == kind);
            format!(
                "the body is {}, not JSON",
                kind.unwrap_or(&"of another media type")
            )
        };
        if let Some(span) = &self.span {
            span.failed(Stage::Decode);
        }
        let mut failure = Failure::decode(self.operation, error, what);
        // Several items of one page may be unreadable.
        let place = self.place.as_deref().cloned();
        failure.place = Some(place.unwrap_or_else(|| client.place(operation)));
        failure.attempts = self.attempts;
        let body = self.bytes().unwrap_or_default();
        if let Some(secrets) = &self.secrets {
            failure.quoted = Quoted::of(&self.headers, &body, secrets);
        }
        failure.response = Some(Response::new(self.status, self.headers.clone(), body));
        failure
    }
}

/// The media types that errors name.
const COMMON: [&str; 12] = [
    "application/octet-stream",
    "application/pdf",
    "application/x-www-form-urlencoded",
    "application/xml",
    "image/gif",
    "image/jpeg",
    "image/png",
    "text/csv",
    "text/event-stream",
    "text/html",
    "text/plain",
    "text/xml",
];

/// The responses that a call reads, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResponseKinds {
    pub(crate) success: fn(u16) -> BodyKind,
    /// Whether a success or a declared error has exactly this status, rather than any.
    pub(crate) names: [fn(u16) -> bool; 2],
}

impl ResponseKinds {
    /// Whether the operation declares exactly this status.
    pub(super) fn names(self, status: StatusCode) -> bool {
        self.names.iter().any(|names| names(status.as_u16()))
    }
}

/// The data needed to send the request of a call again.
#[derive(Debug)]
pub(crate) struct Resend {
    pub(crate) client: Client,
    pub(crate) request: Request,
    pub(crate) kinds: ResponseKinds,
}

pub(super) fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type == "text/json" || media_type.ends_with("+json")
}
