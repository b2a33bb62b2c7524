//! The failure of a call, independent of the operation and its declared errors. This file contains
//! the sentences of all errors.
//!
//! The sentences consist of our own words and of numbers. The server's message is quoted after
//! them, see [`Quoted`](super::quoted::Quoted).

use super::auth::AuthError;
use super::quoted::Quoted;
use crate::model::{Response, codec};
use bytes::Bytes;
use http::{Method, StatusCode};
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The stage of a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The request could not be built from the caller's values.
    Build,
    /// Credentials could not be obtained.
    Authenticate,
    /// The connection to the server failed.
    Connect,
    /// The request or the response was interrupted, or took too long.
    Send,
    /// The server responded with a status that is not a success.
    Status,
    /// A successful response does not match the contract.
    Decode,
}

impl Stage {
    /// The stage as one word, for logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Authenticate => "authenticate",
            Self::Connect => "connect",
            Self::Send => "send",
            Self::Status => "status",
            Self::Decode => "decode",
        }
    }
}

/// The failure of a call, independent of the operation.
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) stage: Stage,
    /// The error message: one sentence without a full stop, and the remedy. Empty if the status and
    /// the server's message are enough.
    pub(crate) what: String,
    /// The destination of the request, if it is already known.
    pub(crate) place: Option<RequestTarget>,
    /// The server's message, safe to print.
    pub(crate) quoted: Quoted,
    pub(crate) is_timeout: bool,
    /// Whether the server closed a connection that had been used before, so that it has not
    /// processed the request.
    pub(crate) is_closed: bool,
    /// Whether a retry would fail in the same way, for instance because a certificate does not
    /// verify.
    pub(crate) is_lasting: bool,
    /// Whether a limit of the client ended the call.
    pub(crate) is_limit: bool,
    /// The number of times the request was sent.
    pub(crate) attempts: u32,
    pub(crate) response: Option<Response<Bytes>>,
    /// The position of a decode error in the response's document.
    pub(crate) path: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(operation: &'static str, stage: Stage, what: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            operation,
            stage,
            what: what.into(),
            place: None,
            quoted: Quoted::default(),
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

    /// A failure caused by a limit of the client.
    pub(crate) fn by_limit(mut self: Box<Self>) -> Box<Self> {
        self.is_limit = true;
        self
    }

    /// A successful response, or a part of it, that does not match the contract.
    pub(crate) fn decode(operation: &'static str, error: codec::Error, what: impl Into<String>) -> Box<Self> {
        let mut failure = Self::new(operation, Stage::Decode, what);
        failure.is_limit = error.is_too_large();
        failure.path = error.path();
        failure.source = Some(Box::new(error));
        failure
    }

    /// The failure for a request without the credentials that it needs.
    pub(crate) fn authenticate(operation: &'static str, error: AuthError) -> Box<Self> {
        let mut failure = Self::new(operation, Stage::Authenticate, error.to_string());
        failure.is_timeout = error.is_timeout();
        failure.source = Some(Box::new(error));
        failure
    }

    /// The failure for an awaited event that did not occur within `limit`.
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
            Awaited::Answer => (Stage::Send, "no response came"),
            Awaited::Body => (Stage::Send, "the response did not end"),
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

    /// The failure for a response whose status is not a success. `advice` is the client's
    /// explanation, if it has one.
    pub(crate) fn status(
        operation: &'static str,
        response: Response<Bytes>,
        advice: impl Into<String>,
    ) -> Box<Self> {
        let mut failure = Self::new(operation, Stage::Status, advice);
        failure.response = Some(response);
        failure
    }
}

impl fmt::Display for Failure {
    /// One line: the operation, what happened and where, the server's message, and the remedy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        match (&self.response, &self.place) {
            (Some(response), place) => {
                write!(f, "{}", KnownStatus(response.status()))?;
                if let Some(place) = place {
                    write!(f, " from {place}")?;
                }
                if let Some(message) = &self.quoted.message {
                    write!(f, ": \"{message}\"")?;
                }
                if !self.what.is_empty() {
                    write!(f, "; {}", self.what)?;
                }
            }
            (None, Some(place)) => write!(f, "{} ({place})", self.what)?,
            (None, None) => f.write_str(&self.what)?,
        }
        if let Some(id) = &self.quoted.request_id {
            write!(f, " (request id {id})")?;
        }
        match self.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " (sent {attempts} times)"),
        }
    }
}

/// The destination of a request: its method, its server, and its path without values.
#[derive(Clone, Debug)]
pub(crate) struct RequestTarget {
    pub(crate) method: Method,
    /// The server's name with its port, if that is not the scheme's own.
    pub(crate) host: String,
    /// The contract's path template; empty after a redirect to another server.
    pub(crate) path: &'static str,
}

impl fmt::Display for RequestTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method, self.host, self.path)
    }
}

/// The event that an exchange waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Awaited {
    /// Room under the rate limit.
    Leave,
    /// A connection that may be used.
    Connection,
    Credentials,
    /// The head of the response.
    Answer,
    Body,
}

/// The setting that ended the wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// The setting for the whole call.
    Call(Duration),
    /// The setting for the time between two reads.
    Silence(Duration),
}

/// The status, without `<unknown status code>` after a number that has no name.
pub(crate) struct KnownStatus(pub(crate) StatusCode);

impl fmt::Display for KnownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.canonical_reason() {
            Some(reason) => write!(f, "{} {reason}", self.0.as_str()),
            None => f.write_str(self.0.as_str()),
        }
    }
}
