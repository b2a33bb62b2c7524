//! The releases of adapters, which are hand-written crates that re-export generated ones.
//!
//! A breaking release of a generated crate also breaks callers that name its types through the
//! adapter, so the adapter needs a breaking release as well.

use crate::failure::CommandFailure;
use crate::manifest::{MANIFEST, Manifest, set};
use crate::workspace::Workspace;
use crate::write;
use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diff::{Bump, breaks, next_version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::{Table, Value};
use toml_edit::{DocumentMut, Item, TomlError};

/// The path of the record, relative to the folder of the project.
pub const RECORD: &str = "specs/adapters.toml";

const HEADER: &str = "\
# The last release of each adapter, and the versions of the generated crates that it hands on to its callers. Written by the
# command `release`; not edited by hand.
";

/// An adapter in its current state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// The name of the adapter.
    pub name: String,
    /// The path of its manifest, relative to the folder of the project.
    pub manifest: String,
    /// Its version.
    pub version: String,
    /// The generated crates that it re-exports.
    pub crates: Vec<String>,
}

/// The recorded releases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Releases(BTreeMap<String, Released>);

/// The last release of an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    version: String,
    /// The versions of the generated crates at that time.
    crates: BTreeMap<String, String>,
}

/// A breaking step of a generated crate that an adapter's version does not reflect.
#[derive(Debug)]
pub struct Unsaid {
    before: String,
    after: String,
    /// The minimum version that the adapter must have.
    pub wanted: String,
}

impl Unsaid {
    /// The failure at the adapter's manifest.
    pub fn failure(&self, adapter: &Adapter, api: &str) -> CommandFailure {
        let Adapter {
            name,
            manifest,
            version,
            ..
        } = adapter;
        let Self {
            before,
            after,
            wanted,
        } = self;
        CommandFailure::new(format!(
            "{name} re-exports {api}, whose step from {before} to {after} breaks callers, but its own version is {version}"
        ))
        .at(manifest)
        .help(format!("set its version to {wanted}, or use `--raise`, and run the command again"))
    }
}

/// Sets the version in an adapter's manifest, or in the workspace's if the adapter inherits it, and
/// the version that other members of the workspace require. Returns the manifest that holds the
/// version.
///
/// # Errors
///
/// When a manifest cannot be changed.
pub fn set_version(
    workspace: &Workspace,
    adapter: &Adapter,
    version: &str,
) -> Result<String, CommandFailure> {
    let path = &adapter.manifest;
    let document = workspace.read(path)?.parse();
    let mut document: DocumentMut =
        document.map_err(|error: TomlError| CommandFailure::new(error.message()).at(path))?;
    let package = document.get_mut("package").and_then(Item::as_table_like_mut);
    let package = package.filter(|package| package.get("version").is_some_and(Item::is_str));
    let has_root = workspace.path(MANIFEST).is_file();
    if let Some(package) = package {
        set(package, "version", version);
        write::whole(&workspace.path(path), &document.to_string())?;
        if has_root {
            let mut root = Manifest::read(workspace)?;
            root.require(version, |folder| format!("{folder}/{MANIFEST}") == *path);
            write::whole(&workspace.path(MANIFEST), &root.text())?;
        }
        return Ok(path.clone());
    }
    let inherits = |folder: &str| {
        let manifest = table(workspace, &format!("{folder}/{MANIFEST}"));
        let version = manifest.ok().and_then(|manifest| {
            let version = manifest.get("package")?.get("version")?;
            version.get("workspace")?.as_bool()
        });
        version == Some(true)
    };
    let mut root = Manifest::read(workspace)?;
    root.raise(version, inherits)?;
    write::whole(&workspace.path(MANIFEST), &root.text())?;
    Ok(MANIFEST.to_owned())
}

/// The adapters of a project: hand-written crates that depend on a generated one.
///
/// # Errors
///
/// When a manifest cannot be read.
pub fn adapters(workspace: &Workspace, catalogue: &Catalogue) -> Result<Vec<Adapter>, CommandFailure> {
    let folder = &workspace.project().crates;
    let Ok(entries) = std::fs::read_dir(workspace.path(folder)) else {
        return Ok(Vec::new());
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| catalogue.api(name).is_err())
        .collect();
    names.sort();
    let mut adapters = Vec::new();
    for name in names {
        let manifest = format!("{folder}/{name}/Cargo.toml");
        if workspace.path(&manifest).is_file()
            && let Some(adapter) = adapter(workspace, catalogue, manifest)?
        {
            adapters.push(adapter);
        }
    }
    Ok(adapters)
}

/// The adapter with this manifest; `None` if the manifest belongs to another kind of crate.
fn adapter(
    workspace: &Workspace,
    catalogue: &Catalogue,
    manifest: String,
) -> Result<Option<Adapter>, CommandFailure> {
    let table = table(workspace, &manifest)?;
    let dependencies = table.get("dependencies").and_then(Value::as_table);
    let crates: Vec<String> = dependencies
        .into_iter()
        .flat_map(Table::keys)
        .filter(|name| catalogue.api(name).is_ok())
        .cloned()
        .collect();
    let package = |key: &str| table.get("package").and_then(|package| package.get(key));
    let Some(name) = package("name")
        .and_then(Value::as_str)
        .filter(|_| !crates.is_empty())
    else {
        return Ok(None);
    };
    let version = match package("version") {
        Some(Value::String(version)) => version.clone(),
        // The workspace's, or none, which cargo reads as this one.
        Some(_) => {
            let root = self::table(workspace, "Cargo.toml")?;
            let version = root
                .get("workspace")
                .and_then(|it| it.get("package")?.get("version")?.as_str());
            version.unwrap_or("0.0.0").to_owned()
        }
        None => "0.0.0".to_owned(),
    };
    Ok(Some(Adapter {
        name: name.to_owned(),
        manifest,
        version,
        crates,
    }))
}

fn table(workspace: &Workspace, path: &str) -> Result<Table, CommandFailure> {
    let text = workspace.read(path)?;
    text.parse()
        .map_err(|error: toml::de::Error| CommandFailure::new(error.message()).at(path))
}

impl Releases {
    /// Reads the record; returns an empty one if it is missing.
    ///
    /// # Errors
    ///
    /// When the file is not a valid record.
    pub fn read(workspace: &Workspace) -> Result<Self, CommandFailure> {
        if !workspace.path(RECORD).is_file() {
            return Ok(Self::default());
        }
        let text = workspace.read(RECORD)?;
        toml::from_str(&text).map_err(|error| {
            CommandFailure::new(format!("the file cannot be read: {}", error.message()))
                .at(RECORD)
                .help("restore it from the last release")
        })
    }

    /// Rejects the release of a generated crate as `version` if that breaks callers of an adapter
    /// whose version does not reflect it.
    ///
    /// # Errors
    ///
    /// When there is such an adapter.
    pub fn refuse_unsaid(&self, adapter: &Adapter, api: &str, version: &str) -> Result<(), Unsaid> {
        let last = self.0.get(&adapter.name);
        let before = last.and_then(|last| Some((last, last.crates.get(api)?)));
        let Some((last, before)) = before.filter(|(_, before)| breaks(before, version)) else {
            return Ok(());
        };
        if breaks(&last.version, &adapter.version) {
            return Ok(());
        }
        Err(Unsaid {
            before: before.clone(),
            after: version.to_owned(),
            wanted: next_version(&last.version, Bump::Major).unwrap_or_default(),
        })
    }

    /// The record with the release of an adapter, whose crates are released in `versions`; `None`
    /// if this state is already recorded.
    ///
    /// # Errors
    ///
    /// When one of its crates was never released, or takes a breaking step that the adapter does
    /// not take.
    pub fn with(
        &self,
        adapter: &Adapter,
        versions: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, CommandFailure> {
        let mut crates = BTreeMap::new();
        for name in &adapter.crates {
            let version = versions.get(name).ok_or_else(|| {
                CommandFailure::new(format!(
                    "{name}, which {} re-exports, was never released",
                    adapter.name
                ))
                .at(&adapter.manifest)
                .help(format!("release {name} first"))
            })?;
            self.refuse_unsaid(adapter, name, version)
                .map_err(|unsaid| unsaid.failure(adapter, name))?;
            crates.insert(name.clone(), version.clone());
        }
        let released = Released {
            version: adapter.version.clone(),
            crates,
        };
        if self.0.get(&adapter.name) == Some(&released) {
            return Ok(None);
        }
        let mut releases = self.clone();
        releases.0.insert(adapter.name.clone(), released);
        Ok(Some(releases))
    }

    /// The text of the record.
    ///
    /// # Errors
    ///
    /// When the record cannot be written as TOML.
    pub fn text(&self) -> Result<String, CommandFailure> {
        let text = toml::to_string(self)
            .map_err(|error| CommandFailure::new(format!("cannot write the record: {error}")).at(RECORD))?;
        Ok(format!("{HEADER}\n{text}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;

    fn adapter(version: &str) -> Adapter {
        Adapter {
            name: "lamps".to_owned(),
            manifest: "crates/lamps/Cargo.toml".to_owned(),
            version: version.to_owned(),
            crates: vec!["lamps-v1".to_owned(), "lamps-v2".to_owned()],
        }
    }

    fn versions(one: &str, two: &str) -> BTreeMap<String, String> {
        [("lamps-v1", one), ("lamps-v2", two)]
            .map(|(name, version)| (name.to_owned(), version.to_owned()))
            .into()
    }

    #[test]
    fn test_step_that_breaks_a_crate_asks_for_one_of_its_adapter() {
        let first = Releases::default();
        let released = first
            .with(&adapter("0.3.0"), &versions("0.1.0", "0.2.0"))
            .unwrap()
            .unwrap();
        let asked = |version: &str, api: &str, to: &str| {
            let adapter = adapter(version);
            released
                .refuse_unsaid(&adapter, api, to)
                .map_err(|unsaid| unsaid.failure(&adapter, api).to_string())
        };
        assert_eq!(asked("0.3.0", "lamps-v2", "0.2.7"), Ok(()));
        let failure = asked("0.3.1", "lamps-v2", "0.3.0").unwrap_err();
        assert!(
            failure.contains("0.2.0 to 0.3.0") && failure.contains("set its version to 0.4.0"),
            "{failure}"
        );
        assert_eq!(asked("0.4.0", "lamps-v2", "0.3.0"), Ok(()));
        assert_eq!(asked("0.3.0", "shades-v1", "9.0.0"), Ok(()));
        // Changes before the first release break no callers.
        assert!(
            first
                .refuse_unsaid(&adapter("0.3.0"), "lamps-v2", "9.0.0")
                .is_ok()
        );
        assert!(
            released
                .with(&adapter("0.3.1"), &versions("0.1.0", "0.3.0"))
                .is_err()
        );
        assert!(
            released
                .with(&adapter("0.3.0"), &BTreeMap::new())
                .unwrap_err()
                .to_string()
                .contains("release lamps-v1 first")
        );
    }

    #[test]
    fn test_record_is_read_as_it_was_written_and_written_once() {
        let versions = versions("0.1.0", "0.2.0");
        let released = Releases::default().with(&adapter("0.3.0"), &versions);
        let released = released.unwrap().unwrap();
        let text = released.text().unwrap();
        assert_eq!(toml::from_str::<Releases>(&text).unwrap(), released);
        assert_eq!(released.with(&adapter("0.3.0"), &versions).unwrap(), None);
    }
}
