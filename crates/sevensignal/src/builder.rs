//! Settings of a client, and how it is put together from the generated client and the runtime's parts.
//!
//! This module knows where 7SIGNAL differs from others, as data, and no operation of its API.

use crate::tokens::Tokens;
use crate::v2::Client;
use crate::{ApiKey, Error};
use lorgnette_runtime::authenticate::{Bearer, Origin};
use lorgnette_runtime::rate_limit::{BucketHeaders, Pacing, RateLimiter};
use lorgnette_runtime::reqwest::{self, Url};
use lorgnette_runtime::retry::RetryPolicy;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// The scopes that are asked for unless [`Builder::scopes`] says otherwise: those of the vendor's own sample.
pub const SCOPES: [&str; 3] = [
    "openid",
    "https://login.7signal.com/scopes/user.read",
    "https://login.7signal.com/scopes/user.admin",
];

/// The headers in which 7SIGNAL says how many requests the API key has left. Both spellings are seen.
pub const BUCKET_HEADERS: BucketHeaders = BucketHeaders {
    remaining: &["ratelimit-remaining", "x-ratelimit-remaining"],
    capacity: &["ratelimit-burst-capacity", "x-ratelimit-burst-capacity"],
    replenish_per_second: &["ratelimit-replenish-rate", "x-ratelimit-replenish-rate"],
    requested: &["ratelimit-requested-tokens", "x-ratelimit-requested-tokens"],
};

/// Settings of a client; what is not set is as [`v2`](crate::v2()) has it.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<sevensignal::v2::Client, sevensignal::Error> {
/// let key = sevensignal::ApiKey::new("key", "secret")?;
/// let client = sevensignal::Builder::new(key)
///     .timeout(Duration::from_secs(30))
///     .user_agent("my-program/1.2")
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
#[must_use = "a client is made by `build`"]
pub struct Builder {
    key: ApiKey,
    base_url: String,
    is_http_allowed: bool,
    scopes: Vec<String>,
    http: reqwest::ClientBuilder,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
    timeout: Option<Duration>,
    user_agent: Option<String>,
    retry: RetryPolicy,
    pacing: Option<Pacing>,
}

impl Builder {
    /// The vendor's service, scopes and limits, and the runtime's timeouts and retries.
    pub fn new(key: ApiKey) -> Self {
        Self {
            key,
            base_url: Client::BASE_URL.to_owned(),
            is_http_allowed: false,
            scopes: SCOPES.map(ToOwned::to_owned).into(),
            http: reqwest::Client::builder(),
            connect_timeout: None,
            read_timeout: None,
            timeout: None,
            user_agent: None,
            retry: RetryPolicy::default(),
            pacing: Some(Pacing::default()),
        }
    }

    /// Another address than the vendor's own. It gets the key and its secret, so that it has to be `https`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Lets the address be `http` if it is on this machine, for a server of one's own in a test.
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.is_http_allowed = true;
        self
    }

    /// The scopes to ask for, in place of [`SCOPES`]. Without any, the server decides.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
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

    /// The rules by which requests wait while the API key's bucket is empty; `None` sends them at once, and 7SIGNAL
    /// answers 429 to those that are too many.
    pub fn pacing(mut self, pacing: impl Into<Option<Pacing>>) -> Self {
        self.pacing = pacing.into();
        self
    }

    /// Makes the client. Nothing is sent: the first call obtains the first token.
    ///
    /// # Errors
    ///
    /// When the address is not `https` (or `http` on this machine, where that is allowed), or holds credentials, a query
    /// or a fragment; when a scope is none; when TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        check_address(&self.base_url, self.is_http_allowed)?;
        let scope = scope(&self.scopes)?;
        let settings = || {
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
            key: self.key,
            scope,
        };
        let limiter = self.pacing.map_or_else(RateLimiter::off, |pacing| {
            RateLimiter::new(BUCKET_HEADERS, pacing)
        });
        let client = settings()
            .http(http)
            .authenticate(Bearer::new(Origin::of(&origin)?, tokens))
            .retry(self.retry)
            .rate_limit(limiter);
        Ok(client.build()?)
    }
}

impl fmt::Debug for Builder {
    /// Leaves out what may hold a secret: the key, the address and the HTTP client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("scopes", &self.scopes)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("pacing", &self.pacing)
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
            "the address has to begin with https://, since the API secret goes there; `allow_http_on_loopback` is for tests",
        ));
    }
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return Ok(());
    }
    Err(Error::settings(
        "the address may begin with http:// on this machine only, since the API secret goes there",
    ))
}

/// The scopes as one text, as RFC 6749 wants them; `None` without any.
fn scope(scopes: &[String]) -> Result<Option<String>, Error> {
    let is_scope = |scope: &String| {
        !scope.is_empty()
            && scope
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
    };
    if scopes.iter().all(is_scope) {
        Ok((!scopes.is_empty()).then(|| scopes.join(" ")))
    } else {
        Err(Error::settings(
            "a scope is empty, or holds a space or another character that no scope can hold",
        ))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CANARY: &str = "c4nary-s3cret";

    fn builder() -> Builder {
        Builder::new(ApiKey::new(CANARY, CANARY).unwrap())
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
            let error = builder().base_url(url).build().unwrap_err();
            assert!(error.is_settings());
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }

    #[test]
    fn test_scopes_are_joined_and_checked() {
        let scope_of = |scopes: &[&str]| scope(&scopes.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(scope_of(&[]).unwrap(), None);
        assert_eq!(
            scope_of(&["a", "https://b/c"]).unwrap().as_deref(),
            Some("a https://b/c")
        );
        for wrong in ["", "a b", "a\"", "é", "a\n"] {
            assert!(scope_of(&["a", wrong]).unwrap_err().is_settings(), "{wrong:?}");
        }
    }

    #[test]
    fn test_debug_shows_no_secret() {
        let builder = builder().base_url(format!("https://{CANARY}@api.example.com"));
        let shown = format!("{builder:?} {builder:#?}");
        assert!(!shown.contains(CANARY), "{shown}");
    }

    #[test]
    fn test_headers_are_lower_case_in_both_spellings() {
        let BucketHeaders {
            remaining,
            capacity,
            replenish_per_second,
            requested,
        } = BUCKET_HEADERS;
        for names in [remaining, capacity, replenish_per_second, requested] {
            let [name, prefixed] = names else {
                unreachable!("two spellings")
            };
            assert_eq!(*prefixed, format!("x-{name}"));
            assert_eq!(*name, name.to_lowercase());
        }
    }
}
