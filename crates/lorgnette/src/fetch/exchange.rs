//! The rules of fetching: what is requested, what is accepted, and where the references of a
//! contract may lead.

use super::address;
use crate::failure::CommandFailure;
use crate::workspace::CATALOGUE;
use url::{Origin, Url};

/// A request for one address.
#[derive(Clone, Debug)]
pub struct Ask {
    pub address: Url,
    /// Whether only public addresses are allowed.
    pub public_only: bool,
    /// The version of the file that is already known.
    pub known: Option<KnownVersion>,
    /// Where redirects may lead; anywhere if it is `None`.
    pub origins: Option<Origins>,
}

impl Ask {
    pub fn new(address: Url) -> Self {
        Self {
            address,
            public_only: false,
            known: None,
            origins: None,
        }
    }
}

/// The marks by which a server identifies a version of a file.
#[derive(Clone, Debug)]
pub struct KnownVersion {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// The content of an address.
#[derive(Clone, Debug)]
pub struct FetchedContent {
    /// The final address.
    pub address: Url,
    pub media_type: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The content; `None` if it is unchanged.
    pub body: Option<Vec<u8>>,
    /// Whether it came from the public internet, so that it must not lead to private addresses.
    pub public_only: bool,
}

impl FetchedContent {
    pub fn unchanged(address: Url, public_only: bool) -> Self {
        Self {
            address,
            media_type: None,
            etag: None,
            last_modified: None,
            body: None,
            public_only,
        }
    }

    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }
}

/// The credentials of a protected page, and the origin that may receive them.
pub struct PageCredentials {
    /// The only origin that they are sent to.
    pub origin: Origin,
    /// The header that carries them.
    pub header: String,
    /// The environment variable that held them.
    pub variable: String,
    /// The header's value.
    pub value: String,
}

/// The text of a response that is to be part of a contract.
pub fn text(answer: &FetchedContent) -> Result<String, CommandFailure> {
    let text = std::str::from_utf8(answer.body()).map_err(|error| {
        let offset = error.valid_up_to();
        CommandFailure::new(format!("the file is not UTF-8 text: byte {offset} is invalid"))
            .at(address::shown(&answer.address))
            .help("check what the server sends there")
    })?;
    Ok(text.to_owned())
}

/// Scheme, host and port; addresses of a saved copy also have an origin.
pub fn origin(url: &Url) -> (&str, Option<&str>, Option<u16>) {
    (url.scheme(), url.host_str(), url.port_or_known_default())
}

/// The permitted targets of a contract's references.
#[derive(Clone, Debug)]
pub struct Origins(Vec<Url>);

impl Origins {
    /// The contract's own origin, and those that the catalogue lists.
    pub fn new(own: &Url, listed: &[String]) -> Result<Self, CommandFailure> {
        let mut all = vec![own.clone()];
        for text in listed {
            all.push(address::parse(text).map_err(|failure| failure.after("`fetch.origins`").at(CATALOGUE))?);
        }
        Ok(Self(all))
    }

    pub fn check(&self, url: &Url) -> Result<(), CommandFailure> {
        if self.0.iter().any(|allowed| origin(allowed) == origin(url)) {
            return Ok(());
        }
        Err(CommandFailure::new("the address has another origin than the contract")
            .at(address::shown(url))
            .help("if it belongs to the contract, add its origin to `fetch = { origins = [...] }` in specs/apis.toml"))
    }
}
