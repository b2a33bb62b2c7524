//! The client: the address of requests, and settings that all requests share.

use super::address::{AddressRules, NEARER, Purpose, is_nearer_by_name};
use super::authenticate::Authenticate;
use super::base::{Base, complete};
use super::connections::Connections;
use super::http_client::HttpClient;
use super::interceptor::Interceptors;
use super::limits::Limits;
use super::rate_limit::RateLimiter;
use super::request::CallSettings;
use super::retry::Retry;
use super::throttle::Throttle;
use crate::error::RequestTarget;
use crate::model::{LimitResponse, Operation, Secret};
use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Sends requests. Cloning is cheap: clones share connections, credentials and limits.
///
/// Use a client in one tokio runtime. Connections are tasks of the runtime in which they were made,
/// and stop when that runtime is no longer driven. A client that notices this makes new
/// connections; if it cannot, because its HTTP client was supplied by the caller, the call fails
/// with an error that says so.
///
/// Clients of generated crates are a thin wrapper around one:
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
pub struct Client(pub(super) Arc<ClientInner>);

/// The state that clones of a client share.
pub(super) struct ClientInner {
    pub(super) http: Arc<HttpClient>,
    pub(super) rules: AddressRules,
    /// The address, without a slash at its end.
    pub(super) base_url: String,
    pub(super) base: Base,
    /// Servers of single operations: the one in the contract, and the one to use in its place.
    pub(super) servers: Vec<(String, Url)>,
    pub(super) user_agent: HeaderValue,
    pub(super) headers: HeaderMap,
    pub(super) authenticate: Option<Arc<dyn Authenticate>>,
    /// Whether this client obtains the tokens of another client.
    pub(super) is_for_tokens: bool,
    pub(super) retry: Retry,
    pub(super) limiter: Arc<RateLimiter>,
    pub(super) timeout: Duration,
    pub(super) read_timeout: Duration,
    pub(super) limits: Arc<Limits>,
    /// Whether errors quote server messages.
    pub(super) quotes: bool,
    /// Secrets that errors never quote.
    pub(super) concealed: Vec<Secret>,
    pub(super) is_lenient: bool,
    pub(super) connections: Arc<Connections>,
    pub(super) throttle: Throttle,
    pub(super) interceptors: Interceptors,
    /// Responses that report a rate limit.
    pub(super) limited_by: &'static [LimitResponse],
}

impl Client {
    /// The address that requests go to, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The underlying HTTP client, for requests that the contract does not declare. It adds no
    /// credentials, and follows no redirects unless the caller supplied it.
    pub fn http(&self) -> reqwest::Client {
        self.0.http.main()
    }

    /// The address for a path and a query that are already encoded.
    pub(crate) fn address(&self, operation: &Operation, path: &str, query: &str) -> Result<Url, String> {
        let Some(declared) = operation.server else {
            let is_fixed = std::ptr::eq(path, operation.path);
            return Ok(match is_fixed {
                true => self.0.base.address_of(operation.path, query),
                false => self.0.base.address(path, query),
            });
        };
        let server = declared.trim_end_matches('/');
        let mut url = match self.0.servers.iter().find(|(known, _)| known == server) {
            Some((_, instead)) => instead.clone(),
            None => self.declared(declared)?,
        };
        complete(&mut url, path, query);
        Ok(url)
    }

    /// The address of a server that the contract declares for an operation.
    fn declared(&self, address: &str) -> Result<Url, String> {
        // An address without a scheme is relative to the API's.
        let base = self.0.base.url();
        let url = base.join(address).map_err(|error| error.to_string())?;
        if url.origin() == base.origin() {
            return Ok(url);
        }
        self.0.rules.judge(&url, Purpose::Declared).map_err(|what| {
            format!(
                "the server {} that the contract declares {what}; name another with `.server(..)` of the client",
                url.origin().ascii_serialization()
            )
        })?;
        Ok(url)
    }

    /// An address that a response names, if requests may be sent there.
    ///
    /// # Errors
    ///
    /// The fault of the address, as the end of a sentence.
    pub(crate) async fn named(&self, address: &str) -> Result<Url, &'static str> {
        let base = self.0.base.url();
        let url = base.join(address).map_err(|_| "is invalid")?;
        self.0.rules.judge(&url, Purpose::Named { from: base })?;
        if is_nearer_by_name(base, &url).await {
            return Err(NEARER);
        }
        Ok(url)
    }

    /// The address for requests of an operation.
    pub(crate) fn place(&self, operation: &Operation) -> RequestTarget {
        let declared = self.address(operation, "", "").ok();
        RequestTarget {
            method: operation.method().clone(),
            host: host(declared.as_ref().unwrap_or(self.0.base.url())),
            path: operation.path,
        }
    }

    pub(super) fn http_client(&self) -> &HttpClient {
        &self.0.http
    }

    pub(crate) fn rules(&self) -> AddressRules {
        self.0.rules
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.0.user_agent
    }

    /// Header fields added to every request that does not have a field of the same name.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    pub(crate) fn authenticate(&self) -> Option<&dyn Authenticate> {
        self.0.authenticate.as_deref()
    }

    pub(super) fn is_for_tokens(&self) -> bool {
        self.0.is_for_tokens
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

    /// Whether members that do not match their types are kept unchanged in the responses of a call
    /// with these settings.
    pub(crate) fn is_lenient(&self, settings: &CallSettings) -> bool {
        self.0.is_lenient && !settings.is_strict
    }

    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.0.limits
    }

    pub(super) fn concealed(&self) -> &[Secret] {
        &self.0.concealed
    }

    pub(super) fn quotes(&self) -> bool {
        self.0.quotes
    }

    pub(super) fn interceptors(&self) -> &Interceptors {
        &self.0.interceptors
    }

    pub(super) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(super) fn limited_by(&self) -> &'static [LimitResponse] {
        self.0.limited_by
    }

    pub(super) fn connections(&self) -> &Connections {
        &self.0.connections
    }
}

/// The server of an address: its name, and its port unless that is the scheme's own.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
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
