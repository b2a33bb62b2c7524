//! A step of the pipeline: passes over the document that run together.

use crate::catalogue::Api;
use crate::diagnostics::{Collected, Errors, Notes, Result};
use crate::document::Document;

/// The step of one pass; `by catalogue` where the API's entry in the catalogue decides too.
macro_rules! step {
    ($pass:ident) => {
        Step {
            passes: &[stringify!($pass)],
            run: |document, _, notes| {
                $crate::normalize::step::Outcome::settled($pass::apply(document, notes))
            },
        }
    };
    ($pass:ident by catalogue) => {
        Step {
            passes: &[stringify!($pass)],
            run: |document, api, notes| {
                $crate::normalize::step::Outcome::settled($pass::apply(document, api, notes))
            },
        }
    };
}

pub(super) use step;

/// Passes that run together.
pub(super) struct Step {
    /// Their names, which are those of their modules.
    pub(super) passes: &'static [&'static str],
    /// Runs them over the whole document.
    pub(super) run: fn(&mut Document, &Api, &mut Notes) -> Collected<()>,
}

/// Runs the steps of one family of passes.
#[cfg(test)]
pub(super) fn run(steps: &[Step], document: &mut Document, api: &Api, notes: &mut Notes) -> Collected<()> {
    steps.iter().try_for_each(|step| (step.run)(document, api, notes))
}

/// The return type of a pass: `()` if it cannot fail.
pub(super) trait Outcome {
    /// The same as a result.
    fn settled(self) -> Collected<()>;
}

impl Outcome for () {
    fn settled(self) -> Collected<()> {
        Ok(())
    }
}

impl Outcome for Result<()> {
    fn settled(self) -> Collected<()> {
        self.map_err(Errors::from)
    }
}

impl Outcome for Collected<()> {
    fn settled(self) -> Collected<()> {
        self
    }
}
