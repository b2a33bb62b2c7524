//! A generated folder on disk, and how it differs from what the generator makes.
//!
//! The generator owns the whole folder of a generated crate, and of the calls that test it, except [`KEPT`]: what it does not
//! make is stale. This module reads; it writes nothing.

use crate::failure::Failure;
use crate::workspace::Workspace;
use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::salvage::OVERLAY;
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a generated crate that are written by hand.
pub const KEPT: [&str; 1] = ["CHANGELOG.md"];

/// What the first line of a generated file holds. A folder without it is written by hand and is not to be replaced.
const MARK: &str = "cargo xtask regen";

/// Where a generated folder belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// `crates/`: the crate of an API.
    Crates,
    /// `tests/conformance/`: what the conformance tests call the crate with.
    Calls,
}

impl Home {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 2] = [Self::Crates, Self::Calls];

    /// The folder that holds the generated ones.
    pub const fn parent(self) -> &'static str {
        match self {
            Self::Crates => "crates",
            Self::Calls => "tests/conformance",
        }
    }

    /// The name of an API's folder there. The calls are a module of a test, so that theirs is the crate's name in Rust.
    pub fn folder(self, api: &str) -> String {
        match self {
            Self::Crates => api.to_owned(),
            Self::Calls => api.replace('-', "_"),
        }
    }

    /// The same from the workspace's folder.
    pub fn path(self, api: &str) -> String {
        format!("{}/{}", self.parent(), self.folder(api))
    }

    /// The file whose first line tells a generated folder from one that is written by hand.
    const fn marked(self) -> &'static str {
        match self {
            Self::Crates => "Cargo.toml",
            Self::Calls => "mod.rs",
        }
    }
}

/// The files of a folder on disk, by path inside it.
#[derive(Debug, Default)]
pub struct Tree {
    /// Whether the folder is there at all.
    pub exists: bool,
    /// What the files hold.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads the folder of an API, which may be missing.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or the folder is written by hand.
    pub fn read(workspace: &Workspace, home: Home, api: &str) -> Result<Self, Failure> {
        let shown = home.path(api);
        let folder = workspace.path(&shown);
        let mut tree = Tree {
            exists: folder.symlink_metadata().is_ok(),
            files: BTreeMap::new(),
        };
        if !tree.exists {
            return Ok(tree);
        }
        read_into(&mut tree.files, &folder, "").map_err(|(inside, error)| {
            Failure::io("read", Path::new(&format!("{shown}/{inside}")), &error)
        })?;
        let by_hand = match tree.files.get(home.marked()) {
            Some(file) => !is_marked(file),
            // A changelog alone is what a maintainer may put there first, and an empty folder is nobody's.
            None => tree.files.keys().any(|path| !KEPT.contains(&path.as_str())),
        };
        if by_hand {
            return Err(Failure::new(
                "the folder there is written by hand, and regenerating would remove it",
            )
            .at(format!("{shown}/{}", home.marked()))
            .help(format!(
                "give the API another name; a generated file says `{MARK}` in its first line"
            )));
        }
        Ok(tree)
    }
}

fn read_into(
    files: &mut BTreeMap<String, Vec<u8>>,
    folder: &Path,
    prefix: &str,
) -> Result<(), (String, std::io::Error)> {
    let failure = |error| (prefix.to_string(), error);
    for entry in std::fs::read_dir(folder).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        let inside = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(failure)?;
        if kind.is_dir() {
            read_into(files, &entry.path(), &format!("{inside}/"))?;
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path()).map_err(|error| (inside.clone(), error))?;
            files.insert(inside, bytes);
        } else {
            // A link is nothing that the generator makes: it counts as a stale file, and nobody follows it.
            files.insert(inside, Vec::new());
        }
    }
    Ok(())
}

fn is_marked(file: &[u8]) -> bool {
    let first = file.split(|&byte| byte == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(first).contains(MARK)
}

/// The generated folders that no entry of the catalogue stands for, from the workspace's folder.
pub fn left_over(workspace: &Workspace, catalogue: &Catalogue) -> Vec<String> {
    let mut found = Vec::new();
    for home in Home::ALL {
        let known: Vec<String> = catalogue.apis.iter().map(|api| home.folder(&api.name)).collect();
        let entries = std::fs::read_dir(workspace.path(home.parent()));
        let folders = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| {
                std::fs::read(entry.path().join(home.marked())).is_ok_and(|text| is_marked(&text))
            })
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|folder| !known.contains(folder));
        found.extend(folders.map(|folder| format!("{}/{folder}", home.parent())));
    }
    found.sort();
    found
}

/// The overlays in folders of APIs that their entries do not name: repairs that nothing applies.
pub fn unnamed_overlays(workspace: &Workspace, catalogue: &Catalogue) -> Vec<(String, String)> {
    let unnamed = catalogue.apis.iter().filter_map(|api| {
        let path = format!("specs/{}/{OVERLAY}", api.name);
        let is_unnamed = api.overlay.as_deref() != Some(OVERLAY) && workspace.path(&path).is_file();
        is_unnamed.then(|| (api.name.clone(), path))
    });
    unnamed.collect()
}

/// One file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is not on disk.
    New(String),
    /// It holds something else on disk: old, then new.
    Changed(Vec<u8>, String),
    /// The generator does not make it.
    Stale(Vec<u8>),
}

/// All files of a folder that differ, by path inside its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(pub BTreeMap<String, Change>);

impl Changes {
    /// How `generated` differs from what is on disk.
    pub fn between(existing: &Tree, generated: &BTreeMap<String, String>) -> Self {
        let mut changes = BTreeMap::new();
        for (path, new) in generated {
            match existing.files.get(path) {
                Some(old) if old == new.as_bytes() => {}
                Some(old) => drop(changes.insert(path.clone(), Change::Changed(old.clone(), new.clone()))),
                None => drop(changes.insert(path.clone(), Change::New(new.clone()))),
            }
        }
        for (path, old) in &existing.files {
            if !generated.contains_key(path) && !KEPT.contains(&path.as_str()) {
                changes.insert(path.clone(), Change::Stale(old.clone()));
            }
        }
        Self(changes)
    }

    /// Whether the folder on disk is what the generator makes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many files differ.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files
            .iter()
            .map(|(path, text)| ((*path).to_string(), (*text).to_string()))
            .collect()
    }

    fn on_disk(files: &[(&str, &str)]) -> Tree {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_string(), text.as_bytes().to_vec()))
            .collect();
        Tree { exists: true, files }
    }

    #[test]
    fn test_changes_tell_new_changed_and_stale_apart() {
        let old = on_disk(&[("a", "same"), ("b", "old"), ("c", "stale")]);
        let changes = Changes::between(&old, &generated(&[("a", "same"), ("b", "new"), ("d", "fresh")]));
        let expected = [
            (
                "b".to_string(),
                Change::Changed(b"old".to_vec(), "new".to_string()),
            ),
            ("c".to_string(), Change::Stale(b"stale".to_vec())),
            ("d".to_string(), Change::New("fresh".to_string())),
        ];
        assert_eq!(changes.0, BTreeMap::from(expected));
    }

    #[test]
    fn test_changes_leave_the_changelog_out() {
        let changes = Changes::between(
            &on_disk(&[("CHANGELOG.md", "ours"), ("a", "same")]),
            &generated(&[("a", "same")]),
        );
        assert!(changes.is_empty());
    }

    #[test]
    fn test_mark_counts_in_the_first_line_only() {
        assert!(is_marked(
            b"# Generated by `cargo xtask regen vxg-v4`\n[package]\n"
        ));
        assert!(!is_marked(b"[package]\n# not by cargo xtask regen\n"));
    }
}
