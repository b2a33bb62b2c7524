//! The underlying HTTP client: its source, and the requests that go through a proxy.

use super::address::{AddressRules, Purpose};
use super::open_connections::OpenConnections;
use super::platform::Handle;
use super::runtimes::{Runtimes, Stalled};
use super::{http_error, tls};
use crate::error::BuildError;
use reqwest::{NoProxy, Proxy, redirect};
use std::env;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use url::Url;

/// The settings of the underlying HTTP client.
pub(super) enum Http {
    /// An HTTP client that this crate creates.
    Default,
    /// Settings that the caller has supplied.
    Builder(Box<reqwest::ClientBuilder>),
    /// A client that the caller has supplied.
    Client(reqwest::Client),
}

/// The HTTP client of a client, and of those that share it.
#[derive(Debug)]
pub(crate) struct HttpClient {
    current: RwLock<Arc<Connections>>,
    /// The settings with which it is created again when the runtime of its connections is no longer
    /// driven. A client of the caller's own cannot be created again.
    recipe: Option<Recipe>,
    direct: Option<Direct>,
    rules: AddressRules,
}

/// An HTTP client with its pool of connections.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pub(super) http: reqwest::Client,
    pub(super) open: Arc<OpenConnections>,
    pub(super) runtimes: Runtimes,
}

/// How our own HTTP client is created.
#[derive(Clone, Copy, Debug)]
struct Recipe {
    connect_timeout: Duration,
}

/// A client that uses no proxy, for addresses that must not go through one. It is `None` if the
/// main client handles this itself.
#[derive(Debug)]
struct Direct {
    recipe: Recipe,
    client: OnceLock<Option<reqwest::Client>>,
}

impl Recipe {
    fn make(self) -> Result<reqwest::Client, BuildError> {
        let builder = of_environment(reqwest::Client::builder(), |name| env::var(name).ok())?;
        tls::build(self.finish(builder), http_error::build_error)
    }

    fn finish(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder
            .connect_timeout(self.connect_timeout)
            // This crate decompresses bodies and limits their decompressed size.
            .no_gzip()
            .redirect(redirect::Policy::none())
    }
}

impl Connections {
    fn new(http: reqwest::Client, runtimes: Runtimes) -> Self {
        Self {
            http,
            open: Arc::new(OpenConnections::new()),
            runtimes,
        }
    }
}

impl HttpClient {
    /// The HTTP client for these servers.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, or a proxy from the environment has an unusable address.
    pub(super) fn new(
        http: Http,
        connect_timeout: Duration,
        rules: AddressRules,
        servers: &[&Url],
    ) -> Result<Self, BuildError> {
        let recipe = Recipe { connect_timeout };
        let (main, ours, needs_direct) = match http {
            Http::Client(main) => (main, None, false),
            Http::Default => (recipe.make()?, Some(recipe), false),
            Http::Builder(builder) => {
                let is_proxied = |url: &&Url| rules.judge(url, Purpose::Proxied).is_ok();
                let is_never = !servers.iter().any(is_proxied);
                let builder = if is_never { builder.no_proxy() } else { *builder };
                let main = tls::build(recipe.finish(builder), http_error::build_error)?;
                (main, None, !is_never)
            }
        };
        let direct = needs_direct.then(|| Direct {
            recipe,
            client: OnceLock::new(),
        });
        Ok(Self {
            current: RwLock::new(Arc::new(Connections::new(main, Runtimes::default()))),
            recipe: ours,
            direct,
            rules,
        })
    }

    /// The HTTP client that clients of this process share.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub(super) fn shared(connect_timeout: Duration) -> Result<Arc<Self>, BuildError> {
        static SHARED: OnceLock<Arc<HttpClient>> = OnceLock::new();
        if let Some(shared) = SHARED.get() {
            return Ok(Arc::clone(shared));
        }
        let own = Self::new(Http::Default, connect_timeout, AddressRules::default(), &[])?;
        Ok(Arc::clone(SHARED.get_or_init(|| Arc::new(own))))
    }

    /// The unchanged client, for requests of the caller.
    pub(super) fn main(&self) -> reqwest::Client {
        self.current().http.clone()
    }

    fn current(&self) -> Arc<Connections> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces `current` with `next`, unless another call has already replaced it.
    fn replace(&self, current: &Arc<Connections>, next: &Arc<Connections>) {
        let mut held = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&held, current) {
            *held = Arc::clone(next);
        }
    }

    /// The connections, if they are used only in this runtime, as they should be.
    pub(super) fn connections_now(&self, runtime: &Handle) -> Option<Arc<Connections>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.runtimes.is_only(runtime).then(|| Arc::clone(&current))
    }

    /// The connections to use in this runtime.
    ///
    /// # Errors
    ///
    /// When the connections belong to another runtime, which is no longer driven, and the client
    /// cannot be made again.
    pub(super) async fn connections(&self, runtime: &Handle) -> Result<Arc<Connections>, Stalled> {
        let current = self.current();
        if current.runtimes.is_only(runtime) {
            return Ok(current);
        }
        let next = match current.runtimes.with(runtime.clone()).await {
            Ok(runtimes) => Connections {
                runtimes,
                ..Connections::clone(&current)
            },
            Err(stalled) => {
                let http = self.recipe.and_then(|recipe| recipe.make().ok()).ok_or(stalled)?;
                Connections::new(http, Runtimes::of(runtime.clone()))
            }
        };
        let next = Arc::new(next);
        self.replace(&current, &next);
        Ok(next)
    }

    /// The client for a request to this address.
    pub(super) fn of<'a>(&'a self, connections: &'a Connections, url: &Url) -> &'a reqwest::Client {
        let Some(direct) = &self.direct else {
            return &connections.http;
        };
        // A proxy with TLS keeps the caller's TLS settings; a tunnel reveals nothing to the proxy.
        if url.scheme() == "https" || self.rules.judge(url, Purpose::Proxied).is_ok() {
            return &connections.http;
        }
        let made = direct.client.get_or_init(|| {
            let builder = direct.recipe.finish(reqwest::Client::builder().no_proxy());
            tls::build(builder, http_error::build_error).ok()
        });
        made.as_ref().unwrap_or(&connections.http)
    }
}

/// The proxy that the environment names for `https`: `HTTPS_PROXY`, or else `ALL_PROXY`, except for
/// hosts of `NO_PROXY` and of this machine. Requests without TLS never use one, since the proxy
/// could read them.
fn of_environment(
    builder: reqwest::ClientBuilder,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<reqwest::ClientBuilder, BuildError> {
    let any = |names: [&'static str; 2]| {
        let values = names
            .into_iter()
            .map(|name| (name, variable(name).unwrap_or_default()));
        let mut values = values.filter(|(_, value)| !value.trim().is_empty());
        values.next()
    };
    let builder = builder.no_proxy();
    let proxy = any(["HTTPS_PROXY", "https_proxy"]).or_else(|| any(["ALL_PROXY", "all_proxy"]));
    let Some((name, address)) = proxy else {
        return Ok(builder);
    };
    let proxy = Proxy::https(address.trim()).map_err(|_| {
        // The address is not repeated: it may contain a password.
        BuildError::settings(format!(
            "invalid proxy address in `{name}`; expected one such as `http://proxy.example.com:3128`"
        ))
    })?;
    let (_, without) = any(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    let without = format!("localhost,.localhost,127.0.0.0/8,::1,{without}");
    Ok(builder.proxy(proxy.no_proxy(NoProxy::from_string(&without))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_proxy_of_the_environment_has_to_be_an_address() {
        let with = |name: &'static str, value: &'static str| {
            of_environment(reqwest::Client::builder(), move |asked| {
                (asked == name).then(|| value.to_owned())
            })
        };
        for (name, value) in [
            ("HTTPS_PROXY", "http://proxy.example:3128"),
            ("https_proxy", "proxy.example:3128"),
            ("ALL_PROXY", "http://ada:hunter2@proxy.example"),
            ("HTTP_PROXY", "http://hunter2 is not looked at"),
            ("HTTPS_PROXY", "  "),
        ] {
            assert!(with(name, value).is_ok(), "{name} {value}");
        }
        let error = with("ALL_PROXY", "http://[hunter2").unwrap_err();
        assert!(error.to_string().contains("`ALL_PROXY`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
