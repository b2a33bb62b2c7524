//! The client: where requests go, and what is the same for all of them.

use crate::authenticate::Authenticate;
use crate::error::BuildError;
use crate::operation::Operation;
use crate::rate_limit::RateLimiter;
use crate::retry::{Retry, RetryPolicy};
use reqwest::header::HeaderValue;
use reqwest::{Url, redirect};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take unless [`ClientBuilder::connect_timeout`] says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the server may be silent unless [`ClientBuilder::read_timeout`] says otherwise.
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a call may take unless [`ClientBuilder::timeout`] says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(120);
/// How long a body that is not a stream may be unless [`ClientBuilder::body_limit`] says otherwise: 256 MiB.
pub const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// What sends requests. Cloning is cheap: clones share connections, credentials and limits.
///
/// Clients of generated crates are a thin cover around one:
///
/// ```
/// use lorgnette_runtime::{BuildError, ClientBuilder};
///
/// #[derive(Clone, Debug)]
/// pub struct Client {
///     inner: lorgnette_runtime::Client,
/// }
///
/// impl Client {
///     pub fn new(base_url: &str) -> Result<Self, BuildError> {
///         Self::builder(base_url).build()
///     }
///     pub fn builder(base_url: &str) -> ClientBuilder<Self> {
///         ClientBuilder::new(base_url, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
///     }
/// }
/// impl From<lorgnette_runtime::Client> for Client {
///     fn from(inner: lorgnette_runtime::Client) -> Self {
///         Self { inner }
///     }
/// }
/// impl AsRef<lorgnette_runtime::Client> for Client {
///     fn as_ref(&self) -> &lorgnette_runtime::Client {
///         &self.inner
///     }
/// }
/// # assert!(Client::new("https://api.example.com/v1").is_ok());
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    /// Without a slash at its end.
    base_url: String,
    base: Url,
    /// Servers of single operations: the one in the contract, and the one to use.
    servers: Vec<(String, Url)>,
    user_agent: HeaderValue,
    authenticate: Option<Arc<dyn Authenticate>>,
    retry: Retry,
    limiter: Arc<RateLimiter>,
    timeout: Duration,
    read_timeout: Duration,
    body_limit: usize,
}

impl Client {
    /// The address that requests go to, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The HTTP client below, for requests that the contract does not know. It puts no credentials on them, and unless it
    /// was handed in it follows no redirects.
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The address for a path and a query that are encoded already.
    pub(crate) fn address(
        &self,
        operation: &Operation,
        path: &str,
        query: &str,
    ) -> Result<Url, url::ParseError> {
        let mut url = match operation.server {
            None => self.0.base.clone(),
            Some(declared) => {
                let server = declared.trim_end_matches('/');
                match self.0.servers.iter().find(|(known, _)| known == server) {
                    Some((_, instead)) => instead.clone(),
                    None => Url::parse(declared)?,
                }
            }
        };
        // Reading the host anew each time would cost more than all the rest.
        match url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
        }
        if !query.is_empty() {
            url.set_query(Some(query));
        }
        Ok(url)
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.0.user_agent
    }

    pub(crate) fn authenticate(&self) -> Option<&dyn Authenticate> {
        self.0.authenticate.as_deref()
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.0.retry
    }

    pub(crate) fn limiter(&self) -> &RateLimiter {
        &self.0.limiter
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    pub(crate) fn read_timeout(&self) -> Duration {
        self.0.read_timeout
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.0.body_limit
    }
}

impl AsRef<Client> for Client {
    fn as_ref(&self) -> &Client {
        self
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("authenticate", &self.0.authenticate)
            .finish_non_exhaustive()
    }
}

/// Settings of a client. `C` is the client of a generated crate.
///
/// Unless it is told otherwise, a client sends no credentials, tries again by [`RetryPolicy::default`] what may be sent
/// twice, does not pace itself, waits [`CONNECT_TIMEOUT`], [`READ_TIMEOUT`] and [`TIMEOUT`], and follows redirects (see
/// [`ClientBuilder::http`]).
pub struct ClientBuilder<C = Client> {
    base_url: String,
    servers: Vec<(String, String)>,
    http: Http,
    user_agent: String,
    authenticate: Option<Arc<dyn Authenticate>>,
    retry: RetryPolicy,
    limiter: Arc<RateLimiter>,
    connect_timeout: Option<Duration>,
    read_timeout: Duration,
    timeout: Duration,
    body_limit: usize,
    client: PhantomData<fn() -> C>,
}

/// The HTTP client to use.
enum Http {
    Builder(Box<reqwest::ClientBuilder>),
    Client(reqwest::Client),
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Settings for the service at `base_url`, on behalf of the crate `name`.
    pub fn new(base_url: &str, name: &str, version: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            servers: Vec::new(),
            http: Http::Builder(Box::new(reqwest::Client::builder())),
            user_agent: format!("lorgnette/{} {name}/{version}", env!("CARGO_PKG_VERSION")),
            authenticate: None,
            retry: RetryPolicy::default(),
            limiter: Arc::new(RateLimiter::off()),
            connect_timeout: None,
            read_timeout: READ_TIMEOUT,
            timeout: TIMEOUT,
            body_limit: BODY_LIMIT,
            client: PhantomData,
        }
    }

    /// Sends operations that the contract gives a server of their own, `declared`, to `url` instead.
    #[must_use]
    pub fn server(mut self, declared: &str, url: &str) -> Self {
        self.servers
            .push((declared.trim_end_matches('/').to_owned(), url.to_owned()));
        self
    }

    /// Puts these credentials on the requests of operations that need some; none by default.
    ///
    /// An `Arc` of something that implements [`Authenticate`] will do, too. Credentials that the server answers with 401 are
    /// shown to it, and if it has others the request is sent once more.
    ///
    /// ```
    /// use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
    /// use lorgnette_runtime::{Client, ClientBuilder, Secret};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let url = "https://api.example.com";
    /// let key = Fields::new().header("x-api-key", &Secret::new("..."))?;
    /// let client: Client = ClientBuilder::new(url, "example", "1.0.0")
    ///     .authenticate(StaticFields::new(Origin::of(&url.parse()?)?, key))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn authenticate(mut self, authenticate: impl Authenticate + 'static) -> Self {
        self.authenticate = Some(Arc::new(authenticate));
        self
    }

    /// Tries requests again by these rules; [`RetryPolicy::default`] by default, [`RetryPolicy::off`] for never.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Holds requests back while the server's rate limit leaves no room for them; [`RateLimiter::off`] by default.
    ///
    /// Clients whose credentials count against the same limit share one limiter, as an `Arc`.
    #[must_use]
    pub fn rate_limit(mut self, limiter: impl Into<Arc<RateLimiter>>) -> Self {
        self.limiter = limiter.into();
        self
    }

    /// Adds a product to `User-Agent`, for instance `my-program/1.2`.
    #[must_use]
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent.push(' ');
        self.user_agent.push_str(product);
        self
    }

    /// How long a connection may take; [`CONNECT_TIMEOUT`] by default. A client handed in brings its own.
    #[must_use]
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// How long the server may be silent, before its answer or within it; [`READ_TIMEOUT`] by default.
    ///
    /// As long as a body from memory is being sent there is no silence, unless the server stops taking it. How long a
    /// [`Body::stream`](crate::Body::stream) takes to be sent is the caller's affair: it has no such limit before the answer.
    ///
    /// Streams of events may be silent for as long as they like, unless the call says otherwise.
    #[must_use]
    pub const fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// How long a call may take until the answer has been read, or has begun if it is a stream; [`TIMEOUT`] by default.
    ///
    /// All that happens meanwhile is inside: waiting for room under the rate limit and for a token, redirects, retries and
    /// the waits between them. A retry for which no time would be left does not happen; the call then ends with what
    /// happened before. Calls whose body is a stream have no such limit, unless they set one.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How many bytes an answer that is not a stream may have; [`BODY_LIMIT`] by default.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Makes the HTTP client from these settings, for instance with a proxy, a client certificate or another root.
    ///
    /// The timeout for connections and the policy for redirects are set by this crate.
    #[must_use]
    pub fn http_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = Http::Builder(Box::new(builder));
        self
    }

    /// Uses this HTTP client as it is, and shares its connections.
    ///
    /// Build it with `redirect::Policy::none()`. Redirects are then followed by this crate, which leaves the credentials
    /// behind when they lead to another server and does not follow them to addresses without TLS. With another policy, as
    /// reqwest has by default, the HTTP client follows redirects itself before this crate sees them, and takes header
    /// fields such as `x-api-key` along, to whichever server.
    #[must_use]
    pub fn http(mut self, client: reqwest::Client) -> Self {
        self.http = Http::Client(client);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// When an address is not one of `https` or `http`, or holds credentials, a query or a fragment; when `User-Agent`
    /// cannot be sent; when TLS cannot be set up.
    pub fn build(self) -> Result<C, BuildError> {
        let user_agent = HeaderValue::try_from(self.user_agent);
        let user_agent = user_agent
            .map_err(|_| BuildError::new("the `User-Agent` cannot be sent: it is no line of text"))?;
        let http = match self.http {
            Http::Client(client) => client,
            Http::Builder(builder) => {
                let connect = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
                let builder = builder
                    .connect_timeout(connect)
                    .redirect(redirect::Policy::none());
                builder.build().map_err(BuildError::http)?
            }
        };
        let servers = self
            .servers
            .into_iter()
            .map(|(declared, url)| Ok((declared, server(&url)?)));
        let base = server(&self.base_url)?;
        let inner = Inner {
            http,
            base_url: base.as_str().trim_end_matches('/').to_owned(),
            base,
            servers: servers.collect::<Result<_, BuildError>>()?,
            user_agent,
            authenticate: self.authenticate,
            retry: Retry::new(self.retry),
            limiter: self.limiter,
            timeout: self.timeout,
            read_timeout: self.read_timeout,
            body_limit: self.body_limit,
        };
        Ok(Client(Arc::new(inner)).into())
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("authenticate", &self.authenticate)
            .field("retry", &self.retry)
            .field("timeout", &self.timeout)
            .field("read_timeout", &self.read_timeout)
            .finish_non_exhaustive()
    }
}

/// Checks the address of a server.
fn server(url: &str) -> Result<Url, BuildError> {
    // The address is not repeated: it may hold a password.
    let fail = |what: &str| Err(BuildError::new(format!("the address of the server {what}")));
    let Ok(parsed) = Url::parse(url) else {
        return fail("is none; write it like https://api.example.com");
    };
    if !matches!(parsed.scheme(), "https" | "http") || parsed.host().is_none() {
        return fail("has to begin with https:// or http://");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return fail("holds a user name or password; credentials are given by themselves");
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return fail("holds a query or fragment, which every operation would lose");
    }
    Ok(parsed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn build(url: &str) -> Result<Client, BuildError> {
        ClientBuilder::new(url, "example", "1.0.0").build()
    }

    #[test]
    fn test_base_url_keeps_its_path_and_loses_its_slash() {
        assert_eq!(
            build("https://api.example.com").unwrap().base_url(),
            "https://api.example.com"
        );
        assert_eq!(
            build("http://10.0.0.1:8080/api/v2/").unwrap().base_url(),
            "http://10.0.0.1:8080/api/v2"
        );
    }

    #[test]
    fn test_base_url_is_refused_when_it_is_no_server() {
        for (url, reason) in [
            ("api.example.com", "https://api.example.com"),
            ("ftp://api.example.com", "begin with"),
            ("https://ada:hunter2@api.example.com", "user name or password"),
            ("https://api.example.com/?token=hunter2", "query"),
            ("https://api.example.com/#hunter2", "fragment"),
        ] {
            let error = build(url).map(drop).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn test_user_agent_names_both_crates_and_the_program() {
        let builder =
            ClientBuilder::<Client>::new("https://a.example", "example", "1.2.3").user_agent("mine/4");
        let expected = format!("lorgnette/{} example/1.2.3 mine/4", env!("CARGO_PKG_VERSION"));
        assert_eq!(builder.build().unwrap().user_agent(), expected.as_str());
        let builder =
            ClientBuilder::<Client>::new("https://a.example", "example", "1.2.3").user_agent("a\r\nb: c");
        assert!(builder.build().is_err());
    }
}
