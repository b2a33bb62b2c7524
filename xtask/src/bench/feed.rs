//! `cargo xtask bench feed`: measures `sigsci feed` against the vendor's Python programs, which
//! `tests/bench/feed.py` reproduces.
//!
//! Both fetch the same feed over loopback into a file, in turn, each on one core if `taskset` is
//! available; the server has the other cores. Ours syncs to disk twice, for its journal and for the
//! file, as in production; the Python programs never do.

use super::median::median;
use super::runtime::{BenchServer, build};
use crate::cargo::Profile;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Measures `sigsci feed` into a file against a script in Python that does the same: requests per
/// second.
///
/// Needs Python with the package `requests`. Prints both, and their ratio, in wall-clock time and
/// in processor time, which other work on the machine affects less; exit status 1 if the wall-clock
/// ratio is below the promise.
#[derive(clap::Args)]
pub struct FeedOptions {
    /// How many thousands of requests to fetch.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    thousands: u32,
    /// How many pairs of turns to run; the median of their ratios counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pairs: u32,
    /// The vendor's program to compare with.
    #[arg(long, value_enum, default_value_t = FeedWay::Client)]
    way: FeedWay,
}

/// A program of the vendor.
#[derive(Clone, Copy, clap::ValueEnum)]
enum FeedWay {
    /// The sample client of the API, SigSci.py --feed2.
    Client,
    /// The add-on for Splunk, which recognizes repeated ids, as ours does.
    AddOn,
}

/// The requests that a side carries per second.
#[derive(Clone, Copy)]
struct Rate {
    by_clock: f64,
    by_processor: f64,
}

/// The required ratio of the feed's speed to that of the vendor's program.
const LEAST_RATIO: f64 = 10.0;
/// The required number of requests per second.
const LEAST_RATE: f64 = 20_000.0;

/// Measures.
///
/// # Errors
///
/// When the programs cannot be built, or one of them fails.
pub fn run(workspace: &Workspace, options: &FeedOptions) -> Result<ExitCode, CommandFailure> {
    let program = build(workspace, "lorgnette-bench", Profile::Callers, &[])?;
    let feed = build(workspace, "sigsci", Profile::Release, &["--features", "cli"])?;
    let script = workspace.path("tests/bench/feed.py");
    let server = BenchServer::start(&program, &["requests", &options.thousands.to_string()])?;
    let folder =
        tempfile::tempdir().map_err(|error| CommandFailure::io("make", Path::new("a folder"), &error))?;
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
        ours.push(rate(command, &file, requests)?);
        let file = folder.path().join(format!("{turn}.python"));
        let mut command = pinned(Path::new("python3"));
        let way = match options.way {
            FeedWay::Client => "client",
            FeedWay::AddOn => "add-on",
        };
        command.arg(&script).arg(way).arg(server.url()).arg(&file);
        theirs.push(rate(command, &file, requests)?);
    }
    let of = |rate: fn(&Rate) -> f64| {
        let ratios = ours
            .iter()
            .zip(&theirs)
            .map(|(our, their)| rate(our) / rate(their));
        let all = |rates: &[Rate]| median(rates.iter().map(rate).collect());
        (all(&ours), all(&theirs), median(ratios.collect()))
    };
    let (rate, their_rate, ratio) = of(|rate| rate.by_clock);
    workspace::print(&format!(
        "requests per second: {rate:.0} / {their_rate:.0} in Python, {ratio:.1} times\n"
    ));
    let (ours, theirs, times) = of(|rate| rate.by_processor);
    workspace::print(&format!(
        "requests per second of processor: {ours:.0} / {theirs:.0}, {times:.1} times\n"
    ));
    let is_kept = ratio >= LEAST_RATIO && rate >= LEAST_RATE;
    Ok(if is_kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The program, pinned to one core where the system supports it.
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

/// The required speed of a command that writes this many lines to a file.
fn rate(mut command: Command, file: &Path, requests: f64) -> Result<Rate, CommandFailure> {
    let (begun, before) = (Instant::now(), processor());
    let output = command.output();
    let output = output.map_err(|error| CommandFailure::new(format!("cannot start a side: {error}")))?;
    let (clock, processor) = (begun.elapsed().as_secs_f64(), processor() - before);
    let text = std::fs::read(file).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n').count().saturating_sub(1);
    #[expect(clippy::cast_precision_loss, reason = "as many as fit into memory")]
    let is_whole = (lines as f64 - requests).abs() < 0.5;
    if !output.status.success() || !is_whole {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(CommandFailure::new(format!(
            "{lines} of {requests} lines came: {said}"
        )));
    }
    Ok(Rate {
        by_clock: requests / clock,
        by_processor: requests / processor,
    })
}

/// The processor time, in seconds, of the child processes that have ended; 0 if the system does not
/// report it.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, which may contain spaces, ends with the last parenthesis.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields
        .skip(13)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    ticks / TICKS
}

/// The number of clock ticks per second in which Linux reports processor time.
const TICKS: f64 = 100.0;
