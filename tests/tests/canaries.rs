//! Checks that every public type of hand-written code that can hold a secret is in a canary test,
//! which puts a known secret into it and searches for it in everything that can be printed.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::workspace::{files, read, root};
use std::collections::BTreeSet;

const CRATES: [&str; 5] = ["runtime", "sevensignal", "vxg", "sigsci", "angus"];

/// Types that hold no secret: names, numbers, rules, tables.
const HARMLESS: [&str; 46] = [
    // The content of a contract.
    "AnyOperation",
    "Operation",
    "Parameter",
    "Paging",
    "BodyKind",
    "Undeclared",
    "Shape",
    "Rule",
    "Branch",
    // The content of a contract, as tables for commands.
    "Argument",
    "Format",
    "Given",
    "Kind",
    "CopyKind",
    "Member",
    "Paged",
    "Place",
    "Scheme",
    "SchemePlace",
    "Tag",
    // Stages, rules and decisions.
    "Stage",
    "RetryPolicy",
    "Limits",
    "LimitResponse",
    "Until",
    "Retry",
    "RetryBudget",
    "Decision",
    "Stop",
    "Renewal",
    "BucketHeaders",
    "Pacing",
    "RateLimiter",
    "Permit",
    "NoCredentials",
    "FeatureIsOff",
    "Right",
    // Responses in the forms of their types: text, and values that are written and read without
    // being stored.
    "Borrowed",
    "Text",
    "Event",
    "Encoder",
    "Decoder",
    "Way",
    // The place of a mismatch, and the expected value there.
    "Misfits",
    "Reading",
    // Within their crates, and without `Debug`.
    "Tokens",
];

/// The public types of a crate, by name.
fn types(name: &str) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    for path in files(&format!("crates/{name}/src")).unwrap() {
        let source = read(&root().join(path)).unwrap();
        let lines = source.lines().map(str::trim_start);
        let declared = lines.filter_map(|line| {
            line.strip_prefix("pub struct ")
                .or_else(|| line.strip_prefix("pub enum "))
        });
        let names = declared.map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap()
                .to_owned()
        });
        types.extend(names.filter(|name| !name.is_empty()));
    }
    types
}

/// The words of the crate's canary tests.
fn words(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for path in files(&format!("crates/{name}")).unwrap() {
        let source = read(&root().join(&path)).unwrap_or_default();
        let is_test = path.contains("/tests/") || path.ends_with("_tests.rs");
        let tests = match source.split_once("#[cfg(test)]") {
            _ if is_test => source.as_str(),
            Some((_, tests)) => tests,
            None => continue,
        };
        if ["c4nary", "hunter2"].iter().any(|secret| tests.contains(secret)) {
            let found = tests.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.extend(found.map(str::to_owned));
        }
    }
    words
}

#[test]
fn test_every_type_that_can_hold_a_secret_is_in_a_canary_test() {
    let mut missing = Vec::new();
    for name in CRATES {
        let (types, words) = (types(name), words(name));
        assert!(types.len() >= 2, "{name}: {types:?}");
        let silent = types.iter().filter(|name| !HARMLESS.contains(&name.as_str()));
        missing.extend(
            silent
                .filter(|name| !words.contains(*name))
                .map(|known| format!("{name}: {known}")),
        );
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn test_types_that_are_called_harmless_are_there() {
    let all: BTreeSet<String> = CRATES.iter().flat_map(|name| types(name)).collect();
    let gone: Vec<_> = HARMLESS.iter().filter(|name| !all.contains(**name)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}
