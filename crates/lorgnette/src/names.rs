//! Rejects names that a new crate cannot have: those of Rust, of dependencies, and of existing
//! crates and folders.

use crate::failure::CommandFailure;
use crate::workspace::{CATALOGUE, Workspace};
use lorgnette_codegen::naming::is_keyword;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// Crates that come with the compiler.
const RUST: [&str; 7] = ["std", "core", "alloc", "test", "proc-macro", "build", "deps"];
/// Names that Windows reserves for devices; some end with a number.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Rejects the name of an API if a new crate cannot have it, or if its adapter cannot have the
/// adapter's name.
///
/// # Errors
///
/// When one of the two names is taken; the error says by what.
pub fn refuse_taken(workspace: &Workspace, name: &str, adapter: Option<&str>) -> Result<(), CommandFailure> {
    let catalogue = workspace.catalogue()?;
    if catalogue.api(name).is_ok() {
        return Err(
            CommandFailure::new(format!("there is an API called {name:?} already"))
                .at(CATALOGUE)
                .help(format!(
                    "give it another name, or run `{}` and `{}` on the one that is there",
                    workspace.command("fetch"),
                    workspace.command("generate")
                )),
        );
    }
    let dependencies = dependencies(workspace);
    let both = adapter.map(|adapter| (adapter, "the adapter"));
    for (name, what) in std::iter::once((name, "the crate")).chain(both) {
        let by = match plain(name) {
            plain if dependencies.contains(&plain) => "a dependency of the workspace",
            plain if RUST.contains(&plain.as_str()) || is_keyword(&plain.replace('-', "_")) => "Rust",
            plain if is_device(&plain) => "a device of Windows",
            plain if plain == "lorgnette" || plain.starts_with("lorgnette-") => "lorgnette",
            _ => continue,
        };
        return Err(CommandFailure::new(format!(
            "{what} cannot be called {name:?}: that is a name of {by}"
        ))
        .help("give the API another name"));
    }
    let mut places = vec![workspace.crate_folder(name), format!("specs/{name}")];
    if let Some(calls) = &workspace.project().calls {
        let module = format!("{calls}/{}", name.replace('-', "_"));
        places.extend([format!("{module}.rs"), module]);
    }
    places.extend(alike(workspace, name));
    // The existing adapter of another version is accepted; anything else with that name is not.
    if let Some(adapter) = adapter {
        let folder = workspace.crate_folder(adapter);
        if catalogue.api(adapter).is_ok() || !is_crate(workspace, &folder, adapter) {
            places.push(folder);
            places.extend(alike(workspace, adapter));
        }
    }
    // Links count as well, even dangling ones.
    let is_there = |place: &String| workspace.path(place).symlink_metadata().is_ok();
    match places.into_iter().find(is_there) {
        None => Ok(()),
        Some(place) => Err(CommandFailure::new("something with that name already exists")
            .at(place)
            .help("give the API another name, or remove what is there")),
    }
}

/// A name as Cargo and file systems compare it.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn is_device(plain: &str) -> bool {
    let numbered = NUMBERED_DEVICES
        .iter()
        .filter_map(|device| plain.strip_prefix(device));
    DEVICES.contains(&plain)
        || numbered
            .into_iter()
            .any(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
}

/// Folders that the workspace's manifest and lock file name, and that the workspace lacks.
fn dependencies(workspace: &Workspace) -> BTreeSet<String> {
    let read = |file: &str| {
        workspace
            .read(file)
            .ok()
            .and_then(|text| text.parse::<Table>().ok())
    };
    let (manifest, lock) = (read("Cargo.toml"), read("Cargo.lock"));
    let named = manifest
        .as_ref()
        .and_then(|manifest| manifest.get("workspace")?.get("dependencies")?.as_table());
    let named = named.into_iter().flatten();
    let named = named
        .filter(|(_, dependency)| dependency.get("path").is_none())
        .map(|(name, _)| name.as_str());
    let locked = lock.as_ref().and_then(|lock| lock.get("package")?.as_array());
    let locked = locked
        .into_iter()
        .flatten()
        .filter(|package| package.get("source").is_some());
    let locked = locked.filter_map(|package| package.get("name").and_then(Value::as_str));
    named.chain(locked).map(plain).collect()
}

/// Other spellings of a crate's name that exist in the folder of crates.
fn alike(workspace: &Workspace, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(workspace.path(&workspace.project().crates));
    let names = entries.into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let alike = names.filter(|entry| entry != name && plain(entry) == plain(name));
    alike.map(|entry| workspace.crate_folder(&entry)).collect()
}

fn is_crate(workspace: &Workspace, folder: &str, name: &str) -> bool {
    let manifest = workspace.read(&format!("{folder}/Cargo.toml")).ok();
    let manifest = manifest.and_then(|text| text.parse::<Table>().ok());
    let package = manifest
        .as_ref()
        .and_then(|manifest| manifest.get("package")?.get("name")?.as_str());
    package == Some(name)
}
