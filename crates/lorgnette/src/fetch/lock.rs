//! `specs/apis.lock`: records where each contract came from, when it was fetched, and its digest.

use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use serde::{Deserialize, Serialize};

/// The path of the file, relative to the workspace.
pub const LOCK: &str = "specs/apis.lock";

const HEADER: &str = "\
# Where each contract under specs/ came from. Written by the command `fetch`, which asks with what is here whether anything
# has changed; not edited by hand.
";

/// All pins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// One entry per API that was fetched, by name.
    #[serde(rename = "api", default, skip_serializing_if = "Vec::is_empty")]
    pub apis: Vec<Pin>,
}

/// The source of one contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The API's name.
    pub name: String,
    /// The address that fetching started with.
    pub source: String,
    /// The chosen contract, if the catalogue or the command names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choose: Option<String>,
    /// Whether the vendor's wording was kept.
    pub prose: String,
    /// The contract's final address; the page's address if the contract is on the page itself.
    pub contract: String,
    /// When it was fetched, in UTC.
    pub date: String,
    /// The SHA-256 of the written document.
    pub written: String,
    /// All files that were fetched for it.
    #[serde(rename = "file", default)]
    pub files: Vec<PinnedFile>,
}

/// One file as it was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFile {
    /// The final address.
    pub address: String,
    /// The requested address, if it redirects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// The document that it belongs to.
    pub part: FilePart,
    /// The media type that the server named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The server's tag of this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The server's date of this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The SHA-256 of the served content, decompressed.
    pub sha256: String,
}

/// The document that a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FilePart {
    /// The page, and its redirects until the contract is found.
    Page,
    /// The contract.
    Contract,
}

impl Lock {
    /// Reads the file; returns an empty lock if it is missing.
    ///
    /// # Errors
    ///
    /// When the file is not a lock file.
    pub fn read(workspace: &Workspace) -> Result<Self, CommandFailure> {
        if !workspace.path(LOCK).exists() {
            return Ok(Self::default());
        }
        let text = workspace.read(LOCK)?;
        toml::from_str(&text).map_err(|error| {
            CommandFailure::new(format!("the file cannot be read: {}", error.message()))
                .at(LOCK)
                .help(format!(
                    "remove it: the next `{}` writes it again",
                    workspace.command("fetch")
                ))
        })
    }

    /// The pin of an API.
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.apis.iter().find(|pin| pin.name == name)
    }

    /// Replaces the API's pin.
    pub fn set(&mut self, pin: Pin) {
        self.apis.retain(|known| known.name != pin.name);
        self.apis.push(pin);
        self.apis.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Removes the pin of an API.
    pub fn remove(&mut self, name: &str) {
        self.apis.retain(|known| known.name != name);
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// When a pin cannot be written as TOML.
    pub fn text(&self) -> Result<String, CommandFailure> {
        let text = toml::to_string(self)
            .map_err(|error| CommandFailure::new(format!("cannot write the pins: {error}")).at(LOCK))?;
        Ok(format!("{HEADER}\n{text}"))
    }
}
