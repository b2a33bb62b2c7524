//! A copy of parts of a project, in which a command works until it has succeeded completely.
//!
//! The copy is inside the project, so that renaming works and rustfmt finds its settings, in a
//! folder that cargo ignores.

use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the copy's folder, up to the dot.
const PREFIX: &str = ".lorgnette-";

/// A copy of parts of a project.
pub struct Stage {
    folder: tempfile::TempDir,
    root: PathBuf,
    workspace: Workspace,
    /// The original content of the copied files.
    before: BTreeMap<PathBuf, Vec<u8>>,
}

impl Stage {
    /// Copies files and folders of a project, given relative to its folder. Missing files are left
    /// out.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or copied.
    pub fn of(workspace: &Workspace, parts: &[&str]) -> Result<Self, CommandFailure> {
        let root = workspace.root().to_path_buf();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&root)
            .map_err(|error| CommandFailure::io("make a folder in", &root, &error))?;
        let mut before = BTreeMap::new();
        for part in parts {
            read_into(&mut before, &root, Path::new(part))?;
        }
        for (path, bytes) in &before {
            put(&folder.path().join(path), bytes)?;
        }
        let workspace = Workspace::at(folder.path().to_path_buf());
        Ok(Self {
            folder,
            root,
            workspace,
            before,
        })
    }

    /// The folder of the copy.
    pub const fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Applies the changes in the copy to the project: all of them, or none if one fails.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, or another process has created a file in its place in the
    /// meantime.
    pub fn commit(self) -> Result<(), CommandFailure> {
        let mut after = BTreeMap::new();
        read_into(&mut after, self.folder.path(), Path::new(""))?;
        let paths: BTreeSet<&PathBuf> = after.keys().chain(self.before.keys()).collect();
        let mut done = Vec::new();
        for path in paths {
            let (old, new) = (self.before.get(path), after.get(path));
            if old == new {
                continue;
            }
            let place = self.root.join(path);
            let outcome = match (old, new) {
                // Files that a person has created in the meantime are not replaced.
                (None, Some(_)) if place.symlink_metadata().is_ok() => Err(CommandFailure::new(
                    "another process has created the file in the meantime",
                )
                .at(path.display().to_string())),
                (_, Some(new)) => put(&place, new),
                (_, None) => remove(&place, &self.root),
            };
            match outcome {
                Ok(()) => done.push((place, old)),
                Err(failure) => {
                    undo(&done, &self.root);
                    return Err(failure.help("the project is unchanged"));
                }
            }
        }
        Ok(())
    }
}

/// Restores the previous state.
fn undo(done: &[(PathBuf, Option<&Vec<u8>>)], root: &Path) {
    for (place, old) in done.iter().rev() {
        let _ = match old {
            Some(old) => put(place, old),
            None => remove(place, root),
        };
    }
}

/// Adds the files at and below `path`, which is relative to `root`.
fn read_into(files: &mut BTreeMap<PathBuf, Vec<u8>>, root: &Path, path: &Path) -> Result<(), CommandFailure> {
    let place = root.join(path);
    let failure = |error: &std::io::Error| CommandFailure::io("read", path, error);
    let kind = match place.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        kind => kind.map_err(|error| failure(&error))?.file_type(),
    };
    if kind.is_dir() {
        for entry in std::fs::read_dir(&place).map_err(|error| failure(&error))? {
            let entry = entry.map_err(|error| failure(&error))?;
            read_into(files, root, &path.join(entry.file_name()))?;
        }
    } else if kind.is_file() {
        let bytes = std::fs::read(&place).map_err(|error| failure(&error))?;
        files.insert(path.to_path_buf(), bytes);
    }
    Ok(())
}

/// Writes a file beside its place first.
fn put(place: &Path, bytes: &[u8]) -> Result<(), CommandFailure> {
    let failure = |error: &std::io::Error| CommandFailure::io("write", place, error);
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let beside = place.with_file_name(name);
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failure(&error))?;
    }
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, place))
        .map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            failure(&error)
        })
}

/// Removes a file, and the folders that are empty without it.
fn remove(place: &Path, root: &Path) -> Result<(), CommandFailure> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(CommandFailure::io("remove", place, &error));
        }
        _ => {}
    }
    for folder in place.ancestors().skip(1).take_while(|folder| *folder != root) {
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use std::fs;

    fn project() -> (tempfile::TempDir, Workspace) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("specs/a")).unwrap();
        fs::write(root.path().join("specs/apis.toml"), "old").unwrap();
        fs::write(root.path().join("specs/a/openapi.json"), "{}").unwrap();
        let workspace = Workspace::at(root.path().to_path_buf());
        (root, workspace)
    }

    fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        read_into(&mut files, root, Path::new("")).unwrap();
        files
    }

    #[test]
    fn test_commit_brings_new_changed_and_removed_files_and_leaves_no_trace() {
        let (root, workspace) = project();
        let stage = Stage::of(&workspace, &["specs", "nowhere"]).unwrap();
        fs::write(stage.workspace().path("specs/apis.toml"), "new").unwrap();
        fs::create_dir_all(stage.workspace().path("crates/b")).unwrap();
        fs::write(stage.workspace().path("crates/b/Cargo.toml"), "b").unwrap();
        fs::remove_file(stage.workspace().path("specs/a/openapi.json")).unwrap();
        stage.commit().unwrap();
        let expected = [("crates/b/Cargo.toml", "b"), ("specs/apis.toml", "new")];
        let expected = expected.map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()));
        assert_eq!(files(root.path()), BTreeMap::from(expected));
        assert!(!root.path().join("specs/a").exists());
    }

    #[test]
    fn test_dropped_stage_changes_nothing() {
        let (root, workspace) = project();
        let before = files(root.path());
        let stage = Stage::of(&workspace, &["specs"]).unwrap();
        fs::write(stage.workspace().path("specs/apis.toml"), "new").unwrap();
        drop(stage);
        assert_eq!(files(root.path()), before);
    }

    #[test]
    fn test_commit_that_fails_brings_back_what_was() {
        let (root, workspace) = project();
        let stage = Stage::of(&workspace, &["specs"]).unwrap();
        fs::write(stage.workspace().path("specs/apis.toml"), "new").unwrap();
        fs::create_dir_all(stage.workspace().path("aaa")).unwrap();
        fs::write(stage.workspace().path("aaa/first"), "1").unwrap();
        fs::create_dir_all(stage.workspace().path("specs/z")).unwrap();
        fs::write(stage.workspace().path("specs/z/openapi.json"), "{}").unwrap();
        // Another process created the file first.
        fs::create_dir_all(root.path().join("specs/z")).unwrap();
        fs::write(root.path().join("specs/z/openapi.json"), "theirs").unwrap();
        let failure = stage.commit().unwrap_err().to_string();
        assert!(failure.contains("in the meantime"), "{failure}");
        assert_eq!(
            fs::read_to_string(root.path().join("specs/apis.toml")).unwrap(),
            "old"
        );
        assert_eq!(
            fs::read_to_string(root.path().join("specs/z/openapi.json")).unwrap(),
            "theirs"
        );
        assert!(!root.path().join("aaa").exists());
    }
}
