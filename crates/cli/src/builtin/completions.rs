//! Shell completions, which the program itself provides.

use crate::config::ProfileFile;
use crate::failure::Failure;
use crate::output::OutputTarget;
use crate::program::Program;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};
use std::env;

/// The command that prints a completion script.
pub fn command(program: &'static Program) -> Command {
    let names = Shells::builtins();
    let names: Vec<&'static str> = names.names().collect();
    Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(
            Arg::new("shell")
                .value_parser(PossibleValuesParser::new(names))
                .required(true),
        )
        .after_help(format!(
            "Bash:        source <({0} completions bash)           in ~/.bashrc\n\
             Zsh:         source <({0} completions zsh)            in ~/.zshrc\n\
             Fish:        {0} completions fish | source            in ~/.config/fish/config.fish\n\
             PowerShell:  {0} completions powershell | Out-String | Invoke-Expression",
            program.name
        ))
}

/// Prints the script.
///
/// # Errors
///
/// When the script cannot be written.
pub fn run(program: &'static Program, matches: &ArgMatches) -> Result<(), Failure> {
    let shell = matches.get_one::<String>("shell").map_or("", String::as_str);
    let shells = Shells::builtins();
    let completer = shells
        .completer(shell)
        .ok_or_else(|| Failure::usage("this shell is not known"))?;
    let mut script = Vec::new();
    completer
        .write_registration("COMPLETE", program.name, program.name, program.name, &mut script)
        .map_err(|error| Failure::output(&error))?;
    let mut target = OutputTarget::standard();
    target.bytes(&script)?;
    target.finish()
}

/// Responds to a shell's completion request, and then ends the program. `command` builds the part
/// of the command line that the words name.
pub fn answer(command: impl Fn(&[String]) -> Command) {
    if env::var_os("COMPLETE").is_none() {
        return;
    }
    let words: Vec<String> = env::args_os()
        .filter_map(|word| word.into_string().ok())
        .collect();
    CompleteEnv::with_factory(move || command(&words)).complete();
}

/// An option for the name of a profile, which completes the names of existing profiles.
pub fn of_profiles(program: &'static Program, arg: Arg) -> Arg {
    arg.add(ArgValueCandidates::new(move || {
        let file = ProfileFile::read(program.owner());
        let names = file.map(|file| file.names().into_iter().map(CompletionCandidate::new).collect());
        names.unwrap_or_default()
    }))
}
