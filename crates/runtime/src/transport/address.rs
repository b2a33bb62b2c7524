//! Decides which addresses requests may be sent to: base URLs, servers of single operations,
//! redirects, links and proxies.

use super::platform::look_up;
use super::redirect_policy::RedirectPolicy;
use http::Method;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The rules on addresses from the settings of a client.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AddressRules {
    /// Whether addresses must be `https`.
    pub(crate) is_https_only: bool,
    /// Whether addresses of this machine that the caller or the contract names may be `http`.
    pub(crate) is_http_allowed_here: bool,
    pub(crate) redirects: RedirectPolicy,
    /// Whether the HTTP client may send a client certificate to any server that requests one.
    pub(crate) is_identified: bool,
}

/// The purpose of an address.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// The base URL, or a server that the caller names in place of one in the contract.
    Server,
    /// A server that the contract declares for an operation.
    Declared,
    /// The next target of a request, as named by the server at `from`.
    Redirect { from: &'a Url, method: &'a Method },
    /// A file, as named by a response of the server at `from`.
    Named { from: &'a Url },
    /// The next page of a list, as named by the page at `from`.
    Link { from: &'a Url },
    /// The destination of a request that would go through a proxy.
    Proxied,
}

impl AddressRules {
    /// Whether requests may be sent to `url` for this purpose.
    ///
    /// # Errors
    ///
    /// The fault of the address, as the end of a sentence that begins with its purpose.
    pub(crate) fn judge(&self, url: &Url, purpose: Purpose<'_>) -> Result<(), &'static str> {
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return Err("is neither https nor http");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user name or password");
        }
        let is_plain = url.scheme() != "https";
        match purpose {
            Purpose::Server | Purpose::Declared => {
                let is_allowed = self.is_http_allowed_here && reach(url) == Some(Reach::Loopback);
                if is_plain && self.is_https_only && !is_allowed {
                    return Err("has no TLS, and credentials must not be readable in transit");
                }
            }
            Purpose::Redirect { from, method } => {
                let is_elsewhere = url.origin() != from.origin();
                if is_plain && (from.scheme() == "https" || is_elsewhere && self.is_https_only) {
                    return Err("has no TLS");
                }
                if is_elsewhere {
                    self.judge_hop(from, url, method)?;
                }
            }
            Purpose::Named { from } => {
                let is_allowed = self.is_http_allowed_here && reach(url) == Some(Reach::Loopback);
                if is_plain && !is_allowed && (from.scheme() == "https" || self.is_https_only) {
                    return Err("has no TLS");
                }
                if url.origin() != from.origin() {
                    self.judge_elsewhere(from, url)?;
                }
            }
            Purpose::Link { from } => {
                if url.origin() != from.origin() {
                    return Err("is on another server, where credentials must not go");
                }
            }
            Purpose::Proxied => {
                if is_plain {
                    return Err("has no TLS, and the proxy could read what is sent");
                }
                if reach(url) == Some(Reach::Loopback) {
                    return Err("is on this machine");
                }
            }
        }
        Ok(())
    }

    /// Whether a redirect may lead from one origin to another.
    fn judge_hop(&self, from: &Url, to: &Url, method: &Method) -> Result<(), &'static str> {
        self.judge_elsewhere(from, to)?;
        if !method.is_safe() {
            return Err("is on another server, where only requests that change nothing are sent");
        }
        Ok(())
    }

    /// Whether requests may be sent to another origin because a server named it.
    fn judge_elsewhere(&self, from: &Url, to: &Url) -> Result<(), &'static str> {
        if self.is_identified {
            return Err("is on another server, and a client certificate must not be shown there");
        }
        if !self.redirects.crosses_origins() {
            return Err("is on another server, and `redirects` of the client allows none");
        }
        if is_nearer(reach(from), reach(to)) {
            return Err(NEARER);
        }
        Ok(())
    }
}

/// The reason why an address inside a network is refused to servers outside.
pub(crate) const NEARER: &str = "is inside this network, and the server that names it is not";

/// How widely an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Loopback,
    Private,
    Public,
}

/// Whether an address can be reached from fewer places than the one that names it. A name without a
/// known address counts as public.
fn is_nearer(from: Option<Reach>, to: Option<Reach>) -> bool {
    to.unwrap_or(Reach::Public) < from.unwrap_or(Reach::Public)
}

/// The same after name resolution: `from` may be a name of an address inside the network.
pub(crate) async fn is_nearer_by_name(from: &Url, to: &Url) -> bool {
    // Nothing is closer than this machine.
    if reach(from) == Some(Reach::Loopback) {
        return false;
    }
    let to = match reach(to) {
        Some(reach) => Some(reach),
        None => looked_up(to).await,
    };
    if to.is_none_or(|reach| reach == Reach::Public) {
        return false;
    }
    let from = match reach(from) {
        Some(reach) => Some(reach),
        None => looked_up(from).await,
    };
    is_nearer(from, to)
}

/// The smallest reach among a host's addresses. `None` if the name has no address, for instance if
/// only a proxy can resolve it.
async fn looked_up(url: &Url) -> Option<Reach> {
    let host = url.host_str()?;
    let port = url.port_or_known_default().unwrap_or_default();
    look_up(host, port).await.into_iter().map(reach_of).min()
}

/// The reach of an IP address; `None` for names.
fn reach(url: &Url) -> Option<Reach> {
    match url.host()? {
        Host::Ipv4(ip) => Some(reach_of(ip.into())),
        Host::Ipv6(ip) => Some(reach_of(ip.into())),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_here = name.eq_ignore_ascii_case("localhost")
                || name.len() > 10 && name[name.len() - 10..].eq_ignore_ascii_case(".localhost");
            is_here.then_some(Reach::Loopback)
        }
    }
}

fn reach_of(ip: IpAddr) -> Reach {
    match ip.to_canonical() {
        IpAddr::V4(ip) => reach_of_v4(ip),
        IpAddr::V6(ip) => reach_of_v6(ip),
    }
}

fn reach_of_v4(ip: Ipv4Addr) -> Reach {
    let [first, second, ..] = ip.octets();
    // The whole of 0.0.0.0/8 is "this host".
    if ip.is_loopback() || first == 0 {
        return Reach::Loopback;
    }
    // 100.64.0.0/10 is shared address space, 198.18.0.0/15 is for benchmarks, 192.0.0.0/24 for
    // protocols.
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_special = first == 198 && matches!(second, 18 | 19) || ip.octets()[..3] == [192, 0, 0];
    let is_private = ip.is_private() || ip.is_link_local() || ip.is_broadcast() || ip.is_multicast();
    if is_private || is_shared || is_special || first >= 240 {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn reach_of_v6(ip: Ipv6Addr) -> Reach {
    if ip.is_loopback() || ip.is_unspecified() {
        return Reach::Loopback;
    }
    let segments = ip.segments();
    // NAT64 and 6to4 embed an IPv4 address.
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
            return reach_of_v4(Ipv4Addr::new(a, b, c, d));
        }
        _ => {}
    }
    // Unique local, link-local, the old site-local, multicast.
    let is_private =
        matches!(segments[0] >> 8, 0xfc | 0xfd | 0xff) || matches!(segments[0] & 0xffc0, 0xfe80 | 0xfec0);
    if is_private { Reach::Private } else { Reach::Public }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn test_reach_is_seen_whatever_an_address_is_written_like() {
        let shown = |host: &str| reach(&url(&format!("https://{host}/")));
        for here in [
            "127.0.0.1",
            "127.255.0.9",
            "0x7f.1",
            "2130706433",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
        ] {
            assert_eq!(shown(here), Some(Reach::Loopback), "{here}");
        }
        for private in [
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:0a00:0001::]",
        ] {
            assert_eq!(shown(private), Some(Reach::Private), "{private}");
        }
        for public in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1]",
            "[::ffff:8.8.8.8]",
        ] {
            assert_eq!(shown(public), Some(Reach::Public), "{public}");
        }
        for name in ["api.example", "localhost.example", "notlocalhost"] {
            assert_eq!(shown(name), None, "{name}");
        }
    }

    #[test]
    fn test_redirects_do_not_lead_inwards() {
        let rules = AddressRules::default();
        let method = Method::GET;
        for (from, to, is_allowed) in [
            ("https://api.example", "https://cdn.example", true),
            ("https://api.example", "https://10.0.0.1", false),
            ("https://api.example", "https://169.254.169.254/latest", false),
            ("https://api.example", "https://localhost", false),
            ("https://8.8.8.8", "https://[fd00::1]", false),
            ("https://10.0.0.1", "https://192.168.0.1", true),
            ("https://10.0.0.1", "https://127.0.0.1", false),
            ("https://10.0.0.1", "https://api.example", true),
            ("http://127.0.0.1:1", "http://127.0.0.1:2", true),
        ] {
            let (from, to) = (url(from), url(to));
            let verdict = rules.judge(
                &to,
                Purpose::Redirect {
                    from: &from,
                    method: &method,
                },
            );
            assert_eq!(verdict.is_ok(), is_allowed, "{from} {to}: {verdict:?}");
        }
    }

    #[test]
    fn test_nothing_without_tls_or_on_this_machine_is_proxied() {
        let rules = AddressRules::default();
        for (address, is_proxied) in [
            ("https://api.example", true),
            ("https://10.0.0.1", true),
            ("http://api.example", false),
            ("http://127.0.0.1", false),
            ("https://localhost", false),
            ("https://[::1]:8443", false),
        ] {
            assert_eq!(
                rules.judge(&url(address), Purpose::Proxied).is_ok(),
                is_proxied,
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn test_names_are_looked_up() {
        let here = url("https://localhost");
        assert!(is_nearer_by_name(&url("https://api.invalid"), &here).await);
        assert!(!is_nearer_by_name(&here, &url("https://127.0.0.1")).await);
        assert!(!is_nearer_by_name(&here, &url("https://api.invalid")).await);
    }
}
