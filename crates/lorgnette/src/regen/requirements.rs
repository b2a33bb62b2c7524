//! Updates the versions of generated crates outside their own manifests: in the workspace's
//! dependencies, the lock file, and hand-written crates.
//!
//! Otherwise a step to 0.2.0 would leave a workspace that does not resolve, since its other members
//! require 0.1.0.

use crate::failure::CommandFailure;
use crate::regen::check;
use crate::regen::tree::{self, Changes, FileChange};
use crate::workspace::Workspace;
use crate::write;
use toml_edit::{DocumentMut, Item, value};

/// The workspace's manifest.
const MANIFEST: &str = "Cargo.toml";
/// The workspace's lock file.
const LOCK: &str = "Cargo.lock";

/// Updates the workspace's dependencies and lock file to `versions`, by crate name, and returns the
/// unified diff. A `check` writes nothing. Missing files and entries are ignored.
///
/// # Errors
///
/// When a file is not TOML or cannot be written.
pub fn bring_up(
    workspace: &Workspace,
    versions: &[(&str, &str)],
    check: bool,
) -> Result<String, CommandFailure> {
    let mut diff = String::new();
    let mut files = vec![
        (
            MANIFEST.to_owned(),
            in_manifest as fn(&mut DocumentMut, &str, &str),
        ),
        (LOCK.to_owned(), in_lock),
    ];
    files.extend(by_hand(workspace).into_iter().map(|path| (path, in_member as _)));
    for (path, change) in files {
        if !workspace.path(&path).is_file() {
            continue;
        }
        let old = workspace.read(&path)?;
        let mut document: DocumentMut = old
            .parse()
            .map_err(|error: toml_edit::TomlError| CommandFailure::new(error.message()).at(&path))?;
        for (name, version) in versions {
            change(&mut document, name, version);
        }
        let new = document.to_string();
        if new == old {
            continue;
        }
        if check {
            let change = FileChange::Changed(old.into_bytes(), new);
            diff.push_str(&check::diff("", &Changes([(path, change)].into())));
        } else {
            write::whole(&workspace.path(&path), &new)?;
        }
    }
    Ok(diff)
}

/// The manifests beside those of generated crates.
fn by_hand(workspace: &Workspace) -> Vec<String> {
    let crates = &workspace.project().crates;
    let entries = std::fs::read_dir(workspace.path(crates));
    let names = entries.into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let manifests = names.map(|name| format!("{crates}/{name}/{MANIFEST}"));
    let is_by_hand =
        |path: &String| std::fs::read(workspace.path(path)).is_ok_and(|text| !tree::is_marked(&text));
    let mut manifests: Vec<String> = manifests.filter(is_by_hand).collect();
    manifests.sort();
    manifests
}

/// The requirement of a crate that names our folder and version itself.
fn in_member(document: &mut DocumentMut, name: &str, version: &str) {
    let ours = version.split('+').next().unwrap_or(version);
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let dependency = document.get_mut(table).and_then(|table| table.get_mut(name));
        let dependency = dependency.and_then(Item::as_table_like_mut);
        let dependency = dependency.filter(|dependency| dependency.contains_key("path"));
        if let Some(requirement) = dependency.and_then(|dependency| dependency.get_mut("version")) {
            set(requirement, ours);
        }
    }
}

/// The version that members of the workspace require, without build metadata, which has no meaning
/// in a requirement.
fn in_manifest(document: &mut DocumentMut, name: &str, version: &str) {
    let ours = version.split('+').next().unwrap_or(version);
    let requirement = ["workspace", "dependencies", name, "version"]
        .into_iter()
        .try_fold(document.as_item_mut(), |item, key| {
            item.as_table_like_mut()?.get_mut(key)
        });
    if let Some(requirement) = requirement {
        set(requirement, ours);
    }
}

/// Makes the changes that cargo would make at its next run, and that it refuses with `--locked`.
fn in_lock(document: &mut DocumentMut, name: &str, version: &str) {
    let packages = document.get_mut("package").and_then(Item::as_array_of_tables_mut);
    for package in packages.into_iter().flat_map(|packages| packages.iter_mut()) {
        let is_ours =
            package.get("name").and_then(Item::as_str) == Some(name) && !package.contains_key("source");
        if let Some(locked) = package.get_mut("version").filter(|_| is_ours) {
            set(locked, version);
        }
    }
}

/// Replaces a text, and keeps the comments around it.
fn set(item: &mut Item, text: &str) {
    if item.as_str() == Some(text) {
        return;
    }
    let around = item.as_value().map(|old| old.decor().clone());
    *item = value(text);
    if let (Some(new), Some(around)) = (item.as_value_mut(), around) {
        *new.decor_mut() = around;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;

    const MANIFEST_TEXT: &str = "[workspace.dependencies]\n# ours\na = { path = \"crates/a\", version = \"0.1.0\" } # kept\nb = \"0.1.0\"\n";
    const LOCK_TEXT: &str = "# by cargo\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0+1\"\n\n\
         [[package]]\nname = \"a\"\nversion = \"0.1.0\"\nsource = \"registry\"\n";

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(MANIFEST), MANIFEST_TEXT).unwrap();
        std::fs::write(root.path().join(LOCK), LOCK_TEXT).unwrap();
        let workspace = Workspace::at(root.path().to_path_buf());
        (root, workspace)
    }

    #[test]
    fn test_bring_up_changes_requirement_and_lock_and_nothing_else() {
        let (_root, workspace) = workspace();
        assert_eq!(
            bring_up(&workspace, &[("a", "0.2.0+2"), ("c", "1.0.0")], false).unwrap(),
            ""
        );
        let manifest = MANIFEST_TEXT.replace("version = \"0.1.0\" }", "version = \"0.2.0\" }");
        assert_eq!(workspace.read(MANIFEST).unwrap(), manifest);
        assert_eq!(
            workspace.read(LOCK).unwrap(),
            LOCK_TEXT.replace("0.1.0+1", "0.2.0+2")
        );
    }

    #[test]
    fn test_bring_up_changes_what_crates_by_hand_ask_for() {
        let (root, workspace) = workspace();
        let manifest = "[dependencies]\na = { path = \"../a\", version = \"0.1.0\" } # kept\nb = { version = \"0.1.0\" }\n";
        for (folder, text) in [
            ("by-hand", manifest.to_owned()),
            (
                "made",
                format!("# @generated by `lorgnette generate made`\n{manifest}"),
            ),
        ] {
            std::fs::create_dir_all(root.path().join("crates").join(folder)).unwrap();
            std::fs::write(root.path().join("crates").join(folder).join(MANIFEST), text).unwrap();
        }
        bring_up(&workspace, &[("a", "0.2.0+2"), ("b", "0.3.0")], false).unwrap();
        assert_eq!(
            workspace.read("crates/by-hand/Cargo.toml").unwrap(),
            manifest.replacen("0.1.0", "0.2.0", 1)
        );
        assert!(
            workspace
                .read("crates/made/Cargo.toml")
                .unwrap()
                .ends_with(manifest)
        );
    }

    #[test]
    fn test_bring_up_with_check_shows_the_change_and_writes_nothing() {
        let (_root, workspace) = workspace();
        let diff = bring_up(&workspace, &[("a", "0.2.0+1")], true).unwrap();
        assert!(
            diff.contains("+a = { path = \"crates/a\", version = \"0.2.0\" } # kept"),
            "{diff}"
        );
        assert!(diff.contains("--- a/Cargo.lock"), "{diff}");
        assert_eq!(workspace.read(MANIFEST).unwrap(), MANIFEST_TEXT);
        assert_eq!(bring_up(&workspace, &[("a", "0.1.0+1")], true).unwrap(), "");
    }
}
