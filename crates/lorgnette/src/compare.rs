//! `compare`: compares a vendor's contract with our description of the same API.

mod differences;
pub mod pairs;
mod render;

use crate::failure::CommandFailure;
use crate::regen::source;
use crate::workspace::{self, CATALOGUE, Workspace};
use lorgnette_codegen::catalogue::{Entry, VENDOR};
use lorgnette_codegen::diff::History;
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::{self, Input, Seen};
use pairs::Pairs;
use render::ComparisonFormat;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Compares a vendor's contract with our description of the API.
///
/// The vendor's contract is specs/API/vendor.json, which `fetch` writes where the catalogue's entry
/// says `described`. Operations are paired by method and path, types by where they are used. The
/// figures say how much of our description the vendor's contract confirms.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette compare lamps-v1
  lorgnette compare lamps-v1 --format html > lamps-v1.html
  lorgnette compare lamps-v1 --same Clip=Record      where two of the vendor's types fit Clip")]
pub struct CompareOptions {
    /// The API, as specs/apis.toml names it.
    #[arg(value_name = "API")]
    api: String,
    /// Treat a type of the vendor's contract as one of ours.
    #[arg(long, value_name = "OURS=THEIRS")]
    same: Vec<String>,
    /// How to show the comparison.
    #[arg(long, value_enum, default_value = "text")]
    format: ComparisonFormat,
}

/// Compares, and prints the comparison.
///
/// # Errors
///
/// When there is no description or no vendor's contract, or one of them cannot be read.
pub fn run(workspace: &Workspace, options: &CompareOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let api = catalogue.api(&options.api);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    workspace::print(&rendered(workspace, api, &options.same, options.format)?);
    Ok(ExitCode::SUCCESS)
}

/// The report of `compare` on an API, as Markdown.
///
/// # Errors
///
/// When there is no description or no vendor's contract, or one of them cannot be read.
pub fn markdown(workspace: &Workspace, api: &Entry) -> Result<String, CommandFailure> {
    rendered(workspace, api, &[], ComparisonFormat::Markdown)
}

fn rendered(
    workspace: &Workspace,
    api: &Entry,
    same: &[String],
    format: ComparisonFormat,
) -> Result<String, CommandFailure> {
    let both = Both::read(workspace, api)?;
    let given = given(same, &both)?;
    let pairs = Pairs::new(&both.ours.surface, &both.theirs.surface, &given);
    let comparison = differences::compare(
        &api.name,
        &both.ours.surface,
        &both.theirs.surface,
        &pairs,
        &both.ours.contract,
    );
    render::render(&comparison, format)
}

/// Our description and the vendor's contract, processed up to the surfaces of their crates.
pub struct Both {
    /// Our description, with its overlay as long as the crate is generated from it.
    pub ours: Seen,
    /// The vendor's contract without an overlay.
    pub theirs: Seen,
}

impl Both {
    /// Reads both.
    ///
    /// # Errors
    ///
    /// When one is missing, or no crate can be generated from it.
    pub fn read(workspace: &Workspace, api: &Entry) -> Result<Self, CommandFailure> {
        let Some(described) = &api.described else {
            return Err(CommandFailure::new(format!(
                "{:?} has no description of ours to compare with",
                api.name
            ))
            .at(CATALOGUE)
            .help("set `described` in its entry to the file that holds one"));
        };
        let folder = format!("specs/{}", api.name);
        let text = |file: &str, help: &str| {
            let path = format!("{folder}/{file}");
            workspace
                .read(&path)
                .map_err(|failure| failure.help(help.to_owned()))
        };
        let fetch = format!(
            "run `{}` first",
            workspace.command(&format!("fetch {}", api.name))
        );
        let vendor = text(VENDOR, &fetch)?;
        let ours = text(
            described,
            "restore the file, or take `described` out of the entry",
        )?;
        let overlay = match &api.overlay {
            Some(file) if api.is_described() => Some(text(file, "restore the overlay")?),
            _ => None,
        };
        let description = Entry {
            contract: described.clone(),
            ..api.clone()
        };
        let ours = seen(
            &description,
            &folder,
            ours,
            overlay.filter(|_| api.is_described()),
        )?;
        let theirs = seen(&vendors(api), &folder, vendor, None)?;
        Ok(Self { ours, theirs })
    }
}

/// The catalogue's entry for the vendor's contract unchanged: without overlay and without our
/// names.
pub fn vendors(api: &Entry) -> Entry {
    let mut vendors = Entry {
        contract: VENDOR.to_owned(),
        overlay: None,
        ..api.clone()
    };
    vendors.naming.rename_types.clear();
    vendors
}

/// The surface of the crate that is generated from a contract. `folder` names the contract's folder
/// in failures.
///
/// # Errors
///
/// When no crate can be generated from it.
pub fn seen(
    api: &Entry,
    folder: &str,
    contract: String,
    overlay: Option<String>,
) -> Result<Seen, CommandFailure> {
    let input = Input {
        api,
        contract: Files::from([(api.contract.clone(), contract)]),
        overlay,
        history: History::default(),
    };
    source::on_large_stack(folder, || pipeline::surface(&input))?
        .map_err(|error| CommandFailure::of_generator(&error, folder))
}

/// The pairs of types on the command line.
///
/// # Errors
///
/// When one has another form, or names a type that does not exist.
pub fn given(same: &[String], both: &Both) -> Result<BTreeMap<String, String>, CommandFailure> {
    let mut given = BTreeMap::new();
    for pair in same {
        let (ours, theirs) = pair
            .split_once('=')
            .ok_or_else(|| CommandFailure::new(format!("`--same {pair}` is not of the form OURS=THEIRS")))?;
        for (name, surface, whose) in [
            (ours, &both.ours.surface, "our description"),
            (theirs, &both.theirs.surface, "the vendor's contract"),
        ] {
            if !surface.types.contains_key(name) {
                return Err(CommandFailure::new(format!(
                    "`--same {pair}`: {whose} has no type {name}"
                )));
            }
        }
        given.insert(ours.to_owned(), theirs.to_owned());
    }
    Ok(given)
}
