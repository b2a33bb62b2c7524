//! `lorgnette remove`: removes an API from a project.

use crate::catalogue::Document;
use crate::failure::CommandFailure;
use crate::fetch::lock::{LOCK, Lock};
use crate::manifest::{MANIFEST, Manifest};
use crate::places;
use crate::regen;
use crate::stage::Stage;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use std::process::ExitCode;

/// Removes an API: its entry, its folder in specs/, its crate, and other mentions.
///
/// Crates that depend on it, such as its adapter, must be changed first; they are listed.
#[derive(Debug, clap::Args)]
pub struct RemoveOptions {
    /// The API, as specs/apis.toml names it.
    #[arg(value_name = "API")]
    api: String,
}

/// Removes the API.
///
/// # Errors
///
/// When there is no such API, a crate depends on it, or a file cannot be changed. In these cases
/// nothing has changed.
pub fn run(workspace: &Workspace, options: &RemoveOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let api = catalogue.api(&options.api);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    let name = &api.name;
    let dependents = places::dependents(workspace, name)?;
    if !dependents.is_empty() {
        return Err(CommandFailure::new(format!(
            "{name} is a dependency of other crates: {}",
            dependents.join(", ")
        ))
        .help("remove those crates, or take the dependency out of them, and run the command again"));
    }
    let _lock = regen::lock(workspace)?;
    let folders = places::folders(workspace, name);
    let mut parts: Vec<&str> = folders.iter().map(String::as_str).collect();
    parts.extend([MANIFEST, "Cargo.lock", ".gitattributes", CATALOGUE, LOCK]);
    let stage = Stage::of(workspace, &parts)?;
    let copy = stage.workspace();
    for folder in folders
        .iter()
        .map(|folder| copy.path(folder))
        .filter(|folder| folder.exists())
    {
        std::fs::remove_dir_all(&folder).map_err(|error| CommandFailure::io("remove", &folder, &error))?;
    }
    let mut document = Document::read(copy)?;
    document.remove(name);
    write::whole(&copy.path(CATALOGUE), &document.text())?;
    let mut lock = Lock::read(copy)?;
    if lock.pin(name).is_some() {
        lock.remove(name);
        write::whole(&copy.path(LOCK), &lock.text()?)?;
    }
    if copy.path(MANIFEST).is_file() {
        let mut manifest = Manifest::read(copy)?;
        manifest.remove_dependency(name);
        write::whole(&copy.path(MANIFEST), &manifest.text())?;
    }
    places::unattribute(copy, name)?;
    stage.commit()?;
    workspace::print(&format!("{name}: removed\n"));
    Ok(ExitCode::SUCCESS)
}
