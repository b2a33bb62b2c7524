//! `cargo xtask bench feed`: measures `sigsci feed` against the vendor's way in Python.
//!
//! Both fetch the same feed over loopback into a file, in turn, each on one core where `taskset`
//! is; the server has the others.

use super::median::median;
use super::runtime::{Server, build};
use lorgnette::failure::Failure;
use lorgnette::workspace::{self, Workspace};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Measures `sigsci feed` into a file against a script in Python that does the same: requests per
/// second.
///
/// Needs Python with the package `requests`. Prints both, and their ratio; exit status 1 where less
/// comes than was promised.
#[derive(clap::Args)]
pub struct Options {
    /// How many thousands of requests there are.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    thousands: u32,
    /// The number of pairs of turns; the result is the median of their ratios.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pairs: u32,
}

/// The minimum speed of the feed, as a ratio.
const LEAST_RATIO: f64 = 10.0;
/// The minimum number of requests per second.
const LEAST_RATE: f64 = 20_000.0;

/// Measures.
///
/// # Errors
///
/// When the programs cannot be made, or one of them fails.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Failure> {
    let program = build(workspace, "lorgnette-bench", &[])?;
    let feed = build(workspace, "sigsci", &["--features", "cli"])?;
    let script = workspace.path("tests/bench/feed.py");
    let server = Server::start(&program, &["requests", &options.thousands.to_string()])?;
    let folder = tempfile::tempdir().map_err(|error| Failure::io("make", Path::new("a folder"), &error))?;
    let requests = f64::from(options.thousands) * 1000.0;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..options.pairs {
        let file = folder.path().join(format!("{turn}.ndjson"));
        let mut command = pinned(&feed);
        command
            .args("feed --corp acme --site www --from 1738312200 --until 1738315800 --window 1h".split(' '));
        command.arg("--state").arg(folder.path().join(turn.to_string()));
        command.arg("--to").arg(format!("file:{}", file.display()));
        command.env("SIGSCI_BASE_URL", server.url());
        command
            .env("SIGSCI_EMAIL", "somebody@example.com")
            .env("SIGSCI_TOKEN", "token");
        ours.push(requests / seconds(command, &file, options.thousands)?);
        let file = folder.path().join(format!("{turn}.python"));
        let mut command = pinned(Path::new("python3"));
        command.arg(&script).arg(server.url()).arg(&file);
        theirs.push(requests / seconds(command, &file, options.thousands)?);
    }
    let ratio = median(ours.iter().zip(&theirs).map(|(our, their)| our / their).collect());
    let (ours, theirs) = (median(ours), median(theirs));
    workspace::print(&format!(
        "requests per second: {ours:.0} / {theirs:.0} in Python, {ratio:.1} times\n"
    ));
    let is_kept = ratio >= LEAST_RATIO && ours >= LEAST_RATE;
    Ok(if is_kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The program on one core, where the system can do that.
fn pinned(program: &Path) -> Command {
    let has_taskset = Command::new("taskset")
        .arg("-V")
        .stdout(Stdio::null())
        .status()
        .is_ok();
    if !has_taskset {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    command
}

/// The duration of a command that must write this many thousand lines to a file.
fn seconds(mut command: Command, file: &Path, thousands: u32) -> Result<f64, Failure> {
    let begun = Instant::now();
    let output = command.output();
    let output = output.map_err(|error| Failure::new(format!("cannot start a side: {error}")))?;
    let seconds = begun.elapsed().as_secs_f64();
    let text = std::fs::read(file).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n').count().saturating_sub(1);
    let expected = usize::try_from(thousands)
        .unwrap_or(usize::MAX)
        .saturating_mul(1000);
    if !output.status.success() || lines != expected {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::new(format!("{lines} of {expected} lines came: {said}")));
    }
    Ok(seconds)
}
