//! Finds things in the workspace, and reads text files.

use crate::failure::CommandFailure;
use lorgnette_codegen::catalogue::{Catalogue, Project};
use lorgnette_codegen::text::terminal;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The path of the catalogue, relative to the workspace's folder.
pub const CATALOGUE: &str = "specs/apis.toml";

/// The repository on disk.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    project: OnceLock<Project>,
}

impl Workspace {
    /// The workspace whose folder is `root`.
    pub const fn at(root: PathBuf) -> Self {
        Self {
            root,
            project: OnceLock::new(),
        }
    }

    /// The workspace whose folder is `root`, or else the nearest one that contains the current
    /// folder, whose path is then printed to standard error.
    ///
    /// # Errors
    ///
    /// When neither the current folder nor one above it has a catalogue.
    pub fn find(root: Option<PathBuf>) -> Result<Self, CommandFailure> {
        if let Some(root) = root {
            return Ok(Self::at(root));
        }
        let here = std::env::current_dir()
            .map_err(|error| CommandFailure::new(format!("cannot determine the current folder: {error}")))?;
        let Some(root) = here.ancestors().find(|folder| folder.join(CATALOGUE).is_file()) else {
            return Err(CommandFailure::new(format!(
                "no project: neither this folder nor one above it has {CATALOGUE}"
            ))
            .at(here.display().to_string())
            .help("run `lorgnette init` to make one here, or name its folder with `--root`"));
        };
        eprintln!("project: {}", terminal(&root.display().to_string()));
        Ok(Self::at(root.to_path_buf()))
    }

    /// The folder of the workspace.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file or folder of the workspace. `relative` is the path from its folder, with
    /// `/` between the parts.
    pub fn path(&self, relative: &str) -> PathBuf {
        relative
            .split('/')
            .fold(self.root.clone(), |path, part| path.join(part))
    }

    /// The settings of all crates; the defaults if the catalogue cannot be read, which
    /// [`Workspace::catalogue`] reports.
    pub fn project(&self) -> &Project {
        self.project.get_or_init(|| {
            self.catalogue()
                .map(|catalogue| catalogue.project)
                .unwrap_or_default()
        })
    }

    /// The folder of a crate, relative to that of the workspace.
    pub fn crate_folder(&self, name: &str) -> String {
        self.project().folder(name)
    }

    /// How a command of the tool is called here: `fetch lamps-v1` as `lorgnette fetch lamps-v1`.
    pub fn command(&self, arguments: &str) -> String {
        self.project().command(arguments)
    }

    /// Reads the catalogue.
    ///
    /// # Errors
    ///
    /// When it is missing or malformed.
    pub fn catalogue(&self) -> Result<Catalogue, CommandFailure> {
        let text = self.read(CATALOGUE)?;
        Catalogue::parse(&text).map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))
    }

    /// Reads a text file. `relative` is as in [`Workspace::path`], and names the file in failures,
    /// too.
    ///
    /// # Errors
    ///
    /// When the file is missing, unreadable or not UTF-8.
    pub fn read(&self, relative: &str) -> Result<String, CommandFailure> {
        let bytes = std::fs::read(self.path(relative)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CommandFailure::new("the file is missing").at(relative),
            _ => CommandFailure::io("read", Path::new(relative), &error),
        })?;
        String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            CommandFailure::new(format!("the file is not UTF-8 text: byte {offset} is invalid"))
                .at(relative)
                .help("store it as UTF-8")
        })
    }
}

/// Writes `text` to standard output, with terminal control characters shown as text; a closed
/// reader (`| head`) is not a failure.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out
        .write_all(terminal(text).as_bytes())
        .and_then(|()| out.flush());
}
