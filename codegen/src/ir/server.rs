//! Servers.

use super::provenance::Provenance;
use serde::Serialize;

/// A server, its variables at their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its place.
    pub provenance: Provenance,
    /// Its address as the contract has it, which may be relative.
    pub url: String,
}

/// The first absolute address of `servers`, without a slash at its end.
pub fn absolute(servers: &[Server]) -> Option<String> {
    let mut urls = servers.iter().map(|server| &server.url);
    let url = urls.find(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    Some(url.trim_end_matches('/').to_string())
}
