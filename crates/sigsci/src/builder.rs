//! Settings of a client, and how it is put together from the generated client and the runtime's parts.
//!
//! This module knows where Signal Sciences differs from others, as data, and no operation of its API.

use crate::fastly::WithFastly;
use crate::login::Session;
use crate::v0::Client;
use crate::{Credentials, Error, FastlyKey};
use lorgnette_runtime::ClientBuilder;
use lorgnette_runtime::authenticate::{Authenticate, Bearer, Fields, Origin, StaticFields};
use lorgnette_runtime::reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use lorgnette_runtime::reqwest::{self, Url};
use lorgnette_runtime::retry::RetryPolicy;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Settings of a client; what is not set is as [`v0`](crate::v0()) has it.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<sigsci::v0::Client, sigsci::Error> {
/// let token = sigsci::ApiToken::new("ada@example.com", "token")?;
/// let client = sigsci::Builder::new(token)
///     .fastly_key(sigsci::FastlyKey::new("key")?)
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
#[must_use = "a client is made by `build`"]
pub struct Builder {
    credentials: Credentials,
    fastly: Option<FastlyKey>,
    base_url: String,
    is_http_allowed: bool,
    http: reqwest::ClientBuilder,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
    timeout: Option<Duration>,
    user_agent: Option<String>,
    retry: RetryPolicy,
}

impl Builder {
    /// The vendor's service, and the runtime's timeouts and retries.
    pub fn new(credentials: impl Into<Credentials>) -> Self {
        Self {
            credentials: credentials.into(),
            fastly: None,
            base_url: Client::BASE_URL.to_owned(),
            is_http_allowed: false,
            http: reqwest::Client::builder(),
            connect_timeout: None,
            read_timeout: None,
            timeout: None,
            user_agent: None,
            retry: RetryPolicy::default(),
        }
    }

    /// The key for the operations that change a Fastly service. Without one, they fail before anything is sent.
    pub fn fastly_key(mut self, key: FastlyKey) -> Self {
        self.fastly = Some(key);
        self
    }

    /// Another address than the vendor's own, with the path of the API (`/api/v0`). It gets the credentials, so that it has to
    /// be `https`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Lets the address be `http` if it is on this machine, for a server of one's own in a test.
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.is_http_allowed = true;
        self
    }

    /// Makes the HTTP client from these settings, for instance with a proxy or another root certificate.
    pub fn http_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http = builder;
        self
    }

    /// How long a connection may take; 10 seconds by default.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// How long the server may be silent; 60 seconds by default.
    pub const fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = Some(limit);
        self
    }

    /// How long a call may take, with all its attempts; 120 seconds by default.
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Adds a product to `User-Agent`, for instance `my-program/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// The rules by which requests are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Makes the client. Nothing is sent: a [`Login`](crate::Login) buys its token at the first call.
    ///
    /// # Errors
    ///
    /// When the address is not `https` (or `http` on this machine, where that is allowed), or holds credentials, a query
    /// or a fragment; when TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        let url = address(&self.base_url, self.is_http_allowed)?;
        let origin = Origin::of(&url)?;
        // As the vendor's clients do. Bodies of other types set the header themselves, and these are defaults.
        let json = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let http = std::mem::take(&mut self.http).default_headers(json);
        let mut plain = self.settings().http_builder(http);
        if let Some(limit) = self.connect_timeout {
            plain = plain.connect_timeout(limit);
        }
        let plain = plain.build()?;
        // Both clients send over the same connections.
        let settings = self.settings().http(plain.as_ref().http().clone());
        let fastly = self
            .fastly
            .map(|key| Fields::new().header("fastly-key", &key.key));
        let fastly = fastly.transpose()?.map(Arc::new);
        let user: Arc<dyn Authenticate> = match self.credentials {
            Credentials::ApiToken(token) => {
                let fields = Fields::new().header("x-api-user", &token.email)?;
                let fields = fields.header("x-api-token", &token.token)?;
                Arc::new(StaticFields::new(origin.clone(), fields))
            }
            Credentials::Login(login) => {
                let session = Session { client: plain, login };
                Arc::new(Bearer::new(origin.clone(), session))
            }
        };
        let authenticate = WithFastly { user, origin, fastly };
        Ok(settings.authenticate(authenticate).retry(self.retry).build()?)
    }

    fn settings(&self) -> ClientBuilder<Client> {
        let mut builder = Client::builder(&self.base_url);
        if let Some(limit) = self.read_timeout {
            builder = builder.read_timeout(limit);
        }
        if let Some(limit) = self.timeout {
            builder = builder.timeout(limit);
        }
        if let Some(product) = &self.user_agent {
            builder = builder.user_agent(product);
        }
        builder
    }
}

impl fmt::Debug for Builder {
    /// Leaves out what may hold a secret: the credentials, the address and the HTTP client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Refuses `http` where it is not allowed. What else an address must not be is the runtime's business.
fn address(url: &str, is_http_allowed: bool) -> Result<Url, Error> {
    let Ok(url) = Url::parse(url) else {
        return Err(Error::settings(
            "the address is none; write it like https://dashboard.signalsciences.net/api/v0",
        ));
    };
    let host = url.host_str().unwrap_or_default();
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let is_here = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_http_allowed && is_here => Ok(url),
        _ => Err(Error::settings(
            "the address has to begin with https://, since the credentials go there; \
             `allow_http_on_loopback` is for tests on this machine",
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{ApiToken, Login};

    const CANARY: &str = "c4nary-s3cret";

    fn builder() -> Builder {
        Builder::new(ApiToken::new("c4nary@example.com", CANARY).unwrap())
    }

    #[test]
    fn test_address_is_refused_when_credentials_must_not_go_there() {
        for (url, reason) in [
            ("c4nary-s3cret", "the address is none"),
            ("http://c4nary-s3cret.example/api/v0", "begin with https://"),
            ("ftp://c4nary-s3cret.example/api/v0", "begin with https://"),
            (
                "https://c4nary-s3cret@waf.example/api/v0",
                "user name or password",
            ),
            ("https://waf.example/api/v0#c4nary-s3cret", "fragment"),
            (
                "http://localhost.c4nary-s3cret.example/api/v0",
                "begin with https://",
            ),
        ] {
            let error = builder()
                .allow_http_on_loopback()
                .base_url(url)
                .build()
                .unwrap_err();
            assert!(
                error.is_settings() && error.to_string().contains(reason),
                "{url}: {error}"
            );
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(CANARY), "{shown}");
        }
        assert!(builder().base_url("http://127.0.0.1:1/api/v0").build().is_err());
    }

    #[test]
    fn test_debug_shows_nothing_of_credentials() {
        let login = Builder::new(Login::new("c4nary@example.com", CANARY).unwrap());
        for builder in [builder(), login] {
            let builder = builder
                .fastly_key(FastlyKey::new(CANARY).unwrap())
                .base_url(format!("https://waf.example/{CANARY}"));
            let shown = format!("{builder:?} {builder:#?}");
            let client = builder.base_url(Client::BASE_URL).build().unwrap();
            let shown = format!("{shown} {client:?} {client:#?}");
            assert!(!shown.contains("c4nary"), "{shown}");
        }
    }
}
