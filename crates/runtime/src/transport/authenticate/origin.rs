//! The origin of credentials.

use crate::error::AuthError;
use std::fmt;
use url::{Host, Url};

/// Scheme, host and port: the server that credentials are meant for, and the only one that receives
/// them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: Host<String>,
    port: u16,
}

impl Origin {
    /// The origin of an address.
    ///
    /// # Errors
    ///
    /// When the address is neither `http` nor `https`, and so has no origin that could receive
    /// credentials.
    pub fn of(url: &Url) -> Result<Self, AuthError> {
        match (url.scheme(), url.host(), url.port_or_known_default()) {
            (scheme @ ("http" | "https"), Some(host), Some(port)) => Ok(Self {
                scheme: scheme.to_owned(),
                host: host.to_owned(),
                port,
            }),
            _ => Err(AuthError::invalid(
                "credentials need a server to go to, at an http or https address",
            )),
        }
    }

    /// Whether an address belongs to this origin.
    pub fn covers(&self, url: &Url) -> bool {
        // `Url::origin` would allocate on every call.
        let is_host = match (&self.host, url.host()) {
            (Host::Domain(one), Some(Host::Domain(two))) => one == two,
            (Host::Ipv4(one), Some(Host::Ipv4(two))) => *one == two,
            (Host::Ipv6(one), Some(Host::Ipv6(two))) => *one == two,
            _ => false,
        };
        is_host && url.scheme() == self.scheme && url.port_or_known_default() == Some(self.port)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_origin_covers_scheme_host_and_port_only() {
        let origin = Origin::of(&"https://user:pass@API.example/x?y=z".parse().unwrap()).unwrap();
        for same in ["https://api.example", "https://api.example:443/other?q=1"] {
            assert!(origin.covers(&same.parse().unwrap()), "{same}");
        }
        for other in [
            "http://api.example",
            "https://api.example:8443",
            "https://api.example.evil",
            "https://evil.example",
            "https://evil.example/https://api.example",
            "https://api.example@evil.example",
            "https://api.example.",
            "https://127.0.0.1",
            "data:,x",
        ] {
            assert!(!origin.covers(&other.parse().unwrap()), "{other}");
        }
        assert_eq!(origin.to_string(), "https://api.example:443");
    }

    #[test]
    fn test_origin_of_a_file_is_refused() {
        assert!(
            Origin::of(&"file:///etc/passwd".parse().unwrap())
                .unwrap_err()
                .is_invalid()
        );
    }
}
