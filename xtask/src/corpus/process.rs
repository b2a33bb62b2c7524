//! Runs the process of one contract, and ends it when it takes too long.

use super::choice;
use super::row::Row;
use lorgnette::failure::CommandFailure;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a running process is checked.
const LOOK: Duration = Duration::from_millis(5);

/// The limits of one contract.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time limit, in seconds.
    pub seconds: u64,
    /// The memory limit, in MiB.
    pub memory: u64,
}

/// The task for one contract.
#[derive(Clone, Copy, Debug)]
pub struct Task<'t> {
    /// The path of the contract inside the folder.
    pub contract: &'t str,
    /// The folder of the crate.
    pub output: Option<&'t Path>,
    /// Whether to compare the contract with the crate.
    pub account: bool,
    /// Whether to write a program for the contract's examples beside the crate.
    pub examples: bool,
}

/// Generates a crate from the contract of `task` in `folder`. The output of the process goes
/// through files whose names begin with `scratch`.
///
/// # Errors
///
/// When the process cannot be started. If it fails later, the row reports that.
pub fn generate(
    folder: &Path,
    task: Task<'_>,
    limits: Limits,
    scratch: &Path,
) -> Result<Row, CommandFailure> {
    let program = std::env::current_exe()
        .map_err(|error| CommandFailure::new(format!("cannot find the program that this is: {error}")))?;
    let (said, complaint) = (scratch.with_extension("json"), scratch.with_extension("txt"));
    let create = |path: &Path| File::create(path).map_err(|error| CommandFailure::io("write", path, &error));
    let mut command = Command::new(&program);
    command
        .arg("corpus-contract")
        .arg(folder)
        .args([
            task.contract,
            "--name",
            &choice::crate_name(task.contract),
            "--memory",
            &(limits.memory << 20).to_string(),
        ])
        // Released memory would be allocated again immediately.
        .env("MIMALLOC_PURGE_DELAY", "-1")
        .stdin(Stdio::null())
        .stdout(create(&said)?)
        .stderr(create(&complaint)?);
    if let Some(output) = task.output {
        command.arg("--output").arg(output);
    }
    if task.account {
        command.arg("--account");
    }
    if task.examples {
        command.arg("--examples");
    }
    let started = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| CommandFailure::io("start", &program, &error))?;
    let end = wait(&mut child, Duration::from_secs(limits.seconds))
        .map_err(|error| CommandFailure::io("watch", &program, &error))?;
    let mut row = match end {
        None => Row::failed("limit", "", format!("it took more than {} s", limits.seconds)),
        Some(status) => {
            let text = std::fs::read_to_string(&said).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or_else(|_| {
                let complaint = std::fs::read_to_string(&complaint).unwrap_or_default();
                broken(status, &complaint, limits)
            })
        }
    };
    row.contract = task.contract.to_string();
    row.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    Ok(row)
}

/// Waits until the process ends; nothing if it had to be killed.
fn wait(child: &mut Child, time: Duration) -> std::io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > time {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

/// The row of a process that ended without a result.
fn broken(status: ExitStatus, complaint: &str, limits: Limits) -> Row {
    let line = complaint
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    if complaint.contains("memory allocation") || complaint.contains("cannot start a thread") {
        return Row::failed("limit", "", format!("it took more than {} MiB", limits.memory));
    }
    Row::failed(
        "process",
        "",
        format!("the process ended without a result ({status}): {line}"),
    )
}
