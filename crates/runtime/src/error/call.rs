//! The error of a call: what stage failed, what the server says of it, and what to do.

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

/// The errors of an operation for which the contract declares none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {}

/// Why a call failed. `E` is the enum of the errors that the contract declares for the operation.
///
/// `Display` is one line with the operation, the status, the request's method, host and path
/// without its values, and what the server says:
///
/// ```text
/// agent-incident: 404 Not Found from GET api.example.com/incidents/{incidentId}: "No such incident" (request id 7f3a)
/// ```
///
/// The server's message is cut after 300 characters and has no control characters. Secrets that the
/// request carried are masked in it: its credentials, and every [`Secret`](crate::Secret) among its
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

    /// Whether the request could not be made: a parameter is missing or cannot be sent. The message
    /// names it.
    pub fn is_build(&self) -> bool {
        self.failure.stage == Stage::Build
    }

    /// Whether credentials could not be obtained: the token endpoint refused them, or could not be
    /// reached. [`Error::auth_error`] tells the two apart.
    pub fn is_authenticate(&self) -> bool {
        self.failure.stage == Stage::Authenticate
    }

    /// Why there were no credentials, if that is what failed.
    pub fn auth_error(&self) -> Option<&AuthError> {
        self.failure.source.as_deref()?.downcast_ref()
    }

    /// Whether no connection came about: a wrong address, no network, a certificate that does not
    /// verify.
    pub fn is_connect(&self) -> bool {
        self.failure.stage == Stage::Connect
    }

    /// Whether the exchange broke off or took too long. The server may have done what it was asked
    /// all the same.
    pub fn is_send(&self) -> bool {
        self.failure.stage == Stage::Send
    }

    /// Whether a time limit ended the call. Raise it with `timeout` or `read_timeout`, of the call
    /// or the client.
    pub fn is_timeout(&self) -> bool {
        self.failure.is_timeout
    }

    /// Whether the server sent more than a limit of the client allows; the message names it. Raise
    /// it in [`Limits`](crate::Limits), or read the response as a stream where the operation has
    /// one.
    pub fn is_limit(&self) -> bool {
        self.failure.is_limit
    }

    /// Whether the server responded, but with no success; [`Error::declared`] holds the body if the
    /// contract declares it.
    ///
    /// 401 mostly means that credentials are missing, wrong or expired; 403, that they do not allow
    /// this; 404, that a parameter or the base URL is wrong; 429, that there were too many
    /// requests; 5xx, a fault of the server.
    pub fn is_status(&self) -> bool {
        self.failure.stage == Stage::Status
    }

    /// Whether the server's success could not be read; [`Error::path`] says where. The contract may
    /// be out of date.
    pub fn is_decode(&self) -> bool {
        self.failure.stage == Stage::Decode
    }

    /// How often the request was sent. More than once means that it was tried again, or that a
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

    /// The body of the response, if there was one, up to 64 KiB of it where the status is no
    /// success.
    pub fn body(&self) -> Option<&Bytes> {
        self.failure.response.as_deref()
    }

    /// The body of a response whose status is no success, for what people and logs see: the secrets
    /// are masked that the request carried or the client conceals. It is JSON, or a text if it is
    /// none. `None` if there was no such response, or errors of the client quote nothing of
    /// responses.
    pub fn masked_body(&self) -> Option<Value> {
        let secrets = self.failure.quoted.secrets.as_ref()?;
        Some(secrets.masked_value(self.body()?))
    }

    /// The body of the response as the contract declares it for this status; `None` if it declares
    /// none or it is another.
    pub fn declared(&self) -> Option<&E> {
        self.declared.as_deref()
    }

    /// The same, by value.
    pub fn into_declared(self) -> Option<E> {
        self.declared.map(|declared| *declared)
    }

    /// What the server itself says, where its body is JSON with a message in one of the usual
    /// places.
    ///
    /// It is the server's text, unabridged: it may repeat what was sent. What `Display` quotes is
    /// fit to be printed.
    pub fn message(&self) -> Option<String> {
        self.body().and_then(|body| server_words::message(body))
    }

    /// The id by which the server's operator finds this request, from the response's headers or
    /// body.
    pub fn request_id(&self) -> Option<String> {
        let response = self.failure.response.as_ref()?;
        server_words::request_id(response.headers(), response)
    }

    /// Where in the response's document a decode error is, for instance `results[3].id`; empty for
    /// other errors.
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
    /// The cause, where `Display` does not name it already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        unsaid(self, self.failure.source.as_deref().map(|source| source as _))
    }
}

/// Whether a status says that asking again soon is of no use: nothing of the server's own state
/// will change it.
fn is_lasting(status: StatusCode) -> bool {
    let is_passing = matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502..=504 | 506..=599);
    !is_passing
}

impl<E> From<Error<E>> for AuthError {
    /// For sources of tokens that ask for them by a call: why it failed, and what that means for
    /// the credentials.
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
