//! The whole road: an API's catalogue entry, contract and overlay in, the files of its crate out.
//!
//! This module knows the order of the stations and nothing of what they do.

use crate::catalogue::Api;
use crate::diagnostics::{Error, Note, Notes, Result};
use crate::write::Mark;
use crate::{generate, load, normalize, overlay, refine, upgrade, write};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// All that one API is generated from. Texts only: who calls has read the files.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The catalogue entry.
    pub api: &'a Api,
    /// The files of the contract, by path inside `specs/<api>/`; the entry names which one is the contract.
    pub contract: load::Files,
    /// The text of the overlay, where the entry names one.
    pub overlay: Option<String>,
    /// Our own version of the crate, for instance `0.1.0`; the contract's is added as build metadata.
    pub version: String,
}

/// A generated crate.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Path inside `crates/<api>/` to text.
    pub files: BTreeMap<String, String>,
    /// What came out, in numbers.
    pub summary: Summary,
    /// What a caller sees and the contract does not say.
    pub notes: Vec<Note>,
}

/// A generated crate in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Operations, and so builders.
    pub operations: usize,
    /// Structs, enums and unions.
    pub types: usize,
    /// Notes.
    pub notes: usize,
    /// Lines of Rust.
    pub lines: usize,
}

/// Takes one API down the whole road.
///
/// # Errors
///
/// The first error of a station, with the file and the place of its cause.
pub fn generate(input: &Input<'_>) -> Result<Generated> {
    let in_contract = |error: Error| error.in_file(&input.api.contract);
    let mut notes = Notes::default();
    let mut document = load::load(&input.contract, &input.api.contract).map_err(in_contract)?;
    if let Some(text) = &input.overlay {
        let file = input.api.overlay.as_deref().unwrap_or("overlay.yaml");
        overlay::apply(&mut document, text).map_err(|error| error.in_file(file))?;
    }
    let mut document = upgrade::upgrade(document, &mut notes).map_err(in_contract)?;
    normalize::normalize(&mut document, input.api, &mut notes).map_err(in_contract)?;
    let types = generate::generate(&document).map_err(in_contract)?;
    let model = refine::refine(&document, input.api, &types).map_err(in_contract)?;
    let notes: Vec<Note> = notes.iter().cloned().collect();
    let mark = Mark::new(&input.api.name, &input.api.contract, &digest(input));
    let files = write::write(&model, input.api, &input.version, &notes, &mark).map_err(in_contract)?;
    let rust = files.iter().filter(|(path, _)| {
        Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    });
    let summary = Summary {
        operations: model.operations.len(),
        types: model.types.len(),
        notes: notes.len(),
        lines: rust.map(|(_, text)| text.lines().count()).sum(),
    };
    Ok(Generated {
        files,
        summary,
        notes,
    })
}

/// The SHA-256 of the contract as it stands under `specs/`, in hexadecimal.
fn digest(input: &Input<'_>) -> String {
    let text = input.contract.get(&input.api.contract).map_or("", String::as_str);
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
