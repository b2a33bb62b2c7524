//! Generates one crate from one contract, outside a project.

use super::options::Alone;
use crate::about::About;
use crate::failure::CommandFailure;
use crate::paths::{absolute, between};
use crate::regen::check;
use crate::regen::source::on_large_stack;
use crate::regen::tree::{Changes, Tree};
use crate::scheme::Scheme;
use crate::{files, workspace, write};
use lorgnette_codegen::catalogue::{self, Catalogue, Entry, Project, Runtime};
use lorgnette_codegen::diagnostics::Error;
use lorgnette_codegen::diff::History;
use lorgnette_codegen::load;
use lorgnette_codegen::pipeline::{self, Generated, Input};
use lorgnette_codegen::text::{LONG, line};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

/// The files of the folder that are regenerated, in addition to the folder [`SOURCES`].
const OWN: [&str; 3] = ["Cargo.toml", "NOTES.md", "README.md"];
/// The folder that is regenerated as a whole.
const SOURCES: &str = "src";

/// Generates the crate, or prints what would change.
///
/// # Errors
///
/// When the contract cannot be generated, the folder is written by hand, or a file cannot be read
/// or written.
pub fn run(contract: &Path, output: &Path, check: bool, options: &Alone) -> Result<ExitCode, CommandFailure> {
    let (contracts, file) = files::of_contract(contract)?;
    let api = api(&contracts, &file, output, options)?;
    let overlay = files::overlay(options.overlay.as_deref())?;
    let input = Input {
        api: &api,
        contract: contracts,
        overlay,
        history: History::default(),
    };
    let folder = contract.parent().unwrap_or(Path::new("")).display().to_string();
    let mut generated = on_large_stack(&folder, || pipeline::generate_crate(&input))?
        .map_err(|error| failure(error, &folder))?;
    // Without a release to compare with, there are no changes to report.
    generated.files.retain(|path, _| is_own(path));

    let shown = output.display().to_string();
    let existing = Tree::of_crate(output, &shown, &OWN, SOURCES)?;
    let changes = Changes::between(&existing, &generated.files);
    let said = said(&shown, &generated, changes.len(), check);
    if check {
        workspace::print(&(check::diff(&format!("{shown}/"), &changes) + &said));
        return Ok(ExitCode::from(u8::from(!changes.is_empty())));
    }
    write_to(output, &existing, generated.files)?;
    workspace::print(&said);
    Ok(ExitCode::SUCCESS)
}

/// An error of the generator, for which there is no catalogue entry here.
fn failure(error: Error, folder: &str) -> CommandFailure {
    match error.file.as_str() {
        catalogue::FILE => CommandFailure::new(error.message).help(error.help),
        _ => CommandFailure::of_generator(&error, folder),
    }
}

fn is_own(path: &str) -> bool {
    OWN.contains(&path) || path.split('/').next() == Some(SOURCES)
}

/// The entry of the API, as a catalogue would contain it.
fn api(contracts: &load::Files, file: &str, output: &Path, options: &Alone) -> Result<Entry, CommandFailure> {
    let document = load::load(contracts, file);
    let document = document.map_err(|error| CommandFailure::of_generator(&error.in_file(file), ""))?;
    let about = About::of(&document);
    let name = name(output, options)?;
    let given = |given: &Option<String>, said: &str, other: &str| match (given, said) {
        (Some(given), _) => given.clone(),
        (None, "") => other.to_owned(),
        (None, said) => said.to_owned(),
    };
    let title = given(&options.title, &about.title, &name);
    let vendor = given(&options.vendor, &about.vendor, &title);
    let mut entry = Table::new();
    for (key, text) in [
        ("name", name.as_str()),
        ("title", &line(&title, LONG)),
        ("vendor", &line(&vendor, LONG)),
        ("contract", file),
        ("documentation", &about.documentation),
        ("source", file),
        ("authentication", &Scheme::of(&document).0.words()),
        ("version", &options.crate_version),
    ] {
        entry[key] = value(text);
    }
    if let Some(overlay) = &options.overlay {
        entry["overlay"] = value(overlay.display().to_string());
    }
    for (key, selectors) in [("include", &options.include), ("exclude", &options.exclude)] {
        entry[key] = value(selectors.iter().collect::<Array>());
    }
    entry["types-only"] = value(options.types_only);
    let mut entries = ArrayOfTables::new();
    entries.push(entry);
    let mut catalogue = DocumentMut::new();
    catalogue.insert("api", Item::ArrayOfTables(entries));
    let mut catalogue = Catalogue::parse(&catalogue.to_string()).map_err(|error| {
        let help = if error.pointer.ends_with("/name") {
            "the folder's name is that of the crate: give it another with `--name`"
        } else {
            &error.help
        };
        CommandFailure::new(error.message.as_str()).help(help)
    })?;
    let mut api = catalogue
        .apis
        .pop()
        .ok_or_else(|| CommandFailure::new("there is no entry"))?;
    api.project = project(output, options)?;
    let folder = output.file_name().and_then(|name| name.to_str());
    let folder = folder.unwrap_or(".");
    api.alone = Some((format!("lorgnette generate {file} -o {folder}"), file.to_owned()));
    Ok(api)
}

/// The name of the crate.
fn name(output: &Path, options: &Alone) -> Result<String, CommandFailure> {
    if let Some(name) = &options.name {
        return Ok(name.clone());
    }
    // `.` also stands for a folder with a name.
    let folder = absolute(output)?;
    let name = folder.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| {
        CommandFailure::new("the folder's name is not a valid crate name").help("give one with `--name`")
    })?;
    Ok(name.to_lowercase().replace(['_', ' ', '.'], "-"))
}

fn project(output: &Path, options: &Alone) -> Result<Project, CommandFailure> {
    let runtime = match (&options.runtime_path, &options.runtime_version) {
        (Some(path), _) => Runtime::Table(
            [("path".to_owned(), runtime(output, path)?.into())]
                .into_iter()
                .collect(),
        ),
        (None, Some(version)) => Runtime::Version(version.clone()),
        (None, None) => Runtime::default(),
    };
    Ok(Project {
        license: options.license.clone(),
        repository: options.repository.clone(),
        official: options.official,
        crates: ".".to_owned(),
        runtime,
        ..Project::default()
    })
}

/// The path of lorgnette-runtime, as written in the crate's manifest.
fn runtime(output: &Path, path: &Path) -> Result<String, CommandFailure> {
    if !path.join("Cargo.toml").is_file() {
        return Err(CommandFailure::new("there is no crate")
            .at(path.display().to_string())
            .help("name the folder of lorgnette-runtime, which holds its Cargo.toml"));
    }
    let path = if path.is_absolute() {
        path.to_path_buf()
    } else {
        between(&absolute(output)?, &absolute(path)?)
    };
    Ok(path.display().to_string().replace('\\', "/"))
}

/// Writes the generated files, and removes stale ones.
fn write_to(output: &Path, existing: &Tree, files: BTreeMap<String, String>) -> Result<(), CommandFailure> {
    let stale = existing.files.keys().filter(|path| !files.contains_key(*path));
    let stale: Vec<PathBuf> = stale.map(|path| output.join(path)).collect();
    let files: Vec<(PathBuf, String)> = files
        .into_iter()
        .map(|(path, text)| (output.join(path), text))
        .collect();
    write::all(&files)?;
    for path in stale {
        std::fs::remove_file(&path).map_err(|error| CommandFailure::io("remove", &path, &error))?;
    }
    Ok(())
}

/// The result.
fn said(shown: &str, generated: &Generated, changes: usize, check: bool) -> String {
    let of = generated.summary;
    let changed = match (changes, check) {
        (0, _) => "unchanged".to_owned(),
        (1, true) => "1 file would change".to_owned(),
        (n, true) => format!("{n} files would change"),
        (1, false) => "1 file changed".to_owned(),
        (n, false) => format!("{n} files changed"),
    };
    let mut text = format!(
        "{shown}: {} operations, {} types, {} lines; {changed}\n",
        of.operations, of.types, of.lines
    );
    for left in &generated.left_out {
        let left = line(&format!("{}: {}", left.pointer, left.error.message), LONG);
        let _ = writeln!(text, "  could not be generated, and is left out: {left}");
    }
    if of.notes > 0 {
        let _ = writeln!(
            text,
            "  {shown}/NOTES.md says where the crate differs from the contract; notes: {}",
            of.notes
        );
    }
    text
}
