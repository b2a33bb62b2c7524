//! Checks that additions to a contract break no caller: each overlay in `fixtures/additions` makes
//! one addition to the contract there, whose crate has been released.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diff::{Bump, History, Record, Rule, compare, step};
use lorgnette_codegen::pipeline::{Input, Seen, surface};
use std::collections::BTreeMap;
use std::path::PathBuf;

const ENTRY: &str = "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'Lamps'\ncontract = 'before.yaml'\n\
                     documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n";

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/additions"))
}

fn seen(api: &Entry, overlay: Option<String>, released: Option<String>) -> Seen {
    let contract = std::fs::read_to_string(folder().join("before.yaml")).unwrap();
    let history = History {
        released,
        ..History::default()
    };
    let input = Input {
        api,
        contract: BTreeMap::from([("before.yaml".to_string(), contract)]),
        overlay,
        history,
    };
    surface(&input).unwrap()
}

/// The record of the release of the original contract, and the entry of the catalogue.
fn released() -> (Seen, String, Entry) {
    let mut api = Catalogue::parse(ENTRY).unwrap().apis.remove(0);
    let before = seen(&api, None, None);
    let record = Record {
        version: "1.0.0".to_string(),
        surface: before.surface.clone(),
    };
    api.overlay = Some("overlay.yaml".to_string());
    (before, record.to_text().unwrap(), api)
}

#[test]
fn test_additions_rename_nothing_that_a_release_has() {
    let (before, record, api) = released();
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "before.yaml")
        .collect();
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let overlay = std::fs::read_to_string(folder().join(&name)).unwrap();
        let after = seen(&api, Some(overlay), Some(record.clone()));
        let changes = compare(&before.surface, &after.surface, None);
        if step(&changes) != Bump::Minor {
            let changes: Vec<_> = changes
                .iter()
                .map(|change| (&change.subject, &change.what))
                .collect();
            wrong.push(format!("{name}: {changes:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_added_value_is_told_as_such() {
    let (before, record, api) = released();
    for name in ["enum-value", "enum-value-of-a-parameter", "enum-value-alike"] {
        let overlay = std::fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
        let after = seen(&api, Some(overlay), Some(record.clone()));
        let changes = compare(&before.surface, &after.surface, None);
        let rules: Vec<Rule> = changes.iter().map(|change| change.rule).collect();
        assert_eq!(rules, [Rule::EnumValueAdded], "{name}: {changes:?}");
    }
}

#[test]
fn test_release_that_breaks_callers_makes_names_anew() {
    let (before, record, mut api) = released();
    api.overlay = None;
    let record = record.replace("\"LampMode\"", "\"Speed\"");
    let kept = seen(&api, None, Some(record.clone()));
    assert!(kept.surface.types.contains_key("Speed"));
    api.version = Some("2.0.0".to_string());
    let anew = seen(&api, None, Some(record));
    assert_eq!(anew.surface, before.surface);
}

#[test]
fn test_type_that_the_catalogue_names_keeps_its_name() {
    let mut api = Catalogue::parse(ENTRY).unwrap().apis.remove(0);
    let names = &mut api.naming.rename_types;
    names.insert("NameOrAge".to_string(), "Order".to_string());
    let before = seen(&api, None, None);
    assert!(before.surface.types.contains_key("Order"));
    let record = Record {
        version: "1.0.0".to_string(),
        surface: before.surface.clone(),
    };
    let after = seen(&api, None, Some(record.to_text().unwrap()));
    assert_eq!(after.surface, before.surface);
}

#[test]
fn test_module_stays_with_the_tag_that_operations_leave() {
    let (_, record, api) = released();
    let overlay = "overlay: 1.0.0\ninfo: {title: Names, version: '1'}\nactions:\n  - {target: '$.paths[\"/lamps\"].put.tags', \
                   description: Gone., remove: true}\n  - {target: '$.paths[\"/lamps\"].put', description: Moved., \
                   update: {tags: [changes]}}\n";
    let after = seen(&api, Some(overlay.to_string()), Some(record));
    let module = |name: &str| after.surface.operations[name].module.as_str();
    assert_eq!(
        (module("list_lamps"), module("replace_lamp")),
        ("types_api", "changes")
    );
}

#[test]
fn test_id_that_is_another_one_now_names_the_operation() {
    let (_, record, api) = released();
    let overlay = "overlay: 1.0.0\ninfo: {title: Names, version: '1'}\nactions:\n  - {target: '$.paths[\"/lamps\"].get', \
                   description: A better name., update: {operationId: lamps}}\n";
    let after = seen(&api, Some(overlay.to_string()), Some(record));
    assert!(after.surface.operations.contains_key("lamps"));
    assert!(!after.surface.operations.contains_key("list_lamps"));
}
