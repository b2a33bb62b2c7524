//! `cargo xtask conformance`: calls every operation over HTTP, and reads and writes every type.
//!
//! The work is done by the tests in `tests/conformance/`, which `cargo xtask test` runs as well.
//! This command starts them alone, prints their tables, and lets them write their report.

use crate::cargo::{cargo, no_cargo};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::process::{Command, ExitCode};

/// Calls every operation of every API, and validates the calls with independent tools.
///
/// Requests go to Prism, a mock server that reads the vendors' contracts from specs/, validates the
/// requests and responds as the contract says; npm installs it below target/. Every type reads and
/// writes values of its schema, which jsonschema validates. The results of both are printed as
/// tables, and compared with tests/conformance/report.md and tests/conformance/round_trip.md.
/// `cargo xtask test` does the same.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask conformance               every operation of every API
  cargo xtask conformance vxg-v4        those of one API
  cargo xtask conformance --update      the same as the first, and writes the two files")]
pub struct ConformanceOptions {
    /// The APIs, as specs/apis.toml names them; by default, all of them.
    #[arg(value_name = "API")]
    apis: Vec<String>,
    /// Write the two files instead of comparing them.
    #[arg(long, conflicts_with = "apis")]
    update: bool,
}

/// Runs the conformance tests.
///
/// # Errors
///
/// When the catalogue has no API of a given name, or cargo cannot be started. The exit status is 1
/// if a test fails.
pub fn run(workspace: &Workspace, options: &ConformanceOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    for name in &options.apis {
        let found = catalogue.api(name);
        found.map_err(|error| {
            CommandFailure::of_generator(&error.in_file(lorgnette::workspace::CATALOGUE), "")
        })?;
    }
    let mut command = Command::new(cargo());
    command
        .args([
            "test",
            "--quiet",
            "--package",
            "lorgnette-tests",
            "--test",
            "conformance",
        ])
        .args(["--", "--nocapture"])
        .env("CONFORMANCE_APIS", options.apis.join(","))
        .env_remove("CONFORMANCE_UPDATE")
        .current_dir(workspace.root());
    if options.update {
        command.env("CONFORMANCE_UPDATE", "1");
    }
    let status = command.status().map_err(|error| no_cargo(&error))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
