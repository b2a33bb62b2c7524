//! The state to compare with: a revision of git, a contract or a folder on disk, or the record of a
//! release.

use crate::failure::CommandFailure;
use crate::regen::source::{contract_files, is_contract};
use crate::workspace::{CATALOGUE, Workspace};
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diff::surface::Surface;
use lorgnette_codegen::diff::{History, read_record};
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::Input;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The place of the previous state.
pub enum Against {
    /// In a git revision, with the catalogue of that revision.
    Revision(String, Box<Catalogue>),
    /// In a file: a contract, or the record of a release.
    File(PathBuf),
    /// In a folder like `specs/<api>/`.
    Folder(PathBuf),
}

/// The previous state of one API.
pub enum PriorState<'a> {
    /// It is identical to the current state, byte for byte.
    Same,
    /// Its surface is already known.
    Surface(Surface),
    /// The pipeline must run on it; failures use this name for its folder.
    Input(Input<'a>, String),
}

impl Against {
    /// Interprets `name`: as a file or folder if it exists, else as a revision.
    ///
    /// # Errors
    ///
    /// When `name` is none of these, or a file is given for all APIs at once.
    pub fn find(workspace: &Workspace, name: &str, for_one: bool) -> Result<Self, CommandFailure> {
        let path = [PathBuf::from(name), workspace.path(name)]
            .into_iter()
            .find(|path| path.exists());
        if let Some(path) = path {
            if !for_one {
                return Err(CommandFailure::new("a file is the state of one API")
                    .at(name)
                    .help(format!(
                        "name the API: `{}`",
                        workspace.command("diff API --against FILE")
                    )));
            }
            return Ok(if path.is_dir() {
                Self::Folder(path)
            } else {
                Self::File(path)
            });
        }
        let text = git(workspace, &["show", &format!("{name}:./{CATALOGUE}")]).map_err(|failure| {
            failure.help(format!(
                "{name:?} must be a file, a folder, or a revision that contains {CATALOGUE}"
            ))
        })?;
        let catalogue = match Catalogue::parse(&text) {
            Ok(catalogue) => catalogue,
            // The catalogue's format changes over time; earlier contracts must remain readable.
            Err(error) => {
                let error = CommandFailure::of_generator(&error.in_file(format!("{name}:{CATALOGUE}")), "");
                eprintln!("{error}\nwarning: the current entries replace those of {name}");
                workspace.catalogue()?
            }
        };
        Ok(Self::Revision(name.to_string(), Box::new(catalogue)))
    }

    /// The previous state of the API `today`.
    ///
    /// # Errors
    ///
    /// When the state cannot be read.
    pub fn state<'a>(
        &'a self,
        workspace: &Workspace,
        today: &Input<'a>,
    ) -> Result<PriorState<'a>, CommandFailure> {
        let api = today.api;
        let (before, shown) = match self {
            Self::Revision(revision, catalogue) => {
                let Ok(before) = catalogue.api(&api.name) else {
                    // Everything is new.
                    return Ok(PriorState::Surface(Surface::default()));
                };
                let shown = format!("{revision}:specs/{}", api.name);
                let before = at_revision(workspace, revision, before)?;
                if before.contract.is_empty() {
                    return Ok(PriorState::Surface(Surface::default()));
                }
                (before, shown)
            }
            Self::Folder(folder) => {
                let shown = folder.display().to_string();
                let contract = contract_files(folder, &shown, api.overlay.as_deref())?;
                let overlay = api
                    .overlay
                    .as_deref()
                    .map(|file| read(&folder.join(file)))
                    .transpose()?;
                (input(api, contract, overlay), shown)
            }
            Self::File(file) => {
                let text = read(file)?;
                let shown = file.display().to_string();
                if file.extension().is_some_and(|extension| extension == "jsonl") {
                    let record =
                        read_record(&text).map_err(|error| CommandFailure::of_generator(&error, &shown))?;
                    return Ok(PriorState::Surface(record.surface));
                }
                // The contract replaces the current one under its name.
                let contract = Files::from([(api.contract.clone(), text)]);
                (input(api, contract, today.overlay.clone()), shown)
            }
        };
        let same = before.contract == today.contract
            && before.overlay == today.overlay
            && format!("{:?}", unplaced(before.api)) == format!("{:?}", unplaced(api));
        Ok(if same {
            PriorState::Same
        } else {
            PriorState::Input(before, shown)
        })
    }
}

/// The entry without its position in the catalogue, which is irrelevant here.
fn unplaced(api: &Entry) -> Entry {
    Entry {
        index: 0,
        ..api.clone()
    }
}

fn input(api: &Entry, contract: Files, overlay: Option<String>) -> Input<'_> {
    Input {
        api,
        contract,
        overlay,
        history: History::default(),
    }
}

fn at_revision<'a>(
    workspace: &Workspace,
    revision: &str,
    api: &'a Entry,
) -> Result<Input<'a>, CommandFailure> {
    let folder = format!("specs/{}/", api.name);
    let listed = git(
        workspace,
        &["ls-tree", "-r", "--name-only", "-z", revision, &folder],
    )?;
    let mut contract = Files::new();
    let mut overlay = None;
    for path in listed.split('\0') {
        let Some(inside) = path.strip_prefix(&folder).filter(|inside| is_contract(inside)) else {
            continue;
        };
        let text = git(workspace, &["show", &format!("{revision}:./{path}")])?;
        if api.overlay.as_deref() == Some(inside) {
            overlay = Some(text);
        } else {
            contract.insert(inside.to_string(), text);
        }
    }
    Ok(input(api, contract, overlay))
}

/// The output of git in the workspace's folder.
fn git(workspace: &Workspace, arguments: &[&str]) -> Result<String, CommandFailure> {
    let output = Command::new("git")
        .current_dir(workspace.root())
        .args(arguments)
        .output();
    let output = output.map_err(|error| CommandFailure::new(format!("cannot run git: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(CommandFailure::new(format!(
            "git {}: {}",
            arguments[0],
            said.trim()
        )));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| CommandFailure::new(format!("git {}: the file is not UTF-8 text", arguments.join(" "))))
}

fn read(path: &Path) -> Result<String, CommandFailure> {
    std::fs::read_to_string(path).map_err(|error| CommandFailure::io("read", path, &error))
}
