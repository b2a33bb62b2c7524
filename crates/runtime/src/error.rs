//! The error of a call: what stage failed, what the server said of it, and what to do.
//!
//! Neither `Display` nor `Debug` repeats anything that the server or the caller wrote: no header, no query, no body. The
//! accessors do, for those who ask.

use crate::answer::{Reply, Undeclared};
use crate::{codec, server_words};
use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::error::Error as StdError;
use std::fmt;

/// The stage of a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The request could not be made from what the caller gave.
    Build,
    /// No credentials could be had.
    Authenticate,
    /// No connection to the server came about.
    Connect,
    /// The request or the answer broke off on its way, or took too long.
    Send,
    /// The server answered with a status that is no success.
    Status,
    /// The server's success is not what the contract says.
    Decode,
}

/// Why a call failed. `E` is the enum of the errors that the contract declares for the operation.
pub struct Error<E = Undeclared> {
    failure: Box<Failure>,
    declared: Option<Box<E>>,
}

/// What failed, whatever the operation.
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) stage: Stage,
    /// One sentence of ours without a full stop, and what to do.
    pub(crate) what: String,
    pub(crate) is_timeout: bool,
    pub(crate) answer: Option<Answered>,
    /// The place in the answer's document, for decode errors.
    pub(crate) path: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The answer that an error came with.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Failure {
    pub(crate) fn new(operation: &'static str, stage: Stage, what: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            operation,
            stage,
            what: what.into(),
            is_timeout: false,
            answer: None,
            path: String::new(),
            source: None,
        })
    }

    /// An error of the HTTP client, without the address, which may hold what is nobody's business.
    pub(crate) fn http(operation: &'static str, error: reqwest::Error) -> Box<Self> {
        let error = error.without_url();
        let cause = root_cause(&error);
        let (stage, what) = match (error.is_connect(), error.is_timeout(), error.is_builder()) {
            (true, true, _) => (Stage::Connect, "no connection to the server in time".to_owned()),
            (true, false, _) => (Stage::Connect, format!("no connection to the server ({cause})")),
            (_, true, _) => (Stage::Send, "the server took too long".to_owned()),
            (_, _, true) => (Stage::Build, format!("the request cannot be made ({cause})")),
            _ => (
                Stage::Send,
                format!("the exchange with the server broke off ({cause})"),
            ),
        };
        let mut failure = Self::new(operation, stage, what);
        failure.is_timeout = error.is_timeout();
        failure.source = Some(Box::new(error));
        failure
    }

    /// An exchange that took longer than `limit`; `which` names the setting.
    pub(crate) fn timeout(operation: &'static str, which: &str, limit: std::time::Duration) -> Box<Self> {
        let what =
            format!("no answer within the {which} of {limit:?}; `{which}` of the call or the client sets it");
        let mut failure = Self::new(operation, Stage::Send, what);
        failure.is_timeout = true;
        failure
    }

    /// An answer whose status is no success.
    pub(crate) fn status(operation: &'static str, answer: Answered) -> Box<Self> {
        let advice = match answer.status.as_u16() {
            401 => "the credentials are missing, wrong or expired",
            403 => "the credentials do not allow this",
            404 => "there is nothing at this address; check the parameters and the base URL",
            429 => "too many requests; send fewer, or wait",
            300..=399 => "it sends the client elsewhere, where credentials must not go; check the base URL",
            500..=599 => "the fault is the server's; try again later",
            _ => "`message()` and `body()` hold what it says",
        };
        let mut failure = Self::new(
            operation,
            Stage::Status,
            format!("the server answered {}; {advice}", answer.status),
        );
        failure.answer = Some(answer);
        failure
    }

    /// A success that cannot be read.
    pub(crate) fn decode(reply: &Reply, error: codec::Error) -> Box<Self> {
        let status = reply.status;
        let kind = reply.media_type();
        let what = if kind.is_empty() || is_json(&kind) {
            format!("the answer ({status}) is not what the contract says: {error}")
        } else {
            // The media type is the server's word, but one of few: what is odd about it is not repeated.
            let kind = if kind == "text/html" {
                "an HTML page"
            } else {
                "something else"
            };
            format!("the answer ({status}) is {kind} instead of JSON: is a proxy or a login page in between?")
        };
        let mut failure = Self::new(reply.operation, Stage::Decode, what);
        failure.path = error.path();
        failure.source = Some(Box::new(error));
        failure.answer = Some(Answered {
            status,
            headers: reply.headers.clone(),
            body: reply.bytes().unwrap_or_default(),
        });
        failure
    }
}

/// The innermost cause, which says most: `Connection refused (os error 111)`.
fn root_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type == "text/json" || media_type.ends_with("+json")
}

impl<E> Error<E> {
    pub(crate) fn new(failure: Box<Failure>, declared: Option<E>) -> Self {
        Self {
            failure,
            declared: declared.map(Box::new),
        }
    }

    /// The id of the operation that was called.
    pub fn operation(&self) -> &'static str {
        self.failure.operation
    }

    /// The stage that failed.
    pub fn stage(&self) -> Stage {
        self.failure.stage
    }

    /// Whether the request could not be made: a parameter is missing or cannot be sent. The message names it.
    pub fn is_build(&self) -> bool {
        self.failure.stage == Stage::Build
    }

    /// Whether no credentials could be had: the token endpoint refused them, or could not be reached.
    pub fn is_authenticate(&self) -> bool {
        self.failure.stage == Stage::Authenticate
    }

    /// Whether no connection came about: a wrong address, no network, a certificate that does not verify.
    pub fn is_connect(&self) -> bool {
        self.failure.stage == Stage::Connect
    }

    /// Whether the exchange broke off or took too long. The server may have done what it was asked all the same.
    pub fn is_send(&self) -> bool {
        self.failure.stage == Stage::Send
    }

    /// Whether a time limit ended the call. Raise it with `timeout` or `read_timeout`, of the call or the client.
    pub fn is_timeout(&self) -> bool {
        self.failure.is_timeout
    }

    /// Whether the server answered, but with no success; [`Error::declared`] holds the body if the contract declares it.
    pub fn is_status(&self) -> bool {
        self.failure.stage == Stage::Status
    }

    /// Whether the server's success could not be read; [`Error::path`] says where. The contract may be out of date.
    pub fn is_decode(&self) -> bool {
        self.failure.stage == Stage::Decode
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.answer.as_ref().map(|answer| answer.status)
    }

    /// The headers of the answer, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.failure.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The body of the answer, if there was one, up to 64 KiB of it where the status is no success.
    pub fn body(&self) -> Option<&Bytes> {
        self.failure.answer.as_ref().map(|answer| &answer.body)
    }

    /// The body of the answer as the contract declares it for this status; `None` if it declares none or it is another.
    pub fn declared(&self) -> Option<&E> {
        self.declared.as_deref()
    }

    /// The same, by value.
    pub fn into_declared(self) -> Option<E> {
        self.declared.map(|declared| *declared)
    }

    /// What the server itself says, where its body is JSON with a message in one of the usual places.
    ///
    /// It is the server's text: it may repeat what was sent.
    pub fn message(&self) -> Option<String> {
        self.body().and_then(|body| server_words::message(body))
    }

    /// The id by which the server's operator finds this request, from the answer's headers or body.
    pub fn request_id(&self) -> Option<String> {
        let answer = self.failure.answer.as_ref()?;
        server_words::request_id(&answer.headers, &answer.body)
    }

    /// Where in the answer's document a decode error is, for instance `results[3].id`; empty for other errors.
    pub fn path(&self) -> &str {
        &self.failure.path
    }

    /// The same error without the type of the declared errors, for functions that call several operations.
    pub fn untyped(self) -> Error {
        Error {
            failure: self.failure,
            declared: None,
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.failure.operation, self.failure.what)
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.failure.operation)
            .field("stage", &self.failure.stage)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("what", &self.failure.what)
            .finish_non_exhaustive()
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.failure
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// Why a client could not be made.
#[derive(Debug)]
pub struct BuildError {
    what: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl BuildError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }

    pub(crate) fn http(error: reqwest::Error) -> Self {
        let what = format!("the HTTP client cannot be made ({})", root_cause(&error));
        Self {
            what,
            source: Some(Box::new(error.without_url())),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
