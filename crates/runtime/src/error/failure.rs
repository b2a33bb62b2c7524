//! What failed in a call, before it is told of which operation it is the error: the sentences of all errors stand here.
//!
//! They are made of our own words and of numbers. What the server or the caller wrote stays in the answer.

use super::Stage;
use crate::answer::Reply;
use crate::authenticate::AuthError;
use crate::{codec, retry};
use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::error::Error as StdError;
use std::time::Duration;
use std::{fmt, io};

/// What failed, whatever the operation.
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) stage: Stage,
    /// One sentence of ours without a full stop, and what to do.
    pub(crate) what: String,
    pub(crate) is_timeout: bool,
    /// How often the request was sent.
    pub(crate) attempts: u32,
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
            attempts: 0,
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

    /// What this means for another try.
    pub(crate) fn cause(&self) -> retry::Failure<'static> {
        match self.stage {
            // TLS says so with errors of this kind; a certificate that does not verify will not the next time.
            Stage::Connect if self.is_garbage() => retry::Failure::Other,
            Stage::Connect => retry::Failure::Connect,
            Stage::Send => retry::Failure::NoAnswer,
            _ => retry::Failure::Other,
        }
    }

    fn is_garbage(&self) -> bool {
        let mut cause = self
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static));
        while let Some(error) = cause {
            cause = match error.downcast_ref::<io::Error>() {
                Some(error) if error.kind() == io::ErrorKind::InvalidData => return true,
                // What such an error wraps is not its source.
                Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
                None => error.source(),
            };
        }
        false
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

    /// An answer whose status is no success.
    pub(crate) fn status(operation: &'static str, answer: Answered) -> Box<Self> {
        let advice = match answer.status.as_u16() {
            401 => "the credentials are missing, wrong or expired",
            403 => "the credentials do not allow this",
            404 => "there is nothing at this address; check the parameters and the base URL",
            429 => "too many requests; send fewer, or wait",
            300..=399 => "it sends the client elsewhere; check the base URL",
            500..=599 => "the fault is the server's; try again later",
            _ => "`message()` and `body()` hold what it says",
        };
        Self::status_with(operation, answer, advice)
    }

    /// The same with other advice.
    pub(crate) fn status_with(operation: &'static str, answer: Answered, advice: &str) -> Box<Self> {
        let what = format!("the server answered {}; {advice}", Known(answer.status));
        let mut failure = Self::new(operation, Stage::Status, what);
        failure.answer = Some(answer);
        failure
    }

    /// A success that cannot be read.
    pub(crate) fn decode(reply: &Reply, error: codec::Error) -> Box<Self> {
        let status = reply.status;
        let kind = reply.media_type();
        let what = if kind.is_empty() || is_json(&kind) {
            format!(
                "the answer ({}) is not what the contract says: {error}",
                Known(status)
            )
        } else {
            // The media type is the server's word, but one of few: what is odd about it is not repeated.
            let kind = if kind == "text/html" {
                "an HTML page"
            } else {
                "something else"
            };
            format!(
                "the answer ({}) is {kind} instead of JSON: is a proxy or a login page in between?",
                Known(status)
            )
        };
        if let Some(watch) = &reply.watch {
            watch.failed(Stage::Decode);
        }
        let mut failure = Self::new(reply.operation, Stage::Decode, what);
        failure.path = error.path();
        failure.source = Some(Box::new(error));
        failure.attempts = reply.attempts;
        failure.answer = Some(Answered {
            status,
            headers: reply.headers.clone(),
            body: reply.bytes().unwrap_or_default(),
        });
        failure
    }
}

/// What an exchange waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Awaited {
    /// Room under the rate limit.
    Leave,
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
struct Known(StatusCode);

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

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type == "text/json" || media_type.ends_with("+json")
}
