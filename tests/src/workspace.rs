//! Finds things in the workspace: the catalogue, the contracts, the crates, all files.

pub use lorgnette_accounting::digest;
use std::path::{Path, PathBuf};

/// An entry of the catalogue, as far as the tests need it.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// The crate's name.
    pub name: String,
    /// The contract's file in `specs/<name>/`.
    pub contract: String,
    /// The file of our own description, where there is one.
    pub described: Option<String>,
    /// The overlay's file in `specs/<name>/`.
    pub overlay: Option<String>,
}

impl CatalogueEntry {
    /// The folder of the contract.
    pub fn specs(&self) -> PathBuf {
        root().join("specs").join(&self.name)
    }

    /// The folder of the generated crate.
    pub fn folder(&self) -> PathBuf {
        root().join("crates").join(&self.name)
    }

    /// All generated folders of the API, from the root: the crate, and the calls of the conformance
    /// tests.
    pub fn generated(&self) -> [String; 2] {
        [
            format!("crates/{}", self.name),
            format!("tests/conformance/{}", self.name.replace('-', "_")),
        ]
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// The entries of the catalogue, in its order.
///
/// # Errors
///
/// When the catalogue cannot be read, or an entry has no name or contract.
pub fn apis() -> Result<Vec<CatalogueEntry>, String> {
    let catalogue: toml::Table =
        toml::from_str(&read(&root().join("specs/apis.toml"))?).map_err(|error| error.to_string())?;
    let entries = catalogue
        .get("api")
        .and_then(toml::Value::as_array)
        .ok_or("the catalogue is empty")?;
    let text = |entry: &toml::Value, key: &str| {
        entry
            .get(key)
            .and_then(toml::Value::as_str)
            .map(ToString::to_string)
    };
    let api = |entry: &toml::Value| {
        Some(CatalogueEntry {
            name: text(entry, "name")?,
            contract: text(entry, "contract")?,
            described: text(entry, "described"),
            overlay: text(entry, "overlay"),
        })
    };
    entries
        .iter()
        .map(|entry| api(entry).ok_or_else(|| format!("an entry without name or contract: {entry}")))
        .collect()
}

/// The text of a file.
///
/// # Errors
///
/// When it cannot be read; the message names it.
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Folders that contain none of our files.
const FOREIGN: [&str; 3] = ["target", ".git", "node_modules"];

/// All files below `folder`, sorted, as paths relative to the root of the repository with slashes.
///
/// # Errors
///
/// When a folder cannot be read; the message names it.
pub fn files(folder: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<String>) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(said)? {
        let entry = entry.map_err(said)?;
        let path = entry.path();
        if entry.file_type().map_err(said)?.is_dir() {
            if !FOREIGN.iter().any(|name| entry.file_name() == *name) {
                collect(&path, found)?;
            }
        } else if let Ok(relative) = path.strip_prefix(root()) {
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_apis_finds_the_contract_of_every_entry() {
        let apis = apis().unwrap();
        assert!(!apis.is_empty());
        for api in apis {
            assert!(api.specs().join(&api.contract).is_file(), "{}", api.name);
        }
    }

    #[test]
    fn test_files_are_named_from_the_root() {
        assert!(
            files("tests")
                .unwrap()
                .contains(&"tests/src/workspace.rs".to_string())
        );
    }
}
