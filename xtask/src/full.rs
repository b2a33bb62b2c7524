//! Commands that take longer to compile than `regen`: the first call of such a command compiles all
//! of xtask.

use crate::cargo::{cargo, no_cargo};
use lorgnette::failure::CommandFailure;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Arguments that only the full build of xtask supports.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// Compiles all of xtask, and runs it with the arguments of this process.
///
/// # Errors
///
/// When cargo cannot be started.
pub fn run() -> Result<ExitCode, CommandFailure> {
    let mut command = Command::new(cargo());
    command.args(["run", "--quiet", "--package", "xtask"]);
    // The build is optimized, except for tests and `.ci/run`, which have already compiled the dev
    // profile.
    if !cfg!(debug_assertions) {
        command.args(["--profile", "xtask"]);
    }
    let status = command.arg("--").args(std::env::args_os().skip(1)).status();
    let status = status.map_err(|error| no_cargo(&error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
