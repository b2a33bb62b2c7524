//! The trait for adding credentials to requests.

use super::credentials::{Credentials, Handle};
use crate::error::AuthError;
use crate::transport::platform::Instant;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use url::Url;

/// Adds credentials to requests.
///
/// Implementations are called for every request: credentials that are available go into
/// [`CredentialsFuture::ready`], which allocates nothing. Their `Debug` shows no secret.
pub trait Authenticate: Send + Sync + fmt::Debug {
    /// The credentials for a request to `target`; [`Credentials::none`] for requests to other
    /// origins.
    ///
    /// The future may be dropped at any time.
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a>;

    /// Receives notice that the server responded with 401 to the credentials with this handle.
    /// Drops those credentials, but no newer ones.
    ///
    /// Returns whether there are other credentials to try, so that it makes sense to send the
    /// request once more.
    fn rejected(&self, used: &Handle) -> bool {
        let _ = used;
        false
    }
}

impl<T: Authenticate + ?Sized> Authenticate for Arc<T> {
    fn credentials<'a>(&'a self, target: Target<'a>) -> CredentialsFuture<'a> {
        (**self).credentials(target)
    }

    fn rejected(&self, used: &Handle) -> bool {
        (**self).rejected(used)
    }
}

/// The destination of a request, as far as credentials depend on it.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    url: &'a Url,
    alternatives: &'a [&'a [&'a str]],
    deadline: Option<Instant>,
    is_once: bool,
}

impl<'a> Target<'a> {
    /// A request to `url`, for an operation that requires one of these alternatives of security
    /// schemes (empty if it requires no credentials).
    pub const fn new(url: &'a Url, alternatives: &'a [&'a [&'a str]]) -> Self {
        Self {
            url,
            alternatives,
            deadline: None,
            is_once: false,
        }
    }

    /// The same request for a caller that wants nothing repeated, including requests for tokens.
    #[must_use]
    pub const fn once(mut self) -> Self {
        self.is_once = true;
        self
    }

    /// The same request with a time by which its credentials are needed.
    #[must_use]
    pub const fn until(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The address. Implementations give their credentials to their own origin only; see
    /// [`Origin::covers`](crate::authenticate::Origin::covers).
    pub const fn url(&self) -> &'a Url {
        self.url
    }

    /// The names of the security schemes of all alternatives, as the contract has them.
    pub fn schemes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.alternatives.iter().copied().flatten().copied()
    }

    /// The alternatives, one of which the operation requires. Each lists the names of security
    /// schemes that are required together. An alternative without schemes means that credentials
    /// are optional.
    pub const fn alternatives(&self) -> &'a [&'a [&'a str]] {
        self.alternatives
    }

    /// The time at which the call stops waiting for credentials; `None` without a limit. An
    /// implementation that has no credentials by then should return the reason; the call could only
    /// report that there are none.
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether requests for credentials must not be retried, since the call's
    /// [`RetryPolicy`](crate::retry::RetryPolicy) is off.
    pub const fn is_once(&self) -> bool {
        self.is_once
    }
}

impl fmt::Debug for Target<'_> {
    /// Leaves out path and query, which may contain private data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("scheme", &self.url.scheme())
            .field("host", &self.url.host_str())
            .field("alternatives", &self.alternatives)
            .finish_non_exhaustive()
    }
}

type CredentialsResult = Result<Credentials, AuthError>;

/// Credentials that are available, or being obtained.
#[must_use = "futures do nothing unless awaited"]
pub struct CredentialsFuture<'a> {
    state: ProviderState<'a>,
}

enum ProviderState<'a> {
    Ready(Option<CredentialsResult>),
    Later(Pin<Box<dyn Future<Output = CredentialsResult> + Send + 'a>>),
}

impl<'a> CredentialsFuture<'a> {
    /// A result that is already known.
    pub const fn ready(outcome: CredentialsResult) -> Self {
        Self {
            state: ProviderState::Ready(Some(outcome)),
        }
    }

    /// The result, if it is already known.
    pub(crate) fn at_hand(self) -> Option<CredentialsResult> {
        self.now().ok()
    }

    /// The result if it is already known, or else the future to wait for.
    pub(crate) fn now(self) -> Result<CredentialsResult, Self> {
        match self.state {
            ProviderState::Ready(Some(outcome)) => Ok(outcome),
            state => Err(Self { state }),
        }
    }

    /// A pending result.
    pub fn later(future: impl Future<Output = CredentialsResult> + Send + 'a) -> Self {
        Self {
            state: ProviderState::Later(Box::pin(future)),
        }
    }
}

impl Future for CredentialsFuture<'_> {
    type Output = CredentialsResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CredentialsResult> {
        match &mut self.state {
            ProviderState::Ready(outcome) => Poll::Ready(
                outcome
                    .take()
                    .unwrap_or_else(|| Err(AuthError::internal("credentials were awaited twice"))),
            ),
            ProviderState::Later(future) => future.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for CredentialsFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsFuture")
            .field("is_ready", &matches!(self.state, ProviderState::Ready(_)))
            .finish_non_exhaustive()
    }
}
