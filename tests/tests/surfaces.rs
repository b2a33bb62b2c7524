//! Snapshots of the surface of each generated crate as plain text, so that the effect of a contract
//! change can be reviewed.
//!
//! `cargo insta review` shows the differences and accepts them.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::surface::Surface;
use lorgnette_tests::workspace::{apis, root};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../surfaces");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn test_surfaces_are_as_reviewed() {
    let mut changed = Vec::new();
    for api in apis().unwrap() {
        match Surface::read(&api.folder()) {
            Err(error) => changed.push(format!("{}: {error}", api.name)),
            // insta panics at the first difference, but one run should report all crates.
            Ok(surface) => {
                let check =
                    || settings().bind(|| insta::assert_snapshot!(api.name.as_str(), surface.listing()));
                if catch_unwind(AssertUnwindSafe(check)).is_err() {
                    changed.push(format!("{}: the surface has changed", api.name));
                }
            }
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn test_surfaces_have_no_listing_of_a_crate_that_is_gone() {
    let known: BTreeSet<String> = apis().unwrap().into_iter().map(|api| api.name).collect();
    let Ok(folder) = std::fs::read_dir(root().join("tests/surfaces")) else {
        return;
    };
    let listed = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let gone: Vec<String> = listed
        .filter(|name| !known.contains(name.split('.').next().unwrap_or_default()))
        .collect();
    assert!(gone.is_empty(), "{gone:?} belong to no API of the catalogue");
}
