//! `cargo xtask`: lorgnette's maintainer commands.
//!
//! Commands that generate and release crates come from the tool `lorgnette`; this crate adds those
//! for this workspace alone.

use clap::{CommandFactory, Parser, Subcommand};
use lorgnette::commands;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use lorgnette_codegen::catalogue::Project;
use std::path::PathBuf;
use std::process::ExitCode;
#[cfg(not(feature = "full"))]
use xtask::full;
#[cfg(feature = "full")]
use xtask::{bench, corpus, judge};
use xtask::{conformance, site, test};

/// Contracts and Rust syntax are trees of millions of small nodes. With the system's allocator,
/// allocation takes as long as everything else.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The introduction for newcomers.
const ABOUT: &str = "\
lorgnette's maintainer commands.

lorgnette makes one Rust crate per API version out of the vendors' OpenAPI and Swagger contracts. The contracts, and the
catalogue apis.toml that lists them, are in specs/; the crates are in crates/.";

/// The first commands for newcomers.
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
  cargo xtask test quick             run unit tests, and the rules on documents
  cargo xtask conformance            call every operation, and have others judge the calls
  cargo xtask bench compile          measure how long a generated crate takes to compile
  cargo xtask bench runtime          measure what a call costs, against the same request by hand
  cargo xtask bench fetch            measure how long a contract in many files takes to arrive
  cargo xtask bench feed             measure the request feed against a script in Python
  cargo xtask corpus DIR             run the generator over every contract in a folder
  cargo xtask site                   build the book and the reference into target/site
  cargo xtask help regen             explain one command

To add an API: add an entry to specs/apis.toml, run `cargo xtask fetch <name>`, then `cargo xtask regen <name>`.";

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = ABOUT, after_help = EXAMPLES)]
struct Arguments {
    /// The folder of the workspace; by default, the current one or the nearest parent with one.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Tool(Box<commands::Command>),
    // The purpose of each is documented with its options.
    Test(test::TestOptions),
    Conformance(conformance::ConformanceOptions),
    /// Have other tools judge the rules on what is breaking
    #[cfg(not(feature = "full"))]
    Judge(full::Arguments),
    /// Measure
    #[cfg(not(feature = "full"))]
    Bench(full::Arguments),
    /// Run the generator over every contract in a folder
    #[cfg(not(feature = "full"))]
    Corpus(full::Arguments),
    #[cfg(feature = "full")]
    Judge(judge::JudgeOptions),
    #[cfg(feature = "full")]
    Bench(bench::BenchOptions),
    #[cfg(feature = "full")]
    Corpus(corpus::CorpusOptions),
    Site(site::SiteOptions),
    /// One contract of `corpus`, in a process of its own.
    #[cfg(feature = "full")]
    #[command(hide = true)]
    CorpusContract(corpus::contract::ContractOptions),
}

/// The program, in which help names the tool's commands as `cargo xtask` commands.
fn program() -> clap::Command {
    let project = Project {
        regenerate: "cargo xtask regen".to_owned(),
        ..Project::default()
    };
    commands::called(Arguments::command(), &project)
}

fn main() -> ExitCode {
    match commands::parsed::<Arguments>(program()) {
        Err(status) => status,
        Ok(Arguments { command: None, .. }) => commands::help(program()),
        Ok(Arguments {
            command: Some(command),
            root,
        }) => commands::status(run(command, root)),
    }
}

fn run(command: Command, root: Option<PathBuf>) -> Result<ExitCode, CommandFailure> {
    let workspace = || Workspace::find(root.clone());
    match command {
        #[cfg(not(feature = "full"))]
        Command::Tool(command) if command.uses_the_web() => full::run(),
        Command::Tool(command) => command.run(root),
        Command::Test(options) => test::run(&workspace()?, &options),
        Command::Conformance(options) => conformance::run(&workspace()?, &options),
        Command::Site(options) => site::run(&workspace()?, &options),
        #[cfg(not(feature = "full"))]
        Command::Judge(_) | Command::Bench(_) | Command::Corpus(_) => full::run(),
        #[cfg(feature = "full")]
        Command::Judge(options) => judge::run(&workspace()?, &options),
        #[cfg(feature = "full")]
        Command::Bench(options) => bench::run(&workspace()?, options),
        #[cfg(feature = "full")]
        Command::Corpus(options) => corpus::run(&workspace()?, &options),
        #[cfg(feature = "full")]
        Command::CorpusContract(options) => corpus::contract::run(&options),
    }
}
