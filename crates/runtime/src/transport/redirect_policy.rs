//! The caller's setting for the redirects that a client follows.

/// Which redirects of the server a client follows.
///
/// Under any policy, a redirect never sends credentials, a body or the caller's own header fields
/// to another origin, never leads from `https` to `http`, and never from a public server to an
/// address in the client's private network or on its own machine.
///
/// ```
/// use lorgnette_runtime::{Client, ClientBuilder, RedirectPolicy};
///
/// let builder = ClientBuilder::<Client>::new("https://api.example.com", "example", "1.0.0");
/// let client = builder.redirects(RedirectPolicy::same_origin().limit(3)).build()?;
/// # Ok::<(), lorgnette_runtime::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectPolicy {
    scope: RedirectScope,
    limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RedirectScope {
    None,
    SameOrigin,
    SafeAcrossOrigins,
}

impl RedirectPolicy {
    /// The default of [`limit`](Self::limit).
    pub const LIMIT: u32 = 10;

    const fn new(scope: RedirectScope) -> Self {
        Self {
            scope,
            limit: Self::LIMIT,
        }
    }

    /// Follows no redirect: a response that redirects is an error.
    pub const fn none() -> Self {
        Self::new(RedirectScope::None)
    }

    /// Follows redirects within the server's origin: the same scheme, host and port.
    pub const fn same_origin() -> Self {
        Self::new(RedirectScope::SameOrigin)
    }

    /// Also follows redirects to other origins for requests with a safe method (GET, HEAD,
    /// OPTIONS), without credentials, for instance for downloads from a storage service. This is
    /// the default, unless the HTTP client may send a client certificate; see
    /// [`ClientBuilder::redirects`](crate::ClientBuilder::redirects).
    pub const fn safe_across_origins() -> Self {
        Self::new(RedirectScope::SafeAcrossOrigins)
    }

    /// Follows at most this many redirects of a request.
    #[must_use]
    pub const fn limit(mut self, redirects: u32) -> Self {
        self.limit = redirects;
        self
    }

    pub(super) fn crosses_origins(self) -> bool {
        self.scope == RedirectScope::SafeAcrossOrigins
    }

    pub(super) fn is_none(self) -> bool {
        self.scope == RedirectScope::None
    }

    pub(super) const fn most(self) -> u32 {
        self.limit
    }
}

impl Default for RedirectPolicy {
    /// [`safe_across_origins`](Self::safe_across_origins).
    fn default() -> Self {
        Self::safe_across_origins()
    }
}
