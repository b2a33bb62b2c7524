//! `cargo xtask bench programs`: measures how large the command-line programs are, and how long
//! they take to start.

use super::median::median;
use super::runtime::build;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Measures the size of each command-line program, and how long `--help` takes.
///
/// Programs are built by the release profile of this workspace, as `cargo install --path` does, and
/// `strip` takes their symbols away before they are measured. Prints a row for each; exit status 1
/// if one is larger or slower than promised.
#[derive(clap::Args)]
pub struct ProgramsOptions {
    /// The programs; all four if none is given.
    #[arg(value_name = "PROGRAM", value_parser = PROGRAMS)]
    programs: Vec<String>,
    /// How many times each is started.
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
/// When a program cannot be made or started.
pub fn run(workspace: &Workspace, options: &ProgramsOptions) -> Result<ExitCode, CommandFailure> {
    let mut is_kept = true;
    workspace::print("program | bytes | ms\n");
    for name in PROGRAMS {
        if !options.programs.is_empty() && !options.programs.iter().any(|wanted| wanted == name) {
            continue;
        }
        let program = build(workspace, name, &["--features", "cli"])?;
        let bytes = stripped(&program)?;
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

/// How many bytes a program has without its symbols.
fn stripped(program: &Path) -> Result<u64, CommandFailure> {
    let file = tempfile::NamedTempFile::new();
    let file = file.map_err(|error| CommandFailure::io("make", Path::new("a file"), &error))?;
    let status = Command::new("strip")
        .arg("-o")
        .arg(file.path())
        .arg(program)
        .status()
        .map_err(|error| CommandFailure::io("start", Path::new("strip"), &error))?;
    if !status.success() {
        return Err(CommandFailure::new("`strip` fails").at(program.display().to_string()));
    }
    let there = std::fs::metadata(file.path());
    there
        .map(|there| there.len())
        .map_err(|error| CommandFailure::io("read", file.path(), &error))
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
