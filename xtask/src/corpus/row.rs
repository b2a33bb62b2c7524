//! The outcome of one contract.

use serde::{Deserialize, Serialize};

/// The result for one contract; the members are those of `--json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The contract's path inside the folder.
    pub contract: String,
    pub status: Status,
    /// The stage that failed; nothing if none did.
    pub station: Option<String>,
    /// The failure's place in the contract.
    pub pointer: Option<String>,
    /// The reason for the failure.
    pub reason: Option<String>,
    /// The parts of the contract that the crate lacks.
    pub omitted: Vec<Omission>,
    /// How long the process ran.
    pub seconds: f64,
    /// The number of lines of Rust.
    pub lines: usize,
    /// An upper bound for the size of the largest type, in bytes.
    pub largest: u64,
    /// The number of operations in the contract.
    pub declared: usize,
    /// The number of operations in the crate.
    pub operations: usize,
    /// With `--account`: the parts of the contract that are neither in the crate nor in its notes.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// With `--examples`: the results of the contract's own payloads; nothing if it has none.
    #[serde(default)]
    pub examples: Option<Examples>,
}

/// The results of the payloads in a contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examples {
    /// The number of payloads that the contract accepts and the crate's types read.
    pub valid_read: usize,
    /// The number of payloads that the contract accepts and the crate's types reject.
    pub valid_refused: usize,
    /// The number of payloads that their own contract rejects and the crate's types read.
    pub invalid_read: usize,
    /// The number of payloads that both reject.
    pub invalid_refused: usize,
    /// Members of accepted payloads that the contract declares and that were not written back.
    pub lost: usize,
    /// Members of accepted payloads that the contract does not declare and that were not written
    /// back.
    pub lost_undeclared: usize,
    /// Members that were null and were not written back.
    pub lost_nulls: usize,
    /// Values that were written back differently.
    pub changed: usize,
    /// The faults of accepted payloads: rejected payloads, lost members, changed values.
    pub faults: Vec<Fault>,
}

/// The fault of a payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The place of the payload in the contract.
    pub pointer: String,
    /// The type that read it.
    pub ty: String,
    pub what: String,
}

/// A part of the contract that is neither in the crate nor in its notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The loss, by its name in the table of kinds.
    pub kind: String,
    pub pointer: String,
    pub what: String,
}

/// A part of the contract that the crate lacks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Omission {
    pub pointer: String,
    pub what: String,
    pub why: String,
}

/// The outcome of the contract.
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
    /// Whether a crate was generated.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Generated | Self::GeneratedWithOmissions)
    }

    /// The outcome as the table shows it.
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
    /// The row of a failure.
    pub fn failed(station: &str, pointer: &str, reason: impl Into<String>) -> Self {
        Self {
            station: Some(station.to_string()),
            pointer: Some(pointer.to_string()),
            reason: Some(reason.into()),
            ..Self::default()
        }
    }

    /// Stage, place and reason of a failure in one line.
    pub fn cause(&self) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        match text(&self.pointer).as_str() {
            "" => format!("{}: {}", text(&self.station), text(&self.reason)),
            pointer => format!("{} at {pointer}: {}", text(&self.station), text(&self.reason)),
        }
    }
}
