//! The program `lorgnette`.

use clap::{CommandFactory, Parser};
use lorgnette::commands::{self, Command};
use std::path::PathBuf;
use std::process::ExitCode;

/// Contracts and Rust syntax are trees of millions of small nodes. With the system's allocator,
/// allocation takes as long as everything else.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The introduction for newcomers.
const ABOUT: &str = "\
Typed Rust clients from OpenAPI and Swagger contracts.

A project lists its APIs in specs/apis.toml. Each contract lies in a folder of specs/, and becomes a crate in crates/.";

/// The first command for newcomers.
const EXAMPLES: &str = "\
Examples:
  lorgnette new lamps-v1 --docs https://lamps.example.com/docs
                               add an API: fetch its contract, make its crate and an adapter
  lorgnette fetch --all        fetch the contracts, as far as they have changed
  lorgnette generate           generate all crates
  lorgnette generate --check   show what `generate` would change, and change nothing
  lorgnette diff               what has changed since the last commit, and what it breaks
  lorgnette release lamps-v1   record that a crate is released as it stands
  lorgnette help generate      explain one command";

#[derive(Parser)]
#[command(version, about = ABOUT, after_help = EXAMPLES)]
struct Arguments {
    /// The folder of the project; by default, the current one or the nearest parent with one.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    match commands::parsed::<Arguments>(Arguments::command()) {
        Err(status) => status,
        Ok(Arguments { command: None, .. }) => commands::help(Arguments::command()),
        Ok(Arguments {
            command: Some(command),
            root,
        }) => commands::status(command.run(root)),
    }
}
