//! Requests one address at a time, and enforces every limit and every rule on its target.
//!
//! Redirects are followed here and not by the HTTP library, so that each step is checked: its
//! scheme, its origin, whether credentials may be sent, and its network. Our own resolver returns
//! no private address to a request that came from a public one; a check before connecting would
//! leave a gap.

use super::address::{self, Network};
use super::exchange::{Ask, FetchedContent, PageCredentials};
use super::limits::{Budget, Limits};
use crate::failure::CommandFailure;
use crate::workspace::CATALOGUE;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode, redirect};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::{Origin, Url};

/// Asks servers that offer a choice for a contract rather than a page about it.
const ACCEPT: &str = "application/json, application/yaml;q=0.9, text/html;q=0.8, */*;q=0.5";

/// The credentials of a protected page, in the form in which they are sent.
struct Header {
    /// The only origin that they are sent to.
    origin: Origin,
    name: HeaderName,
    /// Marked as sensitive.
    value: HeaderValue,
}

/// The network, within the limits of one API.
pub struct Web {
    anywhere: Client,
    public: Client,
    network: Network,
    allow_http: bool,
    credentials: Option<Header>,
    limits: Limits,
}

impl Web {
    /// A client.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up, or the credentials are not valid in a header.
    pub fn new(
        network: Network,
        allow_http: bool,
        credentials: Option<PageCredentials>,
        limits: Limits,
    ) -> Result<Self, CommandFailure> {
        // Another part of the program may already have chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |public_only| {
            let resolver = Resolver {
                network: network.clone(),
                public_only,
            };
            Client::builder()
                .user_agent(concat!("lorgnette/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                // A proxy would resolve names, and would thus decide which addresses are private.
                .no_proxy()
                .connect_timeout(limits.connect)
                .timeout(limits.request)
                .pool_max_idle_per_host(limits.parallel)
                .dns_resolver(Arc::new(resolver))
                .build()
                .map_err(|error| CommandFailure::new(format!("cannot set up HTTP: {}", causes(&error))))
        };
        Ok(Self {
            anywhere: client(false)?,
            public: client(true)?,
            network,
            allow_http,
            credentials: credentials.map(header).transpose()?,
            limits,
        })
    }

    /// Requests the content of an address, following redirects.
    ///
    /// # Errors
    ///
    /// When the address or a redirect target may not be requested, there is no response in time, or
    /// the response is not a success, is cut off, or exceeds the limits.
    pub async fn get(&self, ask: &Ask, budget: &Budget) -> Result<FetchedContent, CommandFailure> {
        let mut url = ask.address.clone();
        let mut public_only = ask.public_only;
        for _ in 0..=self.limits.redirects {
            self.judge(&url, ask, public_only)?;
            let response = self.send(&url, ask, public_only).await?;
            // Servers on the public internet must not redirect into our network.
            public_only |= response
                .remote_addr()
                .is_some_and(|peer| (self.network.is_public)(peer.ip()));
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && ask.known.is_some() {
                return Ok(FetchedContent::unchanged(url, public_only));
            }
            if status == StatusCode::NOT_MODIFIED {
                return Err(CommandFailure::new(
                    "the server says that nothing has changed, but no copy is stored here",
                )
                .at(address::shown(&url))
                .help(
                    "an intermediate cache responds incorrectly: try again later, or take a saved copy with `--from`",
                ));
            }
            if !status.is_redirection() {
                return self.take(url, response, public_only, budget).await;
            }
            url = target(&url, &response)?;
        }
        let limit = self.limits.redirects;
        Err(
            CommandFailure::new(format!("the address redirects more than {limit} times"))
                .at(address::shown(&ask.address))
                .help("open it in a browser, and set `source` to the final address"),
        )
    }

    fn judge(&self, url: &Url, ask: &Ask, public_only: bool) -> Result<(), CommandFailure> {
        address::check(url, self.allow_http)?;
        if let Some(origins) = &ask.origins {
            origins.check(url)?;
        }
        // An IP address in place of a name never reaches the resolver.
        match address::literal(url) {
            Some(ip) if public_only && !(self.network.is_public)(ip) => Err(private(url)),
            _ => Ok(()),
        }
    }

    async fn send(&self, url: &Url, ask: &Ask, public_only: bool) -> Result<Response, CommandFailure> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        if let Some(known) = &ask.known {
            for (name, value) in [
                (header::IF_NONE_MATCH, &known.etag),
                (header::IF_MODIFIED_SINCE, &known.last_modified),
            ] {
                if let Some(value) = value
                    .as_deref()
                    .and_then(|value| HeaderValue::from_str(value).ok())
                {
                    headers.insert(name, value);
                }
            }
        }
        if let Some(credentials) = self.credentials.as_ref().filter(|it| it.origin == url.origin()) {
            headers.insert(credentials.name.clone(), credentials.value.clone());
        }
        let client = if public_only { &self.public } else { &self.anywhere };
        let sent = client.get(url.clone()).headers(headers).send().await;
        sent.map_err(|error| {
            let causes = causes(&error);
            if causes.contains(PRIVATE) {
                return private(url);
            }
            let (message, help) = if error.is_timeout() {
                let message = format!("nothing answered within {} s", self.limits.request.as_secs_f64());
                (message, UNREACHED)
            } else if causes.contains("dns error") {
                (format!("the host's name cannot be resolved: {causes}"), OFFLINE)
            } else {
                (format!("cannot reach it: {causes}"), UNREACHED)
            };
            CommandFailure::new(message).at(address::shown(url)).help(help)
        })
    }

    async fn take(
        &self,
        url: Url,
        mut response: Response,
        public: bool,
        budget: &Budget,
    ) -> Result<FetchedContent, CommandFailure> {
        let at = |failure: CommandFailure| failure.at(address::shown(&url));
        let status = response.status();
        if !status.is_success() {
            let help = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    "name the environment variable with its credentials in `fetch.credentials`, see the top of specs/apis.toml"
                }
                StatusCode::NOT_FOUND | StatusCode::GONE => "correct `source` in specs/apis.toml",
                _ => "try again later, or take the contract from elsewhere with `--from`",
            };
            let failure = CommandFailure::new(format!("the server responded with {status}")).help(help);
            return Err(at(failure));
        }
        let text = |name: HeaderName| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let media_type = text(header::CONTENT_TYPE);
        let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| {
                let failure = if error.is_timeout() {
                    CommandFailure::new("the server did not send the whole response in time")
                } else {
                    CommandFailure::new(format!("the response is cut off or damaged: {}", causes(&error)))
                };
                at(failure.help("try again"))
            })?;
            let Some(chunk) = chunk else { break };
            // The limit counts decompressed bytes.
            budget.take(chunk.len()).map_err(at)?;
            if body.len() + chunk.len() > self.limits.file_bytes {
                let limit = self.limits.file_bytes;
                let failure = CommandFailure::new(format!("the file is longer than {limit} bytes"));
                return Err(at(
                    failure.help("no contract is that long: check what the address returns")
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchedContent {
            address: url,
            media_type,
            etag,
            last_modified,
            body: Some(body),
            public_only: public,
        })
    }
}

/// Credentials in the form in which they are sent.
fn header(credentials: PageCredentials) -> Result<Header, CommandFailure> {
    let at = |message: String| CommandFailure::new(message).at(CATALOGUE);
    let name = HeaderName::from_bytes(credentials.header.as_bytes())
        .map_err(|_| at(format!("{:?} is not a header name", credentials.header)))?;
    let mut value = HeaderValue::from_str(credentials.value.trim()).map_err(|_| {
        at(format!(
            "the environment variable {} holds characters that are invalid in a header",
            credentials.variable
        ))
    })?;
    value.set_sensitive(true);
    Ok(Header {
        origin: credentials.origin,
        name,
        value,
    })
}

/// The target of a redirect.
fn target(url: &Url, response: &Response) -> Result<Url, CommandFailure> {
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|location| std::str::from_utf8(location.as_bytes()).ok());
    let mut target = location
        .and_then(|location| url.join(location).ok())
        .ok_or_else(|| {
            let status = response.status();
            CommandFailure::new(format!(
                "the server responded with {status} without a target address"
            ))
            .at(address::shown(url))
        })?;
    target.set_fragment(None);
    Ok(target)
}

const UNREACHED: &str = "check whether it opens in a browser; `--from` uses another address or a saved copy";

const OFFLINE: &str =
    "check that this machine is online and that the host is spelled correctly; `--from` uses a saved copy";

/// The resolver's refusal, distinguishable from other errors.
const PRIVATE: &str = "the name resolves to a private address";

fn private(url: &Url) -> CommandFailure {
    CommandFailure::new("a public address leads to a private one, which is not requested")
        .at(address::shown(url))
        .help("if that is what you want, give the private address itself with `--from`")
}

/// Resolves names, on request to public addresses only.
struct Resolver {
    network: Network,
    public_only: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (network, public_only) = (self.network.clone(), self.public_only);
        Box::pin(async move {
            let host = name.as_str();
            let mut addresses: Vec<SocketAddr> = match network.hosts.get(host) {
                Some(known) => known.iter().map(|ip: &IpAddr| SocketAddr::new(*ip, 0)).collect(),
                None => tokio::net::lookup_host((host, 0)).await?.collect(),
            };
            if public_only {
                let before = addresses.len();
                addresses.retain(|address| (network.is_public)(address.ip()));
                if addresses.is_empty() && before > 0 {
                    return Err(PRIVATE.into());
                }
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// An error and its causes, without the address, which the failure names anyway.
fn causes(error: &reqwest::Error) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    if causes.is_empty() {
        return "the request failed".to_owned();
    }
    causes.join(": ")
}
