//! A saved copy: a file or folder that serves requests in place of a server.
//!
//! Its files have addresses of their own kind, `saved://copy/...`, so that references between them
//! resolve as they would on the network, and no path of this machine is recorded. Nothing outside
//! the folder is read.

use super::discover;
use super::exchange::{Ask, FetchedContent};
use super::limits::{Budget, Limits};
use crate::failure::CommandFailure;
use std::path::{Component, Path, PathBuf};
use url::Url;

/// The scheme of a saved copy's addresses.
pub const SCHEME: &str = "saved";

/// The maximum number of files that are searched for the contract.
const SEARCHED: usize = 5000;

/// A folder with the files of a server.
pub struct Disk {
    root: PathBuf,
    file_bytes: usize,
}

impl Disk {
    /// The copy at `path`, a file or a folder, and the address to start at. `choose` selects one of
    /// several contracts in a folder.
    ///
    /// # Errors
    ///
    /// When there is no such file, or a folder has no contract or several without a choice.
    pub fn open(path: &Path, choose: Option<&str>, limits: &Limits) -> Result<(Self, Url), CommandFailure> {
        let data = std::fs::metadata(path).map_err(|error| CommandFailure::io("read", path, &error))?;
        let (root, entry) = if data.is_dir() {
            (path.to_path_buf(), entry(path, choose)?)
        } else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (folder.unwrap_or(Path::new(".")).to_path_buf(), name)
        };
        let root = root
            .canonicalize()
            .map_err(|error| CommandFailure::io("read", &root, &error))?;
        let disk = Self {
            root,
            file_bytes: limits.file_bytes,
        };
        Ok((disk, address(&entry)?))
    }

    /// Reads the content of an address.
    ///
    /// # Errors
    ///
    /// When the copy has no such file, or the file is too long.
    pub fn get(&self, ask: &Ask, budget: &Budget) -> Result<FetchedContent, CommandFailure> {
        let url = &ask.address;
        let at = |failure: CommandFailure| failure.at(url.as_str());
        if url.scheme() != SCHEME {
            return Err(at(CommandFailure::new(
                "the saved copy refers to an address outside its folder, which was not saved",
            )
            .help(
                "save that file too, and name it by a relative path; or fetch from the network",
            )));
        }
        let missing = || {
            let place = url.path().trim_start_matches('/');
            at(CommandFailure::new(format!("the saved copy has no file {place:?}")).help(
                "save that file too; if it lies above what was given, give the folder that holds all: `--from DIR --choose FILE`",
            ))
        };
        let relative = percent_decode(url.path()).ok_or_else(missing)?;
        let relative = Path::new(relative.trim_start_matches('/'));
        // `%2F..` and links may still lead outside.
        if !relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(missing());
        }
        let path = self.root.join(relative).canonicalize().map_err(|_| missing())?;
        if !path.starts_with(&self.root) || !path.is_file() {
            return Err(missing());
        }
        let length = std::fs::metadata(&path).map_or(0, |data| data.len());
        if length > self.file_bytes as u64 {
            let limit = self.file_bytes;
            return Err(at(CommandFailure::new(format!(
                "the file is longer than {limit} bytes"
            ))));
        }
        let body = std::fs::read(&path)
            .map_err(|error| at(CommandFailure::new(format!("cannot read it: {error}"))))?;
        budget.take(body.len()).map_err(at)?;
        Ok(FetchedContent {
            address: url.clone(),
            media_type: None,
            etag: None,
            last_modified: None,
            body: Some(body),
            public_only: false,
        })
    }
}

fn address(entry: &str) -> Result<Url, CommandFailure> {
    let mut url = Url::parse("saved://copy/").map_err(|error| {
        CommandFailure::new(format!("the name is not a valid address: {error}")).at(entry)
    })?;
    url.set_path(entry);
    Ok(url)
}

fn percent_decode(path: &str) -> Option<String> {
    // The generator decodes pointers in the same way.
    lorgnette_codegen::document::local_pointer(&format!("#{path}"))
}

/// The file in a folder to start with: a contract, or else a page; the one nearest to the top.
fn entry(folder: &Path, choose: Option<&str>) -> Result<String, CommandFailure> {
    if let Some(choice) = choose.filter(|choice| folder.join(choice).is_file()) {
        return Ok(choice.to_owned());
    }
    let shown = || folder.display().to_string();
    let mut contracts: Vec<String> = Vec::new();
    let mut pages: Vec<String> = Vec::new();
    let mut searched = 0;
    let mut level = vec![(folder.to_path_buf(), String::new())];
    while !level.is_empty() && contracts.is_empty() {
        let mut below = Vec::new();
        for (path, prefix) in std::mem::take(&mut level) {
            let entries =
                std::fs::read_dir(&path).map_err(|error| CommandFailure::io("read", &path, &error))?;
            let mut entries: Vec<_> = entries.flatten().collect();
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                searched += 1;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let inside = format!("{prefix}{name}");
                let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    below.push((entry.path(), format!("{inside}/")));
                } else if matches!(extension.as_str(), "html" | "htm") {
                    pages.push(inside);
                } else if matches!(extension.as_str(), "json" | "yaml" | "yml") {
                    let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                    if discover::is_contract_text(&text) {
                        contracts.push(inside);
                    }
                }
            }
        }
        if searched < SEARCHED {
            level = below;
        }
    }
    let found = if contracts.is_empty() {
        let index = pages
            .iter()
            .find(|page| page.rsplit('/').next() == Some("index.html"));
        index.cloned().map_or(pages, |index| vec![index])
    } else {
        contracts
    };
    match (&found[..], choose) {
        ([one], _) => Ok(one.clone()),
        ([], _) => Err(
            CommandFailure::new("the folder holds neither a contract nor a page")
                .at(shown())
                .help("name the file that is the contract"),
        ),
        (several, _) => {
            let list = several.join(", ");
            let failure =
                CommandFailure::new(format!("the folder holds several contracts: {list}")).at(shown());
            Err(failure.help("name the file, or choose with `--choose FILE`"))
        }
    }
}
