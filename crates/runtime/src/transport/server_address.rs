//! The address of a server.

use crate::error::BuildError;
use url::Url;

/// The address of a server that callers name themselves, for instance on their own premises or
/// behind a gateway.
///
/// Functions that take a server accept text: `"web.example.com"`, `"web.example.com:8443"` or
/// `"https://relay.example.com/site-7"`.
///
/// ```
/// use lorgnette_runtime::ServerAddress;
///
/// let server = ServerAddress::new("relay.example.com/site-7")?;
/// assert_eq!(server.join("/api/v3"), "https://relay.example.com/site-7/api/v3");
/// assert!(ServerAddress::new("http://10.0.0.1").is_err());
/// # Ok::<(), lorgnette_runtime::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    url: Url,
    is_port_named: bool,
}

impl ServerAddress {
    /// A server at an https address.
    ///
    /// # Errors
    ///
    /// When the address is invalid, names a scheme other than https, or holds credentials, a query
    /// or a fragment.
    pub fn new(address: &str) -> Result<Self, BuildError> {
        Self::parse(address, false)
    }

    /// Also accepts an address that begins with `http://`. Credentials and video are then readable
    /// by everyone on the network. Use it only for on-premises servers without a certificate.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new), but http is accepted.
    pub fn allowing_http(address: &str) -> Result<Self, BuildError> {
        Self::parse(address, true)
    }

    fn parse(address: &str, is_http_allowed: bool) -> Result<Self, BuildError> {
        let address = address.trim();
        // The address is not repeated: it may contain a password.
        let refused = |wrong: &str| BuildError::settings(format!("the server's address {wrong}"));
        let none =
            || refused("is invalid; expected a host such as web.example.com or https://web.example.com");
        let is_odd =
            |character: char| character.is_whitespace() || character.is_control() || character == '\\';
        if address.is_empty() {
            return Err(refused("is empty"));
        }
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(refused("names a scheme other than https"));
        }
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // `https:/host` would turn the scheme into a host.
        if address.contains(is_odd) || host.is_empty() || host.ends_with(':') {
            return Err(none());
        }
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| none())?;
        if !url.username().is_empty() || url.password().is_some() || host.contains('@') {
            return Err(refused(
                "holds a user name or password; credentials are set separately",
            ));
        }
        if url.fragment().is_some() {
            return Err(refused("holds a fragment (`#...`)"));
        }
        if url.query().is_some() {
            return Err(refused("holds a query (`?...`)"));
        }
        if url.scheme() == "http" && !is_http_allowed {
            return Err(refused(
                "names http, which sends credentials for everyone to read; \
                 if the server has no https, allow http explicitly (`allow_http`, `allowing_http`)",
            ));
        }
        let after_host = host.rsplit(']').next().unwrap_or_default();
        Ok(Self {
            is_port_named: after_host.contains(':'),
            url,
        })
    }

    /// The same server at this port, unless it already names a port.
    #[must_use]
    pub fn or_port(self, port: u16) -> Self {
        if self.is_port_named {
            return self;
        }
        self.at_port(port)
    }

    /// The same server at this port.
    #[must_use]
    pub fn at_port(mut self, port: u16) -> Self {
        // This cannot fail for http and https with a host.
        self.is_port_named = self.url.set_port(Some(port)).is_ok();
        self
    }

    /// The same server, at a path below its address.
    ///
    /// # Errors
    ///
    /// When it is more than a path, or leads above the address.
    pub fn below(mut self, path: &str) -> Result<Self, BuildError> {
        let path = path.trim_matches('/');
        if path.contains(['?', '#', '\\']) || path.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(BuildError::settings(
                "the path on the server contains more than a path",
            ));
        }
        let path = format!("{}/{path}", self.url.path().trim_end_matches('/'));
        self.url.set_path(&path);
        Ok(self)
    }

    /// The address as a URL.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The address of a path on this server. The path begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }
}

impl TryFrom<&str> for ServerAddress {
    type Error = BuildError;
    fn try_from(address: &str) -> Result<Self, BuildError> {
        Self::new(address)
    }
}

impl TryFrom<String> for ServerAddress {
    type Error = BuildError;
    fn try_from(address: String) -> Result<Self, BuildError> {
        Self::new(&address)
    }
}

impl From<&Self> for ServerAddress {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_addresses_of_servers_are_taken() {
        for (address, api) in [
            ("web.example.com", "https://web.example.com/api/v3"),
            (" web.example.com:8443/\n", "https://web.example.com:8443/api/v3"),
            (
                "HTTPS://relay.example.com/site-7/",
                "https://relay.example.com/site-7/api/v3",
            ),
            ("[2001:db8::1]:83", "https://[2001:db8::1]:83/api/v3"),
            ("10.0.0.1", "https://10.0.0.1/api/v3"),
        ] {
            assert_eq!(ServerAddress::new(address).unwrap().join("/api/v3"), api);
        }
        let server = ServerAddress::allowing_http("http://10.0.0.1:83").unwrap();
        assert_eq!(server.join("/api/v3"), "http://10.0.0.1:83/api/v3");
        assert_eq!(
            ServerAddress::allowing_http("10.0.0.1").unwrap().join(""),
            "https://10.0.0.1"
        );
    }

    #[test]
    fn test_addresses_that_are_none_are_refused_without_repeating_them() {
        for (address, reason) in [
            ("", "empty"),
            ("  ", "empty"),
            ("http://hunter2.example", "allow http explicitly"),
            ("ftp://hunter2.example", "scheme other than https"),
            ("javascript://hunter2", "scheme other than https"),
            ("https:/hunter2", "is invalid"),
            ("https:hunter2", "is invalid"),
            ("https:///hunter2", "is invalid"),
            ("web.example.com\\@hunter2", "is invalid"),
            ("hunter2 .example", "is invalid"),
            ("web.example.com:hunter2", "is invalid"),
            ("ada:hunter2@web.example.com", "user name or password"),
            ("https://hunter2@web.example.com", "user name or password"),
            ("https://@web.example.com", "user name or password"),
            ("web.example.com#hunter2", "fragment"),
            ("web.example.com#", "fragment"),
            ("web.example.com/?token=hunter2", "query"),
        ] {
            let error = ServerAddress::new(address).unwrap_err();
            assert!(error.to_string().contains(reason), "{address}: {error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn test_path_may_have_what_a_host_may_not() {
        for path in [":/site", "a@b", "http://x", "ü x"] {
            let server = ServerAddress::new("relay.example.com")
                .unwrap()
                .below(path)
                .unwrap();
            let again = ServerAddress::new(&server.join("")).unwrap();
            assert_eq!(again.url(), server.url(), "{path}");
        }
    }

    #[test]
    fn test_default_port_gives_way_to_one_that_is_named() {
        for (address, api) in [
            ("web.example.com", "https://web.example.com:9000/"),
            ("web.example.com:443", "https://web.example.com/"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]:9000/"),
            ("https://[2001:db8::1]:9443/x", "https://[2001:db8::1]:9443/x/"),
        ] {
            assert_eq!(ServerAddress::new(address).unwrap().or_port(9000).join("/"), api);
        }
    }
}
