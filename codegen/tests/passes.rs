//! The effect of each pass on a small contract that demonstrates it:
//! `fixtures/passes/<family>/<pass>.yaml`. The snapshot holds the notes that the pass leaves and
//! its changes to the document or to the typed model. Passes that process one schema together form
//! one step; the changes are those of the step. Review a change with `cargo insta review`, or set
//! `INSTA_UPDATE=always` and read the diff.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diagnostics::Notes;
use lorgnette_codegen::names::published::Published;
use lorgnette_codegen::{load, lower, normalize, passes};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// The families of passes, each a folder: two of documents, and that of the typed model.
const FAMILIES: [&str; 3] = ["operations", "schemas", MODEL];
const MODEL: &str = "model";

/// The files of `family` with the extension `extension`: their stems and their contents.
fn files(folder: &Path, extension: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn passes(family: &str) -> BTreeSet<String> {
    if family == MODEL {
        return passes::PASSES.iter().map(|pass| pass.name.to_string()).collect();
    }
    let sources = files(&Path::new(HERE).join("src/normalize").join(family), "rs");
    let is_pass = |text: &str| {
        text.lines()
            .any(|line| line.starts_with("pub") && line.contains("fn apply("))
    };
    sources
        .into_iter()
        .filter(|(_, text)| is_pass(text))
        .map(|(name, _)| name)
        .collect()
}

fn fixtures(family: &str) -> BTreeMap<String, String> {
    files(
        &Path::new(HERE).join("tests/fixtures/passes").join(family),
        "yaml",
    )
}

/// The notes of a pass on a contract, and the changes that its step makes.
fn effect(family: &str, pass: &str, text: String) -> String {
    let catalogue = Catalogue::parse(
        "[[api]]\nname = 'fixture-v1'\ntitle = 'Fixture'\nvendor = 'Fixture'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
    )
    .unwrap();
    let mut notes = Notes::default();
    let contract = BTreeMap::from([("openapi.yaml".to_string(), text)]);
    // The fixtures have the version that normalize reads, so passes see faults that `upgrade` would
    // repair earlier.
    let mut document = load::load(&contract, "openapi.yaml").unwrap();
    let (mut before, mut said, mut shown) = (format!("{document:#}\n"), notes.len(), String::new());
    let mut look = |is_it: bool, after: String, notes: &Notes| {
        if is_it {
            for note in notes.iter().skip(said) {
                writeln!(shown, "note {}: {}. {}", note.pointer, note.what, note.why).unwrap();
            }
            if before != after {
                let diff = TextDiff::from_lines(&before, &after);
                shown += &diff.unified_diff().context_radius(4).to_string();
            }
        }
        before = after;
        said = notes.len();
    };
    let entry = &catalogue.apis[0];
    normalize::normalize_observed(&mut document, entry, &mut notes, &mut |step, document, notes| {
        let is_it = step.family == family && step.passes.contains(&pass);
        look(is_it, format!("{document:#}\n"), notes);
    })
    .unwrap();
    if family == MODEL {
        let mut api = lower::lower(&document, &notes.origins).unwrap();
        look(false, api.to_text(), &notes);
        passes::run(
            &mut api,
            entry,
            &Published::default(),
            &mut notes,
            &mut |name, api, notes| {
                look(name == pass, api.to_text(), notes);
            },
        )
        .unwrap();
    }
    shown
}

#[test]
fn test_every_pass_has_a_fixture_and_every_fixture_a_pass() {
    for family in FAMILIES {
        let with_fixture: BTreeSet<String> = fixtures(family).into_keys().collect();
        assert_eq!(with_fixture, passes(family), "{family}");
        assert!(!with_fixture.is_empty());
    }
}

#[test]
fn test_passes_do_what_their_fixtures_show() {
    let mut idle = Vec::new();
    for family in FAMILIES {
        for (pass, text) in fixtures(family) {
            let shown = effect(family, &pass, text);
            if shown.is_empty() {
                idle.push(format!("{family}/{pass}.yaml"));
                continue;
            }
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(format!("snapshots/passes/{family}"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(pass.as_str(), shown));
        }
    }
    assert!(idle.is_empty(), "{idle:?} do not show what their passes do");
}
