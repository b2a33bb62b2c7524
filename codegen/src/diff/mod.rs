//! What differs between two states of a contract, as a caller of the generated crate sees it, and
//! what that means for it.
//!
//! The pipeline makes the model of a crate of both states, with their overlays: an overlay's repair
//! changes the crate as much as the vendor does. The model becomes a [`Surface`], and [`compare`]
//! lists how two surfaces differ. Nothing here reads a file: the states are texts.

mod answers;
mod changelog;
mod history;
mod operations;
mod pair;
mod read;
mod record;
mod render;
mod rules;
pub mod surface;
mod types;
mod version;

pub use history::{History, Next, RECORD, Release, last_release, next, release};
pub use read::surface;
pub use record::{Record, read as read_record};
pub use render::Report;
pub use rules::{Rule, Step};
pub use version::{FIRST, breaks, is_breaking, next as next_version};

use crate::document::Document;
use crate::text::Markdown;
use surface::{Head, Surface};

/// What a change is a change of.
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
    /// Its kind, which says what it means for a caller.
    pub rule: Rule,
    /// What it is a change of.
    pub subject: Subject,
    /// What changed, as one sentence without a full stop, in Markdown; the subject is not said
    /// again.
    pub what: String,
    /// Its place as a JSON pointer: in the new contract, or in the old one where the new one has it
    /// no more.
    pub pointer: String,
    /// Whether the pointer leads into the old contract.
    pub in_old: bool,
    /// Who meets a changed type: `requests`, `answers` or both.
    pub direction: Option<&'static str>,
}

impl Change {
    /// Whether a caller may have to change its program.
    pub fn is_breaking(&self) -> bool {
        self.rule.step() == Step::Major
    }
}

/// How `after` differs from `before`: what is breaking first, then by subject. `contract` is the
/// one that `after` was made of, which places lead into.
pub fn compare(before: &Surface, after: &Surface, contract: Option<&Document>) -> Vec<Change> {
    let mut changes = Changes::default();
    head(&before.head, &after.head, &mut changes);
    operations::compare(&before.operations, &after.operations, &mut changes);
    types::compare(&before.types, &after.types, &mut changes);
    let mut changes = changes.0;
    if changes.is_empty() && before.head.digest != after.head.digest {
        changes.push(Change {
            rule: Rule::ContractReworded,
            subject: Subject::Crate,
            what: "the contract or its overlay differs in what a caller's code cannot see".to_string(),
            pointer: String::new(),
            in_old: false,
            direction: None,
        });
    }
    if let Some(contract) = contract {
        // What a thing inherits stands elsewhere, and what it lacks is told at its holder.
        for change in changes.iter_mut().filter(|change| !change.in_old) {
            change.pointer = nearest(contract, &change.pointer);
        }
    }
    // Stable: what belongs to one subject stays in the order in which it was found.
    changes.sort_by(|one, other| {
        let key = |change: &Change| (std::cmp::Reverse(change.rule.step()), change.subject.clone());
        key(one).cmp(&key(other))
    });
    changes
}

/// The place itself, or else the nearest around it that `contract` has.
fn nearest(contract: &Document, pointer: &str) -> String {
    let mut place = pointer;
    while contract.pointer(place).is_none() {
        place = place.rsplit_once('/').map_or("", |(around, _)| around);
    }
    place.to_string()
}

/// The least step that a version has to take for `changes`.
pub fn step(changes: &[Change]) -> Step {
    changes
        .iter()
        .map(|change| change.rule.step())
        .max()
        .unwrap_or_default()
}

fn head(before: &Head, after: &Head, changes: &mut Changes) {
    let mut of = changes.of(Subject::Crate, None);
    // Older records do not have it.
    if before.format != after.format && !before.format.is_empty() && !after.format.is_empty() {
        let what = format!(
            "the contract's format: {} → {}",
            code(&before.format),
            code(&after.format)
        );
        of.now(Rule::ContractFormatChanged, "", what);
    }
    if before.contract != after.contract {
        let what = format!(
            "the contract's version: {} → {}",
            code(&before.contract),
            code(&after.contract)
        );
        of.now(Rule::ContractVersionChanged, "/info/version", what);
    }
    for (name, old) in &before.schemes {
        if let Some(new) = after.schemes.get(name).filter(|new| *new != old) {
            let what = format!("credentials {}: {} → {}", code(name), code(old), code(new));
            let place = after.schemes_at.get(name).cloned().unwrap_or_default();
            of.now(Rule::SecuritySchemeChanged, place, what);
        }
    }
    let place = "/servers";
    match (&before.base_url, &after.base_url) {
        (None, Some(new)) => of.now(
            Rule::BaseUrlAdded,
            place,
            format!("`BASE_URL` is there: {}", code(new)),
        ),
        (Some(_), None) => of.was(Rule::BaseUrlRemoved, place, "`BASE_URL` is gone"),
        (Some(old), Some(new)) if old != new => {
            of.now(
                Rule::BaseUrlChanged,
                place,
                format!("`BASE_URL`: {} → {}", code(old), code(new)),
            );
        }
        _ => {}
    }
    for feature in after
        .features
        .iter()
        .filter(|name| !before.features.contains(name))
    {
        of.now(
            Rule::FeatureAdded,
            "/tags",
            format!("feature {} is new", code(feature)),
        );
    }
    for feature in before
        .features
        .iter()
        .filter(|name| !after.features.contains(name))
    {
        of.was(
            Rule::FeatureRemoved,
            "/tags",
            format!("feature {} is gone", code(feature)),
        );
    }
}

/// Changes as they are found.
#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    /// Takes changes of one subject.
    fn of(&mut self, subject: Subject, direction: Option<&'static str>) -> Of<'_> {
        Of {
            changes: self,
            subject,
            direction,
        }
    }
}

/// Takes changes of one subject.
struct Of<'c> {
    changes: &'c mut Changes,
    subject: Subject,
    direction: Option<&'static str>,
}

impl Of<'_> {
    /// Something that the new contract has at `pointer`.
    fn now(&mut self, rule: Rule, pointer: impl Into<String>, what: impl Into<String>) {
        self.push(rule, pointer.into(), what.into(), false);
    }

    /// Something that only the old contract has, at `pointer`.
    fn was(&mut self, rule: Rule, pointer: impl Into<String>, what: impl Into<String>) {
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
fn code(text: &str) -> String {
    Markdown::code(text).to_string()
}
