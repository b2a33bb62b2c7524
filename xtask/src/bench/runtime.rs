//! `cargo xtask bench runtime`: measures a call through a generated client against the same request
//! by hand.
//!
//! Each side is a program below `tests/bench`, runs in a process of its own, and connects over
//! loopback. Callgrind counts the instructions, since a count does not depend on the load of the
//! machine. Timings are compared as a ratio of alternating turns.

use super::median::median;
use crate::cargo::{self, Profile};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

/// Measures a call of a generated operation against the same request by hand: instructions, calls
/// per second, memory of a download, requests for a token.
///
/// Needs valgrind. Prints a table, and compares it with the promises; exits with 1 if one is
/// missed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench runtime               some minutes, most of them to compile
  cargo xtask bench runtime --pairs 3     a first look at calls per second")]
pub struct RuntimeOptions {
    /// How many calls are measured in instructions, besides those that warm up.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    calls: u32,
    /// How many pairs of turns measure the calls per second; the median of their ratios counts.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    pairs: u32,
}

/// Warm-up calls: they create connections and tokens.
const WARM_UP: u32 = 100;
/// The lengths of the requested lists. The promise applies to each of them.
const LENGTHS: [u32; 3] = [0, 1, 20];
/// The maximum cost of a call, relative to one written by hand.
const MOST_INSTRUCTIONS: f64 = 1.07;
/// The required calls per second, relative to calls by hand.
const LEAST_CALLS: f64 = 1.0;
/// How much memory a download of 1 GiB may take, in MiB.
const MOST_MEMORY: f64 = 16.0;

/// Measures.
///
/// # Errors
///
/// When the program cannot be built, or a call fails.
pub fn run(workspace: &Workspace, options: &RuntimeOptions) -> Result<ExitCode, CommandFailure> {
    let program = build(workspace, "lorgnette-bench", Profile::Callers, &[])?;
    let mut report = BenchReport::default();
    for length in LENGTHS {
        let server = BenchServer::start(&program, &["serve", &length.to_string()])?;
        say(&format!(
            "counting the instructions of {} calls, {length} items",
            options.calls
        ));
        let generated = instructions(&program, "generated", &server.url, options.calls)?;
        let by_hand = instructions(&program, "by-hand", &server.url, options.calls)?;
        report.line(
            &format!("instructions of a call, {length} items"),
            &format!("{generated:.0} / {by_hand:.0}"),
            generated / by_hand,
            Limit::Most(MOST_INSTRUCTIONS),
        );
    }
    let server = BenchServer::start(&program, &["serve", "20"])?;
    say("making calls, 64 at once");
    let turns = figures(&program, &["throughput", &server.url, &options.pairs.to_string()])?;
    let pairs = || turns.chunks_exact(2);
    let side = |index: usize| median(pairs().map(|pair| pair[index]).collect());
    report.line(
        "calls per second, 64 at once",
        &format!("{:.0} / {:.0}", side(0), side(1)),
        median(pairs().map(|pair| pair[0] / pair[1]).collect()),
        Limit::Least(LEAST_CALLS),
    );
    say("downloading 1 GiB");
    let bytes = figures(&program, &["download", &server.url])?.first().copied();
    let mebibytes = bytes.unwrap_or(f64::NAN) / f64::from(1 << 20);
    report.line(
        "download of 1 GiB, memory above idle",
        "MiB",
        mebibytes,
        Limit::Most(MOST_MEMORY),
    );
    say("making 10,000 calls without a token");
    let waiters = figures(&program, &["waiters", &server.url])?;
    let [requests, failed] = waiters[..] else {
        return Err(CommandFailure::new("the calls without a token gave no figures"));
    };
    report.line(
        "10,000 waiters, requests for a token",
        "",
        requests,
        Limit::Most(1.0),
    );
    report.line("10,000 waiters, failed calls", "", failed, Limit::Most(0.0));
    workspace::print(&report.text);
    Ok(if report.is_missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The table.
#[derive(Default)]
struct BenchReport {
    text: String,
    is_missed: bool,
}

/// The targets.
#[derive(Clone, Copy)]
enum Limit {
    Most(f64),
    Least(f64),
}

impl BenchReport {
    fn line(&mut self, what: &str, detail: &str, figure: f64, limit: Limit) {
        let (is_kept, word, bound) = match limit {
            Limit::Most(most) => (figure <= most, "at most", most),
            Limit::Least(least) => (figure >= least, "at least", least),
        };
        self.is_missed |= !is_kept;
        let verdict = if is_kept { "kept" } else { "MISSED" };
        let _ = writeln!(
            self.text,
            "{what:<38} {figure:>7.3}  {word} {bound:<5} {verdict:<7} {detail}"
        );
    }
}

/// Builds the program of a package, and returns its path.
///
/// # Errors
///
/// When it does not compile.
pub fn build(
    workspace: &Workspace,
    package: &str,
    profile: Profile,
    features: &[&str],
) -> Result<PathBuf, CommandFailure> {
    say("compiling");
    cargo::program(workspace, package, profile, features)
}

/// The server of the other processes; it ends with this value.
pub struct BenchServer {
    process: Child,
    /// Closing standard input ends the process.
    input: Option<ChildStdin>,
    url: String,
}

impl BenchServer {
    /// Starts a program with arguments that make it print its address.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self, CommandFailure> {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| CommandFailure::io("start", program, &error))?;
        let input = process.stdin.take();
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            let read = BufReader::new(output).read_line(&mut url);
            read.map_err(|error| CommandFailure::io("read what is printed by", program, &error))?;
        }
        url.truncate(url.trim_end().len());
        Ok(Self { process, input, url })
    }

    /// The address of the server.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// The instructions of one call: those of a run of many calls, less those of a run that only warms
/// up.
fn instructions(program: &Path, side: &str, url: &str, calls: u32) -> Result<f64, CommandFailure> {
    let long = counted(program, side, url, WARM_UP + calls)?;
    let short = counted(program, side, url, WARM_UP)?;
    Ok((long - short) / f64::from(calls))
}

/// The instructions of a process that makes this many calls.
fn counted(program: &Path, side: &str, url: &str, calls: u32) -> Result<f64, CommandFailure> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["calls", side, url, &calls.to_string()])
        .output()
        .map_err(|error| {
            CommandFailure::new(format!("cannot start valgrind: {error}"))
                .help("install it, for instance with apt-get install valgrind")
        })?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = || {
        let line = text.lines().find_map(|line| line.split_once("Collected : "))?;
        line.1.trim().parse().ok()
    };
    match collected() {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(CommandFailure::new(format!(
            "counting the instructions of {side} failed:\n{text}"
        ))),
    }
}

/// The numbers that the program prints.
fn figures(program: &Path, arguments: &[&str]) -> Result<Vec<f64>, CommandFailure> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| CommandFailure::io("start", program, &error))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(CommandFailure::new(format!(
            "`{}` failed:\n{text}",
            arguments.join(" ")
        )));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .split_whitespace()
        .filter_map(|figure| figure.parse().ok())
        .collect())
}

fn say(what: &str) {
    eprintln!("bench runtime: {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_report_says_what_is_missed() {
        let mut report = BenchReport::default();
        report.line("cost", "", 1.05, Limit::Most(1.10));
        report.line("speed", "", 0.96, Limit::Least(0.95));
        assert!(!report.is_missed);
        report.line("speed", "", 0.94, Limit::Least(0.95));
        assert!(report.is_missed);
        assert!(
            report.text.ends_with("at least 0.95  MISSED  \n"),
            "{}",
            report.text
        );
    }
}
