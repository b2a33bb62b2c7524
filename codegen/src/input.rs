//! The input of an API, and its contract with the overlay.

use crate::catalogue::Entry;
use crate::diagnostics::{Error, Notes, Result};
use crate::diff::History;
use crate::document::Document;
use crate::{load, overlay, select};

/// The input for generating one API. It contains only strings: the caller has read the files.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The catalogue entry.
    pub api: &'a Entry,
    /// The files of the contract, by path inside `specs/<api>/`; the entry names which one is the
    /// contract.
    pub contract: load::Files,
    /// The text of the overlay, if the entry names one.
    pub overlay: Option<String>,
    /// The released state of the crate; decides its version and the newest section of its
    /// changelog.
    pub history: History,
}

/// The contract with its overlay, as one document.
///
/// # Errors
///
/// When the contract or the overlay cannot be read, or they do not fit each other.
pub fn contract(input: &Input<'_>) -> Result<Document> {
    contract_with_notes(input, &mut Notes::default())
}

/// The overlay of `input` without the actions that do not apply to its contract, and their errors.
/// The overlay is `None` if none of its actions apply.
///
/// # Errors
///
/// When the contract or the overlay cannot be read.
pub fn applying_overlay(input: &Input<'_>) -> Result<(Option<String>, Vec<Error>)> {
    let Some(text) = &input.overlay else {
        return Ok((None, Vec::new()));
    };
    let mut document = loaded(input, &mut Notes::default())?;
    let file = input.api.overlay.as_deref().unwrap_or("overlay.yaml");
    let failing = overlay::apply_where_possible(&mut document, text).map_err(|error| error.in_file(file))?;
    let (indices, errors): (Vec<usize>, Vec<Error>) = failing.into_iter().unzip();
    let errors = errors.into_iter().map(|error| error.in_file(file)).collect();
    Ok((overlay::without(text, &indices)?, errors))
}

/// The contract without its overlay.
fn loaded(input: &Input<'_>, notes: &mut Notes) -> Result<Document> {
    let loaded = load::load_for_overlay(&input.contract, &input.api.contract, notes);
    let mut document = loaded.map_err(|error| error.in_file(&input.api.contract))?;
    if input.api.described.as_ref() == Some(&input.api.contract) {
        load::with_prefix(&mut document);
    }
    Ok(document)
}

pub(crate) fn contract_with_notes(input: &Input<'_>, notes: &mut Notes) -> Result<Document> {
    let mut document = loaded(input, notes)?;
    if let Some(text) = &input.overlay {
        let file = input.api.overlay.as_deref().unwrap_or("overlay.yaml");
        overlay::apply(&mut document, text).map_err(|error| error.in_file(file))?;
    }
    select::apply(&mut document, input.api)?;
    Ok(document)
}
