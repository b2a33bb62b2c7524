//! One difference between two states of a contract, and a collection of differences.

use super::rules::{Bump, Rule};
use crate::text::Markdown;

/// The subject of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The crate as a whole.
    Crate,
    /// The operation with this method.
    Operation(String),
    /// The type of this name.
    Type(String),
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its kind, with the consequence for a caller.
    pub rule: Rule,
    /// Its subject.
    pub subject: Subject,
    /// The change, as one sentence without a full stop, in Markdown; without repeating the subject.
    pub what: String,
    /// Its place as a JSON pointer: in the new contract, or in the old one if it was removed.
    pub pointer: String,
    /// Whether the pointer leads into the old contract.
    pub in_old: bool,
    /// The users of a changed type: `requests`, `answers` or both.
    pub direction: Option<&'static str>,
}

impl Change {
    /// Whether a caller may have to change its program.
    pub fn is_breaking(&self) -> bool {
        self.rule.step() == Bump::Major
    }
}

/// The smallest version step for `changes`.
pub fn step(changes: &[Change]) -> Bump {
    changes
        .iter()
        .map(|change| change.rule.step())
        .max()
        .unwrap_or_default()
}

/// A collection of changes.
#[derive(Default)]
pub(super) struct Changes(pub(super) Vec<Change>);

impl Changes {
    /// A collector for changes of one subject.
    pub(super) fn of(&mut self, subject: Subject, direction: Option<&'static str>) -> Of<'_> {
        Of {
            changes: self,
            subject,
            direction,
        }
    }
}

/// A collector for changes of one subject.
pub(super) struct Of<'c> {
    changes: &'c mut Changes,
    subject: Subject,
    direction: Option<&'static str>,
}

impl Of<'_> {
    /// Adds a change at `pointer` in the new contract.
    pub(super) fn now(&mut self, rule: Rule, pointer: impl Into<String>, what: impl Into<String>) {
        self.push(rule, pointer.into(), what.into(), false);
    }

    /// Adds a change of something that only the old contract has, at `pointer`.
    pub(super) fn was(&mut self, rule: Rule, pointer: impl Into<String>, what: impl Into<String>) {
        self.push(rule, pointer.into(), what.into(), true);
    }

    fn push(&mut self, rule: Rule, pointer: String, what: String, in_old: bool) {
        self.changes.0.push(Change {
            rule,
            subject: self.subject.clone(),
            what,
            pointer,
            in_old,
            direction: self.direction,
        });
    }
}

/// `text` as code in Markdown.
pub(super) fn code(text: &str) -> String {
    Markdown::code(text).to_string()
}
