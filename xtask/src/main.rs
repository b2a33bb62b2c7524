//! `cargo xtask`: lorgnette's maintainer commands.
//!
//! All input and output of code generation happens in this crate; `lorgnette-codegen` does the work on texts. This module
//! knows which commands there are, and nothing of what they do.

use clap::{CommandFactory, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use xtask::failure::Failure;
use xtask::workspace::Workspace;
use xtask::{
    adopt, bench, bundle, compare, conformance, corpus, diff, fetch, judge, new, regen, release, show, test,
};

/// Contracts and Rust's syntax are trees of small nodes, millions of them: the system's allocator takes as long as all else.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a newcomer reads first.
const ABOUT: &str = "\
lorgnette's maintainer commands.

lorgnette makes one Rust crate per API version out of the vendors' OpenAPI and Swagger contracts. The contracts, and the
catalogue apis.toml that lists them, are in specs/; the crates are in crates/.";

/// What a newcomer tries first.
const EXAMPLES: &str = "\
Examples:
  cargo xtask new lamps-v1 --docs https://lamps.example.com/docs
                                     add an API: fetch its contract, make its crate and an adapter
  cargo xtask fetch --all            fetch the vendors' contracts, as far as they have changed
  cargo xtask compare vxg-v4         how a vendor's contract differs from our description
  cargo xtask adopt vxg-v4           generate from the vendor's contract, keeping published names
  cargo xtask regen                  make all crates anew
  cargo xtask regen vxg-v4           make one crate anew
  cargo xtask regen --check          show what `regen` would change, and change nothing
  cargo xtask diff                   what has changed since the last commit, and what it breaks
  cargo xtask release vxg-v4         record that a crate is released as it stands
  cargo xtask show vxg-v4            list the generator's stages, and show an API after one of them
  cargo xtask test                   run every test
  cargo xtask conformance            call every operation, and have others judge the calls
  cargo xtask bench compile          measure how long a generated crate takes to compile
  cargo xtask bench runtime          measure what a call costs, against the same request by hand
  cargo xtask bench fetch            measure how long a contract in many files takes to arrive
  cargo xtask corpus DIR             run the generator over every contract in a folder
  cargo xtask help regen             explain one command

To add an API: add an entry to specs/apis.toml, run `cargo xtask fetch <name>`, then `cargo xtask regen <name>`.";

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = ABOUT, after_help = EXAMPLES)]
struct Arguments {
    /// The folder of the workspace, where it is not the one that this command was built in.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    // What each is for is said where its options are.
    Fetch(fetch::Options),
    Compare(compare::Options),
    Adopt(adopt::Options),
    Regen(regen::Options),
    Test(test::Options),
    Conformance(conformance::Options),
    Bundle(bundle::Options),
    Diff(diff::Options),
    Release(release::Options),
    New(new::Options),
    Judge(judge::Options),
    Show(show::Options),
    Bench(bench::Options),
    Corpus(corpus::Options),
    /// One contract of `corpus`, in a process of its own.
    #[command(hide = true)]
    CorpusContract(corpus::contract::Options),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Not clap's own 2, which is how `--check` says that something has changed.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    let Some(command) = arguments.command else {
        // Asked for nothing in particular: that is no mistake, so the help goes where output goes.
        return Arguments::command()
            .print_long_help()
            .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    };
    let workspace = Workspace::new(arguments.root);
    let outcome: Result<ExitCode, Failure> = match command {
        Command::Fetch(options) => fetch::run(&workspace, &options),
        Command::Compare(options) => compare::run(&workspace, &options),
        Command::Adopt(options) => adopt::run(&workspace, &options),
        Command::Regen(options) => regen::run(&workspace, &options, lorgnette_codegen::pipeline::generate),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Conformance(options) => conformance::run(&workspace, &options),
        Command::Bundle(options) => bundle::run(&options),
        Command::Diff(options) => diff::run(&workspace, &options),
        Command::Release(options) => release::run(&workspace, &options),
        Command::New(options) => new::run(&workspace, &options),
        Command::Judge(options) => judge::run(&workspace, &options),
        Command::Show(options) => show::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, options),
        Command::Corpus(options) => corpus::run(&workspace, &options),
        Command::CorpusContract(options) => corpus::contract::run(&options),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}
