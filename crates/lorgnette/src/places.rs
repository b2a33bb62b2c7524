//! Finds and edits the places where a project has files of a generated crate, or names it.

use crate::failure::CommandFailure;
use crate::manifest::{MANIFEST, Manifest};
use crate::workspace::Workspace;
use crate::write;
use std::path::Path;
use toml::{Table, Value};
use toml_edit::{Array, DocumentMut, InlineTable, TomlError};

/// The git attributes.
const ATTRIBUTES: &str = ".gitattributes";
/// The file with the tests' list of generated crates, in the folder of the calls.
const LIST: &str = "list.rs";
/// The dependency tables of a manifest.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Adds crates and their versions, including `generated`, to the dependencies. Existing git
/// attributes are extended.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn add(workspace: &Workspace, crates: &[(&str, &str)], generated: &str) -> Result<(), CommandFailure> {
    let project = workspace.project();
    if workspace.path(MANIFEST).is_file() {
        let mut manifest = Manifest::read(workspace)?;
        manifest.add_members(&project.crates)?;
        if project.inherit {
            for (name, version) in crates {
                manifest.add_dependency(name, &project.folder(name), version)?;
            }
        }
        write::whole(&workspace.path(MANIFEST), &manifest.text())?;
    }
    if workspace.path(ATTRIBUTES).is_file() {
        let old = workspace.read(ATTRIBUTES)?;
        let line = attribute(workspace, generated);
        if !old.contains(&line) {
            // The line goes next to the others, before the rule that excludes changelogs again.
            let changelogs = project.folder("*/CHANGELOG.md");
            let at = old.find(&changelogs).unwrap_or(old.len());
            write::whole(
                &workspace.path(ATTRIBUTES),
                &format!("{}{line}{}", &old[..at], &old[at..]),
            )?;
        }
    }
    Ok(())
}

/// The list of the generated crates for tests that call them all, and the manifest of these tests,
/// if the project has them.
pub fn tests(workspace: &Workspace) -> Option<[String; 2]> {
    let calls = workspace.project().calls.as_deref()?;
    let tests = calls.rsplit_once('/').map_or("", |(tests, _)| tests);
    let files = [
        format!("{calls}/{LIST}"),
        format!("{tests}/{MANIFEST}").trim_start_matches('/').to_owned(),
    ];
    let are_there = files.iter().all(|file| workspace.path(file).is_file());
    are_there.then_some(files)
}

/// Adds a generated crate to the tests.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn add_to_tests(workspace: &Workspace, name: &str) -> Result<(), CommandFailure> {
    let Some([list, manifest]) = tests(workspace) else {
        return Ok(());
    };
    let old = workspace.read(&list)?;
    if let Some(end) = old.rfind('}') {
        let (before, after) = old.split_at(end);
        let line = format!("    {}: \"{name}\",\n", name.replace('-', "_"));
        write::whole(&workspace.path(&list), &format!("{before}{line}{after}"))?;
    }
    let mut document: DocumentMut = workspace
        .read(&manifest)?
        .parse()
        .map_err(|error: TomlError| CommandFailure::new(error.message()).at(&manifest))?;
    let mut dependency = InlineTable::new();
    dependency.insert("workspace", true.into());
    dependency.insert("features", Array::from_iter(["cli", "default", "mock"]).into());
    let table = document
        .entry("dev-dependencies")
        .or_insert_with(toml_edit::table)
        .as_table_like_mut();
    let table = table.ok_or_else(|| CommandFailure::new("`dev-dependencies` is malformed").at(&manifest))?;
    table.insert(name, toml_edit::value(dependency));
    write::whole(&workspace.path(&manifest), &document.to_string())
}

/// Removes a crate from the git attributes.
///
/// # Errors
///
/// When the file cannot be read or written.
pub fn unattribute(workspace: &Workspace, name: &str) -> Result<(), CommandFailure> {
    if !workspace.path(ATTRIBUTES).is_file() {
        return Ok(());
    }
    let text = workspace.read(ATTRIBUTES)?;
    let text = text.replace(&attribute(workspace, name), "");
    write::whole(&workspace.path(ATTRIBUTES), &text)
}

/// The line for the generated files of a crate.
fn attribute(workspace: &Workspace, name: &str) -> String {
    format!("{}/** linguist-generated=true\n", workspace.crate_folder(name))
}

/// The folders of an API: that of its contract, of its crate, and of the calls of its operations.
pub fn folders(workspace: &Workspace, name: &str) -> Vec<String> {
    let mut folders = vec![format!("specs/{name}"), workspace.crate_folder(name)];
    if let Some(calls) = &workspace.project().calls {
        folders.push(format!("{calls}/{}", name.replace('-', "_")));
    }
    folders
}

/// The manifests, other than its own, that name a crate as a dependency, as paths from the folder
/// of the workspace.
///
/// # Errors
///
/// When a folder or a manifest cannot be read.
pub fn dependents(workspace: &Workspace, name: &str) -> Result<Vec<String>, CommandFailure> {
    let mut manifests = Vec::new();
    collect(workspace.root(), "", &mut manifests)?;
    manifests.sort();
    let own = format!("{}/{MANIFEST}", workspace.crate_folder(name));
    let mut found = Vec::new();
    for path in manifests.into_iter().filter(|path| *path != own) {
        let table: Table = workspace
            .read(&path)?
            .parse()
            .map_err(|error: toml::de::Error| CommandFailure::new(error.message()).at(&path))?;
        if depends(&table, name) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether a manifest names a dependency, for all targets or for one.
fn depends(manifest: &Table, name: &str) -> bool {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    let mut holders = std::iter::once(manifest).chain(targets);
    holders.any(|holder| {
        let tables = TABLES.iter().filter_map(|table| holder.get(*table)?.as_table());
        let mut dependencies = tables.flatten();
        dependencies.any(|(key, dependency)| {
            let package = dependency.get("package").and_then(Value::as_str);
            package.unwrap_or(key) == name
        })
    })
}

/// Adds the manifests below a folder. Files that belong to cargo and git are skipped.
fn collect(root: &Path, inside: &str, found: &mut Vec<String>) -> Result<(), CommandFailure> {
    let folder = root.join(inside);
    let failure = |error: std::io::Error| CommandFailure::io("read", &folder, &error);
    for entry in std::fs::read_dir(&folder).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = match inside {
            "" => name.clone(),
            inside => format!("{inside}/{name}"),
        };
        let kind = entry.file_type().map_err(failure)?;
        if kind.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
            collect(root, &path, found)?;
        } else if kind.is_file() && name == MANIFEST {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;

    #[test]
    fn test_tests_that_call_all_crates_call_a_new_one() {
        let root = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("specs/apis.toml", "[project]\ncalls = \"tests/calls\"\n");
        put("tests/calls/list.rs", "generated! {\n    a_v1: \"a-v1\",\n}\n");
        put(
            "tests/Cargo.toml",
            "[dev-dependencies]\na-v1.workspace = true # ours\n",
        );
        let workspace = Workspace::at(root.path().to_path_buf());
        add_to_tests(&workspace, "b-v1").unwrap();
        assert_eq!(
            workspace.read("tests/calls/list.rs").unwrap(),
            "generated! {\n    a_v1: \"a-v1\",\n    b_v1: \"b-v1\",\n}\n"
        );
        assert_eq!(
            workspace.read("tests/Cargo.toml").unwrap(),
            "[dev-dependencies]\na-v1.workspace = true # ours\n\
             b-v1 = { workspace = true, features = [\"cli\", \"default\", \"mock\"] }\n"
        );
    }

    #[test]
    fn test_dependents_are_found_in_every_table_and_under_other_names() {
        let root = tempfile::tempdir().unwrap();
        for (folder, text) in [
            ("crates/a", "[dev-dependencies]\na = { path = \".\" }\n"),
            ("crates/b", "[dependencies]\na.workspace = true\n"),
            (
                "app",
                "[target.'cfg(unix)'.build-dependencies]\nlamps = { package = \"a\", version = \"1\" }\n",
            ),
            ("other", "[dependencies]\nb = \"1\"\n"),
            ("target/x", "[dependencies]\na = \"1\"\n"),
        ] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join(MANIFEST), text).unwrap();
        }
        let workspace = Workspace::at(root.path().to_path_buf());
        assert_eq!(
            dependents(&workspace, "a").unwrap(),
            ["app/Cargo.toml", "crates/b/Cargo.toml"]
        );
    }
}
