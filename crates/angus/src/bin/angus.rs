//! The command-line program for Angus.ai: see `angus --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lorgnette_cli::main(&angus::cli::PROGRAM)
}
