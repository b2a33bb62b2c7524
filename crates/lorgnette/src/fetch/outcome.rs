//! The task of `fetch` for one API, and its outcome.

use super::address::Network;
use super::limits::Limits;
use lorgnette_codegen::text::{LONG, line};
use std::time::Duration;

/// How to fetch one API, for callers of [`fetch_api`](super::fetch_api). The default corresponds to
/// `lorgnette fetch API`.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where to fetch from, in place of the entry's `source`: an address, or the path of a saved
    /// file or folder.
    pub from: Option<String>,
    /// Which contract to use, in place of the entry's `fetch.choose`.
    pub choose: Option<String>,
    /// Whether http is allowed.
    pub allow_http: bool,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// Whether to ignore the lock.
    pub fresh: bool,
    /// Whether to show no progress.
    pub quiet: bool,
    /// The limits on files, bytes and time.
    pub limits: Limits,
    /// The state of the network.
    pub network: Network,
}

/// The outcome for one API.
#[derive(Clone, Debug)]
pub struct FetchOutcome {
    /// The API's name.
    pub api: String,
    /// The changes.
    pub change: ContractChange,
    /// Whether the document is kept beside our own description, from which the crate is generated.
    pub beside: bool,
    /// The contract's final address; nothing if none was fetched.
    pub address: Option<String>,
    /// The number of files of the contract, including those of the page.
    pub files: usize,
    /// The number of bytes that arrived.
    pub bytes: usize,
    /// The SHA-256 of the document under `specs/`; empty if none was fetched.
    pub sha256: String,
    /// Remarks on the files that arrived, one sentence each.
    pub warnings: Vec<String>,
    /// How long it took.
    pub time: Duration,
}

impl FetchOutcome {
    /// Prints the remarks on the files.
    pub fn warn(&self) {
        for warning in &self.warnings {
            eprintln!("{}: warning: {}", self.api, line(warning, LONG));
        }
    }
}

/// The change of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContractChange {
    /// The contract has not changed.
    New,
    /// The contract has changed.
    Updated,
    /// The content is unchanged, but not its address, or the format of its files.
    Pinned,
    /// Nothing.
    Unchanged,
    /// The vendor publishes none, so that none was fetched.
    Described,
}

impl ContractChange {
    /// Whether something under `specs/` has changed or would change.
    pub fn is_change(self) -> bool {
        matches!(self, Self::New | Self::Updated | Self::Pinned)
    }

    /// The change in a few words.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Updated => "updated",
            Self::Pinned => "pinned",
            Self::Unchanged => "unchanged",
            Self::Described => "described by us",
        }
    }
}
