//! The error of a call: the stage that failed, the server's message, and the remedy.

use super::auth::AuthError;
use super::chain::unsaid;
use super::failure::{Failure, Stage};
use super::server_words;
use crate::model::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::error::Error as StdError;
use std::fmt;

/// The type of an operation's declared errors if the contract declares none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {}

/// The failure of a call. `E` is the enum of the errors that the contract declares for the
/// operation.
///
/// `Display` is one line with the operation, the status, the request's method, host and path
/// without its values, and the server's message:
///
/// ```text
/// agent-incident: 404 Not Found from GET api.example.com/incidents/{incidentId}: "No such incident" (request id 7f3a)
/// ```
///
/// The server's message is truncated to 300 characters and has no control characters. The secrets
/// of the request are masked in it: its credentials, and every [`Secret`](crate::Secret) among its
/// parameters and in its body.
/// [`ClientBuilder::hide_server_messages`](crate::ClientBuilder::hide_server_messages) leaves it
/// out.
pub struct Error<E = Undeclared> {
    failure: Box<Failure>,
    declared: Option<Box<E>>,
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

    /// Whether the request could not be built: a parameter is missing or cannot be sent. The
    /// message names the parameter.
    pub fn is_build(&self) -> bool {
        self.failure.stage == Stage::Build
    }

    /// Whether credentials could not be obtained: the token endpoint refused them, or could not be
    /// reached. [`Error::auth_error`] distinguishes the two.
    pub fn is_authenticate(&self) -> bool {
        self.failure.stage == Stage::Authenticate
    }

    /// The error of obtaining credentials, if that is what failed.
    pub fn auth_error(&self) -> Option<&AuthError> {
        self.failure.source.as_deref()?.downcast_ref()
    }

    /// Whether the connection failed: a wrong address, no network, a certificate that does not
    /// verify.
    pub fn is_connect(&self) -> bool {
        self.failure.stage == Stage::Connect
    }

    /// Whether the exchange was interrupted or took too long. The server may have processed the
    /// request anyway.
    pub fn is_send(&self) -> bool {
        self.failure.stage == Stage::Send
    }

    /// Whether a time limit ended the call. Raise the limit with `timeout` or `read_timeout`, on
    /// the call or the client.
    pub fn is_timeout(&self) -> bool {
        self.failure.is_timeout
    }

    /// Whether the server sent more than a limit of the client allows; the message names the limit.
    /// Raise it in [`Limits`](crate::Limits), or read the response as a stream if the operation has
    /// one.
    pub fn is_limit(&self) -> bool {
        self.failure.is_limit
    }

    /// Whether the server responded with a status that is not a success; [`Error::declared`] holds
    /// the body if the contract declares it.
    ///
    /// 401 usually means that credentials are missing, wrong or expired; 403, that they do not
    /// permit the operation; 404, that a parameter or the base URL is wrong; 429, that there were
    /// too many requests; 5xx, a server error.
    pub fn is_status(&self) -> bool {
        self.failure.stage == Stage::Status
    }

    /// Whether a successful response could not be decoded; [`Error::path`] says where. The contract
    /// may be out of date.
    pub fn is_decode(&self) -> bool {
        self.failure.stage == Stage::Decode
    }

    /// The number of times the request was sent. More than one means that it was retried, or that a
    /// redirect was followed.
    pub fn attempts(&self) -> u32 {
        self.failure.attempts
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.response.as_ref().map(Response::status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.failure.response.as_ref().map(Response::headers)
    }

    /// The body of the response, if there was one, limited to 64 KiB if the status is not a
    /// success.
    pub fn body(&self) -> Option<&Bytes> {
        self.failure.response.as_deref()
    }

    /// The body of a response whose status is not a success, fit for people and logs: the secrets
    /// of the request and of the client are masked. It is JSON, or else text. `None` if there was
    /// no such response, or if errors of the client do not quote responses.
    pub fn masked_body(&self) -> Option<Value> {
        let secrets = self.failure.quoted.secrets.as_ref()?;
        Some(secrets.masked_value(self.body()?))
    }

    /// The body of the response, as the contract declares it for this status; `None` if the
    /// contract declares none, or if the body does not match.
    pub fn declared(&self) -> Option<&E> {
        self.declared.as_deref()
    }

    /// The same, by value.
    pub fn into_declared(self) -> Option<E> {
        self.declared.map(|declared| *declared)
    }

    /// The server's own message, if its body is JSON with a message in one of the usual places.
    ///
    /// The text is unabridged, and may repeat what was sent. The text that `Display` quotes is safe
    /// to print.
    pub fn message(&self) -> Option<String> {
        self.body().and_then(|body| server_words::message(body))
    }

    /// The request id, by which the server's operator can find the request, from the response's
    /// headers or body.
    pub fn request_id(&self) -> Option<String> {
        let response = self.failure.response.as_ref()?;
        server_words::request_id(response.headers(), response)
    }

    /// The position of a decode error in the response's document, for instance `results[3].id`;
    /// empty for other errors.
    pub fn path(&self) -> &str {
        &self.failure.path
    }

    /// The same error without the type of the declared errors, for functions that call several
    /// operations.
    pub fn untyped(self) -> Error {
        Error {
            failure: self.failure,
            declared: None,
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.failure.operation)
            .field("stage", &self.failure.stage)
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("attempts", &self.failure.attempts)
            .field("what", &self.to_string())
            .finish_non_exhaustive()
    }
}

impl<E> StdError for Error<E> {
    /// The cause, unless `Display` already names it.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        unsaid(self, self.failure.source.as_deref().map(|source| source as _))
    }
}

/// Whether a status means that a retry soon is useless, since it does not depend on the state of
/// the server.
fn is_lasting(status: StatusCode) -> bool {
    let is_passing = matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502..=504 | 506..=599);
    !is_passing
}

impl<E> From<Error<E>> for AuthError {
    /// Converts the failure of a call, for token sources that request tokens by a call: the reason,
    /// and its meaning for the credentials.
    fn from(error: Error<E>) -> Self {
        let (message, status) = (error.to_string(), error.status());
        let auth_error = match error.stage() {
            Stage::Status if matches!(status.map(|status| status.as_u16()), Some(400 | 401 | 403)) => {
                Self::rejected(message)
            }
            Stage::Build | Stage::Decode => Self::invalid(message),
            Stage::Status if status.is_some_and(is_lasting) => Self::unavailable(message).lasting(),
            _ if error.failure.is_lasting => Self::unavailable(message).lasting(),
            _ if error.is_timeout() => Self::timeout(message),
            _ => Self::unavailable(message),
        };
        auth_error.caused_by(error.untyped())
    }
}
