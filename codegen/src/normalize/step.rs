//! A step of the pipeline: passes over the document that run together.

use crate::catalogue::Entry;
use crate::diagnostics::{Collected, Errors, Notes, Result};
use crate::document::Document;

/// Declares the step of one pass; `by catalogue` if it also depends on the API's entry in the
/// catalogue.
macro_rules! step {
    ($pass:ident) => {
        Batch {
            passes: &[stringify!($pass)],
            run: |document, _, notes| {
                $crate::normalize::step::PassOutcome::settled($pass::apply(document, notes))
            },
        }
    };
    ($pass:ident by catalogue) => {
        Batch {
            passes: &[stringify!($pass)],
            run: |document, api, notes| {
                $crate::normalize::step::PassOutcome::settled($pass::apply(document, api, notes))
            },
        }
    };
}

pub(super) use step;

/// Passes that run together.
pub(super) struct Batch {
    /// Their names, which are those of their modules.
    pub(super) passes: &'static [&'static str],
    /// Runs them over the whole document.
    pub(super) run: fn(&mut Document, &Entry, &mut Notes) -> Collected<()>,
}

/// Runs the steps of one family of passes.
#[cfg(test)]
pub(super) fn run(steps: &[Batch], document: &mut Document, api: &Entry, notes: &mut Notes) -> Collected<()> {
    steps.iter().try_for_each(|step| (step.run)(document, api, notes))
}

/// The return type of a pass: `()` if it cannot fail.
pub(super) trait PassOutcome {
    /// The same, as a result.
    fn settled(self) -> Collected<()>;
}

impl PassOutcome for () {
    fn settled(self) -> Collected<()> {
        Ok(())
    }
}

impl PassOutcome for Result<()> {
    fn settled(self) -> Collected<()> {
        self.map_err(Errors::from)
    }
}

impl PassOutcome for Collected<()> {
    fn settled(self) -> Collected<()> {
        self
    }
}
