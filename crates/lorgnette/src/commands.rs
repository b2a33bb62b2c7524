//! The commands of the tool, for its own program and for programs that have more.

use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::{adopt, bundle, compare, diff, fetch, new, regen, release, show};
use clap::{CommandFactory, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A command, with its options.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "clap would show it in place of what is said where the options are"
)]
pub enum Command {
    New(new::Options),
    Fetch(fetch::Options),
    Compare(compare::Options),
    Adopt(adopt::Options),
    #[command(visible_alias = "regen")]
    Generate(regen::Options),
    Diff(diff::Options),
    Release(release::Options),
    Show(show::Options),
    Bundle(bundle::Options),
}

impl Command {
    /// Runs the command in the project at `root`, or else in the one that the current folder lies in.
    ///
    /// # Errors
    ///
    /// As the command.
    pub fn run(self, root: Option<PathBuf>) -> Result<ExitCode, Failure> {
        let workspace = || Workspace::find(root);
        match self {
            Self::New(options) => new::run(&workspace()?, &options),
            Self::Fetch(options) => fetch::run(&workspace()?, &options),
            Self::Compare(options) => compare::run(&workspace()?, &options),
            Self::Adopt(options) => adopt::run(&workspace()?, &options),
            Self::Generate(options) => {
                regen::run(&workspace()?, &options, lorgnette_codegen::pipeline::generate)
            }
            Self::Diff(options) => diff::run(&workspace()?, &options),
            Self::Release(options) => release::run(&workspace()?, &options),
            Self::Show(options) => show::run(&workspace()?, &options),
            Self::Bundle(options) => bundle::run(&options),
        }
    }
}

/// The arguments of this process.
///
/// # Errors
///
/// When they are not understood; the message has been printed. The status is 1, not clap's own 2, which is how `--check` says
/// that something has changed.
pub fn parsed<A: Parser>() -> Result<A, ExitCode> {
    A::try_parse().map_err(|error| {
        let _ = error.print();
        ExitCode::from(u8::from(error.use_stderr()))
    })
}

/// Prints what the program is for. Called without a command, that is no mistake, so it goes to standard output.
pub fn help<A: CommandFactory>() -> ExitCode {
    A::command()
        .print_long_help()
        .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// The exit status of an outcome; a failure is printed.
pub fn status(outcome: Result<ExitCode, Failure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}
