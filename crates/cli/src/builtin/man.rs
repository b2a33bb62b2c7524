//! Manual pages.

use crate::failure::Failure;
use crate::output::OutputTarget;
use crate::program::Program;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::Path;

/// The command that prints manual pages.
pub fn command(program: &'static Program) -> Command {
    Command::new("man")
        .about("Print a manual page, or write all of them into a folder")
        .arg(
            Arg::new("command")
                .num_args(0..)
                .action(ArgAction::Append)
                .value_name("COMMAND")
                .help("The command whose page is printed; by default, the program's page"),
        )
        .arg(
            Arg::new("all")
                .long("all")
                .value_name("FOLDER")
                .help("Write the pages of all commands into this folder"),
        )
        .after_help(format!(
            "Example: {} man incidents agent-incidents | man -l -",
            program.name
        ))
}

/// Prints or writes the pages of the whole command line.
///
/// # Errors
///
/// When there is no such command, or a page cannot be written.
pub fn run(mut root: Command, matches: &ArgMatches) -> Result<(), Failure> {
    if let Some(folder) = matches.get_one::<String>("all") {
        std::fs::create_dir_all(Path::new(folder)).map_err(|error| Failure::output(&error))?;
        return clap_mangen::generate_to(root, folder).map_err(|error| Failure::output(&error));
    }
    root.build();
    let mut command = &root;
    for name in matches.get_many::<String>("command").into_iter().flatten() {
        command = command
            .find_subcommand(name)
            .ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| Failure::output(&error))?;
    let mut target = OutputTarget::standard();
    target.bytes(&page)?;
    target.finish()
}
