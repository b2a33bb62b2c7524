//! One error for programs that make clients and call many operations.

use super::auth::AuthError;
use super::build::BuildError;
use super::call::Error;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// The failure to build a client, or of a call.
///
/// It has no type parameter, so that `?` converts the error of every operation, and of building a
/// client, into it. The error of a single operation is typed by status: match on
/// [`Error::declared`] before `?` if the status matters.
///
/// ```
/// use lorgnette_runtime::{Client, ClientBuilder, ClientError};
///
/// fn client(server: &str) -> Result<Client, ClientError> {
///     Ok(ClientBuilder::new(server, "lamps", "1.0.0").build()?)
/// }
/// # assert!(client("").is_err_and(|error| error.status().is_none() && error.is_settings()));
/// ```
pub struct ClientError(ClientErrorInner);

enum ClientErrorInner {
    Build(BuildError),
    Call(Error),
}

impl ClientError {
    /// An error of credentials, like [`BuildError::credentials`]. `what` must not repeat them.
    pub fn credentials(what: impl Into<Cow<'static, str>>) -> Self {
        BuildError::credentials(what).into()
    }

    /// An error of settings, like [`BuildError::settings`]. `what` must not repeat an address.
    pub fn settings(what: impl Into<Cow<'static, str>>) -> Self {
        BuildError::settings(what).into()
    }

    /// The error of the call, unless the client itself could not be made.
    pub const fn call(&self) -> Option<&Error> {
        match &self.0 {
            ClientErrorInner::Call(error) => Some(error),
            ClientErrorInner::Build(_) => None,
        }
    }

    /// The id of the operation that was called.
    pub fn operation(&self) -> Option<&'static str> {
        self.call().map(Error::operation)
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.call()?.status()
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.call()?.headers()
    }

    /// The body of the response, if there was one, limited to 64 KiB if the status is not a
    /// success.
    pub fn body(&self) -> Option<&Bytes> {
        self.call()?.body()
    }

    /// The server's own message, unabridged; see [`Error::message`].
    pub fn message(&self) -> Option<String> {
        self.call()?.message()
    }

    /// The request id, by which the server's operator can find the request.
    pub fn request_id(&self) -> Option<String> {
        self.call()?.request_id()
    }

    /// Whether the credentials are at fault: they are missing or malformed, the token endpoint
    /// refused them, or the server responded with 401. Other credentials may help.
    pub fn is_credentials(&self) -> bool {
        match &self.0 {
            ClientErrorInner::Build(error) => error.is_credentials(),
            ClientErrorInner::Call(error) => {
                let is_refused = |error: &AuthError| error.is_rejected() || error.is_invalid();
                error.auth_error().is_some_and(is_refused) || error.status() == Some(StatusCode::UNAUTHORIZED)
            }
        }
    }

    /// Whether the client could not be built from its settings, such as its address or its HTTP
    /// client.
    pub fn is_settings(&self) -> bool {
        matches!(&self.0, ClientErrorInner::Build(error) if error.is_settings())
    }

    /// Whether a time limit ended the call.
    pub fn is_timeout(&self) -> bool {
        self.call().is_some_and(Error::is_timeout)
    }

    /// Whether the connection to the server failed.
    pub fn is_connect(&self) -> bool {
        self.call().is_some_and(Error::is_connect)
    }

    /// Whether a successful response could not be decoded.
    pub fn is_decode(&self) -> bool {
        self.call().is_some_and(Error::is_decode)
    }
}

impl From<BuildError> for ClientError {
    fn from(error: BuildError) -> Self {
        Self(ClientErrorInner::Build(error))
    }
}

impl<E> From<Error<E>> for ClientError {
    fn from(error: Error<E>) -> Self {
        Self(ClientErrorInner::Call(error.untyped()))
    }
}

impl From<AuthError> for ClientError {
    fn from(error: AuthError) -> Self {
        BuildError::from(error).into()
    }
}

/// For arguments that already have the right type.
impl From<std::convert::Infallible> for ClientError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ClientErrorInner::Build(error) => error.fmt(f),
            ClientErrorInner::Call(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ClientErrorInner::Build(error) => error.fmt(f),
            ClientErrorInner::Call(error) => fmt::Debug::fmt(error, f),
        }
    }
}

impl StdError for ClientError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            ClientErrorInner::Build(error) => error.source(),
            ClientErrorInner::Call(error) => error.source(),
        }
    }
}
