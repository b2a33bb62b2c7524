//! Replaces a folder with a new one, as a whole or not at all.
//!
//! The new folder is written in full elsewhere in the workspace, then two renames put it in place.
//! If the second fails, the old folder is restored. Unchanged files remain the same files, with the
//! same modification times, so that cargo does not recompile them.

use super::tree::{Home, KEPT, Tree};
use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// The prefix of the names of temporary folders. They are created in the workspace's folder: on the
/// same file system as `crates/`, so that renaming works, but not inside it, since cargo treats
/// every folder there as a member of the workspace.
const PREFIX: &str = ".regen-";

/// Inside a temporary folder: the new folder, and the old one once it has left its place, below
/// where it belongs.
const NEW: &str = "new";
const OLD: &str = "old";

/// Replaces the generated folder at `place`, relative to the workspace, with `files`. `existing` is
/// its current content.
///
/// # Errors
///
/// When anything fails; the folder is unchanged then.
pub fn replace(
    workspace: &Workspace,
    place: &str,
    existing: &Tree,
    files: &BTreeMap<String, String>,
) -> Result<(), CommandFailure> {
    replace_with(workspace.root(), place, existing, files, |from, to| {
        std::fs::rename(from, to)
    })
    .map_err(|(path, error)| {
        let path = path
            .strip_prefix(workspace.root())
            .map(Path::to_path_buf)
            .unwrap_or(path);
        CommandFailure::io("write", &path, &error).help("the crate on disk is the last valid one")
    })
}

fn replace_with(
    root: &Path,
    place: &str,
    existing: &Tree,
    files: &BTreeMap<String, String>,
    rename: impl Fn(&Path, &Path) -> io::Result<()>,
) -> Result<(), (PathBuf, io::Error)> {
    let below = |folder: &Path| {
        place
            .split('/')
            .fold(folder.to_path_buf(), |path, part| path.join(part))
    };
    let target = &below(root);
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |error| (path, error)
    };
    let staging = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempdir_in(root)
        .map_err(at(root))?;
    let (new, old) = (staging.path().join(NEW), below(&staging.path().join(OLD)));
    std::fs::create_dir(&new).map_err(at(&new))?;
    stage(&new, target, existing, files)?;

    for parent in [old.parent(), target.parent()].into_iter().flatten() {
        std::fs::create_dir_all(parent).map_err(at(parent))?;
    }
    if existing.exists {
        rename(target, &old).map_err(at(target))?;
    }
    if let Err(error) = rename(&new, target) {
        if existing.exists && rename(&old, target).is_err() {
            // Nothing is lost: the next run's `recover` finds the old folder there.
            let kept = staging.keep();
            return Err((kept, error));
        }
        return Err((target.clone(), error));
    }
    Ok(())
}

/// Writes the whole new folder into `new`.
fn stage(
    new: &Path,
    target: &Path,
    existing: &Tree,
    files: &BTreeMap<String, String>,
) -> Result<(), (PathBuf, io::Error)> {
    let kept = KEPT
        .into_iter()
        .filter(|path| existing.files.contains_key(*path) && !files.contains_key(*path));
    let unchanged =
        |path: &str, text: &str| existing.files.get(path).is_some_and(|old| old == text.as_bytes());
    for path in kept {
        carry_over(&target.join(path), &new.join(path)).map_err(|error| (target.join(path), error))?;
    }
    for (path, text) in files {
        let inside = Path::new(path);
        let shown = target.join(inside);
        if path.is_empty()
            || !inside
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err((shown, io::Error::other("the path leads out of its folder")));
        }
        let to = new.join(inside);
        let parent = to.parent().unwrap_or(new);
        std::fs::create_dir_all(parent).map_err(|error| (shown.clone(), error))?;
        let written = if unchanged(path, text) {
            carry_over(&shown, &to)
        } else {
            std::fs::write(&to, text)
        };
        written.map_err(|error| (shown, error))?;
    }
    Ok(())
}

/// Makes `to` a hard link to `from`, or if the file system has no links, a copy with the same
/// modification time.
fn carry_over(from: &Path, to: &Path) -> io::Result<()> {
    if std::fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    std::fs::copy(from, to)?;
    let modified = std::fs::metadata(from)?.modified()?;
    std::fs::File::options()
        .write(true)
        .open(to)?
        .set_modified(modified)
}

/// Brings back the folders of a run that was killed between its two renames, and removes what such
/// runs left behind. Failures are ignored, since they are harmless.
pub fn recover(workspace: &Workspace) {
    let Ok(entries) = std::fs::read_dir(workspace.root()) else {
        return;
    };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        for home in Home::all(workspace.project()) {
            let old = entry.path().join(OLD).join(&home.parent);
            for old in std::fs::read_dir(old).into_iter().flatten().flatten() {
                let target = workspace.path(&home.parent).join(old.file_name());
                if target.symlink_metadata().is_err() {
                    let _ = std::fs::rename(old.path(), target);
                }
            }
        }
        // A recent folder may belong to a run that is still active.
        let age = entry
            .metadata()
            .and_then(|data| data.modified())
            .ok()
            .and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The age from which a temporary folder no longer belongs to a running command. Writing one takes
/// a few milliseconds.
const ABANDONED: Duration = Duration::from_secs(60);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::fs;

    /// A workspace with one crate, and that crate on disk.
    fn workspace() -> (tempfile::TempDir, PathBuf, Tree) {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("crates").join("a");
        fs::create_dir_all(target.join("src")).unwrap();
        let mut existing = Tree {
            exists: true,
            files: BTreeMap::new(),
        };
        for (path, text) in [
            ("Cargo.toml", "old manifest"),
            ("src/lib.rs", "old"),
            ("CHANGELOG.md", "ours"),
        ] {
            fs::write(target.join(path), text).unwrap();
            existing.files.insert(path.to_string(), text.as_bytes().to_vec());
        }
        (root, target, existing)
    }

    fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files
            .iter()
            .map(|(path, text)| ((*path).to_string(), (*text).to_string()))
            .collect()
    }

    fn contents(folder: &Path) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                all.extend(
                    contents(&entry.path())
                        .into_iter()
                        .map(|(path, text)| (format!("{name}/{path}"), text)),
                );
            } else {
                all.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
        all
    }

    fn temporary_folders(root: &Path) -> usize {
        let entries = fs::read_dir(root).unwrap().map(Result::unwrap);
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
            .count()
    }

    #[test]
    fn test_replace_writes_new_files_removes_stale_ones_and_keeps_the_changelog() {
        let (root, target, existing) = workspace();
        let workspace = Workspace::at(root.path().to_path_buf());
        replace(
            &workspace,
            "crates/a",
            &existing,
            &files(&[("Cargo.toml", "old manifest"), ("src/new.rs", "new")]),
        )
        .unwrap();
        let expected = files(&[
            ("CHANGELOG.md", "ours"),
            ("Cargo.toml", "old manifest"),
            ("src/new.rs", "new"),
        ]);
        assert_eq!(contents(&target), expected);
        assert_eq!(temporary_folders(root.path()), 0);
    }

    #[test]
    fn test_replace_keeps_the_age_of_files_that_do_not_change() {
        let (root, target, existing) = workspace();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::File::options()
            .write(true)
            .open(target.join("Cargo.toml"))
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
        let workspace = Workspace::at(root.path().to_path_buf());
        replace(
            &workspace,
            "crates/a",
            &existing,
            &files(&[("Cargo.toml", "old manifest"), ("src/lib.rs", "new")]),
        )
        .unwrap();
        let modified = |path| fs::metadata(target.join(path)).unwrap().modified().unwrap();
        assert_eq!(modified("Cargo.toml"), long_ago);
        assert_ne!(modified("src/lib.rs"), long_ago);
    }

    #[test]
    fn test_replace_makes_a_crate_that_was_not_there() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(root.path().to_path_buf());
        replace(
            &workspace,
            "crates/a",
            &Tree::default(),
            &files(&[("src/lib.rs", "new")]),
        )
        .unwrap();
        assert_eq!(contents(root.path()), files(&[("crates/a/src/lib.rs", "new")]));
    }

    #[test]
    fn test_replace_leaves_the_old_crate_when_a_file_cannot_be_written() {
        let (root, target, existing) = workspace();
        let before = contents(&target);
        let workspace = Workspace::at(root.path().to_path_buf());
        // `src` cannot be both a file and a folder.
        let failure = replace(
            &workspace,
            "crates/a",
            &existing,
            &files(&[("Cargo.toml", "new"), ("src", "file"), ("src/lib.rs", "new")]),
        );
        let failure = failure.unwrap_err().to_string();
        assert!(failure.contains("crates/a/src/lib.rs"), "{failure}");
        assert_eq!(contents(&target), before);
        assert_eq!(temporary_folders(root.path()), 0);
    }

    #[test]
    fn test_replace_refuses_a_path_that_leads_out_of_the_crate() {
        let (root, target, existing) = workspace();
        let before = contents(root.path());
        let workspace = Workspace::at(root.path().to_path_buf());
        for path in ["../b/src/lib.rs", "/tmp/lib.rs", ""] {
            replace(&workspace, "crates/a", &existing, &files(&[(path, "new")])).unwrap_err();
        }
        assert_eq!(contents(root.path()), before);
        assert!(target.exists());
    }

    #[test]
    fn test_replace_brings_the_old_crate_back_when_the_new_one_cannot_take_its_place() {
        let (root, target, existing) = workspace();
        let before = contents(&target);
        let renames = Cell::new(0);
        let failing = |from: &Path, to: &Path| {
            renames.set(renames.get() + 1);
            if renames.get() == 2 {
                Err(io::Error::other("no"))
            } else {
                fs::rename(from, to)
            }
        };
        let (path, _) = replace_with(
            root.path(),
            "crates/a",
            &existing,
            &files(&[("src/lib.rs", "new")]),
            failing,
        )
        .unwrap_err();
        assert_eq!((path, renames.get()), (target.clone(), 3));
        assert_eq!(contents(&target), before);
        assert_eq!(temporary_folders(root.path()), 0);
    }

    #[test]
    fn test_recover_brings_back_the_crate_of_a_run_that_was_killed_between_the_renames() {
        let (root, target, existing) = workspace();
        let before = contents(&target);
        let renames = Cell::new(0);
        let killed = |from: &Path, to: &Path| {
            renames.set(renames.get() + 1);
            if renames.get() > 1 {
                Err(io::Error::other("killed"))
            } else {
                fs::rename(from, to)
            }
        };
        replace_with(
            root.path(),
            "crates/a",
            &existing,
            &files(&[("src/lib.rs", "new")]),
            killed,
        )
        .unwrap_err();
        assert!(!target.exists());
        recover(&Workspace::at(root.path().to_path_buf()));
        assert_eq!(contents(&target), before);
    }
}
