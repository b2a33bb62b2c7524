//! What became of one contract.
//!
//! This module knows no file and no process.

use serde::{Deserialize, Serialize};

/// What became of one contract; the members are those of `--json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The contract's path inside the folder.
    pub contract: String,
    pub status: Status,
    /// Where on the road it failed; nothing where it did not.
    pub station: Option<String>,
    /// The place in the contract.
    pub pointer: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
    /// What the crate lacks of the contract.
    pub omitted: Vec<Omission>,
    /// How long the process ran.
    pub seconds: f64,
    /// Lines of Rust.
    pub lines: usize,
    /// The operations of the contract.
    pub declared: usize,
    /// The operations of the crate.
    pub operations: usize,
}

/// Something that the contract has and the crate has not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Omission {
    pub pointer: String,
    pub what: String,
    pub why: String,
}

/// How it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Generated,
    GeneratedWithOmissions,
    #[default]
    Failed,
    DidNotCompile,
}

impl Status {
    /// Whether there is a crate.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Generated | Self::GeneratedWithOmissions)
    }

    /// As the table says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::GeneratedWithOmissions => "with omissions",
            Self::Failed => "failed",
            Self::DidNotCompile => "did not compile",
        }
    }
}

impl Row {
    /// A row of a failure.
    pub fn failed(station: &str, pointer: &str, reason: impl Into<String>) -> Self {
        Self {
            station: Some(station.to_string()),
            pointer: Some(pointer.to_string()),
            reason: Some(reason.into()),
            ..Self::default()
        }
    }

    /// Station, place and reason of a failure in one line.
    pub fn cause(&self) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        match text(&self.pointer).as_str() {
            "" => format!("{}: {}", text(&self.station), text(&self.reason)),
            pointer => format!("{} at {pointer}: {}", text(&self.station), text(&self.reason)),
        }
    }
}
