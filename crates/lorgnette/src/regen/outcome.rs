//! The outcome for the APIs of a run.

use crate::failure::CommandFailure;
use lorgnette_codegen::pipeline::Summary;
use std::time::Duration;

/// The outcome for one API.
pub struct RegenOutcome {
    /// The name of the API.
    pub name: String,
    /// How long it took.
    pub time: Duration,
    /// The crate, or the reason for its failure.
    pub result: Result<Made, CommandFailure>,
}

/// A crate that could be generated.
pub struct Made {
    /// The size of the crate.
    pub summary: Summary,
    /// How many files changed or would change.
    pub changes: usize,
    /// The crate's version, with the contract's.
    pub version: String,
    /// The unified diff, if only a check was requested.
    pub diff: String,
    /// The parts of the contract that the crate lacks, with reasons.
    pub left_out: Vec<String>,
}
