//! The command-line program for VXG Cloud VMS: see `vxg --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lorgnette_cli::main(&vxg::cli::PROGRAM)
}
