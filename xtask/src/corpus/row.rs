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
    /// The place in the contract.
    pub pointer: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
    /// The parts of the contract that the crate lacks.
    pub omitted: Vec<Omission>,
    /// How long the process ran.
    pub seconds: f64,
    /// Lines of Rust.
    pub lines: usize,
    /// The size of the largest type in bytes, at most.
    pub largest: u64,
    /// The operations of the contract.
    pub declared: usize,
    /// The operations of the crate.
    pub operations: usize,
    /// With `--account`: what is neither in the crate nor in its notes.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// With `--examples`: what became of the contract's own payloads; nothing where it brings none.
    #[serde(default)]
    pub examples: Option<Examples>,
}

/// The results of the payloads in a contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examples {
    /// Those that the contract accepts, read by the crate's types.
    pub valid_read: usize,
    /// Those that the contract accepts and the crate's types refuse.
    pub valid_refused: usize,
    /// Those that their own contract refuses, read all the same.
    pub invalid_read: usize,
    /// Payloads that both refuse.
    pub invalid_refused: usize,
    /// Members that the contract declares and that were not written back, of accepted payloads.
    pub lost: usize,
    /// The same of members that the contract does not name.
    pub lost_undeclared: usize,
    /// Members that were null and were not written back.
    pub lost_nulls: usize,
    /// Values that were written back otherwise.
    pub changed: usize,
    /// The faults of accepted payloads: refusals, lost members, changed values.
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

/// Something that the contract says and that is neither in the crate nor in its notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The loss, by its name in the table of kinds.
    pub kind: String,
    pub pointer: String,
    pub what: String,
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

    /// Stage, place and reason of a failure in one line.
    pub fn cause(&self) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        match text(&self.pointer).as_str() {
            "" => format!("{}: {}", text(&self.station), text(&self.reason)),
            pointer => format!("{} at {pointer}: {}", text(&self.station), text(&self.reason)),
        }
    }
}
