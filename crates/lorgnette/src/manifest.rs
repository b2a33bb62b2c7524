//! Reads and edits the manifest of a workspace.

use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

/// The workspace's manifest.
pub const MANIFEST: &str = "Cargo.toml";

/// The manifest, empty if it is missing.
pub struct Manifest {
    document: DocumentMut,
}

impl Manifest {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    ///
    /// When the manifest cannot be read or is not TOML.
    pub fn read(workspace: &Workspace) -> Result<Self, CommandFailure> {
        let text = match workspace.path(MANIFEST).is_file() {
            true => workspace.read(MANIFEST)?,
            false => String::new(),
        };
        let document = text.parse();
        let document = document
            .map_err(|error: toml_edit::TomlError| CommandFailure::new(error.message()).at(MANIFEST))?;
        Ok(Self { document })
    }

    /// The value of a field that all packages of the workspace share, or that its only package has.
    pub fn package(&self, key: &str) -> Option<String> {
        let in_workspace = self
            .document
            .get("workspace")
            .and_then(|it| it.get("package")?.get(key)?.as_str());
        let own = || self.document.get("package")?.get(key)?.as_str();
        in_workspace.or_else(own).map(ToOwned::to_owned)
    }

    /// Adds a workspace table to the manifest, if it has none.
    ///
    /// # Errors
    ///
    /// When the workspace table is malformed.
    pub fn add_workspace(&mut self) -> Result<(), CommandFailure> {
        self.members().map(|_| ())
    }

    /// Adds the crates below `folder` to the members of the workspace, if they are not members yet.
    /// As long as there is no crate, cargo rejects such a pattern.
    ///
    /// # Errors
    ///
    /// When the manifest's workspace table is malformed.
    pub fn add_members(&mut self, folder: &str) -> Result<(), CommandFailure> {
        let all = format!("{folder}/*");
        let members = self.members()?;
        if !members
            .iter()
            .filter_map(Value::as_str)
            .any(|member| member == all)
        {
            members.push(all);
        }
        Ok(())
    }

    fn members(&mut self) -> Result<&mut Array, CommandFailure> {
        let malformed = |what: &str| CommandFailure::new(format!("{what} is malformed")).at(MANIFEST);
        let is_new = !self.document.contains_key("workspace");
        let workspace = self
            .document
            .entry("workspace")
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .ok_or_else(|| malformed("`workspace`"))?;
        if is_new {
            workspace.insert("resolver", value("3"));
        }
        workspace
            .entry("members")
            .or_insert_with(|| value(Array::new()))
            .as_array_mut()
            .ok_or_else(|| malformed("`workspace.members`"))
    }

    /// Adds a crate of the workspace to the end of the dependencies that members inherit. An
    /// existing entry gets the folder and the version, and keeps its other settings: features, and
    /// comments.
    ///
    /// # Errors
    ///
    /// When the manifest has no such table.
    pub fn add_dependency(&mut self, name: &str, folder: &str, version: &str) -> Result<(), CommandFailure> {
        let table = self.dependencies()?;
        let known = table.iter().find(|(key, entry)| package(key, entry) == name);
        let known = known.map(|(key, _)| key.to_owned());
        let known = known.and_then(|key| table.get_mut(&key)?.as_table_like_mut());
        if let Some(known) = known {
            set(known, "path", folder);
            set(known, "version", version);
            return Ok(());
        }
        let mut dependency = InlineTable::new();
        dependency.insert("path", folder.into());
        dependency.insert("version", version.into());
        table.insert(name, value(dependency));
        Ok(())
    }

    /// Renames a crate in the dependencies that members inherit, if it is listed.
    pub fn rename_dependency(&mut self, old: &str, new: &str) {
        let Ok(table) = self.dependencies() else { return };
        let known = table.iter().find(|(key, entry)| package(key, entry) == old);
        let Some(key) = known.map(|(key, _)| key.to_owned()) else {
            return;
        };
        // Only the package is renamed.
        if let Some(entry) = table.get_mut(&key).and_then(Item::as_table_like_mut)
            && entry.contains_key("package")
        {
            set(entry, "package", new);
        } else if let Some(entry) = table.remove(&key) {
            table.insert(new, entry);
        }
    }

    /// Sets the version that the packages of the workspace share. The dependencies that members
    /// inherit get it, too, if `inherits` returns true for them.
    ///
    /// # Errors
    ///
    /// When the manifest has no such version.
    pub fn raise(&mut self, version: &str, inherits: impl Fn(&str) -> bool) -> Result<(), CommandFailure> {
        let package = self.document.get_mut("workspace");
        let package = package.and_then(|it| it.get_mut("package")?.as_table_like_mut());
        let package = package.filter(|package| package.contains_key("version"));
        let package = package
            .ok_or_else(|| CommandFailure::new("there is no `workspace.package.version`").at(MANIFEST))?;
        set(package, "version", version);
        self.require(version, inherits);
        Ok(())
    }

    /// Sets the version of crates in the dependencies that members inherit, if `is_meant` returns
    /// true for their folders.
    pub fn require(&mut self, version: &str, is_meant: impl Fn(&str) -> bool) {
        let Ok(table) = self.dependencies() else { return };
        for (_, entry) in table.iter_mut() {
            let Some(entry) = entry.as_table_like_mut() else {
                continue;
            };
            let path = entry.get("path").and_then(Item::as_str);
            if entry.contains_key("version") && path.is_some_and(&is_meant) {
                set(entry, "version", version);
            }
        }
    }

    /// Whether members inherit a dependency of this name.
    pub fn has_dependency(&mut self, name: &str) -> bool {
        self.dependencies().is_ok_and(|table| table.contains_key(name))
    }

    /// Removes a crate from the dependencies that members inherit.
    pub fn remove_dependency(&mut self, name: &str) {
        if let Ok(table) = self.dependencies() {
            table.remove(name);
        }
    }

    fn dependencies(&mut self) -> Result<&mut dyn TableLike, CommandFailure> {
        ["workspace", "dependencies"]
            .into_iter()
            .try_fold(self.document.as_item_mut(), |item, key| {
                item.as_table_like_mut()?.get_mut(key)
            })
            .and_then(|item| item.as_table_like_mut())
            .ok_or_else(|| CommandFailure::new("there is no table `workspace.dependencies`").at(MANIFEST))
    }

    /// The manifest's text.
    pub fn text(&self) -> String {
        self.document.to_string()
    }
}

/// The package that a dependency refers to.
fn package<'d>(key: &'d str, dependency: &'d Item) -> &'d str {
    dependency.get("package").and_then(Item::as_str).unwrap_or(key)
}

/// Sets a text, and keeps the formatting around it.
pub fn set(table: &mut dyn TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(place) => {
            let decor = place.decor().clone();
            *place = text.into();
            *place.decor_mut() = decor;
        }
        None => {
            table.insert(key, value(text));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest {
            document: text.parse().unwrap(),
        }
    }

    #[test]
    fn test_members_are_added_and_all_else_is_kept() {
        let with = |text: &str| {
            let mut manifest = manifest(text);
            manifest.add_members("crates").map(|()| manifest.text())
        };
        assert_eq!(
            with("").unwrap(),
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n"
        );
        let old = "# ours\n[workspace]\nmembers = [\"app\"] # one\n";
        assert_eq!(
            with(old).unwrap(),
            "# ours\n[workspace]\nmembers = [\"app\", \"crates/*\"] # one\n"
        );
        let has = "[workspace]\nmembers = [\"crates/*\"]\n";
        assert_eq!(with(has).unwrap(), has);
        assert!(
            with("[package]\nname = \"app\"\n")
                .unwrap()
                .contains("members = [\"crates/*\"]")
        );
        assert!(with("workspace = 1").is_err());
    }

    #[test]
    fn test_renamed_dependency_keeps_its_features() {
        let renamed = |text: &str| {
            let mut manifest = manifest(&format!("[workspace.dependencies]\n{text}\n"));
            manifest.rename_dependency("a-v1", "b-v1");
            manifest.add_dependency("b-v1", "crates/b-v1", "0.2.0").unwrap();
            manifest.text().replace("[workspace.dependencies]\n", "")
        };
        assert_eq!(
            renamed("a-v1 = { path = \"crates/a-v1\", version = \"0.1.0\", features = [\"rustls\"] } # ours"),
            "b-v1 = { path = \"crates/b-v1\", version = \"0.2.0\", features = [\"rustls\"] } # ours\n"
        );
        assert_eq!(
            renamed("lamps = { package = \"a-v1\", path = \"crates/a-v1\", version = \"0.1.0\" }"),
            "lamps = { package = \"b-v1\", path = \"crates/b-v1\", version = \"0.2.0\" }\n"
        );
        assert_eq!(
            renamed("c = \"1\""),
            "c = \"1\"\nb-v1 = { path = \"crates/b-v1\", version = \"0.2.0\" }\n"
        );
    }

    #[test]
    fn test_raised_version_is_that_of_those_who_inherit_it() {
        let text = |own: &str, a: &str| {
            format!(
                "[workspace.package]\nversion = \"{own}\" # all\n[workspace.dependencies]\n\
                 a = {{ version = \"{a}\", path = \"crates/a\" }}\nb = {{ path = \"crates/b\", version = \"0.1.0\" }}\n\
                 c = {{ path = \"crates/a\" }}\n"
            )
        };
        let mut manifest = manifest(&text("0.1.0", "0.1.0"));
        manifest.raise("0.2.0", |path| path == "crates/a").unwrap();
        assert_eq!(manifest.text(), text("0.2.0", "0.2.0"));
        assert!(self::manifest("").raise("0.2.0", |_| true).is_err());
    }

    #[test]
    fn test_license_is_the_workspaces_or_the_packages() {
        let license = |text: &str| manifest(text).package("license");
        assert_eq!(
            license("[workspace.package]\nlicense = \"MIT\"\n").as_deref(),
            Some("MIT")
        );
        assert_eq!(license("[package]\nlicense = \"ISC\"\n").as_deref(), Some("ISC"));
        assert_eq!(license("[package]\nlicense.workspace = true\n"), None);
    }
}
