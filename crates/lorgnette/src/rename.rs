//! `lorgnette rename`: gives an API and its crate another name.

use crate::catalogue::Document;
use crate::failure::CommandFailure;
use crate::fetch::lock::{LOCK, Lock};
use crate::manifest::{MANIFEST, Manifest};
use crate::regen::tree::KEPT;
use crate::stage::Stage;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::{names, places, regen, write};
use lorgnette_codegen::pipeline;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use toml_edit::value;

/// Renames an API, its crate, and its mentions in other crates of the workspace.
///
/// The contract, the overlay, the record of releases and the hand-written files of the crate move
/// with it. In crates that depend on it, the dependency is renamed, and the module's name in their
/// sources and READMEs is replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lorgnette rename lamps-v1 acme-lamps-v1")]
pub struct RenameOptions {
    /// The API, as specs/apis.toml names it.
    #[arg(value_name = "API")]
    old: String,
    /// Its new name.
    #[arg(value_name = "NAME")]
    new: String,
}

/// The folders of a package that hold sources.
const TARGETS: [&str; 4] = ["benches", "examples", "src", "tests"];

/// Renames the API.
///
/// # Errors
///
/// When there is no such API, the new name is taken, or a file cannot be changed. In these cases
/// nothing has changed.
pub fn run(workspace: &Workspace, options: &RenameOptions) -> Result<ExitCode, CommandFailure> {
    let (old, new) = (options.old.as_str(), options.new.as_str());
    let catalogue = workspace.catalogue()?;
    catalogue
        .api(old)
        .map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    names::refuse_taken(workspace, new, None)?;
    let _lock = regen::lock(workspace)?;
    let dependents = places::dependents(workspace, old)?;
    let (before, after) = (places::folders(workspace, old), places::folders(workspace, new));
    let licences = regen::licences(workspace)?;
    let mut folders: Vec<&str> = dependents
        .iter()
        .filter_map(|manifest| manifest.strip_suffix(MANIFEST))
        .map(|folder| folder.trim_end_matches('/'))
        .collect();
    // The folder of a package at the root contains the whole workspace, but only these files are
    // its own.
    let is_root = folders.contains(&"");
    folders.retain(|folder| !folder.is_empty());
    if is_root {
        folders.extend(TARGETS.iter().filter(|folder| workspace.path(folder).is_dir()));
    }
    let mut parts: Vec<&str> = vec![MANIFEST, "Cargo.lock", ".gitattributes", CATALOGUE, LOCK];
    parts.extend(before.iter().map(String::as_str));
    parts.extend(licences.iter().map(|(name, _)| name.as_str()));
    parts.extend(&folders);
    let stage = Stage::of(workspace, &parts)?;
    let copy = stage.workspace();

    move_folders(copy, &before, &after)?;
    let mut document = Document::read(copy)?;
    document.entry(old)?["name"] = value(new);
    write::whole(&copy.path(CATALOGUE), &document.text())?;
    let mut lock = Lock::read(copy)?;
    if let Some(mut pin) = lock.pin(old).cloned() {
        lock.remove(old);
        new.clone_into(&mut pin.name);
        lock.set(pin);
        write::whole(&copy.path(LOCK), &lock.text()?)?;
    }
    let catalogue = copy.catalogue()?;
    let api = catalogue.api(new);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    let made = regen::one(copy, api, false, pipeline::generate)?;
    let version = made.version.split('+').next().unwrap_or_default();
    if copy.path(MANIFEST).is_file() {
        let mut manifest = Manifest::read(copy)?;
        manifest.rename_dependency(old, new);
        let text = match is_root {
            true => renamed(&manifest.text(), false, old, new),
            false => manifest.text(),
        };
        write::whole(&copy.path(MANIFEST), &text)?;
    }
    places::unattribute(copy, old)?;
    places::add(copy, &[(new, version)], new)?;
    let mut changed = Vec::new();
    for folder in &folders {
        replace_in(&copy.path(folder), folder, old, new, &mut changed)?;
    }
    stage.commit()?;
    let mut said = format!("{old} is {new} now, at version {}\n", made.version);
    for path in changed {
        let _ = writeln!(said, "  {path}: the new name");
    }
    workspace::print(&said);
    Ok(ExitCode::SUCCESS)
}

/// Moves the contract's folder, and the hand-written parts of generated ones.
fn move_folders(copy: &Workspace, before: &[String], after: &[String]) -> Result<(), CommandFailure> {
    for (index, (before, after)) in before.iter().zip(after).enumerate() {
        let (from, to) = (copy.path(before), copy.path(after));
        if !from.exists() {
            continue;
        }
        let failure = |error: std::io::Error| CommandFailure::io("move", Path::new(before), &error);
        if index == 0 {
            std::fs::rename(&from, &to).map_err(failure)?;
            continue;
        }
        for kept in KEPT {
            if from.join(kept).is_file() {
                std::fs::create_dir_all(&to).map_err(failure)?;
                std::fs::rename(from.join(kept), to.join(kept)).map_err(failure)?;
            }
        }
        std::fs::remove_dir_all(&from).map_err(failure)?;
    }
    Ok(())
}

/// Replaces the crate's name in the manifest, the sources and the documentation of a crate that
/// depends on it.
fn replace_in(
    folder: &Path,
    shown: &str,
    old: &str,
    new: &str,
    changed: &mut Vec<String>,
) -> Result<(), CommandFailure> {
    let failure = |error: std::io::Error| CommandFailure::io("read", folder, &error);
    for entry in std::fs::read_dir(folder).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        let (path, name) = (entry.path(), entry.file_name());
        let shown = format!("{shown}/{}", name.to_string_lossy());
        if path.is_dir() {
            replace_in(&path, &shown, old, new, changed)?;
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("rs" | "md" | "toml")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(failure)?;
        let replaced = renamed(&text, extension == Some("rs"), old, new);
        if replaced != text {
            write::whole(&path, &replaced)?;
            changed.push(shown);
        }
    }
    Ok(())
}

/// A text in which a crate has its new name, as a package and as a module. In Rust code, a name
/// without hyphens is the module's.
fn renamed(text: &str, is_rust: bool, old: &str, new: &str) -> String {
    let module = |name: &str| name.replace('-', "_");
    let text = match is_rust && !old.contains('-') {
        true => text.to_owned(),
        false => replaced(text, old, new),
    };
    replaced(&text, &module(old), &module(new))
}

/// A text in which one name replaces another wherever it stands alone.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        let stands_alone = !before.ends_with(is_part) && !after.starts_with(is_part);
        // The rest of the text begins with the end of this.
        let stands_alone = stands_alone && !(before.is_empty() && out.ends_with(is_part));
        out.push_str(before);
        out.push_str(if stands_alone { new } else { old });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_name_is_replaced_only_where_it_stands_alone() {
        assert_eq!(
            replaced(
                "use lamps_v1::x; my_lamps_v1 lamps_v10 (lamps_v1)",
                "lamps_v1",
                "acme_v1"
            ),
            "use acme_v1::x; my_lamps_v1 lamps_v10 (acme_v1)"
        );
        assert_eq!(replaced("aa aaa a", "a", "b"), "aa aaa b");
    }

    #[test]
    fn test_name_without_hyphens_is_a_module_in_rust() {
        let said = |text: &str, is_rust: bool| renamed(text, is_rust, "lamps", "acme-lamps");
        assert_eq!(said("use lamps::x;", true), "use acme_lamps::x;");
        assert_eq!(
            said("lamps.workspace = true", false),
            "acme-lamps.workspace = true"
        );
        assert_eq!(
            renamed("use a_v1::x; // a-v1", true, "a-v1", "b-v1"),
            "use b_v1::x; // b-v1"
        );
    }
}
