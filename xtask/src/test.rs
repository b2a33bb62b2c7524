//! `cargo xtask test`: the one test command. It does its own setup, so that it works in a fresh
//! clone.

mod features;
mod programs;

use crate::cargo::{cargo, no_cargo};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Runs all tests or the quick ones, including their setup.
///
/// Runs every test of the workspace, and compiles each generated crate without features and with
/// each feature alone; a warning is a failure. Installs npm packages into `target`, and nginx,
/// rsyslog and Prometheus on Debian as root; the first run compiles everything and takes some
/// minutes.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask test                      every test
  cargo xtask test quick                unit tests, and the rules on documents and generated files
  cargo xtask test tool                 the tool in somebody else's repository, and from packed crates
  cargo xtask test -- -p lorgnette-codegen overlay
                                        what follows `--` goes to `cargo test`, here a crate and a part of the tests' names;
                                        the features of the generated crates are left out")]
pub struct TestOptions {
    /// Which tests to run.
    #[arg(value_enum, value_name = "PART", default_value_t = TestPart::All)]
    part: TestPart,
    /// Arguments for `cargo test`, in place of `--workspace`.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// The selectable parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TestPart {
    /// Every test.
    All,
    /// Tests that need no other program, and end within seconds once they are built.
    Quick,
    /// The tool in another repository, and again from packaged crates.
    Tool,
}

/// The quick tests: the purpose of each run, and the arguments of `cargo test`.
const QUICK: [(&str, &[&str]); 2] = [
    (
        "the unit tests of the generator, the runtime and the tool",
        &[
            "--package=lorgnette-codegen",
            "--package=lorgnette-runtime",
            "--package=lorgnette",
            "--lib",
        ],
    ),
    (
        "the rules on documents and generated files",
        &[
            "--package=lorgnette-tests",
            "--test=documents",
            "--test=generated_marks",
            "--test=prose",
        ],
    ),
];

/// Runs the tests.
///
/// # Errors
///
/// When cargo cannot be started. The exit status is 1 if a test fails.
pub fn run(workspace: &Workspace, options: &TestOptions) -> Result<ExitCode, CommandFailure> {
    let started = Instant::now();
    let mut passed = true;
    if !options.arguments.is_empty() {
        let arguments: Vec<&str> = options.arguments.iter().map(String::as_str).collect();
        passed &= cargo_test(workspace, "some tests of the workspace", &arguments)?;
    } else if options.part == TestPart::Quick {
        for (what, arguments) in QUICK {
            passed &= cargo_test(workspace, what, arguments)?;
        }
    } else if options.part == TestPart::Tool {
        let arguments = ["-p", "lorgnette", "--test", "tool", "--", "--include-ignored"];
        passed &= cargo_test(workspace, "the tool", &arguments)?;
    } else {
        passed &= everything(workspace)?;
    }
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

/// Runs every test, and returns whether all passed. Features are checked at the same time, since
/// test programs leave cores idle.
fn everything(workspace: &Workspace) -> Result<bool, CommandFailure> {
    eprintln!("cargo xtask test: every test of the workspace");
    let programs = programs::build(workspace)?;
    let (have_passed, are_clean) = std::thread::scope(|scope| {
        let features = scope.spawn(|| {
            eprintln!("cargo xtask test: each generated crate with one feature at a time: cargo check");
            features::check(workspace)
        });
        let have_passed = programs::run(programs);
        let are_clean = features.join();
        let panicked = |_| Err(CommandFailure::new("the thread that checks features panicked"));
        (have_passed, are_clean.unwrap_or_else(panicked))
    });
    let examples = cargo_test(
        workspace,
        "the examples in documentation",
        &["--workspace", "--doc"],
    )?;
    Ok(have_passed? && are_clean? && examples)
}

/// Prints the purpose of a run, runs its tests, and returns whether all passed.
fn cargo_test(workspace: &Workspace, what: &str, arguments: &[&str]) -> Result<bool, CommandFailure> {
    eprintln!("cargo xtask test: {what}: cargo test {}", arguments.join(" "));
    let status = Command::new(cargo())
        .arg("test")
        .args(arguments)
        .current_dir(workspace.root())
        .status();
    status
        .map(|status| status.success())
        .map_err(|error| no_cargo(&error))
}
