//! Builds the crates of the fixtures, and runs the tools that compare them.

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use lorgnette::write;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The documentation of a crate as JSON.
pub type Json = PathBuf;

/// A workspace of its own below `target/`, in which one crate after the other is documented.
pub struct Crates {
    folder: PathBuf,
    name: String,
}

impl Crates {
    /// Makes the workspace for crates called `name`.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn prepare(workspace: &Workspace, name: &str) -> Result<Self, CommandFailure> {
        let folder = workspace.path("target/judge");
        let runtime = workspace.path("crates/runtime");
        // The path is written as a TOML value, since it may contain any character.
        let runtime = toml::Value::String(runtime.display().to_string());
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"{name}\"]\n\n\
             [workspace.package]\nedition = \"2024\"\nrust-version = \"1.89\"\nlicense = \"MIT\"\nrepository = \"https://example.com\"\n\n\
             [workspace.dependencies]\nlorgnette-runtime = {{ path = {runtime} }}\n\n[workspace.lints]\n"
        );
        let lock = workspace.read("Cargo.lock")?;
        write::all(&[
            (folder.join("Cargo.toml"), manifest),
            (folder.join("Cargo.lock"), lock),
        ])?;
        Ok(Self {
            folder,
            name: name.to_string(),
        })
    }

    /// Documents the crate that consists of `files`, and stores the result as `kept`.
    ///
    /// # Errors
    ///
    /// When it does not compile.
    pub fn document(&self, kept: &str, files: &BTreeMap<String, String>) -> Result<Json, CommandFailure> {
        let folder = self.folder.join(&self.name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .map_err(|error| CommandFailure::io("remove", &folder, &error))?;
        }
        let files: Vec<(PathBuf, String)> = files
            .iter()
            .map(|(path, text)| (folder.join(path), text.clone()))
            .collect();
        write::all(&files)?;
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(&self.folder)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("RUSTC");
        cargo.args([
            "+nightly",
            "rustdoc",
            "--quiet",
            "--lib",
            "--target-dir",
            "target",
            "--package",
            &self.name,
        ]);
        cargo.args([
            "--",
            "-Zunstable-options",
            "--output-format",
            "json",
            "--cap-lints",
            "allow",
        ]);
        output(cargo, &[0])?;
        let made = self
            .folder
            .join("target/doc")
            .join(format!("{}.json", self.name.replace('-', "_")));
        let json = self.folder.join("documents").join(format!("{kept}.json"));
        let text =
            std::fs::read_to_string(&made).map_err(|error| CommandFailure::io("read", &made, &error))?;
        write::whole(&json, &text)?;
        Ok(json)
    }

    /// The version step that cargo-semver-checks requires.
    ///
    /// # Errors
    ///
    /// When the tool cannot be run, or its output is not recognized.
    pub fn semver_checks(&self, before: &Json, after: &Json) -> Result<&'static str, CommandFailure> {
        let mut tool = Command::new("cargo-semver-checks");
        tool.current_dir(&self.folder)
            .args(["semver-checks", "--color", "never", "--release-type", "patch"]);
        tool.arg("--baseline-rustdoc")
            .arg(before)
            .arg("--current-rustdoc")
            .arg(after);
        let said = output(tool, &[0, 100, 1])?;
        for (sign, step) in [
            ("semver requires new major version", "major"),
            ("semver requires new minor version", "minor"),
            ("no semver update required", "patch"),
        ] {
            if said.contains(sign) {
                return Ok(step);
            }
        }
        Err(CommandFailure::new(format!(
            "cargo-semver-checks says what is not known: {said}"
        )))
    }

    /// The version step that follows from the output of cargo-public-api: a removed or changed item
    /// is breaking, an added one is new.
    ///
    /// # Errors
    ///
    /// When the tool cannot be run, or its output is not recognized.
    pub fn public_api(&self, before: &Json, after: &Json) -> Result<&'static str, CommandFailure> {
        let mut tool = Command::new("cargo-public-api");
        tool.current_dir(&self.folder)
            .args(["public-api", "--color", "never", "diff"])
            .arg(before)
            .arg(after);
        let said = output(tool, &[0])?;
        let is_empty = |heading: &str| {
            let section = said.split(heading).nth(1).unwrap_or_default();
            section.lines().nth(2) == Some("(none)")
        };
        let headings = [
            "Removed items from the public API",
            "Changed items in the public API",
            "Added items to the public API",
        ];
        if !headings.iter().all(|heading| said.contains(heading)) {
            return Err(CommandFailure::new(format!(
                "cargo-public-api says what is not known: {said}"
            )));
        }
        Ok(match headings.map(is_empty) {
            [true, true, true] => "patch",
            [true, true, false] => "minor",
            _ => "major",
        })
    }

    /// The versions of both tools, on one line.
    ///
    /// # Errors
    ///
    /// When a tool cannot be run.
    pub fn versions(&self) -> Result<String, CommandFailure> {
        let version = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.current_dir(Path::new(&self.folder)).args(arguments);
            output(command, &[0]).map(|said| said.lines().next().unwrap_or_default().to_string())
        };
        let checks = version("cargo-semver-checks", &["semver-checks", "--version"])?;
        let api = version("cargo-public-api", &["--version"])?;
        Ok(format!("{checks}, {api}"))
    }
}

/// Both output streams of a command, if it ends with one of `statuses`.
fn output(mut command: Command, statuses: &[i32]) -> Result<String, CommandFailure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        CommandFailure::new(format!("cannot run {program}: {error}"))
            .help("install it: `cargo install --root DIR cargo-semver-checks cargo-public-api`, and put DIR/bin on the path")
    })?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(status) if statuses.contains(&status) => Ok(said),
        _ => Err(CommandFailure::new(format!("{program} fails: {}", said.trim()))),
    }
}
