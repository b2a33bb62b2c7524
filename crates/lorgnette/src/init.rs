//! `lorgnette init`: makes a project of a new or an existing cargo workspace.

use crate::failure::CommandFailure;
use crate::manifest::{MANIFEST, Manifest};
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use lorgnette_codegen::catalogue::Catalogue;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value, value};

/// The files that are written once.
const APIS: &str = include_str!("init/templates/apis.toml.txt");
const WORKFLOW: &str = include_str!("init/templates/workflow.yml.txt");
/// The path of the workflow.
const WORKFLOW_PLACE: &str = ".github/workflows/lorgnette.yml";
/// The action that the workflow uses, of this version of the tool.
const ACTION: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "@v", env!("CARGO_PKG_VERSION"));

/// Makes a project of a new or existing workspace.
///
/// Writes specs/apis.toml, the catalogue that APIs are added to, and a GitHub workflow that checks
/// the generated crates and fetches changes from vendors. Adds the workspace table to Cargo.toml,
/// and attributes of contracts to .gitattributes. Existing files are kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette init --license 'MIT OR Apache-2.0'
  lorgnette init sdk --repository https://github.com/acme/sdk --prefix acme-
  lorgnette init --crates clients --no-adapters

Then: `lorgnette new lamps-v1 --docs https://lamps.example.com/docs`.")]
pub struct InitOptions {
    /// The folder of the project; by default, the current one.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The licence of the crates, as an SPDX expression; the workspace's unless given, or none.
    #[arg(long, value_name = "SPDX")]
    license: Option<String>,
    /// The address of the repository; the workspace's unless given, or none.
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// State that the vendors publish the crates themselves: no README calls a crate unofficial.
    #[arg(long)]
    official: bool,
    /// What the names of new crates begin with, for instance `acme-`.
    #[arg(long, default_value = "")]
    prefix: String,
    /// The folder that crates go to.
    #[arg(long, value_name = "DIR", default_value = "crates")]
    crates: String,
    /// Draft no adapter for a new API.
    #[arg(long)]
    no_adapters: bool,
    /// Draft no tests for a new adapter.
    #[arg(long)]
    no_tests: bool,
    /// Write no workflow.
    #[arg(long)]
    no_workflow: bool,
    /// Use lorgnette-runtime from this folder instead of the registry.
    #[arg(long, value_name = "DIR")]
    runtime_path: Option<PathBuf>,
}

/// Makes the project.
///
/// # Errors
///
/// When a project already exists, an option has an invalid value, or a file cannot be read or
/// written.
pub fn run(options: &InitOptions) -> Result<ExitCode, CommandFailure> {
    std::fs::create_dir_all(&options.folder)
        .map_err(|error| CommandFailure::io("make", &options.folder, &error))?;
    let root = options.folder.canonicalize();
    let root = root.map_err(|error| CommandFailure::io("find", &options.folder, &error))?;
    let workspace = Workspace::at(root.clone());
    if workspace.path(CATALOGUE).symlink_metadata().is_ok() {
        return Err(CommandFailure::new("there is a project already")
            .at(CATALOGUE)
            .help("add an API with `lorgnette new`, or edit the table `[project]`"));
    }
    let mut manifest = Manifest::read(&workspace)?;
    let catalogue = catalogue(&root, &manifest, options)?;
    let folder = Catalogue::parse(&catalogue)
        .map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?
        .project
        .crates;
    let mut files = vec![(CATALOGUE, catalogue)];
    let before = manifest.text();
    manifest.add_workspace()?;
    if manifest.text() != before {
        files.push((MANIFEST, manifest.text()));
    }
    for (path, more) in [
        (".gitattributes", attributes(&folder)),
        (".gitignore", "/target\n".to_owned()),
    ] {
        files.extend(extended(&workspace, path, &more)?.map(|text| (path, text)));
    }
    if !options.no_workflow && !workspace.path(WORKFLOW_PLACE).exists() {
        files.push((WORKFLOW_PLACE, workflow(&root)));
    }
    let mut said = format!("a project in {}:\n", root.display());
    for (path, _) in &files {
        let is_there = workspace.path(path).exists();
        let _ = writeln!(said, "  {path}: {}", if is_there { "extended" } else { "new" });
    }
    let files: Vec<(PathBuf, String)> = files
        .into_iter()
        .map(|(path, text)| (workspace.path(path), text))
        .collect();
    write::all(&files)?;
    said.push_str("next: `lorgnette new NAME-v1 --docs ADDRESS` adds an API\n");
    workspace::print(&said);
    Ok(ExitCode::SUCCESS)
}

/// The text of the catalogue.
fn catalogue(root: &Path, manifest: &Manifest, options: &InitOptions) -> Result<String, CommandFailure> {
    let mut project = Table::new();
    let license = options.license.clone().or_else(|| manifest.package("license"));
    let repository = options
        .repository
        .clone()
        .or_else(|| manifest.package("repository"));
    for (key, text) in [("license", license), ("repository", repository)] {
        if let Some(text) = text {
            project[key] = value(text);
        }
    }
    if options.official {
        project["official"] = value(true);
    }
    if !options.prefix.is_empty() {
        project["prefix"] = value(&options.prefix);
    }
    for (key, is_off) in [("adapters", options.no_adapters), ("tests", options.no_tests)] {
        if is_off {
            project[key] = value(false);
        }
    }
    if options.crates != "crates" {
        project["crates"] = value(&options.crates);
    }
    if let Some(path) = &options.runtime_path {
        let mut runtime = InlineTable::new();
        runtime.insert("path", Value::from(runtime_path(root, path)?));
        project["runtime"] = value(runtime);
    }
    let mut document = DocumentMut::new();
    document.insert("project", Item::Table(project));
    Ok(APIS.replace("<project>", &document.to_string()))
}

/// The path of the runtime from the folder of the project, or from the root if one was given.
fn runtime_path(root: &Path, path: &Path) -> Result<String, CommandFailure> {
    let found = path
        .canonicalize()
        .ok()
        .filter(|path| path.join("Cargo.toml").is_file());
    let found = found.ok_or_else(|| {
        CommandFailure::new("there is no crate")
            .at(path.display().to_string())
            .help("name the folder of lorgnette-runtime, which holds its Cargo.toml")
    })?;
    let path = if path.is_absolute() {
        path.to_path_buf()
    } else {
        crate::paths::between(root, &found)
    };
    Ok(path.display().to_string().replace('\\', "/"))
}

/// The git attributes of generated files and contracts.
fn attributes(crates: &str) -> String {
    format!(
        "# Contracts are kept byte for byte; generated files are named by `lorgnette new`.\nspecs/** -text\n\
         {crates}/*/CHANGELOG.md linguist-generated=false\n"
    )
}

/// A file with those of these lines that it lacks at its end; `None` if it lacks none.
fn extended(workspace: &Workspace, path: &str, lines: &str) -> Result<Option<String>, CommandFailure> {
    let old = match workspace.path(path).is_file() {
        true => workspace.read(path)?,
        false => String::new(),
    };
    let missing: Vec<&str> = lines
        .lines()
        .filter(|line| !old.lines().any(|known| known == *line))
        .collect();
    if missing.iter().all(|line| line.starts_with('#')) {
        return Ok(None);
    }
    let end = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Ok(Some(format!("{old}{end}{}\n", missing.join("\n"))))
}

/// The workflow for the current branch of the repository.
fn workflow(root: &Path) -> String {
    let branch = Command::new("git")
        .current_dir(root)
        .args(["symbolic-ref", "--short", "HEAD"])
        .output();
    let branch = branch.ok().filter(|output| output.status.success());
    let branch = branch.and_then(|output| String::from_utf8(output.stdout).ok());
    let branch = branch.map(|branch| branch.trim().to_owned());
    let is_plain = |branch: &String| {
        !branch.is_empty()
            && branch
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    };
    let branch = branch.filter(is_plain);
    let action = ACTION.trim_start_matches("https://github.com/");
    WORKFLOW
        .replace("<branch>", branch.as_deref().unwrap_or("main"))
        .replace("<action>", action)
}
