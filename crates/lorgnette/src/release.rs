//! `lorgnette release`: records that a crate is released as it stands, which the next changes are
//! counted from.
//!
//! It writes two files and publishes nothing.

use crate::failure::Failure;
use crate::regen::source;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use lorgnette_codegen::diff::{RECORD, Release};
use lorgnette_codegen::{catalogue::Api, pipeline};
use std::fmt::Write;
use std::process::ExitCode;

/// Records that crates are released as they stand.
///
/// The surface of each crate is written to specs/API/released.jsonl, with its version;
/// `lorgnette generate` counts changes from there. The newest section of its CHANGELOG.md stays for
/// good. Nothing is published: that is `cargo publish`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette release lamps-v1    after `lorgnette generate` and a review; then commit and `cargo publish -p lamps-v1`
  lorgnette release --all")]
pub struct Options {
    /// The APIs, as specs/apis.toml names them.
    #[arg(value_name = "API", required_unless_present = "all")]
    apis: Vec<String>,
    /// Every API of the catalogue.
    #[arg(long, conflicts_with = "apis")]
    all: bool,
}

/// Records the releases.
///
/// # Errors
///
/// When a crate is not what its contract makes, or a file cannot be read or written.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Failure> {
    let catalogue = workspace.catalogue()?;
    let mut said = String::new();
    for api in catalogue.apis.iter().filter(|_| options.all) {
        said.push_str(&one(workspace, api)?);
    }
    for name in &options.apis {
        let api = catalogue.api(name);
        let api = api.map_err(|error| Failure::of_generator(&error.in_file(CATALOGUE), ""))?;
        said.push_str(&one(workspace, api)?);
    }
    workspace::print(&said);
    Ok(ExitCode::SUCCESS)
}

fn one(workspace: &Workspace, api: &Api) -> Result<String, Failure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let release: Release = source::on_large_stack(&folder, || pipeline::release(&input))?
        .map_err(|error| Failure::of_generator(&error, &folder))?;
    let home = workspace.crate_folder(&api.name);
    let manifest = format!("{home}/Cargo.toml");
    let there = workspace.read(&manifest).unwrap_or_default();
    if !there.contains(&format!("version = \"{}\"", release.full_version)) {
        return Err(Failure::new("the crate is not what its contract makes")
            .at(manifest)
            .help(format!(
                "run `{}` and review it first",
                workspace.command(&format!("generate {}", api.name))
            )));
    }
    let mut said = String::new();
    if input.history.released.as_ref() == Some(&release.record) {
        let _ = writeln!(
            said,
            "{} {}: released already, nothing has changed",
            api.name, release.full_version
        );
        return Ok(said);
    }
    write::all(&[
        (workspace.path(&format!("{home}/CHANGELOG.md")), release.changelog),
        (workspace.path(&format!("{folder}/{RECORD}")), release.record),
    ])?;
    let _ = writeln!(
        said,
        "{} {}: recorded in {folder}/{RECORD}",
        api.name, release.full_version
    );
    Ok(said)
}
