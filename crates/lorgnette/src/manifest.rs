//! The manifest of a workspace.

use crate::failure::Failure;
use crate::workspace::Workspace;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

/// The workspace's manifest.
pub const MANIFEST: &str = "Cargo.toml";

/// The manifest, empty where there is none.
pub struct Manifest {
    document: DocumentMut,
}

impl Manifest {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is not TOML.
    pub fn read(workspace: &Workspace) -> Result<Self, Failure> {
        let text = match workspace.path(MANIFEST).is_file() {
            true => workspace.read(MANIFEST)?,
            false => String::new(),
        };
        let document = text.parse();
        let document =
            document.map_err(|error: toml_edit::TomlError| Failure::new(error.message()).at(MANIFEST))?;
        Ok(Self { document })
    }

    /// A text that all packages of the workspace have in common, or its one package has.
    pub fn package(&self, key: &str) -> Option<String> {
        let in_workspace = self
            .document
            .get("workspace")
            .and_then(|it| it.get("package")?.get(key)?.as_str());
        let own = || self.document.get("package")?.get(key)?.as_str();
        in_workspace.or_else(own).map(ToOwned::to_owned)
    }

    /// Makes the manifest one of a workspace, unless it is.
    ///
    /// # Errors
    ///
    /// When what it says of a workspace is malformed.
    pub fn add_workspace(&mut self) -> Result<(), Failure> {
        self.members().map(|_| ())
    }

    /// Adds the crates below `folder` to the members of the workspace, unless they are. Until there
    /// is one, cargo takes that for an error.
    ///
    /// # Errors
    ///
    /// When what the manifest says of a workspace is malformed.
    pub fn add_members(&mut self, folder: &str) -> Result<(), Failure> {
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

    fn members(&mut self) -> Result<&mut Array, Failure> {
        let malformed = |what: &str| Failure::new(format!("{what} is malformed")).at(MANIFEST);
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

    /// Names a crate of the workspace among the dependencies that members inherit, at the end.
    ///
    /// # Errors
    ///
    /// When the manifest has no such table.
    pub fn add_dependency(&mut self, name: &str, folder: &str, version: &str) -> Result<(), Failure> {
        let mut dependency = InlineTable::new();
        dependency.insert("path", folder.into());
        dependency.insert("version", version.into());
        self.dependencies()?.insert(name, value(dependency));
        Ok(())
    }

    /// Whether members inherit a dependency of this name.
    pub fn has_dependency(&mut self, name: &str) -> bool {
        self.dependencies().is_ok_and(|table| table.contains_key(name))
    }

    /// Takes a crate out of the dependencies that members inherit.
    pub fn remove_dependency(&mut self, name: &str) {
        if let Ok(table) = self.dependencies() {
            table.remove(name);
        }
    }

    fn dependencies(&mut self) -> Result<&mut dyn TableLike, Failure> {
        ["workspace", "dependencies"]
            .into_iter()
            .try_fold(self.document.as_item_mut(), |item, key| {
                item.as_table_like_mut()?.get_mut(key)
            })
            .and_then(|item| item.as_table_like_mut())
            .ok_or_else(|| Failure::new("there is no table `workspace.dependencies`").at(MANIFEST))
    }

    /// The manifest's text.
    pub fn text(&self) -> String {
        self.document.to_string()
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
