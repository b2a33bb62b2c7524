//! The normalize stage: a list of small passes, each of which removes one construct that the engine
//! does not support, without losing information.
//!
//! Each pass has its own file.

use crate::catalogue::Entry;
use crate::diagnostics::{Collected, Notes};
use crate::document::Document;

mod operations;
mod schemas;
mod step;

#[cfg(test)]
pub(crate) use schemas::testing;

/// Runs every pass, in order.
///
/// # Errors
///
/// When a pass finds something that a crate cannot express; the errors name the places.
pub fn normalize(document: &mut Document, api: &Entry, notes: &mut Notes) -> Collected<()> {
    normalize_observed(document, api, notes, &mut |_, _, _| {})
}

/// An observer: receives the pass that has just run, the document, and the notes so far.
pub type Observer<'o> = dyn FnMut(&StepNames, &Document, &Notes) + 'o;

/// The passes that ran: one, or several that process one schema together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepNames {
    /// `operations` or `schemas`.
    pub family: &'static str,
    /// The passes by the names of their modules.
    pub passes: &'static [&'static str],
}

/// The same; `observer` is called after every step.
///
/// # Errors
///
/// As for [`normalize`].
pub fn normalize_observed(
    document: &mut Document,
    api: &Entry,
    notes: &mut Notes,
    observer: &mut Observer<'_>,
) -> Collected<()> {
    for (family, steps) in [
        ("operations", &operations::STEPS[..]),
        ("schemas", &schemas::STEPS[..]),
    ] {
        for step in steps {
            (step.run)(document, api, notes)?;
            let passes = step.passes;
            observer(&StepNames { family, passes }, document, notes);
        }
    }
    Ok(())
}
