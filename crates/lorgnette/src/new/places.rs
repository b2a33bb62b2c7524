//! The places outside its own folders where a generated crate is named: the workspace's
//! dependencies, and git's attributes of generated files.

use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::write;
use lorgnette_codegen::diff::FIRST;
use toml_edit::{DocumentMut, InlineTable, TableLike};

/// The workspace's manifest.
const MANIFEST: &str = "Cargo.toml";
/// What git is told.
const ATTRIBUTES: &str = ".gitattributes";

/// Names the generated crate `name`, and its adapter if there is a new one. Files that are not
/// there are not needed.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn add(workspace: &Workspace, name: &str, adapter: Option<&str>) -> Result<(), Failure> {
    if workspace.path(MANIFEST).is_file() {
        let old = workspace.read(MANIFEST)?;
        let mut document: DocumentMut = old
            .parse()
            .map_err(|error: toml_edit::TomlError| Failure::new(error.message()).at(MANIFEST))?;
        let dependencies = ["workspace", "dependencies"]
            .into_iter()
            .try_fold(document.as_item_mut(), |item, key| {
                item.as_table_like_mut()?.get_mut(key)
            })
            .and_then(|item| item.as_table_like_mut())
            .ok_or_else(|| Failure::new("there is no table `workspace.dependencies`").at(MANIFEST))?;
        for name in [Some(name), adapter].into_iter().flatten() {
            depend(dependencies, name, &workspace.crate_folder(name));
        }
        write::whole(&workspace.path(MANIFEST), &document.to_string())?;
    }
    if workspace.path(ATTRIBUTES).is_file() {
        let old = workspace.read(ATTRIBUTES)?;
        let line = format!("{}/** linguist-generated=true\n", workspace.crate_folder(name));
        if !old.contains(&line) {
            // Beside the others, before what takes the changelogs out again.
            let at = old
                .find(&workspace.crate_folder("*/CHANGELOG.md"))
                .unwrap_or(old.len());
            write::whole(
                &workspace.path(ATTRIBUTES),
                &format!("{}{line}{}", &old[..at], &old[at..]),
            )?;
        }
    }
    Ok(())
}

fn depend(dependencies: &mut dyn TableLike, name: &str, folder: &str) {
    let mut dependency = InlineTable::new();
    dependency.insert("path", folder.into());
    dependency.insert("version", FIRST.into());
    dependencies.insert(name, toml_edit::value(dependency));
}
