//! Checks that the list of hazards names every test in this folder, and no other.

use lorgnette_tests::workspace::{read, root};
use std::collections::BTreeSet;

/// The tests that the list names: the file, from the root of the repository, and the function.
fn listed() -> BTreeSet<(String, String)> {
    let list = read(&root().join("tests/tests/hazards/README.md")).unwrap();
    let rows = list.lines().filter(|line| line.starts_with("| "));
    let second = rows.filter_map(|row| row.rsplit(" | ").next());
    let spans = second.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    spans
        .filter_map(|span| span.split_once("::"))
        .map(|(file, test)| {
            let file = if file.contains('/') {
                file.to_owned()
            } else {
                format!("tests/tests/hazards/{file}.rs")
            };
            (file, test.to_owned())
        })
        .collect()
}

fn source(file: &str) -> String {
    read(&root().join(file)).unwrap_or_default()
}

#[test]
fn test_every_test_in_the_list_is_there() {
    let missing: Vec<_> = listed()
        .into_iter()
        .filter(|(file, test)| !source(file).contains(&format!("fn {test}(")))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn test_every_test_of_a_hazard_is_in_the_list() {
    let listed = listed();
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/tests/hazards")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "listed.rs" || name == "README.md" {
            continue;
        }
        let file = format!("tests/tests/hazards/{name}");
        for test in source(&file).split("fn test_").skip(1) {
            let name = test.split('(').next().unwrap_or_default();
            let entry = (file.clone(), format!("test_{name}"));
            if !listed.contains(&entry) {
                missing.push(entry);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
