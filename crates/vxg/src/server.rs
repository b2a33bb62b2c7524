//! Where a VXG installation is. Knows addresses, and no credentials.

use crate::Error;
use lorgnette_runtime::reqwest::Url;

/// The address of a VXG installation, without the part that names an API version.
///
/// Text becomes one where a server is asked for: `"web.example.com"`, `"web.example.com:8443"` or
/// `"https://relay.example.com/site-7"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    url: Url,
    is_port_named: bool,
}

impl Server {
    /// A server that is reached by https.
    ///
    /// # Errors
    ///
    /// When the address is none, names another scheme than https, or holds credentials, a query or a fragment.
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::parse(address, false).map_err(|wrong| Error::settings(format!("the server's address {wrong}")))
    }

    /// The same, but an address that begins with `http://` is taken: credentials and video then go over the network for
    /// everyone on it to read. Meant for on-premise servers without a certificate.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), but for http.
    pub fn allowing_http(address: &str) -> Result<Self, Error> {
        Self::parse(address, true).map_err(|wrong| Error::settings(format!("the server's address {wrong}")))
    }

    pub(crate) fn parse(address: &str, is_http_allowed: bool) -> Result<Self, &'static str> {
        const NONE: &str = "is none; it looks like web.example.com or https://web.example.com";
        let address = address.trim();
        let is_odd =
            |character: char| character.is_whitespace() || character.is_control() || character == '\\';
        if address.is_empty() {
            return Err("is empty");
        }
        if address.contains(is_odd) {
            return Err(NONE);
        }
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err("names a scheme other than https");
        }
        // `https:/host` would make a host of the scheme.
        if rest.contains(":/") || rest.starts_with('/') {
            return Err(NONE);
        }
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| NONE)?;
        if !url.username().is_empty() || url.password().is_some() || rest.contains('@') {
            return Err("holds a user name or password; credentials are given by themselves");
        }
        if url.fragment().is_some() {
            return Err("holds a fragment (`#...`)");
        }
        if url.query().is_some() {
            return Err("holds a query (`?...`)");
        }
        if url
            .path_segments()
            .is_some_and(|mut segments| segments.any(|part| part == "api"))
        {
            return Err("holds the path of an API version; leave out `/api/...`");
        }
        if url.scheme() == "http" && !is_http_allowed {
            return Err("names http, which sends credentials for everyone to read; \
                        if the server has no https, allow http explicitly (`allow_http`, `allowing_http`)");
        }
        let host = rest.split('/').next().unwrap_or_default();
        let after_host = host.rsplit(']').next().unwrap_or_default();
        Ok(Self {
            is_port_named: after_host.contains(':'),
            url,
        })
    }

    /// The same server at this port, unless it names one itself.
    #[cfg(feature = "admin")]
    pub(crate) fn or_port(mut self, port: u16) -> Self {
        if !self.is_port_named {
            self = self.at_port(port);
        }
        self
    }

    pub(crate) fn at_port(mut self, port: u16) -> Self {
        // This cannot fail for http and https with a host.
        self.is_port_named = self.url.set_port(Some(port)).is_ok();
        self
    }

    /// The same server with its installation below a path.
    pub(crate) fn below(mut self, path: &str) -> Result<Self, &'static str> {
        let path = path.trim_matches('/');
        if path.contains(['?', '#', '\\']) || path.split('/').any(|part| matches!(part, "." | ".." | "api")) {
            return Err("is more than a path");
        }
        let path = format!("{}/{path}", self.url.path().trim_end_matches('/'));
        self.url.set_path(&path);
        Ok(self)
    }

    pub(crate) fn scheme(&self) -> &str {
        self.url.scheme()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The address of an API of this installation.
    pub(crate) fn api(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }
}

impl TryFrom<&str> for Server {
    type Error = Error;
    fn try_from(address: &str) -> Result<Self, Error> {
        Self::new(address)
    }
}

impl TryFrom<String> for Server {
    type Error = Error;
    fn try_from(address: String) -> Result<Self, Error> {
        Self::new(&address)
    }
}

impl From<&Self> for Server {
    fn from(server: &Self) -> Self {
        server.clone()
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
            assert_eq!(Server::new(address).unwrap().api("/api/v3"), api);
        }
        let server = Server::allowing_http("http://10.0.0.1:83").unwrap();
        assert_eq!(server.api("/api/v3"), "http://10.0.0.1:83/api/v3");
        assert_eq!(
            Server::allowing_http("10.0.0.1").unwrap().api(""),
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
            ("https:/hunter2", "is none"),
            ("https:hunter2", "is none"),
            ("https:///hunter2", "is none"),
            ("web.example.com\\@hunter2", "is none"),
            ("hunter2 .example", "is none"),
            ("web.example.com:hunter2", "is none"),
            ("ada:hunter2@web.example.com", "user name or password"),
            ("https://hunter2@web.example.com", "user name or password"),
            ("https://@web.example.com", "user name or password"),
            ("web.example.com#hunter2", "fragment"),
            ("web.example.com#", "fragment"),
            ("web.example.com/?token=hunter2", "query"),
            ("https://web.example.com/api/v3", "API version"),
        ] {
            let error = Server::new(address).unwrap_err();
            assert!(error.to_string().contains(reason), "{address}: {error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[cfg(feature = "admin")]
    #[test]
    fn test_default_port_gives_way_to_one_that_is_named() {
        for (address, api) in [
            ("web.example.com", "https://web.example.com:9000/"),
            ("web.example.com:443", "https://web.example.com/"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]:9000/"),
            ("https://[2001:db8::1]:9443/x", "https://[2001:db8::1]:9443/x/"),
        ] {
            assert_eq!(Server::new(address).unwrap().or_port(9000).api("/"), api);
        }
    }
}
