//! What the passes' tests share: run one pass, and show its notes as `place what`.

use crate::diagnostics::{Notes, Result};
use crate::document::Document;

/// The document after the pass, and its notes.
pub fn run(
    pass: impl Fn(&mut Document, &mut Notes) -> Result<()>,
    mut document: Document,
) -> (Document, Vec<String>) {
    let mut notes = Notes::default();
    let outcome = pass(&mut document, &mut notes);
    assert_eq!(outcome, Ok(()));
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
            Ok(())
        },
        document,
    )
}
