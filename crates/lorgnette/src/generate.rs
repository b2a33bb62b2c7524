//! `lorgnette generate`: generates all crates of a project, or one crate from one contract.

mod alone;
mod options;

use crate::failure::CommandFailure;
use crate::regen;
use crate::workspace::Workspace;
use options::Alone;
use std::process::ExitCode;

/// Generates crates from contracts.
///
/// In a project, each crate that specs/apis.toml names is replaced as a whole, or left unchanged if
/// nothing in it changes. Its version and the newest section of its CHANGELOG.md say what has
/// changed since the last release, which specs/API/released.jsonl records (see `lorgnette
/// release`); the rest of CHANGELOG.md is kept. When an API fails, its crate is left unchanged, and
/// the exit status is 1.
///
/// With `--output`, generates one crate from one contract file, in any folder and without a
/// project. In that folder, Cargo.toml, README.md, NOTES.md and src/ are replaced; everything else
/// is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette generate                     all crates
  lorgnette generate lamps-v1 bulbs-v2   these two
  lorgnette generate --check             a diff of what would change; exit status 1 if anything would
  lorgnette generate petstore.yaml -o petstore
                                         a crate of one contract
  lorgnette generate petstore.yaml -o petstore --include tag:pets --exclude 'DELETE /**'
                                         of some of its operations, and the types that they reach
  lorgnette generate petstore.yaml -o petstore --types-only")]
pub struct GenerateOptions {
    /// The APIs, as specs/apis.toml names them; by default, all of them. With `--output`, the
    /// contract file.
    #[arg(value_name = "API|FILE")]
    apis: Vec<String>,
    /// Write nothing; print a unified diff of what would change, and exit with 1 if there is any.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    alone: Alone,
}

/// Generates or checks the crates.
///
/// # Errors
///
/// When the catalogue cannot be read or has no API of a given name, or the one contract cannot be
/// generated. Failures of single APIs of a project are printed, and the exit status is 1.
pub fn run(
    workspace: impl FnOnce() -> Result<Workspace, CommandFailure>,
    options: GenerateOptions,
) -> Result<ExitCode, CommandFailure> {
    let Some(output) = &options.alone.output else {
        let file = options.apis.iter().find(|name| name.contains(['.', '/']));
        if let Some(file) = file {
            return Err(
                CommandFailure::new(format!("{file:?} is not a name of an API")).help(
                    "also give the folder of the crate, to generate it from a contract in a file: `-o DIR`",
                ),
            );
        }
        let regen = regen::RegenOptions {
            apis: options.apis,
            check: options.check,
        };
        return regen::run(&workspace()?, &regen, lorgnette_codegen::pipeline::generate);
    };
    match options.apis.as_slice() {
        [contract] => alone::run(contract.as_ref(), output, options.check, &options.alone),
        _ => Err(CommandFailure::new("`--output` accepts only one contract").help("name one file")),
    }
}
