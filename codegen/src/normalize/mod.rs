//! The normalize stage: a list of small passes, each of which removes one thing that the engine
//! cannot take, without losing what the vendor said.
//!
//! Each pass is a file of its own.

use crate::catalogue::Api;
use crate::diagnostics::{Collected, Errors, Notes, Result};
use crate::document::Document;

/// The step of one pass; `by catalogue` where the API's entry in the catalogue decides too.
macro_rules! step {
    ($pass:ident) => {
        Step {
            passes: &[stringify!($pass)],
            run: |document, _, notes| $crate::normalize::Outcome::settled($pass::apply(document, notes)),
        }
    };
    ($pass:ident by catalogue) => {
        Step {
            passes: &[stringify!($pass)],
            run: |document, api, notes| {
                $crate::normalize::Outcome::settled($pass::apply(document, api, notes))
            },
        }
    };
}

mod operations;
mod schemas;

#[cfg(test)]
pub(crate) use schemas::testing;

/// Runs every pass, in order.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate; the errors name the places.
pub fn normalize(document: &mut Document, api: &Api, notes: &mut Notes) -> Collected<()> {
    normalize_observed(document, api, notes, &mut |_, _, _| {})
}

/// Who looks on: is told what has just run, and what it left of the document and in notes so far.
pub type Observer<'o> = dyn FnMut(&StepNames, &Document, &Notes) + 'o;

/// What ran: one pass, or several that look at one schema together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepNames {
    /// `operations` or `schemas`.
    pub family: &'static str,
    /// The passes as their modules are called.
    pub passes: &'static [&'static str],
}

/// The same while `observer` looks on after every step.
///
/// # Errors
///
/// As [`normalize`].
pub fn normalize_observed(
    document: &mut Document,
    api: &Api,
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

/// Passes that run together.
struct Step {
    /// Their names, which are those of their modules.
    passes: &'static [&'static str],
    /// Runs them over the whole document.
    run: fn(&mut Document, &Api, &mut Notes) -> Collected<()>,
}

/// Runs the steps of one family of passes.
#[cfg(test)]
fn run(steps: &[Step], document: &mut Document, api: &Api, notes: &mut Notes) -> Collected<()> {
    steps.iter().try_for_each(|step| (step.run)(document, api, notes))
}

/// What a pass gives back: nothing, where it cannot fail.
trait Outcome {
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
