//! What became of the APIs of a run.

use crate::failure::Failure;
use lorgnette_codegen::pipeline::Summary;
use std::time::Duration;

/// What became of one API.
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub time: Duration,
    /// The crate, or why there is none.
    pub result: Result<Made, Failure>,
}

/// A crate that could be generated.
pub struct Made {
    /// How much is in it.
    pub summary: Summary,
    /// How many files changed or would change.
    pub changes: usize,
    /// The crate's version, with the contract's.
    pub version: String,
    /// The unified diff, where only a check was asked for.
    pub diff: String,
    /// What of the contract is not in the crate, and why.
    pub left_out: Vec<String>,
}
