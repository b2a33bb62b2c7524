//! Helpers for tests of the passes: run one pass, and show its notes as `place what`.

use crate::diagnostics::{Error, Notes};
use crate::document::Document;
use std::fmt::Debug;

/// The document after the pass, and its notes.
pub fn run<E: Debug>(
    pass: impl Fn(&mut Document, &mut Notes) -> Result<(), E>,
    mut document: Document,
) -> (Document, Vec<String>) {
    let mut notes = Notes::default();
    let outcome = pass(&mut document, &mut notes);
    assert!(outcome.is_ok(), "{outcome:?}");
    (
        document,
        notes
            .iter()
            .map(|note| format!("{} {}", note.pointer, note.what))
            .collect(),
    )
}

/// The same for a pass that cannot fail.
pub fn run_infallible(
    pass: impl Fn(&mut Document, &mut Notes),
    document: Document,
) -> (Document, Vec<String>) {
    run(
        |document, notes| {
            pass(document, notes);
            Ok::<(), Error>(())
        },
        document,
    )
}
