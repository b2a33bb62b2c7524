//! The consequences of contract changes for callers, rule by rule: each overlay in `fixtures/diff`
//! makes one change to the contract there, and is named after its rule.
//!
//! `verdicts.toml` holds the verdicts of tools that compare the generated crates of the same pairs;
//! `cargo xtask judge` writes it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diff::{Bump, Change, History, Rule, Subject, compare, step};
use lorgnette_codegen::pipeline::{Input, Seen, surface};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

const ENTRY: &str = include_str!("fixtures/diff/apis.toml");

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diff"))
}

fn seen(api: &Entry, overlay: Option<String>) -> Result<Seen, String> {
    let contract = std::fs::read_to_string(folder().join("before.yaml")).unwrap();
    surface(&Input {
        api,
        contract: BTreeMap::from([("before.yaml".to_string(), contract)]),
        overlay,
        history: History::default(),
    })
    .map_err(|error| error.to_string())
}

/// The names of the overlays.
fn fixtures() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(Result::unwrap);
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        name.strip_suffix(".yaml").map(ToString::to_string)
    });
    names.filter(|name| name != "before").collect()
}

/// The changes that each fixture makes, and the contract afterwards.
fn changes() -> BTreeMap<String, (Vec<Change>, Seen)> {
    let mut catalogue = Catalogue::parse(ENTRY).unwrap();
    let contract = seen(&catalogue.apis[0], None).unwrap();
    catalogue.apis[0].overlay = Some("overlay.yaml".to_string());
    let all = fixtures().into_iter().map(|name| {
        let overlay = std::fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
        let reversed = overlay.contains("x-reversed: true");
        let (mut before, mut after) = (contract.clone(), seen(&catalogue.apis[0], Some(overlay)).unwrap());
        if reversed {
            std::mem::swap(&mut before, &mut after);
        }
        let changes = compare(&before.surface, &after.surface, Some(&after.contract));
        (name, (changes, after))
    });
    all.collect()
}

#[test]
fn test_every_rule_has_a_fixture_that_shows_it_and_nothing_worse() {
    let mut wrong = Vec::new();
    let changes = changes();
    for rule in Rule::ALL {
        match changes.get(rule.name()) {
            None => wrong.push(format!("{}: there is no fixture", rule.name())),
            Some((changes, _)) if !changes.iter().any(|change| change.rule == *rule) => {
                wrong.push(format!("{}: the fixture shows {changes:?}", rule.name()));
            }
            Some((changes, _)) if step(changes) != rule.step() => {
                wrong.push(format!("{}: the fixture asks for {}", rule.name(), step(changes)));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_changes_are_told_with_places_that_are_there() {
    let mut text = String::new();
    for (name, (changes, after)) in changes() {
        let _ = writeln!(text, "{name}: {}", step(&changes));
        for change in &changes {
            let subject = match &change.subject {
                Subject::Crate => String::new(),
                Subject::Operation(name) | Subject::Type(name) => format!("{name}: "),
            };
            let place = if change.in_old { "before: " } else { "" };
            let _ = writeln!(text, "    {subject}{} ({place}{})", change.what, change.pointer);
            let there = change.in_old || after.contract.pointer(&change.pointer).is_some();
            assert!(there, "{name}: {} leads nowhere", change.pointer);
        }
    }
    insta::assert_snapshot!("changes", text);
}

/// The tools' verdicts on a fixture, and the reason if ours differs.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Verdict {
    semver_checks: String,
    public_api: String,
    reason: Option<String>,
}

#[test]
fn test_verdicts_are_those_of_tools_that_read_the_crates_or_have_a_reason() {
    let text = std::fs::read_to_string(folder().join("verdicts.toml")).unwrap();
    let verdicts: BTreeMap<String, Verdict> = toml::from_str(&text).unwrap();
    let known = [Bump::Patch, Bump::Minor, Bump::Major];
    let step_called = |name: &str| known.into_iter().find(|step| step.to_string() == name).unwrap();
    let mut wrong = Vec::new();
    let changes = changes();
    for (name, (changes, _)) in &changes {
        let Some(verdict) = verdicts.get(name) else {
            wrong.push(format!("{name}: not judged; run `cargo xtask judge {name}`"));
            continue;
        };
        // Each tool finds faults that the other misses.
        let judged = step_called(&verdict.semver_checks).max(step_called(&verdict.public_api));
        let ours = step(changes);
        match (&verdict.reason, judged == ours) {
            (None, false) => wrong.push(format!(
                "{name}: {ours}, the tools say {judged}, and there is no reason"
            )),
            (Some(_), true) => wrong.push(format!("{name}: the tools agree, so that no reason is needed")),
            // A program that no longer compiles is proof of a breaking change.
            (Some(_), false) if ours < judged => {
                wrong.push(format!("{name}: {ours} is less than the tools say"));
            }
            _ => {}
        }
    }
    wrong.extend(
        verdicts
            .keys()
            .filter(|name| !changes.contains_key(*name))
            .map(|name| format!("{name}: no fixture")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
