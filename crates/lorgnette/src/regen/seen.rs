//! Remembers which crates the generator has found unchanged, so that it need not generate them
//! again.
//!
//! A crate follows from the program, the API's entry in the catalogue, its contract, overlay and
//! history, and the licences. One digest covers these and the folders on disk. It is recorded in
//! the workspace's `target/` once the generator's output equals the files on disk. As long as the
//! digest stays the same, generating would change nothing.

use super::outcome::Made;
use super::tree::{Home, Tree};
use crate::digest::hexadecimal;
use crate::workspace::Workspace;
use lorgnette_codegen::pipeline::{Input, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// A crate and everything that it depends on, as one digest.
pub struct State {
    record: PathBuf,
    digest: String,
}

/// The record of a crate that was found unchanged.
#[derive(Serialize, Deserialize)]
struct Record {
    digest: String,
    version: String,
    left_out: Vec<String>,
    summary: Summary,
}

/// A digest of a sequence of strings, each preceded by its length, so that different sequences
/// have different digests.
struct Texts(Sha256);

impl Texts {
    fn add(&mut self, text: &[u8]) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    /// Adds a text that may be missing.
    fn add_option(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.add(text.unwrap_or_default().as_bytes());
    }
}

impl State {
    /// The present state of an API; `None` where it cannot be recorded, because nothing has been
    /// compiled in this workspace or the running program is unknown.
    pub fn of(
        workspace: &Workspace,
        input: &Input<'_>,
        homes: &[(Home, Tree)],
        licences: &[(String, String)],
    ) -> Option<Self> {
        let target = workspace.path("target");
        if !target.is_dir() {
            return None;
        }
        let mut texts = Texts(Sha256::new());
        texts.add(program()?.as_bytes());
        texts.add(format!("{:?}", input.api).as_bytes());
        texts.add_option(input.overlay.as_deref());
        texts.add_option(input.history.released.as_deref());
        texts.add_option(input.history.changelog.as_deref());
        let contract = input.contract.iter().map(|(path, text)| (path, text.as_bytes()));
        let licences = licences.iter().map(|(path, text)| (path, text.as_bytes()));
        for (path, text) in contract.chain(licences) {
            texts.add(path.as_bytes());
            texts.add(text);
        }
        for (home, tree) in homes {
            texts.add(home.path(&input.api.name).as_bytes());
            for (path, text) in &tree.files {
                texts.add(path.as_bytes());
                texts.add(text);
            }
        }
        Some(Self {
            record: target.join("lorgnette").join(format!("{}.json", input.api.name)),
            digest: hexadecimal(&texts.0.finalize()),
        })
    }

    /// The result of generating, if the generator has already found this exact state unchanged.
    pub fn known(&self) -> Option<Made> {
        let record: Record = serde_json::from_slice(&std::fs::read(&self.record).ok()?).ok()?;
        (record.digest == self.digest).then(|| Made {
            summary: record.summary,
            changes: 0,
            version: record.version,
            diff: String::new(),
            left_out: record.left_out,
        })
    }

    /// Records that the generator's output equals the files on disk. If the record cannot be
    /// written, the next run merely takes longer.
    pub fn remember(self, made: &Made) {
        let record = Record {
            digest: self.digest,
            version: made.version.clone(),
            left_out: made.left_out.clone(),
            summary: made.summary,
        };
        if let (Some(folder), Ok(text)) = (self.record.parent(), serde_json::to_vec(&record)) {
            let _ = std::fs::create_dir_all(folder);
            let _ = std::fs::write(&self.record, text);
        }
    }
}

/// Distinguishes builds of the running program by path, length and modification time.
fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let data = path.metadata().ok()?;
    Some(format!(
        "{} {} {:?}",
        path.display(),
        data.len(),
        data.modified().ok()?
    ))
}
