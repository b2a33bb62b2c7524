//! Decides which addresses may be requested, by scheme, origin and network.

use crate::failure::CommandFailure;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The state of the network. Tests replace it, since they can use only loopback.
#[derive(Clone, Debug)]
pub struct Network {
    /// Whether an address belongs to the public internet.
    pub is_public: fn(IpAddr) -> bool,
    /// Hosts whose addresses are known without DNS.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            is_public,
            hosts: BTreeMap::new(),
        }
    }
}

/// Reads an address that a person or the catalogue gave.
///
/// # Errors
///
/// When the text is not an address.
pub fn parse(text: &str) -> Result<Url, CommandFailure> {
    let mut url = Url::parse(text).map_err(|error| {
        CommandFailure::new(format!("this is not an address: {error}"))
            .at(text)
            .help("give it in full, for instance https://api.example.com/openapi.json")
    })?;
    url.set_fragment(None);
    Ok(url)
}

/// Refuses addresses that may never be requested.
///
/// # Errors
///
/// When the scheme is not https (or http, where that is allowed), or the address contains
/// credentials.
pub fn check(url: &Url, allow_http: bool) -> Result<(), CommandFailure> {
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => {
            return Err(CommandFailure::new(
                "the address is not https, so anyone on the network path could change the contract",
            )
            .at(shown(url))
            .help("use its https address, or allow http with `--allow-http`"));
        }
        scheme => {
            return Err(CommandFailure::new(format!(
                "an address with the scheme {scheme:?} is never followed"
            ))
            .at(shown(url))
            .help("use an https address; `--from FILE` reads a saved copy"));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(CommandFailure::new("the address holds credentials")
            .at(shown(url))
            .help("remove them; `fetch.credentials` in specs/apis.toml names the environment variable that holds them"));
    }
    Ok(())
}

/// An address as it may be printed: without credentials.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// The IP address that a URL contains in place of a host name.
pub fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Whether an address belongs to the public internet, according to the registries of
/// special-purpose addresses.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared by carriers
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 198 && (b == 18 || b == 19)); // benchmarks
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Other forms of an IPv4 address: mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => embedded(high, low),
        // Global unicast is 2000::/3, except for documentation and for tunnels to arbitrary
        // addresses.
        [0x2001, 0 | 0xdb8, ..] | [0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_special_addresses_are_not_public() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn test_schemes_other_than_https_are_refused_and_credentials_never_shown() {
        let refusal = |text: &str, allow_http| {
            check(&parse(text).unwrap(), allow_http)
                .map_or_else(|failure| failure.to_string(), |()| String::new())
        };
        assert_eq!(refusal("https://a.example/x", false), "");
        assert_eq!(refusal("http://127.0.0.1/x", true), "");
        assert!(refusal("http://127.0.0.1/x", false).contains("--allow-http"));
        for text in ["file:///x", "ftp://a/x", "data:text/plain,x"] {
            assert!(refusal(text, true).contains("never followed"), "{text}");
        }
        let text = refusal("https://me:canary@a.example/x", false);
        assert!(
            text.contains("credentials") && !text.contains("canary") && !text.contains("me:"),
            "{text}"
        );
    }
}
