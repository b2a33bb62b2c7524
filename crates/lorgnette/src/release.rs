//! `lorgnette release`: records the current state of crates as released, as the base for the next
//! changes.

mod adapters;

use crate::failure::CommandFailure;
use crate::poor;
use crate::regen::source;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use adapters::{Adapter, Releases};
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diff::surface::Surface;
use lorgnette_codegen::diff::{self, RECORD, Release};
use lorgnette_codegen::pipeline::{self, Input};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

/// Records the current state of crates as released.
///
/// The surface of each crate is written to specs/API/released.jsonl, with its version; `lorgnette
/// generate` compares with that record. The newest section of its CHANGELOG.md becomes final. For
/// an adapter, its version and those of the generated crates that it re-exports are written to
/// specs/adapters.toml: if a generated crate takes a breaking step, so must the adapter. Nothing is
/// published: that is `cargo publish`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette release lamps-v1    after `lorgnette generate` and a review; then commit and `cargo publish -p lamps-v1`
  lorgnette release lamps       an adapter, after the crates that it hands on
  lorgnette release --raise lamps-v1 lamps
                                the same, with the step that lamps-v1 asks of lamps
  lorgnette release --all")]
pub struct ReleaseOptions {
    /// The APIs, as specs/apis.toml names them, and adapters.
    #[arg(value_name = "CRATE", required_unless_present = "all")]
    crates: Vec<String>,
    /// Raise the versions of adapters that must take a breaking step and have not.
    #[arg(long)]
    raise: bool,
    /// Release every API of the catalogue, and every adapter.
    #[arg(long, conflicts_with = "crates")]
    all: bool,
}

/// Records the releases.
///
/// # Errors
///
/// When the catalogue or the record of adapters cannot be read, or a name is not that of a crate.
/// Crates that cannot be released are printed, and the exit status is 1.
pub fn run(workspace: &Workspace, options: &ReleaseOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let adapters = adapters::adapters(workspace, &catalogue)?;
    let (mut apis, mut chosen): (Vec<&Entry>, Vec<&Adapter>) = (Vec::new(), Vec::new());
    if options.all {
        apis.extend(&catalogue.apis);
        chosen.extend(&adapters);
    }
    for name in &options.crates {
        match adapters.iter().find(|adapter| adapter.name == *name) {
            Some(adapter) => chosen.push(adapter),
            None => apis.push(api(&catalogue, &adapters, name)?),
        }
    }
    let mut said = String::new();
    let mut failed = false;
    for api in apis {
        let outcome = one(workspace, &adapters, api, options.raise);
        take(&mut said, &mut failed, &api.name, outcome);
    }
    // Versions may have been raised.
    let adapters = adapters::adapters(workspace, &catalogue)?;
    let chosen = adapters
        .iter()
        .filter(|adapter| chosen.iter().any(|chosen| chosen.name == adapter.name));
    for adapter in chosen {
        let outcome = of_adapter(workspace, &catalogue, adapter);
        take(&mut said, &mut failed, &adapter.name, outcome);
    }
    workspace::print(&said);
    Ok(ExitCode::from(u8::from(failed)))
}

/// The API of a name that no adapter has.
fn api<'c>(catalogue: &'c Catalogue, adapters: &[Adapter], name: &str) -> Result<&'c Entry, CommandFailure> {
    catalogue.api(name).map_err(|error| {
        let known: Vec<&str> = adapters.iter().map(|adapter| adapter.name.as_str()).collect();
        let failure = CommandFailure::of_generator(&error.clone().in_file(CATALOGUE), "");
        match known.as_slice() {
            [] => failure,
            known => failure.help(format!("{}; the adapters are {}", error.help, known.join(", "))),
        }
    })
}

fn take(said: &mut String, failed: &mut bool, name: &str, outcome: Result<String, CommandFailure>) {
    match outcome {
        Ok(text) => said.push_str(&text),
        Err(failure) => {
            eprintln!("{name}: {failure}");
            *failed = true;
        }
    }
}

fn one(
    workspace: &Workspace,
    adapters: &[Adapter],
    api: &Entry,
    raise: bool,
) -> Result<String, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let release: Release = source::on_large_stack(&folder, || pipeline::release(&input))?
        .map_err(|error| CommandFailure::of_generator(&error, &folder))?;
    let home = workspace.crate_folder(&api.name);
    let manifest = format!("{home}/Cargo.toml");
    let there = workspace.read(&manifest).unwrap_or_default();
    if !there.contains(&format!("version = \"{}\"", release.full_version)) {
        return Err(
            CommandFailure::new("the crate differs from the one that its contract gives")
                .at(manifest)
                .help(format!(
                    "run `{}` and review it first",
                    workspace.command(&format!("generate {}", api.name))
                )),
        );
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
    let releases = Releases::read(workspace)?;
    for adapter in adapters {
        let Err(unsaid) = releases.refuse_unsaid(adapter, &api.name, &release.full_version) else {
            continue;
        };
        if !raise {
            return Err(unsaid.failure(adapter, &api.name));
        }
        let place = adapters::set_version(workspace, adapter, &unsaid.wanted)?;
        let _ = writeln!(said, "{} {}: raised in {place}", adapter.name, unsaid.wanted);
    }
    said.push_str(&poor_names(&input, &release, api)?);
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

/// Remarks on poor names that this release publishes for the first time.
fn poor_names(input: &Input<'_>, release: &Release, api: &Entry) -> Result<String, CommandFailure> {
    /// The maximum number of names in a message.
    const SHOWN: usize = 10;
    let surface = |record: &str| {
        let record = diff::read_record(record);
        let record = record.map_err(|error| CommandFailure::of_generator(&error.in_file(RECORD), ""))?;
        Ok::<Surface, CommandFailure>(record.surface)
    };
    let before = input.history.released.as_deref().map(surface).transpose()?;
    let before = before.unwrap_or_default();
    let now = surface(&release.record)?;
    let operations = poor::operations(&now).filter(|name| !before.operations.contains_key(*name));
    let types = poor::types(&now).map(|(name, _)| name);
    let types = types.filter(|name| !before.types.contains_key(*name));
    let names: Vec<&String> = operations.chain(types).collect();
    let mut said = String::new();
    if !names.is_empty() {
        let shown: Vec<&str> = names.iter().take(SHOWN).map(|name| name.as_str()).collect();
        let more = match names.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(
            said,
            "{}: callers depend on these names from now on, although they are long or numbered: {}{more}",
            api.name,
            shown.join(", ")
        );
        let _ = writeln!(
            said,
            "  before you commit the record, better ones can be given: of types by `rename-types` in {CATALOGUE}, \
             of operations by an overlay that sets `operationId`"
        );
    }
    Ok(said)
}

fn of_adapter(
    workspace: &Workspace,
    catalogue: &Catalogue,
    adapter: &Adapter,
) -> Result<String, CommandFailure> {
    let mut versions = BTreeMap::new();
    for api in &catalogue.apis {
        let folder = format!("specs/{}", api.name);
        if let Some(text) = source::history(workspace, &api.name)?.released {
            let record = diff::read_record(&text)
                .map_err(|error| CommandFailure::of_generator(&error.in_file(RECORD), &folder))?;
            versions.insert(api.name.clone(), record.version);
        }
    }
    let Adapter { name, version, .. } = adapter;
    Ok(match Releases::read(workspace)?.with(adapter, &versions)? {
        None => format!("{name} {version}: released already, nothing has changed\n"),
        Some(releases) => {
            write::whole(&workspace.path(adapters::RECORD), &releases.text()?)?;
            format!("{name} {version}: recorded in {}\n", adapters::RECORD)
        }
    })
}
