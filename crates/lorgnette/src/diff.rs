//! `lorgnette diff`: shows what has changed in contracts and overlays, and what the changes mean
//! for callers of the crates.
//!
//! The generator compares; this command reads the two states and prints the result.

mod against;

use crate::failure::CommandFailure;
use crate::regen::source;
use crate::workspace::{self, CATALOGUE, Workspace};
use against::{Against, PriorState};
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diagnostics::{self, Station};
use lorgnette_codegen::diff::{Change, FIRST, Report, compare, read_record};
use lorgnette_codegen::pipeline::{self, Seen};
use std::path::Path;
use std::process::ExitCode;

/// Prints the changes of contracts and overlays, and their breaking effects.
///
/// Both states pass through the pipeline with their overlays and catalogue entries, up to the
/// crate's surface. A change is breaking if a program that uses the crate may have to change. The
/// exit status is 2 if there is a breaking change, 1 if the state of an API cannot be read, and 3
/// if both apply. The changes determine the minimum version step; before 1.0.0, major raises the
/// second number (0.1.4 becomes 0.2.0), minor and patch the third. `lorgnette generate` compares
/// with the last release, and writes the same changes into CHANGELOG.md.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette diff                                    every API, against the last commit
  lorgnette diff lamps-v1 --against v1.2              against a tag
  lorgnette diff lamps-v1 --against ~/old.json        against a contract in a file, with today's overlay
  lorgnette diff lamps-v1 --against specs/lamps-v1/released.jsonl     against the last release
  lorgnette diff --format markdown                  for a pull request")]
pub struct DiffOptions {
    /// The API, as specs/apis.toml names it; by default, all of them.
    #[arg(value_name = "API")]
    api: Option<String>,
    /// The previous state: a git revision, a contract in a file, a folder like specs/API/, or the
    /// record of a release.
    #[arg(long, value_name = "REV|FILE", default_value = "HEAD")]
    against: String,
    /// How the changes are shown. In JSON, they are a list with one entry per API.
    #[arg(long, value_enum, default_value = "text")]
    format: DiffFormat,
}

/// How the changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DiffFormat {
    Text,
    Markdown,
    Json,
}

/// Compares, and prints the changes.
///
/// # Errors
///
/// When the catalogue or the previous state cannot be read. If single APIs fail, their failures are
/// printed, the others are shown, and the exit status is 1.
pub fn run(workspace: &Workspace, options: &DiffOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let apis: Vec<&Entry> = match &options.api {
        Some(name) => {
            let api = catalogue.api(name);
            vec![api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?]
        }
        None => catalogue.apis.iter().collect(),
    };
    let against = match Against::find(workspace, &options.against, options.api.is_some()) {
        Ok(against) => against,
        Err(failure) => {
            let api = options.api.iter().map(|api| format!("{api}: "));
            eprintln!("{}{failure}", api.collect::<String>());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut reports = Vec::new();
    let mut failed = false;
    for api in apis {
        match one(workspace, api, &against) {
            Ok(report) => reports.push(report),
            Err(failure) => {
                eprintln!("{}: {failure}", api.name);
                failed = true;
            }
        }
    }
    let gone = match (&options.api, &against) {
        (None, Against::Revision(_, before)) => gone(before, &catalogue),
        _ => Vec::new(),
    };
    workspace::print(&shown(options, &reports, &gone)?);
    let breaks = |report: &Report| report.changes.iter().any(Change::is_breaking);
    let breaking = !gone.is_empty() || reports.iter().any(breaks);
    Ok(ExitCode::from(u8::from(failed) + 2 * u8::from(breaking)))
}

/// The changes and the removed APIs, in the requested format.
fn shown(options: &DiffOptions, reports: &[Report], gone: &[String]) -> Result<String, CommandFailure> {
    Ok(match options.format {
        DiffFormat::Text => {
            let mut parts: Vec<String> = reports.iter().map(Report::text).collect();
            parts.extend(
                gone.iter()
                    .map(|name| format!("{name}: no longer in the catalogue\n")),
            );
            parts.join("")
        }
        DiffFormat::Markdown => {
            // If all APIs are requested, only those that have changed are interesting.
            let shown = reports
                .iter()
                .filter(|report| options.api.is_some() || !report.changes.is_empty());
            let mut parts: Vec<String> = shown.map(Report::markdown).collect();
            parts.extend(
                gone.iter()
                    .map(|name| format!("## {name}\n\nNot in the catalogue any more.\n")),
            );
            if parts.is_empty() {
                parts.push("No changes.\n".to_string());
            }
            parts.join("\n")
        }
        DiffFormat::Json => {
            let list: Vec<serde_json::Value> = reports.iter().map(Report::json).collect();
            let text = lorgnette_codegen::text::json(&list);
            let text = text.map_err(|error| {
                CommandFailure::new(format!("the changes cannot be written as JSON: {error}"))
            })?;
            format!("{text}\n")
        }
    })
}

/// The APIs that only the old catalogue has.
fn gone(before: &Catalogue, after: &Catalogue) -> Vec<String> {
    let names = before.apis.iter().map(|api| api.name.clone());
    names.filter(|name| after.api(name).is_err()).collect()
}

fn one(workspace: &Workspace, api: &Entry, against: &Against) -> Result<Report, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let released = match &input.history.released {
        Some(text) => {
            read_record(text)
                .map_err(|error| CommandFailure::of_generator(&error, &folder))?
                .version
        }
        None => FIRST.to_string(),
    };
    let mut report = Report {
        api: api.name.clone(),
        released,
        contract: (String::new(), String::new()),
        changes: Vec::new(),
    };
    let before = match against.state(workspace, &input)? {
        // Documents that are equal before the pipeline are equal after it.
        PriorState::Same => return Ok(report),
        PriorState::Surface(surface) => surface,
        PriorState::Input(before, shown) => see(&before, &shown)?.surface,
    };
    let after = see(&input, &folder)?;
    report.changes = compare(&before, &after.surface, Some(&after.contract));
    report.contract = (before.head.contract, after.surface.head.contract);
    Ok(report)
}

/// The surface of one state. `shown` names its folder in failures. Overlay actions that do not
/// apply cause a warning and are skipped, so that one of them does not hide all other changes.
fn see(input: &pipeline::Input<'_>, shown: &str) -> Result<Seen, CommandFailure> {
    let failure = |mut error: diagnostics::Error| {
        // A single file takes the place and the name of the current contract.
        if error.file == input.api.contract && Path::new(shown).is_file() {
            shown.clone_into(&mut error.file);
            return CommandFailure::of_generator(&error, "");
        }
        CommandFailure::of_generator(&error, shown)
    };
    match source::on_large_stack(shown, || pipeline::surface(input))? {
        Err(error) if error.station == Station::Overlay => {
            let (overlay, failing) = pipeline::applying_overlay(input).map_err(failure)?;
            if failing.is_empty() {
                return Err(failure(error));
            }
            for error in failing {
                eprintln!("{}: warning: {}", input.api.name, failure(error));
            }
            let reduced = pipeline::Input {
                overlay,
                ..input.clone()
            };
            source::on_large_stack(shown, || pipeline::surface(&reduced))?.map_err(failure)
        }
        seen => seen.map_err(failure),
    }
}
