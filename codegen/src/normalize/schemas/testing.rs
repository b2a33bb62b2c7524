//! What the tests of the passes share: single passes run on single schemas.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use super::Local;
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use serde_json::Value;

/// A schema after one of the local passes has seen it and all inside it, with the notes.
pub(super) fn local(pass: Local, mut schema: Value) -> (Value, Notes) {
    let mut notes = Notes::default();
    walk::within(&Place::Root("/schema"), &mut schema, &mut |place, inner| {
        pass(place, inner.as_object_mut().unwrap(), &mut notes);
    });
    (schema, notes)
}

/// As [`local`], where no note is to be left.
pub(super) fn quietly(pass: Local, schema: Value) -> Value {
    let (schema, notes) = local(pass, schema);
    assert!(notes.is_empty(), "{notes:?}");
    schema
}

/// What the notes say, each as `pass: what`.
pub(super) fn said(notes: &Notes) -> Vec<String> {
    notes
        .iter()
        .map(|note| format!("{}: {}", note.pass, note.what))
        .collect()
}
