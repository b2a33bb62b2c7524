//! `lorgnette list`: lists the APIs of a project.

use crate::failure::CommandFailure;
use crate::fetch::lock::Lock;
use crate::regen::source;
use crate::workspace::{self, Workspace};
use lorgnette_codegen::catalogue::{DESCRIBED_BY_US, Entry};
use lorgnette_codegen::diff;
use lorgnette_codegen::text::{LONG, line};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Lists the APIs of the project: version, last release, when the contract was fetched, and from
/// where.
#[derive(Debug, clap::Args)]
pub struct ListOptions {
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
}

/// The details of an API.
struct Row {
    name: String,
    title: String,
    /// The crate's version, with the contract's; empty if the crate was never generated.
    version: String,
    /// The version of the last release; empty if there was none.
    released: String,
    source: String,
    /// When the contract was fetched; empty if it was not.
    fetched: String,
}

/// Prints the list.
///
/// # Errors
///
/// When the catalogue, the lock or the record of a release cannot be read.
pub fn run(workspace: &Workspace, options: &ListOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let lock = Lock::read(workspace)?;
    let rows: Vec<Row> = catalogue
        .apis
        .iter()
        .map(|api| row(workspace, &lock, api))
        .collect::<Result<_, _>>()?;
    let text = if options.json { json(&rows) } else { table(&rows) };
    workspace::print(&text);
    Ok(ExitCode::SUCCESS)
}

fn row(workspace: &Workspace, lock: &Lock, api: &Entry) -> Result<Row, CommandFailure> {
    let manifest = format!("{}/Cargo.toml", workspace.crate_folder(&api.name));
    let manifest = workspace.read(&manifest).ok();
    let manifest = manifest.and_then(|text| text.parse::<toml::Table>().ok());
    let version = manifest
        .as_ref()
        .and_then(|it| it.get("package")?.get("version")?.as_str());
    let released = match source::history(workspace, &api.name)?.released {
        None => String::new(),
        Some(text) => {
            diff::read_record(&text)
                .map_err(|error| {
                    CommandFailure::of_generator(&error.in_file(diff::RECORD), &format!("specs/{}", api.name))
                })?
                .version
        }
    };
    let fetched = lock.pin(&api.name).map(|pin| pin.date.clone());
    Ok(Row {
        name: api.name.clone(),
        title: line(&api.title, LONG),
        version: version.unwrap_or_default().to_owned(),
        released,
        source: line(&api.source, LONG),
        fetched: fetched.unwrap_or_default(),
    })
}

fn table(rows: &[Row]) -> String {
    let head = ["API", "version", "released", "fetched", "source", "title"];
    let cells = |row: &Row| {
        let or = |text: &str, other: &str| {
            if text.is_empty() {
                other.to_owned()
            } else {
                text.to_owned()
            }
        };
        let day = row.fetched.split('T').next().unwrap_or_default();
        [
            row.name.clone(),
            or(&row.version, "not made"),
            or(&row.released, "-"),
            or(day, "-"),
            row.source.clone(),
            row.title.clone(),
        ]
    };
    let lines: Vec<[String; 6]> = std::iter::once(head.map(ToOwned::to_owned))
        .chain(rows.iter().map(cells))
        .collect();
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let shown = lines.iter().map(|line| {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let cells: Vec<String> = cells.collect();
        format!("{}\n", cells.join("  ").trim_end())
    });
    shown.collect()
}

fn json(rows: &[Row]) -> String {
    let or_null = |text: &str| match text {
        "" | DESCRIBED_BY_US => Value::Null,
        text => Value::from(text),
    };
    let rows = rows.iter().map(|row| {
        json!({
            "api": row.name,
            "title": row.title,
            "version": or_null(&row.version),
            "released": or_null(&row.released),
            "fetched": or_null(&row.fetched),
            "source": or_null(&row.source),
        })
    });
    format!("{:#}\n", Value::Array(rows.collect()))
}
