//! Hooks before and after each attempt of a call.

use super::authenticate::Credentials;
use super::framing::is_framing;
use super::platform::SystemInstant as Instant;
use crate::error::Stage;
use crate::model::{Operation, Secret};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Sees every attempt of every call of a client, including its token requests: for logs and
/// metrics, for headers that depend on the request, and for tests.
///
/// `OpenTelemetry` is an interceptor, with the feature `opentelemetry`. For another tracer,
/// [`before`](Self::before), which runs within the attempt's span, can set the header
/// `traceparent`.
///
/// An interceptor sees no credentials, since they are added to the request afterwards. Values that
/// callers put into addresses, headers and bodies are shown unchanged. Hooks run on the task of the
/// call, which waits for them.
///
/// ```
/// use lorgnette_runtime::{AttemptError, AttemptRequest, Client, ClientBuilder, Interceptor, ResponseHead};
///
/// #[derive(Debug)]
/// struct Log;
///
/// impl Interceptor for Log {
///     fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
///         match outcome {
///             Ok(head) => println!("{} attempt {}: {}", request.operation().id(), request.number(), head.status),
///             Err(error) => println!("{} attempt {}: {}", request.operation().id(), request.number(), error.message),
///         }
///     }
/// }
///
/// let client: Client = ClientBuilder::new("https://api.example.com", "example", "1.0.0")
///     .intercept(Log)
///     .build()?;
/// # Ok::<(), lorgnette_runtime::BuildError>(())
/// ```
pub trait Interceptor: Send + Sync + fmt::Debug {
    /// Runs when a call begins, before it waits for anything. From then on it is in flight.
    fn call_begun(&self, operation: &'static Operation) {
        let _ = operation;
    }

    /// Runs when a call ends: its body has been read, or has begun if it is a stream, or it failed,
    /// or its caller gave up.
    fn call_ended(&self, call: &CallSummary) {
        let _ = call;
    }

    /// Runs before an attempt is sent. It may add headers. If it returns a response, that replaces
    /// the server's, and nothing is sent.
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let _ = request;
        None
    }

    /// Runs when the head of the response has arrived, or when the attempt failed without one.
    fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        let _ = (request, outcome);
    }

    /// Runs when a body that is not a stream has been read: the whole body of a success, or the
    /// first 64 KiB of an error.
    fn body(&self, request: &AttemptRequest, status: StatusCode, body: &Bytes) {
        let _ = (request, status, body);
    }
}

impl<T: Interceptor + ?Sized> Interceptor for Arc<T> {
    fn call_begun(&self, operation: &'static Operation) {
        (**self).call_begun(operation);
    }
    fn call_ended(&self, call: &CallSummary) {
        (**self).call_ended(call);
    }
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        (**self).before(request)
    }
    fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        (**self).after(request, outcome);
    }
    fn body(&self, request: &AttemptRequest, status: StatusCode, body: &Bytes) {
        (**self).body(request, status, body);
    }
}

/// The outcome of a call, for metrics: how long it took, how often its request was sent, and how it
/// ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallSummary {
    /// The operation. Requests for tokens are calls of an operation, too.
    pub operation: &'static Operation,
    /// The duration of the call, including all waits.
    pub duration: Duration,
    /// The number of times the request was sent; 0 for a call that its caller gave up.
    pub attempts: u32,
    /// The status of the last response, if there was one.
    pub status: Option<StatusCode>,
    /// The stage that failed; `None` for a success, and for a call that its caller gave up.
    pub error: Option<Stage>,
    /// Whether the caller gave up before the call ended.
    pub is_given_up: bool,
    /// Whether the call obtains a token, which means that it was made by a client of
    /// [`authenticate_with`](crate::ClientBuilder::authenticate_with).
    pub is_for_token: bool,
}

/// Notifies the hooks of the end of a call when it is dropped.
pub(super) struct Ending<'a> {
    interceptors: &'a Interceptors,
    begun: Instant,
    call: CallSummary,
}

impl<'a> Ending<'a> {
    /// Notifies the hooks of the start of a call; `None` if there are no hooks.
    pub(super) fn begin(
        interceptors: &'a Interceptors,
        operation: &'static Operation,
        is_for_token: bool,
    ) -> Option<Self> {
        if interceptors.is_empty() {
            return None;
        }
        for interceptor in interceptors {
            interceptor.call_begun(operation);
        }
        Some(Self {
            interceptors,
            begun: Instant::now(),
            call: CallSummary {
                operation,
                duration: Duration::ZERO,
                attempts: 0,
                status: None,
                error: None,
                is_given_up: true,
                is_for_token,
            },
        })
    }

    /// Records the end of the call.
    pub(super) fn ends(mut self, attempts: u32, status: Option<StatusCode>, error: Option<Stage>) {
        self.call.is_given_up = false;
        (self.call.attempts, self.call.status, self.call.error) = (attempts, status, error);
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.call.duration = self.begun.elapsed();
        for interceptor in self.interceptors {
            interceptor.call_ended(&self.call);
        }
    }
}

/// An attempt that is sent.
#[derive(Clone)]
pub struct AttemptRequest {
    operation: &'static Operation,
    number: u32,
    url: Url,
    begun: Instant,
    headers: HeaderMap,
    added: HeaderMap,
    /// The secrets among the credentials and the values of the request.
    secrets: Vec<Secret>,
}

impl AttemptRequest {
    pub(super) fn new(
        operation: &'static Operation,
        number: u32,
        url: Url,
        headers: HeaderMap,
        credentials: &Credentials,
        sent: &[Secret],
    ) -> Self {
        let in_headers = credentials.headers().filter_map(|(_, value)| value.to_str().ok());
        // `Bearer` and similar words are not secrets.
        let in_headers = in_headers.map(|value| Secret::new(value.rsplit(' ').next().unwrap_or(value)));
        let in_query = credentials.query().map(|(_, value)| value.clone());
        Self {
            operation,
            number,
            url,
            begun: Instant::now(),
            headers,
            added: HeaderMap::new(),
            secrets: in_headers.chain(in_query).chain(sent.iter().cloned()).collect(),
        }
    }

    /// The operation.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The number of the attempt, from 1. Requests to the target of a redirect are attempts as
    /// well.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The time since the attempt began, that is, since it had its credentials and passed the rate
    /// limit.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The address, without credentials.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The headers, without credentials and without those that frame the body.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Adds this header to the attempt, in place of one of the same name; credentials take
    /// precedence. Headers that frame the message cannot be set, and no header is sent to another
    /// server after a redirect.
    pub fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        if !is_framing(&name) {
            self.added.insert(name, value);
        }
    }

    pub(super) fn take_added(&mut self) -> HeaderMap {
        std::mem::take(&mut self.added)
    }

    /// The secrets of the request, to keep them out of recordings.
    #[cfg(feature = "mock")]
    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

impl fmt::Debug for AttemptRequest {
    /// Shows neither address nor headers, in which callers may have put secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptRequest")
            .field("operation", &self.operation.id())
            .field("number", &self.number)
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}

/// The head of a response.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ResponseHead<'a> {
    /// The status of the response.
    pub status: StatusCode,
    /// The headers of the response.
    pub headers: &'a HeaderMap,
}

impl<'a> ResponseHead<'a> {
    pub(super) const fn new(status: StatusCode, headers: &'a HeaderMap) -> Self {
        Self { status, headers }
    }
}

impl fmt::Debug for ResponseHead<'_> {
    /// Shows no headers, which may hold cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead")
            .field("status", &self.status.as_u16())
            .finish_non_exhaustive()
    }
}

/// The failure of an attempt without a response.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptError<'a> {
    /// The stage that failed.
    pub stage: Stage,
    /// Whether a time limit ended the attempt.
    pub is_timeout: bool,
    /// The failure, without any text from the server or the caller.
    pub message: &'a str,
}

impl<'a> AttemptError<'a> {
    pub(super) const fn new(stage: Stage, is_timeout: bool, message: &'a str) -> Self {
        Self {
            stage,
            is_timeout,
            message,
        }
    }

    /// The failure as one word, for metrics: `timeout`, or the stage that failed.
    pub const fn kind(&self) -> &'static str {
        if self.is_timeout {
            "timeout"
        } else {
            self.stage.name()
        }
    }
}

/// The hooks of a client, in the order in which they were set.
pub(super) type Interceptors = Vec<Arc<dyn Interceptor>>;
