//! Helpers for tests of names: small documents, and the named model of a document.
#![allow(clippy::unwrap_used)]

use crate::catalogue;
use crate::diagnostics::{Collected, Errors, Notes, Result};
use crate::ir::Api;
use crate::names::published::Published;
use crate::{lower, normalize, passes};
use serde_json::Value;

pub(crate) use crate::normalize::testing::api as entry;

/// A document with these component schemas, and an operation that responds with each of them.
pub(crate) fn with_schemas(schemas: &Value) -> Value {
    crate::normalize::testing::with_schemas(schemas.clone())
}

/// The model of a document with its names.
pub(crate) fn named(document: Value) -> Api {
    noted(document).0
}

/// As [`named`], with the notes.
pub(crate) fn noted(document: Value) -> (Api, Notes) {
    let mut notes = Notes::default();
    let api = named_by(document, &entry(), &mut notes);
    (api.unwrap(), notes)
}

/// The notes, each as `pass: what`.
pub(crate) fn said(notes: &Notes) -> Vec<String> {
    let said = notes.iter().map(|note| format!("{}: {}", note.pass, note.what));
    said.collect()
}

/// As [`named`], by an entry of the catalogue.
pub(crate) fn named_by(document: Value, entry: &catalogue::Entry, notes: &mut Notes) -> Result<Api> {
    model(document, entry, notes).map_err(Errors::into_one)
}

fn model(mut document: Value, entry: &catalogue::Entry, notes: &mut Notes) -> Collected<Api> {
    normalize::normalize(&mut document, entry, notes)?;
    let mut api = lower::lower(&document, &notes.origins)?;
    *notes = Notes::default();
    passes::run(&mut api, entry, &Published::default(), notes, &mut |_, _, _| {})?;
    Ok(api)
}
