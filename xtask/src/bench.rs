//! `cargo xtask bench`: what lorgnette promises in numbers, measured.
//!
//! This module lists the benches; each is a child.

mod compile;
mod plain_crate;
mod plain_document;

use crate::failure::Failure;
use crate::workspace::Workspace;
use std::process::ExitCode;

/// Measures what lorgnette promises in numbers; `cargo xtask bench` alone lists what there is.
#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    Compile(compile::Options),
}

/// Measures.
///
/// # Errors
///
/// When what is to be measured cannot be made.
pub fn run(workspace: &Workspace, options: Options) -> Result<ExitCode, Failure> {
    match options.bench {
        Bench::Compile(options) => compile::run(workspace, &options),
    }
}
