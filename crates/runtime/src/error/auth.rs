//! The error for credentials that could not be obtained. It contains no secret.

use super::chain::unsaid;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The reason why credentials could not be obtained or added to a request.
///
/// It is cheap to clone: callers that waited for the same token get the same error.
#[derive(Clone)]
pub struct AuthError {
    inner: Arc<AuthErrorInner>,
}

#[derive(Clone)]
struct AuthErrorInner {
    kind: AuthErrorKind,
    /// Whether a retry soon may help.
    is_passing: bool,
    message: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AuthErrorKind {
    Rejected,
    Unavailable,
    Timeout,
    Invalid,
    Internal,
}

impl AuthError {
    fn new(kind: AuthErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            inner: Arc::new(AuthErrorInner {
                kind,
                is_passing: matches!(kind, AuthErrorKind::Unavailable | AuthErrorKind::Timeout),
                message: message.into(),
                source: None,
            }),
        }
    }

    /// The server that issues tokens refused the credentials. The message must not repeat them.
    pub fn rejected(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Rejected, message)
    }

    /// The server that issues tokens could not be reached, or failed. The message must contain no
    /// secret.
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Unavailable, message)
    }

    /// The server that issues tokens did not respond in time. The message must contain no secret.
    pub fn timeout(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Timeout, message)
    }

    /// The credentials, or the response with the token, are malformed. The message must not repeat
    /// them.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(AuthErrorKind::Invalid, message)
    }

    pub(crate) fn internal(message: &'static str) -> Self {
        Self::new(AuthErrorKind::Internal, message)
    }

    /// Marks the error as permanent, so that a retry soon is useless: a certificate that does not
    /// verify, an address without tokens.
    #[must_use]
    pub fn lasting(self) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.inner);
        inner.is_passing = false;
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Adds the cause. Its `Debug` and `Display` must show no secret: strip the query from
    /// addresses first.
    #[must_use]
    pub fn caused_by(self, source: impl Error + Send + Sync + 'static) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.inner);
        inner.source = Some(Arc::new(source));
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Whether the credentials themselves were refused: they are wrong, expired, disabled, or used
    /// from an address that is not allowed. A retry does not help; new credentials do.
    pub fn is_rejected(&self) -> bool {
        self.inner.kind == AuthErrorKind::Rejected
    }

    /// Whether tokens are temporarily unavailable: the server that issues them is down, or a proxy
    /// or firewall blocks it. A later retry may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.inner.kind,
            AuthErrorKind::Unavailable | AuthErrorKind::Timeout
        )
    }

    /// Whether the request for a token is repeated while callers wait: the failure is temporary
    /// ([`is_unavailable`](Self::is_unavailable)), and not marked as [permanent](Self::lasting).
    pub fn is_passing(&self) -> bool {
        self.inner.is_passing
    }

    /// Whether the server that issues tokens was too slow. A later retry may help, and so may a
    /// longer [`Renewal::fetch_timeout`](crate::token::Renewal::fetch_timeout).
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == AuthErrorKind::Timeout
    }

    /// Whether the credentials, or the response that should contain a token, are malformed, such as
    /// a key with a line break in it. Check the pasted value.
    pub fn is_invalid(&self) -> bool {
        self.inner.kind == AuthErrorKind::Invalid
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthError")
            .field("kind", &self.inner.kind)
            .field("message", &self.inner.message)
            .field("source", &self.inner.source)
            .finish()
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.inner.kind {
            AuthErrorKind::Rejected => "the credentials were refused",
            AuthErrorKind::Unavailable => "no token could be obtained",
            AuthErrorKind::Timeout => "no token was obtained in time",
            AuthErrorKind::Invalid => "there are no usable credentials",
            AuthErrorKind::Internal => "authentication failed",
        };
        write!(f, "{kind}: {}", self.inner.message)
    }
}

impl Error for AuthError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.inner.source.as_deref();
        unsaid(self, source.map(|source| source as _))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_error_keeps_its_cause_when_cloned() {
        let cause = std::io::Error::other("no route");
        let error = AuthError::unavailable("the server is down")
            .caused_by(cause)
            .clone();
        assert_eq!(
            error.to_string(),
            "no token could be obtained: the server is down"
        );
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("no route")
        );
        assert!(error.is_unavailable() && !error.is_rejected() && !error.is_timeout());
    }
}
