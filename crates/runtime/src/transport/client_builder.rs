//! The settings of a client, and its construction.

mod timeouts;
mod tolerance;

use super::address::{AddressRules, Purpose};
use super::authenticate::{Authenticate, Origin};
use super::base::Base;
use super::client::{Client, ClientInner};
use super::connections::Connections;
use super::framing::{self, is_framing};
use super::http_client::{Http, HttpClient};
use super::interceptor::{Interceptor, Interceptors};
use super::limits::Limits;
use super::login::Login;
use super::rate_limit::RateLimiter;
use super::redirect_policy::RedirectPolicy;
use super::retry::{Retry, RetryPolicy};
use super::server_address::ServerAddress;
use super::throttle::Throttle;
use crate::error::BuildError;
use crate::model::{LimitResponse, Secret};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The default of [`ClientBuilder::connect_timeout`].
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The default of [`ClientBuilder::read_timeout`].
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// The default of [`ClientBuilder::timeout`].
pub const TIMEOUT: Duration = Duration::from_secs(120);

/// Settings of a client. `C` is the client of a generated crate.
///
/// By default, a client sends no credentials, retries requests that may be sent twice by
/// [`RetryPolicy::default`], has no rate limiter, uses the timeouts [`CONNECT_TIMEOUT`],
/// [`READ_TIMEOUT`] and [`TIMEOUT`], and follows redirects (see [`ClientBuilder::http`]).
pub struct ClientBuilder<C = Client> {
    base_url: String,
    servers: Vec<(String, String)>,
    http: Http,
    user_agent: String,
    headers: HeaderMap,
    authenticate: Login<C>,
    rules: AddressRules,
    redirects: Option<RedirectPolicy>,
    is_shared: bool,
    retry: RetryPolicy,
    limiter: Arc<RateLimiter>,
    connect_timeout: Option<Duration>,
    read_timeout: Duration,
    timeout: Duration,
    limits: Limits,
    quotes: bool,
    concealed: Vec<Secret>,
    is_lenient: bool,
    limited_by: &'static [LimitResponse],
    interceptors: Interceptors,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Settings for the service at `base_url`, on behalf of the crate `name`.
    pub fn new(base_url: &str, name: &str, version: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            servers: Vec::new(),
            http: Http::Default,
            user_agent: format!("lorgnette/{} {name}/{version}", env!("CARGO_PKG_VERSION")),
            headers: HeaderMap::new(),
            authenticate: Login::None,
            rules: AddressRules::default(),
            redirects: None,
            is_shared: false,
            retry: RetryPolicy::default(),
            limiter: Arc::new(RateLimiter::off()),
            connect_timeout: None,
            read_timeout: READ_TIMEOUT,
            timeout: TIMEOUT,
            limits: Limits::default(),
            quotes: true,
            concealed: Vec::new(),
            is_lenient: false,
            limited_by: &[],
            interceptors: Vec::new(),
            client: PhantomData,
        }
    }

    /// Replaces the address that the builder was created with.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.base_url);
        self
    }

    /// Refuses addresses that are not `https`, including those that the contract declares for
    /// single operations. Adapters set this, for clients whose credentials must not be readable in
    /// transit.
    #[must_use]
    pub const fn https_only(mut self) -> Self {
        self.rules.is_https_only = true;
        self
    }

    /// Still allows `http` for addresses on this machine, for a server in a test.
    #[must_use]
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.rules.is_http_allowed_here = true;
        self
    }

    /// Sends operations for which the contract declares the server `declared` to `url` instead.
    #[must_use]
    pub fn server(mut self, declared: &str, url: &str) -> Self {
        self.servers
            .push((declared.trim_end_matches('/').to_owned(), url.to_owned()));
        self
    }

    /// Adds these credentials to the requests of operations that need some; none by default.
    ///
    /// An `Arc` of an implementation of [`Authenticate`] is also accepted. If the server responds
    /// with 401, the implementation is notified, and if it has other credentials the request is
    /// sent once more.
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
        self.authenticate = Login::Ready(Arc::new(authenticate));
        self
    }

    /// Adds credentials that the API itself issues to requests: `make` receives a client without
    /// credentials, which shares connections and settings with the one being built, and the origin
    /// that the credentials are for.
    ///
    /// `make` is called when the client is built, so later settings apply to both clients.
    #[must_use]
    pub fn authenticate_with<A: Authenticate + 'static>(
        mut self,
        make: impl FnOnce(C, Origin) -> Result<A, BuildError> + Send + Sync + 'static,
    ) -> Self {
        let make = |client, origin| Ok(Arc::new(make(client, origin)?) as Arc<dyn Authenticate>);
        self.authenticate = Login::Later(Box::new(make));
        self
    }

    /// Adds this header field to every request that does not have one of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Retries requests by these rules; [`RetryPolicy::default`] by default, [`RetryPolicy::off`]
    /// disables retries.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Delays requests while the server's rate limit is exhausted; [`RateLimiter::off`] by default.
    ///
    /// Clients whose credentials count against the same limit share one limiter, as an `Arc`.
    #[must_use]
    pub fn rate_limit(mut self, limiter: impl Into<Arc<RateLimiter>>) -> Self {
        self.limiter = limiter.into();
        self
    }

    /// Declares responses that report a rate limit, in addition to those with status 429. Adapters
    /// set this; callers use [`RetryPolicy::limited_by`].
    #[must_use]
    pub const fn limited_by(mut self, responses: &'static [LimitResponse]) -> Self {
        self.limited_by = responses;
        self
    }

    /// Adds a hook for each attempt of each call, which runs after those added before; an `Arc` of
    /// an interceptor is also accepted.
    #[must_use]
    pub fn intercept(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Adds a product to `User-Agent`, for instance `my-program/1.2`.
    #[must_use]
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent.push(' ');
        self.user_agent.push_str(product);
        self
    }

    /// Limits what a server may send, and the number of connections in use; [`Limits::default`] by
    /// default.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Masks these secrets wherever an error quotes the server. The secrets of the failed request
    /// itself are always masked; this is for those that they derive from, such as the password of a
    /// login that started a session.
    #[must_use]
    pub fn conceal(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.concealed.extend(secrets);
        self
    }

    /// Leaves server messages and request ids out of the `Display` of errors, for logs that must
    /// not contain text from servers. [`Error::message`](crate::Error::message) and
    /// [`Error::body`](crate::Error::body) still return them.
    #[must_use]
    pub const fn hide_server_messages(mut self) -> Self {
        self.quotes = false;
        self
    }

    /// Sets which redirects are followed: [`RedirectPolicy::safe_across_origins`] by default.
    ///
    /// If the caller supplies the HTTP client or its settings ([`http`](Self::http),
    /// [`http_builder`](Self::http_builder)), the default is [`RedirectPolicy::same_origin`], since
    /// such a client may send a client certificate, which must not be sent to other origins. If it
    /// sends none, redirects to other origins can be allowed here.
    #[must_use]
    pub const fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.redirects = Some(policy);
        self
    }

    /// Sends this certificate to servers that request one. Redirects to other origins are then not
    /// followed, regardless of [`redirects`](Self::redirects).
    ///
    /// # Errors
    ///
    /// When the certificate and the key can no longer be used.
    #[cfg(feature = "client-certificate")]
    pub fn client_certificate(mut self, certificate: &crate::ClientCertificate) -> Result<Self, BuildError> {
        self.rules.is_identified = true;
        Ok(self.http_builder(certificate.http_builder()?))
    }

    /// Shares the HTTP client, with its connections, with all clients of this process that do the
    /// same: for programs with many clients, since a separate HTTP client costs about 30
    /// milliseconds and a connection pool each.
    ///
    /// Clients with another [`connect_timeout`](Self::connect_timeout), or with an HTTP client or
    /// settings from the caller, have their own.
    #[must_use]
    pub const fn shared_http(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// Builds the HTTP client from these settings, for instance with a proxy or another root
    /// certificate.
    ///
    /// This crate sets the connect timeout and the redirect policy. A proxy is used for `https`
    /// only: requests without TLS, and requests to this machine, go directly to the server.
    #[must_use]
    pub fn http_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = Http::Builder(Box::new(builder));
        self
    }

    /// Uses this HTTP client unchanged, and shares its connections. The client uses its own
    /// proxies, or else those of the environment, also for addresses on this machine and without
    /// TLS, unless it was built with `no_proxy`.
    ///
    /// Build it with `redirect::Policy::none()`. This crate then follows redirects, drops the
    /// credentials on a redirect to another server, and does not follow redirects to addresses
    /// without TLS. With another policy, such as reqwest's default, the HTTP client follows
    /// redirects before this crate sees them, and sends header fields such as `x-api-key` to any
    /// server.
    #[must_use]
    pub fn http(mut self, client: reqwest::Client) -> Self {
        self.http = Http::Client(client);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// When an address is neither `https` nor `http`, is `http` despite
    /// [`https_only`](Self::https_only), or contains credentials, a query or a fragment; when
    /// `User-Agent` or another header field cannot be sent; when TLS cannot be set up.
    pub fn build(self) -> Result<C, BuildError> {
        let user_agent = HeaderValue::try_from(&self.user_agent)
            .map_err(|_| BuildError::settings("the `User-Agent` cannot be sent: it is not a line of text"))?;
        if let Some(name) = self.headers.keys().find(|name| is_framing(name)) {
            return Err(BuildError::settings(framing::refused(name)));
        }
        let base = self.server_at(&self.base_url)?;
        let servers = self.servers.iter();
        let servers = servers.map(|(declared, url)| Ok((declared.clone(), self.server_at(url)?)));
        let servers = servers.collect::<Result<Vec<_>, BuildError>>()?;
        let mut rules = self.rules;
        rules.redirects = self.redirects.unwrap_or(match self.http {
            Http::Default => RedirectPolicy::default(),
            Http::Builder(_) | Http::Client(_) => RedirectPolicy::same_origin(),
        });
        let known: Vec<&Url> = std::iter::once(&base)
            .chain(servers.iter().map(|(_, url)| url))
            .collect();
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let is_shared = self.is_shared && self.connect_timeout.is_none();
        let http = match self.http {
            Http::Default if is_shared => HttpClient::shared(connect_timeout)?,
            http => Arc::new(HttpClient::new(http, connect_timeout, rules, &known)?),
        };
        let connections = Arc::new(Connections::new(self.limits.connections));
        let limits = Arc::new(self.limits);
        let client = |authenticate, limiter, is_for_tokens| {
            C::from(Client(Arc::new(ClientInner {
                http: Arc::clone(&http),
                rules,
                base_url: base.as_str().trim_end_matches('/').to_owned(),
                base: Base::new(base.clone()),
                servers: servers.clone(),
                user_agent: user_agent.clone(),
                headers: self.headers.clone(),
                authenticate,
                is_for_tokens,
                retry: Retry::new(self.retry.clone()),
                limiter,
                timeout: self.timeout,
                read_timeout: self.read_timeout,
                limits: Arc::clone(&limits),
                quotes: self.quotes,
                concealed: self.concealed.clone(),
                is_lenient: self.is_lenient,
                connections: Arc::clone(&connections),
                throttle: Throttle::default(),
                interceptors: self.interceptors.clone(),
                limited_by: self.limited_by,
            })))
        };
        // Requests for credentials do not count against the rate limit of requests with
        // credentials.
        let plain = || client(None, Arc::new(RateLimiter::off()), true);
        let authenticate = self.authenticate.make(plain, &base)?;
        Ok(client(authenticate, self.limiter, false))
    }

    /// Checks the address of a server.
    fn server_at(&self, url: &str) -> Result<Url, BuildError> {
        if !url.contains("://") {
            let what = "the server's address names no scheme; write it like https://api.example.com";
            return Err(BuildError::settings(what));
        }
        let url = ServerAddress::allowing_http(url)?.url().clone();
        self.rules.judge(&url, Purpose::Server).map_err(|what| {
            BuildError::settings(format!(
                "the address of the server {what}; write it with https:// (`allow_http_on_loopback` is for tests on this \
                 machine)"
            ))
        })?;
        Ok(url)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("retry", &self.retry)
            .field("timeout", &self.timeout)
            .field("read_timeout", &self.read_timeout)
            .finish_non_exhaustive()
    }
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
            ("ftp://api.example.com", "scheme other than https"),
            ("https://ada:hunter2@api.example.com", "user name or password"),
            ("https://api.example.com/?token=hunter2", "query"),
            ("https://api.example.com/#hunter2", "fragment"),
        ] {
            let error = build(url).map(drop).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    fn guarded(url: &str) -> ClientBuilder {
        ClientBuilder::new("https://api.example.com", "example", "1.0.0")
            .https_only()
            .base_url(url)
    }

    #[test]
    fn test_address_is_https_unless_on_loopback_and_allowed() {
        for url in ["http://127.0.0.1:9", "http://[::1]:9/x", "http://localhost"] {
            assert!(guarded(url).allow_http_on_loopback().build().is_ok(), "{url}");
            let error = guarded(url).build().unwrap_err();
            assert!(error.is_settings() && !error.is_credentials(), "{url}");
        }
        for url in [
            "http://api.example.com",
            "HTTP://10.0.0.1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
        ] {
            assert!(guarded(url).allow_http_on_loopback().build().is_err(), "{url}");
            let elsewhere = guarded("https://api.example.com").server("https://a.example", url);
            assert!(elsewhere.allow_http_on_loopback().build().is_err(), "{url}");
        }
        assert!(guarded("https://api.example.com/gateway/").build().is_ok());
    }

    #[test]
    fn test_login_is_made_with_the_settings_at_the_end_and_without_credentials() {
        use crate::transport::authenticate::{Fields, StaticFields};
        let builder = guarded("https://one.example").authenticate_with(|client, origin| {
            assert_eq!(client.base_url(), "https://two.example");
            assert!(client.authenticate().is_none());
            assert_eq!(origin.to_string(), "https://two.example:443");
            let key = Fields::new().header("x-api-key", &"hunter2".into())?;
            Ok(StaticFields::new(origin, key))
        });
        let client = builder.base_url("https://two.example").build().unwrap();
        assert!(client.authenticate().is_some());
        let refused: ClientBuilder = guarded("https://one.example")
            .authenticate_with(|_, _| Err::<StaticFields, _>(BuildError::credentials("no key")));
        assert!(refused.build().unwrap_err().is_credentials());
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
