//! The command-line program for Signal Sciences: see `sigsci --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lorgnette_cli::main(&sigsci::cli::PROGRAM)
}
