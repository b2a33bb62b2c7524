//! `cargo xtask bench`: measures lorgnette's promises that have numbers.

mod compile;
mod feed;
mod fetch;
mod median;
mod plain_crate;
mod plain_document;
mod programs;
mod runtime;

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::process::ExitCode;

/// Measures lorgnette's promises that have numbers; `cargo xtask bench` alone lists the benchmarks.
#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
pub struct BenchOptions {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    Compile(compile::CompileOptions),
    Feed(feed::FeedOptions),
    Fetch(fetch::FetchBenchOptions),
    Programs(programs::ProgramsOptions),
    Runtime(runtime::RuntimeOptions),
}

/// Measures.
///
/// # Errors
///
/// When the programs or crates to be measured cannot be built.
pub fn run(workspace: &Workspace, options: BenchOptions) -> Result<ExitCode, CommandFailure> {
    match options.bench {
        Bench::Compile(options) => compile::run(workspace, &options),
        Bench::Runtime(options) => runtime::run(workspace, &options),
        Bench::Feed(options) => feed::run(workspace, &options),
        Bench::Fetch(options) => fetch::run(&options),
        Bench::Programs(options) => programs::run(workspace, &options),
    }
}
