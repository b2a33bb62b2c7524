//! The catalogue, `specs/apis.toml`: one entry per API version. Adding an API is adding an entry.

mod paging;
mod project;
mod scope;

use crate::diagnostics::{Error, Result, Station};
use crate::document::child;
pub use paging::Paging;
pub use project::{FILE, Project, Runtime};
pub use scope::Scope;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The `source` of an API whose vendor publishes no contract.
pub const DESCRIBED_BY_US: &str = "described by us";

/// The vendor's document inside an API's folder, beside our own description of the API.
pub const VENDOR: &str = "vendor.json";

/// The content of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Settings of all crates.
    #[serde(default)]
    pub project: Project,
    /// The APIs in the catalogue's order.
    #[serde(rename = "api", default)]
    pub apis: Vec<Entry>,
}

/// One API version, and so one generated crate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The index of the entry in the catalogue, from 0.
    #[serde(skip)]
    pub index: usize,
    /// Settings of all crates of the catalogue.
    #[serde(skip)]
    pub project: Project,
    /// How to generate the crate again outside of a project: the command, and the contract as it
    /// was named.
    #[serde(skip)]
    pub alone: Option<(String, String)>,
    /// The crate's name, and that of its folders below `specs/` and `crates/`.
    pub name: String,
    /// The API's name in the documentation.
    pub title: String,
    /// The company that provides it.
    pub vendor: String,
    /// The contract's file name inside the API's folder.
    pub contract: String,
    /// The vendor's documentation page.
    pub documentation: String,
    /// Where the contract comes from: its address or that of the page that shows it, or
    /// [`DESCRIBED_BY_US`].
    pub source: String,
    /// The file inside the API's folder that holds our own description. While it is also the
    /// `contract`, it stands in for the vendor's document, which has not been adopted yet.
    #[serde(default)]
    pub described: Option<String>,
    /// The overlay's file name inside the API's folder.
    #[serde(default)]
    pub overlay: Option<String>,
    /// The default address of requests; required if the contract names no absolute server.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The minimum version of the crate's next release, if it must be higher than its changes
    /// require.
    #[serde(default)]
    pub version: Option<String>,
    /// Which operations the crate has: selectors by tag (`tag:pets`), path (`/pets/*`, `GET
    /// /pets/*`) or id (`listPets`). By default, all of them.
    #[serde(default)]
    pub include: Vec<String>,
    /// Which operations the crate lacks, in the same form.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Whether the crate has only types: no client and no operations.
    #[serde(default, rename = "types-only")]
    pub types_only: bool,
    /// How the vendor authenticates, in words that the documentation repeats.
    pub authentication: String,
    /// Whether the vendor's wording is kept in the contract that `lorgnette fetch` writes.
    #[serde(default)]
    pub prose: Prose,
    /// The settings of `lorgnette fetch` for the contract.
    #[serde(default)]
    pub fetch: Fetch,
    /// How lists page.
    #[serde(default)]
    pub paging: Paging,
    /// Parameters that are fixed once for many operations; a scope follows the one that contains
    /// it.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// The rules for names.
    #[serde(default)]
    pub naming: Naming,
}

impl Entry {
    /// Whether the crate is generated from our own description of the API.
    pub fn is_described(&self) -> bool {
        self.described.as_ref() == Some(&self.contract) || self.source == DESCRIBED_BY_US
    }

    /// The source of the crate, in words that follow "generated from".
    pub fn provenance(&self) -> &'static str {
        if self.is_described() {
            "a description written from public clients and documentation"
        } else if self.source.starts_with("https://") {
            "the vendor's contract"
        } else {
            "its contract"
        }
    }

    /// The command that generates the crate again, and its contract.
    pub fn made_by(&self) -> (String, String) {
        self.alone.clone().unwrap_or_else(|| {
            (
                self.project.command(&format!("generate {}", self.name)),
                format!("specs/{}/{}", self.name, self.contract),
            )
        })
    }

    /// The file inside the API's folder that `fetch` writes: the contract, or [`VENDOR`] beside our
    /// description of it.
    pub fn fetched(&self) -> &str {
        match &self.described {
            Some(described) if *described == self.contract => VENDOR,
            _ => &self.contract,
        }
    }

    /// An error in the entry's table `[api.naming.<table>]`, at `key`.
    pub(crate) fn naming_error(&self, table: &str, key: &str, message: String) -> Error {
        let place = child(&format!("/api/{}/naming/{table}", self.index), key);
        Error::new(Station::Catalogue, place, message).in_file(FILE)
    }
}

/// The handling of a vendor's own wording, which we may not be allowed to redistribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prose {
    /// The wording is kept.
    #[default]
    Keep,
    /// Summaries and descriptions are removed; names, types, enums and limits are kept.
    Drop,
}

/// How a published contract is fetched. All keys are optional.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fetch {
    /// The contract, if the page shows several: its name there, or its address.
    #[serde(default)]
    pub choose: Option<String>,
    /// Origins besides the contract's own that its references may lead to:
    /// `https://schemas.example.com`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// The credentials of a protected page.
    #[serde(default)]
    pub credentials: Option<Credentials>,
}

/// The source of the credentials for a protected page. They are never in the catalogue itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credentials {
    /// The environment variable that holds the header's value: `Bearer ...`, `Basic ...`, a key.
    pub variable: String,
    /// The only origin that receives it; that of `source` by default.
    #[serde(default)]
    pub origin: Option<String>,
    /// The header that it is sent in.
    #[serde(default = "authorization")]
    pub header: String,
}

fn authorization() -> String {
    "authorization".to_owned()
}

/// The rules for the names of an API's items.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Naming {
    /// The Rust name of a schema with a dotted name (`eyes.Agent`).
    #[serde(default)]
    pub types: TypeNames,
    /// Rust names for single schemas, by the schema's name in the bundled contract.
    #[serde(default)]
    pub rename_types: BTreeMap<String, String>,
    /// Module and feature names for single tags, by the tag's name in the contract.
    #[serde(default)]
    pub rename_tags: BTreeMap<String, String>,
}

/// The Rust name of a schema with a dotted name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TypeNames {
    /// Its last part if that is unique in the contract (`Agent`), or else the whole name
    /// (`EyesAgent`).
    #[default]
    Short,
    /// Always the whole name.
    Qualified,
}

/// Whether the host of an address is reachable from anywhere: it is neither a private or loopback
/// address nor a name that is reserved for examples and local use.
pub fn is_public(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if let Some(ip) = host.strip_prefix('[') {
        let ip = ip.split(']').next().unwrap_or_default().parse::<Ipv6Addr>();
        return ip.is_ok_and(|ip| !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()));
    }
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        return !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified());
    }
    let dotted = format!(".{host}");
    host.contains('.') && !RESERVED.iter().any(|name| dotted.ends_with(name))
}

/// Names that no public service has (RFC 2606, RFC 6761, RFC 6762).
const RESERVED: [&str; 9] = [
    ".localhost",
    ".example",
    ".example.com",
    ".example.org",
    ".example.net",
    ".test",
    ".invalid",
    ".local",
    ".internal",
];

impl Catalogue {
    /// Reads the catalogue from its text.
    ///
    /// # Errors
    ///
    /// When the text is not TOML, an entry lacks a key or has an unknown one, a name is not a crate
    /// name, or two entries share one.
    pub fn parse(text: &str) -> Result<Self> {
        let mut catalogue: Self = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Error::new(
                Station::Catalogue,
                "",
                format!("line {line}: {}", error.message()),
            )
            .help("the keys of an entry are listed at the top of specs/apis.toml")
        })?;
        catalogue.project = catalogue.project.checked().map_err(|error| error.in_file(FILE))?;
        for (index, api) in catalogue.apis.iter_mut().enumerate() {
            api.index = index;
            api.project.clone_from(&catalogue.project);
        }
        let mut names = BTreeSet::new();
        for (index, api) in catalogue.apis.iter().enumerate() {
            let pointer = format!("/api/{index}/name");
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if !api.name.starts_with(|c: char| c.is_ascii_lowercase()) || !api.name.chars().all(allowed) {
                return Err(Error::new(
                    Station::Catalogue,
                    pointer,
                    format!("{:?} is not a crate name", api.name),
                )
                .help("use lower-case letters, digits and hyphens, beginning with a letter"));
            }
            if api.described.as_deref() == Some(VENDOR) {
                let message = format!("{VENDOR:?} is the vendor's document, not our description");
                return Err(
                    Error::new(Station::Catalogue, format!("/api/{index}/described"), message)
                        .help("name the file that holds our description"),
                );
            }
            if let Some(version) = &api.version
                && !semver::Version::parse(version).is_ok_and(|version| version.build.is_empty())
            {
                return Err(Error::new(
                    Station::Catalogue,
                    format!("/api/{index}/version"),
                    format!("{version:?} is not a valid version"),
                )
                .help(
                    "write three numbers, for instance \"1.0.0\"; the contract's version is added automatically",
                ));
            }
            if !names.insert(&api.name) {
                return Err(Error::new(
                    Station::Catalogue,
                    pointer,
                    format!("{:?} is there twice", api.name),
                )
                .help("give each API version a name of its own"));
            }
        }
        Ok(catalogue)
    }

    /// The entry called `name`.
    ///
    /// # Errors
    ///
    /// When there is no such entry; the error lists the existing ones.
    pub fn api(&self, name: &str) -> Result<&Entry> {
        self.apis.iter().find(|api| api.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.apis.iter().map(|api| api.name.as_str()).collect();
            Error::new(Station::Catalogue, "", format!("there is no API called {name:?}"))
                .help(format!("the catalogue has {}", known.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn test_addresses_for_examples_and_local_use_are_not_public() {
        for address in [
            "http://localhost:8080/v1",
            "https://example.com/api",
            "https://api.lamps.example",
            "https://vms.local",
            "http://192.168.1.5/",
            "http://[::1]/",
            "/relative",
            "https://gateway/",
        ] {
            assert!(!is_public(address), "{address}");
        }
        for address in [
            "https://api.lamps.io",
            "https://u@web.lamps.io:443/api",
            "https://8.8.8.8/",
        ] {
            assert!(is_public(address), "{address}");
        }
    }
}
