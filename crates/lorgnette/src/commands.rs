//! The commands of the tool, for its own program and for programs with further commands.

use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use crate::{adopt, bundle, compare, diff, fetch, generate, init, list, new, release, remove, rename, show};
use clap::builder::StyledStr;
use clap::{Parser, Subcommand};
use lorgnette_codegen::catalogue::Project;
use std::path::PathBuf;
use std::process::ExitCode;

/// A command, with its options.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "clap would show it in place of what is said where the options are"
)]
pub enum Command {
    Init(init::InitOptions),
    New(new::NewOptions),
    Fetch(fetch::FetchOptions),
    Compare(compare::CompareOptions),
    Adopt(adopt::AdoptOptions),
    #[command(visible_alias = "regen")]
    Generate(generate::GenerateOptions),
    Diff(diff::DiffOptions),
    Release(release::ReleaseOptions),
    Show(show::ShowOptions),
    List(list::ListOptions),
    Rename(rename::RenameOptions),
    Remove(remove::RemoveOptions),
    Bundle(bundle::BundleOptions),
}

impl Command {
    /// Runs the command in the project at `root`, or else in the project that contains the current
    /// folder.
    ///
    /// # Errors
    ///
    /// As for the command itself.
    pub fn run(self, root: Option<PathBuf>) -> Result<ExitCode, CommandFailure> {
        let workspace = || Workspace::find(root);
        match self {
            Self::Init(options) => init::run(&options),
            Self::New(options) => new::run(&workspace()?, &options),
            Self::Fetch(options) => fetch::run(&workspace()?, &options),
            Self::Compare(options) => compare::run(&workspace()?, &options),
            Self::Adopt(options) => adopt::run(&workspace()?, &options),
            Self::Generate(options) => generate::run(workspace, options),
            Self::Diff(options) => diff::run(&workspace()?, &options),
            Self::Release(options) => release::run(&workspace()?, &options),
            Self::List(options) => list::run(&workspace()?, &options),
            Self::Rename(options) => rename::run(&workspace()?, &options),
            Self::Remove(options) => remove::run(&workspace()?, &options),
            Self::Show(options) => show::run(&workspace()?, &options),
            Self::Bundle(options) => bundle::run(&options),
        }
    }
}

impl Command {
    /// Whether the command may request contracts from servers, which needs the feature `fetch`.
    pub const fn uses_the_web(&self) -> bool {
        matches!(self, Self::Fetch(_) | Self::New(_))
    }
}

/// The program with its commands named as `project` names them: help says `cargo xtask regen` in
/// place of `lorgnette generate` where that command regenerates the crates.
#[must_use]
pub fn called(program: clap::Command, project: &Project) -> clap::Command {
    let tool = Command::augment_subcommands(clap::Command::new(""));
    let names: Vec<String> = tool
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let called = |text: Option<&StyledStr>| Some(with_commands(&text?.to_string(), &names, project));
    program.mut_subcommands(|mut command| {
        if let Some(text) = called(command.get_about()) {
            command = command.about(text);
        }
        if let Some(text) = called(command.get_long_about()) {
            command = command.long_about(text);
        }
        if let Some(text) = called(command.get_after_help()) {
            command = command.after_help(text);
        }
        command
    })
}

/// A text in which commands are named as `project` names them.
fn with_commands(text: &str, names: &[String], project: &Project) -> String {
    let mut pieces = text.split("lorgnette ");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find([' ', '`', '\n']).unwrap_or(piece.len());
        let (word, rest) = piece.split_at(end);
        if names.iter().any(|name| name == word) {
            out.push_str(&project.command(word));
        } else {
            out.push_str("lorgnette ");
            out.push_str(word);
        }
        out.push_str(rest);
    }
    out
}

/// The arguments of this process, parsed by `program`.
///
/// # Errors
///
/// When the arguments are invalid; the message has been printed. The status is 1, not clap's own 2,
/// which `--check` uses to report a change.
pub fn parsed<A: Parser>(program: clap::Command) -> Result<A, ExitCode> {
    let matches = program.try_get_matches();
    matches
        .and_then(|matches| A::from_arg_matches(&matches))
        .map_err(|error| {
            let _ = error.print();
            ExitCode::from(u8::from(error.use_stderr()))
        })
}

/// Prints the purpose of a program. A call without a command is not a mistake, so this goes to
/// standard output.
pub fn help(mut program: clap::Command) -> ExitCode {
    program
        .print_long_help()
        .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// The exit status of an outcome; a failure is printed.
pub fn status(outcome: Result<ExitCode, CommandFailure>) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_commands_in_help_are_called_as_the_project_has_them() {
        let project = Project {
            regenerate: "cargo xtask regen".to_owned(),
            ..Project::default()
        };
        let names = ["generate", "fetch"].map(ToOwned::to_owned);
        let text = "Then: `lorgnette generate`.\n  lorgnette fetch --all\n  lorgnette does more";
        assert_eq!(
            with_commands(text, &names, &project),
            "Then: `cargo xtask regen`.\n  cargo xtask fetch --all\n  lorgnette does more"
        );
    }
}
