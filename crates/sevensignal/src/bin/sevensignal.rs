//! The command-line program for 7SIGNAL: see `sevensignal --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lorgnette_cli::main(&sevensignal::cli::PROGRAM)
}
