//! `cargo xtask bench programs`: measures the size and the start-up time of the command-line
//! programs.

use super::median::median;
use super::runtime::build;
use crate::cargo::Profile;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Measures the size of each command-line program, and how long `--help` takes.
///
/// Programs are built by the release profile of this workspace, as `cargo install --path` does,
/// which strips symbols. Prints a row for each program; exits with 1 if one is larger or slower
/// than promised.
#[derive(clap::Args)]
pub struct ProgramsOptions {
    /// The programs; all four if none is given.
    #[arg(value_name = "PROGRAM", value_parser = PROGRAMS)]
    programs: Vec<String>,
    /// Features besides `cli`: `mcp`, `keyring`.
    #[arg(long, value_delimiter = ',')]
    features: Vec<String>,
    /// How many times each program is started.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

const PROGRAMS: [&str; 4] = ["sevensignal", "vxg", "sigsci", "angus"];
/// How large a program may be, in bytes.
const MOST_BYTES: u64 = 12_000_000;
/// How long its start may take, in milliseconds.
const MOST_TIME: f64 = 20.0;

/// Measures.
///
/// # Errors
///
/// When a program cannot be built or started.
pub fn run(workspace: &Workspace, options: &ProgramsOptions) -> Result<ExitCode, CommandFailure> {
    let features = format!("cli,{}", options.features.join(","));
    let mut is_kept = true;
    workspace::print("program | bytes | ms\n");
    for name in PROGRAMS {
        if !options.programs.is_empty() && !options.programs.iter().any(|wanted| wanted == name) {
            continue;
        }
        let program = build(workspace, name, Profile::Release, &["--features", &features])?;
        let bytes = std::fs::metadata(&program).map(|program| program.len());
        let bytes = bytes.map_err(|error| CommandFailure::io("read", &program, &error))?;
        let times: Result<Vec<f64>, CommandFailure> = (0..options.runs).map(|_| start(&program)).collect();
        let time = median(times?);
        workspace::print(&format!("{name} | {bytes} | {time:.1}\n"));
        is_kept &= bytes <= MOST_BYTES && time <= MOST_TIME;
    }
    Ok(if is_kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How long `--help` takes, in milliseconds.
fn start(program: &Path) -> Result<f64, CommandFailure> {
    let begun = Instant::now();
    let status = Command::new(program)
        .arg("--help")
        .stdout(Stdio::null())
        .status()
        .map_err(|error| CommandFailure::io("start", program, &error))?;
    let time = begun.elapsed().as_secs_f64() * 1000.0;
    match status.success() {
        true => Ok(time),
        false => Err(CommandFailure::new("`--help` fails").at(program.display().to_string())),
    }
}
