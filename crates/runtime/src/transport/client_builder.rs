//! Settings of a client, and how they become one.

mod timeouts;
mod tolerance;

use super::address::{AddressRules, Purpose};
use super::authenticate::{Authenticate, Origin};
use super::base::Base;
use super::client::{Client, Inner};
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

/// How long a connection may take unless [`ClientBuilder::connect_timeout`] says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the server may be silent unless [`ClientBuilder::read_timeout`] says otherwise.
pub const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a call may take unless [`ClientBuilder::timeout`] says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(120);

/// Settings of a client. `C` is the client of a generated crate.
///
/// Unless it is told otherwise, a client sends no credentials, tries again by
/// [`RetryPolicy::default`] what may be sent twice, does not pace itself, waits
/// [`CONNECT_TIMEOUT`], [`READ_TIMEOUT`] and [`TIMEOUT`], and follows redirects (see
/// [`ClientBuilder::http`]).
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

    /// Another address than the one that these settings began with.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.base_url);
        self
    }

    /// Refuses addresses that are not `https`, those included that the contract declares for single
    /// operations: for clients whose credentials must not be read on the way. Adapters set this.
    #[must_use]
    pub const fn https_only(mut self) -> Self {
        self.rules.is_https_only = true;
        self
    }

    /// Lets addresses be `http` all the same if they are on this machine, for a server of one's own
    /// in a test.
    #[must_use]
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.rules.is_http_allowed_here = true;
        self
    }

    /// Sends operations that the contract gives a server of their own, `declared`, to `url`
    /// instead.
    #[must_use]
    pub fn server(mut self, declared: &str, url: &str) -> Self {
        self.servers
            .push((declared.trim_end_matches('/').to_owned(), url.to_owned()));
        self
    }

    /// Puts these credentials on the requests of operations that need some; none by default.
    ///
    /// An `Arc` of something that implements [`Authenticate`] will do, too. Credentials that the
    /// server answers with 401 are shown to it, and if it has others the request is sent once more.
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

    /// Puts credentials on requests that the API itself hands out: `make` gets a client without
    /// credentials, which shares connections and settings with the one that is built, and the
    /// origin that credentials are for.
    ///
    /// It is called when the client is built, so that settings made later hold for both.
    #[must_use]
    pub fn authenticate_with<A: Authenticate + 'static>(
        mut self,
        make: impl FnOnce(C, Origin) -> Result<A, BuildError> + Send + Sync + 'static,
    ) -> Self {
        let make = |client, origin| Ok(Arc::new(make(client, origin)?) as Arc<dyn Authenticate>);
        self.authenticate = Login::Later(Box::new(make));
        self
    }

    /// Sends this header field with every request that has none of the same name itself.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Tries requests again by these rules; [`RetryPolicy::default`] by default,
    /// [`RetryPolicy::off`] for never.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Holds requests back while the server's rate limit leaves no room for them;
    /// [`RateLimiter::off`] by default.
    ///
    /// Clients whose credentials count against the same limit share one limiter, as an `Arc`.
    #[must_use]
    pub fn rate_limit(mut self, limiter: impl Into<Arc<RateLimiter>>) -> Self {
        self.limiter = limiter.into();
        self
    }

    /// Names responses that mean that a rate limit is reached, besides those with status 429.
    /// Adapters set this; callers have [`RetryPolicy::limited_by`].
    #[must_use]
    pub const fn limited_by(mut self, responses: &'static [LimitResponse]) -> Self {
        self.limited_by = responses;
        self
    }

    /// Lets this see each attempt of each call, after those that were set before it; an `Arc` of
    /// one will do, too.
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

    /// Limits what a server may send, and how many connections are in use; [`Limits::default`] by
    /// default.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Masks these secrets wherever an error quotes what a server says. Those that the failed
    /// request carried itself are masked anyway; this is for what stands behind them, such as the
    /// password with which a session was begun.
    #[must_use]
    pub fn conceal(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.concealed.extend(secrets);
        self
    }

    /// Leaves what servers say out of the `Display` of errors, the ids of requests included: for
    /// logs that may hold nothing of a server's. [`Error::message`](crate::Error::message) and
    /// [`Error::body`](crate::Error::body) have it all the same.
    #[must_use]
    pub const fn hide_server_messages(mut self) -> Self {
        self.quotes = false;
        self
    }

    /// Which redirects are followed: [`RedirectPolicy::safe_across_origins`] by default.
    ///
    /// With an HTTP client or its settings handed in ([`http`](Self::http),
    /// [`http_builder`](Self::http_builder)) it is [`RedirectPolicy::same_origin`] by default,
    /// since such a client may show a client certificate, which must not be shown elsewhere. If it
    /// shows none, redirects to other origins may be allowed here.
    #[must_use]
    pub const fn redirects(mut self, policy: RedirectPolicy) -> Self {
        self.redirects = Some(policy);
        self
    }

    /// Shows this certificate to servers that ask for one. Redirects to other origins are not
    /// followed then, whatever [`redirects`](Self::redirects) says.
    ///
    /// # Errors
    ///
    /// When certificate and key cannot be used, although they could when this was made.
    #[cfg(feature = "client-certificate")]
    pub fn client_certificate(mut self, certificate: &crate::ClientCertificate) -> Result<Self, BuildError> {
        self.rules.is_identified = true;
        Ok(self.http_builder(certificate.http_builder()?))
    }

    /// Shares the HTTP client, with its connections, with all clients of this process that do the
    /// same: for programs with many clients, since an HTTP client of its own costs each some 30
    /// milliseconds and a pool of connections.
    ///
    /// Clients with another [`connect_timeout`](Self::connect_timeout) have their own, and so have
    /// those to which an HTTP client or its settings are handed in.
    #[must_use]
    pub const fn shared_http(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// Makes the HTTP client from these settings, for instance with a proxy or another root.
    ///
    /// The timeout for connections and the policy for redirects are set by this crate. A proxy is
    /// used for `https` only: what has no TLS goes straight to its server, and so does what stays
    /// on this machine.
    #[must_use]
    pub fn http_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = Http::Builder(Box::new(builder));
        self
    }

    /// Uses this HTTP client as it is, and shares its connections. It uses the proxies that it was
    /// made with, or else those of the environment, for addresses on this machine and without TLS
    /// as well, unless it was made with `no_proxy`.
    ///
    /// Build it with `redirect::Policy::none()`. Redirects are then followed by this crate, which
    /// leaves the credentials behind when they lead to another server and does not follow them to
    /// addresses without TLS. With another policy, as reqwest has by default, the HTTP client
    /// follows redirects itself before this crate sees them, and takes header fields such as
    /// `x-api-key` along, to whichever server.
    #[must_use]
    pub fn http(mut self, client: reqwest::Client) -> Self {
        self.http = Http::Client(client);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// When an address is not one of `https` or `http`, is `http` where
    /// [`https_only`](Self::https_only) says otherwise, or holds credentials, a query or a
    /// fragment; when `User-Agent` or another header field cannot be sent; when TLS cannot be set
    /// up.
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
            C::from(Client(Arc::new(Inner {
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
        // What is asked for credentials does not count against the limit of those who have some.
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
