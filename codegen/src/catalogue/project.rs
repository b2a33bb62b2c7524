//! The table `[project]`: what holds for all crates of a project.

use crate::diagnostics::{Error, Result, Station};
use crate::text;
use serde::Deserialize;

/// The catalogue's place in the workspace, which errors in it name.
pub const FILE: &str = "specs/apis.toml";

/// Settings of all crates of a project. Absent keys take the defaults of [`Project::default`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Project {
    /// The licence of the crates, as an SPDX expression. Without it, manifests and READMEs name
    /// none.
    pub license: Option<String>,
    /// The address of the repository. Without it, manifests name none.
    pub repository: Option<String>,
    /// Whether the vendors publish these crates themselves; if not, READMEs say so. False by
    /// default.
    pub official: bool,
    /// The prefix of the names of new crates, for instance `acme-`. Nothing by default.
    pub prefix: String,
    /// Whether `lorgnette new` drafts an adapter. True by default.
    pub adapters: bool,
    /// Whether `lorgnette new` drafts tests of the adapter. True by default.
    pub tests: bool,
    /// The folder that crates go to, from that of the project. `crates` by default. For a crate
    /// that belongs to no project it is `.`, and the crate's own folder is where the path of the
    /// runtime is from.
    pub crates: String,
    /// The folder for calls of every operation, which a conformance test may run. None are made by
    /// default.
    pub calls: Option<String>,
    /// Whether manifests inherit edition, licence, lints and versions of dependencies from the
    /// workspace's. False by default: then a manifest says all of it itself.
    pub inherit: bool,
    /// Where manifests take `lorgnette-runtime` from: a version, or a table as in Cargo.toml, whose
    /// `path` is from the folder of the project. The version of this generator by default.
    pub runtime: Runtime,
    /// The command that makes the crates again, which generated files and messages name. Other
    /// commands are named with its last word replaced. `lorgnette generate` by default.
    pub regenerate: String,
}

/// The source of a dependency.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Runtime {
    /// A version requirement.
    Version(String),
    /// The text for Cargo.toml.
    Table(toml::Table),
}

impl Default for Runtime {
    fn default() -> Self {
        Self::Version(env!("CARGO_PKG_VERSION").to_owned())
    }
}

impl Default for Project {
    fn default() -> Self {
        Self {
            license: None,
            repository: None,
            official: false,
            prefix: String::new(),
            adapters: true,
            tests: true,
            crates: "crates".to_owned(),
            calls: None,
            inherit: false,
            runtime: Runtime::default(),
            regenerate: "lorgnette generate".to_owned(),
        }
    }
}

impl Project {
    /// The table without what surrounds folders, so that paths can be made of them.
    ///
    /// # Errors
    ///
    /// When a value is invalid for a project; the error names its key.
    pub fn checked(mut self) -> Result<Self> {
        let wrong = |key: &str, message: String, help: &str| {
            Err(Error::new(Station::Catalogue, format!("/project/{key}"), message).help(help))
        };
        self.crates = self.crates.trim_end_matches('/').to_owned();
        self.calls = self.calls.map(|calls| calls.trim_end_matches('/').to_owned());
        let folders = [("crates", Some(&self.crates)), ("calls", self.calls.as_ref())];
        for (key, folder) in folders {
            if let Some(folder) = folder.filter(|folder| !is_below(folder)) {
                return wrong(
                    key,
                    format!("{folder:?} is not a folder of the project"),
                    "name a folder below that of the project, with `/` between its parts",
                );
            }
        }
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !self.prefix.chars().all(is_part) || self.prefix.starts_with(|c: char| !c.is_ascii_lowercase()) {
            return wrong(
                "prefix",
                format!("{:?} cannot begin the name of a crate", self.prefix),
                "use lower-case letters, digits and hyphens, a letter first",
            );
        }
        if self.regenerate.split_whitespace().count() < 2 || self.regenerate.contains(['`', '\n']) {
            return wrong(
                "regenerate",
                format!("{:?} is not a command line", self.regenerate),
                "write the program and its command, for instance \"lorgnette generate\"",
            );
        }
        Ok(self)
    }

    /// The command line of a command of the tool in this project: `fetch lamps-v1` as `lorgnette
    /// fetch lamps-v1`. The command `generate` is the one that [`Project::regenerate`] names.
    pub fn command(&self, arguments: &str) -> String {
        let arguments = arguments.trim_end();
        let (program, _) = self
            .regenerate
            .rsplit_once(' ')
            .unwrap_or(("lorgnette", "generate"));
        match arguments.strip_prefix("generate") {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => format!("{}{rest}", self.regenerate),
            _ => format!("{program} {arguments}"),
        }
    }

    /// The folder of a crate, from that of the project.
    pub fn folder(&self, name: &str) -> String {
        format!("{}/{name}", self.crates)
    }

    /// What a manifest in [`Project::crates`] says of `lorgnette-runtime`, after the sign of
    /// equality, with more keys of the table at its end.
    pub fn runtime(&self, more: &[(&str, &str)]) -> String {
        let mut keys = match &self.runtime {
            _ if self.inherit => vec!["workspace = true".to_owned()],
            Runtime::Version(version) => vec![format!("version = {}", text::toml(version))],
            Runtime::Table(keys) => keys.iter().map(|key| self.key(key)).collect(),
        };
        keys.extend(more.iter().map(|(key, value)| format!("{key} = {value}")));
        format!("{{ {} }}", keys.join(", "))
    }

    /// A key of the table for the runtime as a crate has it.
    fn key(&self, (key, value): (&String, &toml::Value)) -> String {
        match value.as_str() {
            Some(path) if key == "path" && !path.starts_with('/') => {
                let up = match self.crates.as_str() {
                    "." => String::new(),
                    crates => "../".repeat(crates.split('/').count() + 1),
                };
                format!("{key} = {}", text::toml(&format!("{up}{path}")))
            }
            _ => format!("{key} = {value}"),
        }
    }
}

/// Whether a path stays below where it begins.
fn is_below(folder: &str) -> bool {
    !folder.is_empty()
        && folder
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn project(text: &str) -> Result<Project> {
        Catalogue::parse(&format!("[project]\n{text}\n")).map(|catalogue| catalogue.project)
    }

    #[test]
    fn test_command_takes_the_program_of_the_project() {
        let own = Project::default();
        assert_eq!(own.command("fetch lamps-v1"), "lorgnette fetch lamps-v1");
        assert_eq!(own.command("generate"), "lorgnette generate");
        let wrapped = project("regenerate = 'cargo xtask regen'").unwrap();
        assert_eq!(wrapped.command("fetch --all"), "cargo xtask fetch --all");
        assert_eq!(wrapped.command("generate --check"), "cargo xtask regen --check");
        assert_eq!(wrapped.command("generated"), "cargo xtask generated");
    }

    #[test]
    fn test_runtime_is_found_from_the_folder_of_a_crate() {
        let at = |text: &str| project(text).unwrap().runtime(&[]);
        assert_eq!(at("runtime = '0.3'"), "{ version = \"0.3\" }");
        assert_eq!(
            at("runtime = { path = 'vendor/runtime' }"),
            "{ path = \"../../vendor/runtime\" }"
        );
        assert_eq!(
            at("crates = 'sdk/rust'\nruntime = { path = '../runtime' }"),
            "{ path = \"../../../../runtime\" }"
        );
        assert_eq!(
            at("runtime = { path = '/opt/runtime' }"),
            "{ path = \"/opt/runtime\" }"
        );
        assert_eq!(at("inherit = true"), "{ workspace = true }");
    }

    #[test]
    fn test_values_that_no_project_can_have_name_their_key() {
        for (text, key) in [
            ("crates = '../elsewhere'", "crates"),
            ("crates = ''", "crates"),
            ("calls = '/tmp'", "calls"),
            ("prefix = 'Acme-'", "prefix"),
            ("prefix = '-acme'", "prefix"),
            ("regenerate = 'make'", "regenerate"),
        ] {
            assert_eq!(project(text).unwrap_err().pointer, format!("/project/{key}"));
        }
        assert!(project("colour = 'red'").is_err());
        assert_eq!(project("").unwrap(), Project::default());
    }
}
