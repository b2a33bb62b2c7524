//! The hub and its fragments, as a vendor serves them, bundle to the committed contract, byte for byte and with nothing
//! lost on the way.
//!
//! After a change of the bundling, `cargo test -p lorgnette-codegen --test bundle -- --ignored` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic)]

use lorgnette_codegen::load::{Files, load, to_text};
use std::fs;
use std::path::{Path, PathBuf};

const ENTRY: &str = "gateway-v2.json";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn served() -> Files {
    let folder = root().join("tests/fixtures/served/sevensignal-v2/api");
    let mut files = Files::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(&folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn committed() -> PathBuf {
    root().join("specs/sevensignal-v2/openapi.json")
}

#[test]
fn test_served_files_bundle_to_the_committed_contract() {
    let text = to_text(&load(&served(), ENTRY).unwrap());
    assert!(
        text == fs::read_to_string(committed()).unwrap(),
        "the bundle differs from {}",
        committed().display()
    );
}

#[test]
#[ignore = "writes specs/sevensignal-v2/openapi.json"]
fn write_the_committed_contract() {
    fs::write(committed(), to_text(&load(&served(), ENTRY).unwrap())).unwrap();
}
