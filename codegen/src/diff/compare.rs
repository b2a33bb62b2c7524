//! Compares two surfaces.

use super::change::{Change, Changes, Subject, code};
use super::rules::Rule;
use super::surface::{Head, Surface};
use super::{operations, types};
use crate::document::Document;

/// The differences between `before` and `after`: breaking changes first, then by subject.
/// `contract` is the one from which `after` was generated, and places point into it.
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
        // Inherited parts are recorded elsewhere, and missing parts are reported at their holder.
        for change in changes.iter_mut().filter(|change| !change.in_old) {
            change.pointer = nearest(contract, &change.pointer);
        }
    }
    // The sort is stable: changes of one subject keep the order in which they were found.
    changes.sort_by(|one, other| {
        let key = |change: &Change| (std::cmp::Reverse(change.rule.step()), change.subject.clone());
        key(one).cmp(&key(other))
    });
    changes
}

/// The place itself, or else the nearest enclosing place that `contract` has.
fn nearest(contract: &Document, pointer: &str) -> String {
    let mut place = pointer;
    while contract.pointer(place).is_none() {
        place = place.rsplit_once('/').map_or("", |(around, _)| around);
    }
    place.to_string()
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
            let what = format!("`BASE_URL`: {} → {}", code(old), code(new));
            of.now(Rule::BaseUrlChanged, place, what);
        }
        _ => {}
    }
    for feature in missing(&after.features, &before.features) {
        let what = format!("feature {} is new", code(feature));
        of.now(Rule::FeatureAdded, "/tags", what);
    }
    for feature in missing(&before.features, &after.features) {
        let what = format!("feature {} is gone", code(feature));
        of.was(Rule::FeatureRemoved, "/tags", what);
    }
}

/// The names that the others lack.
fn missing<'n>(names: &'n [String], others: &[String]) -> impl Iterator<Item = &'n String> {
    names.iter().filter(|name| !others.contains(name))
}
