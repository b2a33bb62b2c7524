//! The stages from a contract to its typed model, in their order.

use crate::catalogue;
use crate::diagnostics::{Collected, Notes};
use crate::document::Document;
use crate::names::published::Published;
use crate::{ir, load, lower, normalize, passes, upgrade};

/// The output of a stage.
#[derive(Clone, Copy, Debug)]
pub enum StageResult<'a> {
    /// A document.
    Document(&'a Document),
    /// The typed model.
    Model(&'a ir::Api),
}

impl StageResult<'_> {
    /// The stage's output as text.
    pub fn to_text(self) -> String {
        match self {
            Self::Document(document) => format!("{document:#}\n"),
            Self::Model(api) => api.to_text(),
        }
    }
}

/// The observer. It is called with the passes that have just run (several if they inspect one
/// schema together), and their result.
pub type Observer<'o> = dyn FnMut(&[&str], StageResult<'_>) + 'o;

/// Makes the typed model of a contract with its overlay. `published` names are kept.
///
/// # Errors
///
/// The errors of the first stage that fails.
pub(crate) fn model(
    mut document: Document,
    entry: &catalogue::Entry,
    published: &Published,
    notes: &mut Notes,
    observe: &mut Observer<'_>,
) -> Collected<ir::Api> {
    observe(&["overlay"], StageResult::Document(&document));
    load::remove_unknown(&mut document, notes);
    published.mark(&mut document);
    load::mend(&mut document, notes);
    observe(&["mend"], StageResult::Document(&document));
    let mut document = upgrade::upgrade(document, notes)?;
    observe(&["upgrade"], StageResult::Document(&document));
    normalize::normalize_observed(&mut document, entry, notes, &mut |step, document, _| {
        observe(step.passes, StageResult::Document(document));
    })?;
    let mut api = lower::lower(&document, &notes.origins)?;
    drop(document);
    notes.lowered();
    ir::verify(&api, "lower")?;
    observe(&["lower"], StageResult::Model(&api));
    passes::run(&mut api, entry, published, notes, &mut |pass, api, _| {
        observe(&[pass], StageResult::Model(api));
    })?;
    Ok(api)
}
