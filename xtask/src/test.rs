//! `cargo xtask test`: the one test command. It does its own set-up, so that it works in a fresh clone.
//!
//! This module knows which steps there are and in which order.

use crate::failure::Failure;
use crate::workspace::Workspace;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Runs every test, set-up included.
///
/// Nothing needs to be installed by hand; the first run compiles everything and takes some minutes.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask test                      every test
  cargo xtask test -- -p lorgnette-codegen overlay
                                        what follows `--` goes to `cargo test`, here a crate and a part of the tests' names")]
pub struct Options {
    /// Arguments for `cargo test`, in place of `--workspace`.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// Runs the tests.
///
/// # Errors
///
/// When cargo cannot be started. Tests that fail make the exit status 1.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Failure> {
    let mut arguments = vec!["test".to_string()];
    if options.arguments.is_empty() {
        arguments.push("--workspace".to_string());
    } else {
        arguments.extend(options.arguments.iter().cloned());
    }
    let started = Instant::now();
    let passed = step(workspace, "every test of the workspace", &arguments)?;
    let verdict = if passed {
        "all tests passed"
    } else {
        "some tests failed"
    };
    eprintln!(
        "cargo xtask test: {verdict}, {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Says what it does, and does it: one run of cargo in the workspace's folder.
fn step(workspace: &Workspace, what: &str, arguments: &[String]) -> Result<bool, Failure> {
    eprintln!("cargo xtask test: {what}: cargo {}", arguments.join(" "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .current_dir(workspace.root())
        .status();
    status
        .map(|status| status.success())
        .map_err(|error| Failure::new(format!("cannot start cargo: {error}")).help("install Rust"))
}
