//! What failed in a call, before it is told of which operation it is the error: the sentences of all errors stand here.
//!
//! They are made of our own words and of numbers. What the server or the caller wrote stays in the response.

use super::auth::AuthError;
use crate::model::Response;
use bytes::Bytes;
use http::StatusCode;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

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

/// What failed, whatever the operation.
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) stage: Stage,
    /// One sentence of ours without a full stop, and what to do.
    pub(crate) what: String,
    pub(crate) is_timeout: bool,
    /// The server has closed a connection that had answered before: it has not taken up the request.
    pub(crate) is_closed: bool,
    /// Another try would fail alike: a certificate that does not verify, for instance.
    pub(crate) is_lasting: bool,
    /// Whether a limit of the client ended the call.
    pub(crate) is_limit: bool,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    pub(crate) response: Option<Response<Bytes>>,
    /// The place in the answer's document, for decode errors.
    pub(crate) path: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(operation: &'static str, stage: Stage, what: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            operation,
            stage,
            what: what.into(),
            is_timeout: false,
            is_closed: false,
            is_lasting: false,
            is_limit: false,
            attempts: 0,
            response: None,
            path: String::new(),
            source: None,
        })
    }

    /// The same, because of a limit of the client.
    pub(crate) fn by_limit(mut self: Box<Self>) -> Box<Self> {
        self.is_limit = true;
        self
    }

    /// No credentials to put on the request.
    pub(crate) fn authenticate(operation: &'static str, error: AuthError) -> Box<Self> {
        let mut failure = Self::new(operation, Stage::Authenticate, error.to_string());
        failure.is_timeout = error.is_timeout();
        failure.source = Some(Box::new(error));
        failure
    }

    /// What was waited for did not come within `limit`.
    pub(crate) fn late(operation: &'static str, awaited: Awaited, limit: Limit) -> Box<Self> {
        let (stage, what) = match awaited {
            Awaited::Leave => (
                Stage::Send,
                "the server's rate limit left no room for this call, and nothing was sent,",
            ),
            Awaited::Connection => (
                Stage::Send,
                "all connections (`Limits::connections` of the client) were in use, and nothing was sent,",
            ),
            Awaited::Credentials => (Stage::Authenticate, "no credentials were obtained"),
            Awaited::Answer => (Stage::Send, "no answer came"),
            Awaited::Body => (Stage::Send, "the answer did not come to its end"),
        };
        let (setting, time) = match limit {
            Limit::Call(time) => ("timeout", time),
            Limit::Silence(time) => ("read_timeout", time),
        };
        let what =
            format!("{what} within the {setting} of {time:?}; `{setting}` of the call or the client sets it");
        let mut failure = Self::new(operation, stage, what);
        failure.is_timeout = true;
        failure
    }

    /// A response whose status is no success.
    pub(crate) fn status(operation: &'static str, response: Response<Bytes>) -> Box<Self> {
        let advice = match response.status().as_u16() {
            401 => "the credentials are missing, wrong or expired",
            403 => "the credentials do not allow this",
            404 => "there is nothing at this address; check the parameters and the base URL",
            429 => "too many requests; send fewer, or wait",
            300..=399 => "it sends the client elsewhere; check the base URL",
            500..=599 => "the fault is the server's; try again later",
            _ => "`message()` and `body()` hold what it says",
        };
        Self::status_with(operation, response, advice)
    }

    /// The same with other advice.
    pub(crate) fn status_with(operation: &'static str, response: Response<Bytes>, advice: &str) -> Box<Self> {
        let what = format!("the server answered {}; {advice}", Known(response.status()));
        let mut failure = Self::new(operation, Stage::Status, what);
        failure.response = Some(response);
        failure
    }
}

/// What an exchange waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Awaited {
    /// Room under the rate limit.
    Leave,
    /// A connection that may be used.
    Connection,
    Credentials,
    /// The head of the answer.
    Answer,
    Body,
}

/// The setting that ended the wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// For the whole call.
    Call(Duration),
    /// Between two reads.
    Silence(Duration),
}

/// A status without `<unknown status code>` behind a number that has no name.
pub(crate) struct Known(pub(crate) StatusCode);

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.canonical_reason() {
            Some(reason) => write!(f, "{} {reason}", self.0.as_str()),
            None => f.write_str(self.0.as_str()),
        }
    }
}

/// The innermost cause, which says most: `Connection refused (os error 111)`.
pub(crate) fn root_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
