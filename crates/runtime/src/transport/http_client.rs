//! The HTTP client below: where it comes from, and which of its requests go through a proxy.

use super::address::{AddressRules, Purpose};
use super::{http_error, tls};
use crate::error::BuildError;
use reqwest::{NoProxy, Proxy, redirect};
use std::env;
use std::sync::OnceLock;
use std::time::Duration;
use url::Url;

/// What the settings of a client say about the HTTP client below.
pub(super) enum Http {
    /// One that is made here.
    Default,
    /// Settings that the caller has begun.
    Builder(Box<reqwest::ClientBuilder>),
    /// One that the caller has made.
    Client(reqwest::Client),
}

/// The HTTP client of a client.
#[derive(Debug)]
pub(crate) struct HttpClient {
    main: reqwest::Client,
    rules: AddressRules,
    /// A client that uses no proxy, for addresses that must not go through one. Not needed where `main` sees to that itself.
    direct: Option<Direct>,
}

#[derive(Debug)]
struct Direct {
    connect_timeout: Duration,
    client: OnceLock<Option<reqwest::Client>>,
}

impl HttpClient {
    /// The HTTP client for these servers.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, or a proxy of the environment has no usable address.
    pub(super) fn new(
        http: Http,
        connect_timeout: Duration,
        rules: AddressRules,
        servers: &[&Url],
    ) -> Result<Self, BuildError> {
        let (builder, is_ours) = match http {
            Http::Client(main) => {
                return Ok(Self {
                    main,
                    rules,
                    direct: None,
                });
            }
            Http::Default => (
                of_environment(reqwest::Client::builder(), |name| env::var(name).ok())?,
                true,
            ),
            Http::Builder(builder) => {
                let is_proxied = |url: &&Url| rules.judge(url, Purpose::Proxied).is_ok();
                let is_never = !servers.iter().any(is_proxied);
                (if is_never { builder.no_proxy() } else { *builder }, is_never)
            }
        };
        let builder = builder
            .connect_timeout(connect_timeout)
            // Bodies are decompressed by this crate, which limits what becomes of them.
            .no_gzip()
            .redirect(redirect::Policy::none());
        let client = OnceLock::new();
        Ok(Self {
            main: tls::build(builder, http_error::build_error)?,
            rules,
            direct: (!is_ours).then_some(Direct {
                connect_timeout,
                client,
            }),
        })
    }

    pub(crate) const fn main(&self) -> &reqwest::Client {
        &self.main
    }

    /// The client for a request to this address.
    pub(crate) fn of(&self, url: &Url) -> &reqwest::Client {
        let Some(direct) = &self.direct else {
            return &self.main;
        };
        // One that has TLS keeps the caller's settings of it; a tunnel shows the proxy nothing.
        if url.scheme() == "https" || self.rules.judge(url, Purpose::Proxied).is_ok() {
            return &self.main;
        }
        let made = direct.client.get_or_init(|| {
            let builder = reqwest::Client::builder()
                .no_proxy()
                .connect_timeout(direct.connect_timeout)
                .no_gzip()
                .redirect(redirect::Policy::none());
            tls::build(builder, http_error::build_error).ok()
        });
        made.as_ref().unwrap_or(&self.main)
    }
}

/// The proxy that the environment names for `https`: `HTTPS_PROXY`, or else `ALL_PROXY`, except for hosts of `NO_PROXY` and of
/// this machine. What has no TLS goes through none, since the proxy could read it.
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
        // The address is not repeated: it may hold a password.
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
