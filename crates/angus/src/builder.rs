//! Settings of a client, and how it is put together from the generated client and the runtime's parts.
//!
//! This module knows which hosts there are, and no operation of the API.

use crate::tokens::Tokens;
use crate::v1::Client;
use crate::{Error, StreamCredentials};
use lorgnette_runtime::authenticate::{Bearer, Origin};
use lorgnette_runtime::reqwest::{self, Url};
use lorgnette_runtime::retry::RetryPolicy;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// The address of the console, which issues tokens. Data comes from [`Client::BASE_URL`].
pub const CONSOLE_URL: &str = "https://console.angus.ai";

/// Settings of a client; what is not set is as [`v1`](crate::v1()) has it.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<angus::v1::Client, angus::Error> {
/// let id = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
/// let credentials = angus::StreamCredentials::new("ada@example.com", id, "access-token")?;
/// let client = angus::Builder::new(credentials)
///     .timeout(Duration::from_secs(30))
///     .user_agent("my-program/1.2")
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
#[must_use = "a client is made by `build`"]
pub struct Builder {
    credentials: StreamCredentials,
    base_url: String,
    console_url: String,
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
    pub fn new(credentials: StreamCredentials) -> Self {
        Self {
            credentials,
            base_url: Client::BASE_URL.to_owned(),
            console_url: CONSOLE_URL.to_owned(),
            is_http_allowed: false,
            http: reqwest::Client::builder(),
            connect_timeout: None,
            read_timeout: None,
            timeout: None,
            user_agent: None,
            retry: RetryPolicy::default(),
        }
    }

    /// Another address for data than the vendor's own. It gets the tokens, so that it has to be `https`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Another address for tokens than [`CONSOLE_URL`]. It gets the credentials, so that it has to be `https`.
    pub fn console_url(mut self, url: impl Into<String>) -> Self {
        self.console_url = url.into();
        self
    }

    /// Lets addresses be `http` if they are on this machine, for a server of one's own in a test.
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

    /// Makes the client. Nothing is sent: the first call obtains the first token.
    ///
    /// # Errors
    ///
    /// When an address is not `https` (or `http` on this machine, where that is allowed), or holds credentials, a query
    /// or a fragment; when TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        check_address(&self.base_url, self.is_http_allowed)?;
        check_address(&self.console_url, self.is_http_allowed)?;
        let settings = || {
            let mut builder = Client::builder(&self.base_url).server(CONSOLE_URL, &self.console_url);
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
        };
        let mut for_tokens = settings().http_builder(self.http);
        if let Some(limit) = self.connect_timeout {
            for_tokens = for_tokens.connect_timeout(limit);
        }
        let for_tokens: Client = for_tokens.build()?;
        // Both clients send over the same connections.
        let http = for_tokens.as_ref().http().clone();
        let origin = Url::parse(&self.base_url).map_err(|_| Error::settings("the address is none"))?;
        let tokens = Tokens {
            client: for_tokens,
            credentials: self.credentials,
        };
        let client = settings()
            .http(http)
            .authenticate(Bearer::new(Origin::of(&origin)?, tokens))
            .retry(self.retry);
        Ok(client.build()?)
    }
}

impl fmt::Debug for Builder {
    /// Leaves out what may hold a secret: the credentials, the addresses and the HTTP client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Refuses `http` where it is not allowed. What else an address must not be is the runtime's business.
fn check_address(url: &str, is_http_allowed: bool) -> Result<(), Error> {
    let Some(url) = Url::parse(url).ok().filter(|url| url.scheme() == "http") else {
        return Ok(());
    };
    if !is_http_allowed {
        return Err(Error::settings(
            "the address has to begin with https://, since credentials go there; `allow_http_on_loopback` is for tests",
        ));
    }
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return Ok(());
    }
    Err(Error::settings(
        "the address may begin with http:// on this machine only, since credentials go there",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CANARY: &str = "c4nary-s3cret";

    fn builder() -> Builder {
        Builder::new(StreamCredentials::new(CANARY, "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11", CANARY).unwrap())
    }

    #[test]
    fn test_address_is_https_unless_on_loopback_and_allowed() {
        for url in ["http://127.0.0.1:9", "http://[::1]:9/x", "http://localhost"] {
            assert!(
                builder().base_url(url).allow_http_on_loopback().build().is_ok(),
                "{url}"
            );
            assert!(
                builder().base_url(url).build().unwrap_err().is_settings(),
                "{url}"
            );
        }
        for url in [
            "http://api.example.com",
            "HTTP://10.0.0.1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
        ] {
            assert!(
                builder().base_url(url).allow_http_on_loopback().build().is_err(),
                "{url}"
            );
        }
        let console = |url: &str| builder().console_url(url);
        assert!(
            console("http://localhost:9")
                .allow_http_on_loopback()
                .build()
                .is_ok()
        );
        assert!(console("http://localhost:9").build().is_err());
        assert!(
            console("http://console.example.com")
                .allow_http_on_loopback()
                .build()
                .is_err()
        );
        assert!(builder().build().is_ok());
        assert!(
            builder()
                .base_url("https://api.example.com/gateway/")
                .build()
                .is_ok()
        );
    }

    #[test]
    fn test_unusable_address_is_refused_without_repeating_it() {
        for url in [
            format!("https://key:{CANARY}@api.example.com"),
            format!("https://api.example.com/?secret={CANARY}"),
            format!("https://api.example.com/#{CANARY}"),
            format!("ftp://{CANARY}.example.com"),
            CANARY.to_owned(),
            String::new(),
        ] {
            for builder in [builder().base_url(&url), builder().console_url(&url)] {
                let error = builder.build().unwrap_err();
                assert!(error.is_settings());
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains(CANARY), "{shown}");
            }
        }
    }

    #[test]
    fn test_debug_shows_no_secret() {
        let builder = builder().base_url(format!("https://{CANARY}@api.example.com"));
        let shown = format!("{builder:?} {builder:#?}");
        assert!(!shown.contains(CANARY), "{shown}");
    }
}
