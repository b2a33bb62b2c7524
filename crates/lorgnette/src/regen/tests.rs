//! `regen` as a whole, over a generator of our own, so that these tests are about files and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on is a test that fails"
)]

use super::*;
use lorgnette_codegen::diagnostics::{Error, Station};
use lorgnette_codegen::pipeline::Summary;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A crate whose one source file is its contract. A contract that says `fail` cannot be generated from, one that says
/// `panic` ends badly.
fn generator(input: &Input<'_>) -> diagnostics::Result<Generated> {
    let contract = &input.contract[&input.api.contract];
    match contract.as_str() {
        "fail" => return Err(Error::new(Station::Normalize, "/paths", "no").in_file(&input.api.contract)),
        "panic" => panic!("at the disco"),
        _ => {}
    }
    let version = input.history.released.as_deref().unwrap_or("0.1.0").to_string();
    let manifest = format!(
        "# By `cargo xtask regen {}`\n[package]\nversion = \"{version}\"\n",
        input.api.name
    );
    let changelog = input.history.changelog.clone().unwrap_or_default();
    let files = BTreeMap::from([
        ("Cargo.toml".to_string(), manifest),
        ("CHANGELOG.md".to_string(), changelog),
        (
            "src/lib.rs".to_string(),
            format!("{contract}\n{}", input.overlay.as_deref().unwrap_or_default()),
        ),
    ]);
    let calls = BTreeMap::from([(
        "mod.rs".to_string(),
        format!("// By `cargo xtask regen {}`\n", input.api.name),
    )]);
    Ok(Generated {
        files,
        calls,
        summary: Summary {
            declared: 1,
            operations: 2,
            types: 3,
            largest: 1_904,
            notes: 1,
            lines: 4,
        },
        notes: Vec::new(),
        version,
        left_out: Vec::new(),
    })
}

/// A workspace with APIs `one`, `two` and `three`.
fn workspace() -> (tempfile::TempDir, Workspace) {
    let root = tempfile::tempdir().unwrap();
    let mut catalogue = String::new();
    for name in ["one", "two", "three"] {
        let _ = write!(
            catalogue,
            "[[api]]\nname = \"{name}\"\ntitle = \"T\"\nvendor = \"V\"\ncontract = \"openapi.json\"\n\
             documentation = \"D\"\nsource = \"S\"\nauthentication = \"A\"\n"
        );
        put(root.path(), &format!("specs/{name}/openapi.json"), name);
    }
    put(root.path(), "specs/apis.toml", &catalogue);
    let workspace = Workspace::at(root.path().to_path_buf());
    (root, workspace)
}

fn put(root: &Path, path: &str, text: &str) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    fs::write(root.join(path), text).unwrap();
}

/// Whether the run succeeded, and all that it said.
fn regen_and_listen(workspace: &Workspace, apis: &[&str], check: bool) -> (bool, String) {
    let options = Options {
        apis: apis.iter().map(ToString::to_string).collect(),
        check,
    };
    let said = super::regen(workspace, &options, generator).unwrap();
    (!said.failed, said.output + &said.errors)
}

fn regen(workspace: &Workspace, apis: &[&str], check: bool) -> bool {
    regen_and_listen(workspace, apis, check).0
}

fn lib(workspace: &Workspace, name: &str) -> Option<String> {
    fs::read_to_string(workspace.path(&format!("crates/{name}/src/lib.rs"))).ok()
}

#[test]
fn test_regen_makes_every_crate_and_check_finds_nothing_to_change() {
    let (_root, workspace) = workspace();
    assert!(!regen(&workspace, &[], true));
    assert_eq!(lib(&workspace, "one"), None);
    assert!(regen(&workspace, &[], false));
    assert_eq!(lib(&workspace, "three").as_deref(), Some("three\n"));
    assert!(regen(&workspace, &[], true));
}

#[test]
fn test_regen_of_one_leaves_the_others_alone() {
    let (_root, workspace) = workspace();
    assert!(regen(&workspace, &["two"], false));
    assert_eq!(
        [lib(&workspace, "one"), lib(&workspace, "two")],
        [None, Some("two\n".to_string())]
    );
}

#[test]
fn test_regen_writes_the_others_when_one_fails() {
    let (root, workspace) = workspace();
    assert!(regen(&workspace, &[], false));
    for (name, contract) in [("one", "fail"), ("two", "panic"), ("three", "new")] {
        put(root.path(), &format!("specs/{name}/openapi.json"), contract);
    }
    let (succeeded, said) = regen_and_listen(&workspace, &[], false);
    assert!(!succeeded);
    for line in [
        "one: error[normalize]: no\n  --> specs/one/openapi.json#/paths\n",
        "two: error: the generator panicked: at the disco (",
        "1 of 3 APIs",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    assert_eq!(lib(&workspace, "one").as_deref(), Some("one\n"));
    assert_eq!(lib(&workspace, "two").as_deref(), Some("two\n"));
    assert_eq!(lib(&workspace, "three").as_deref(), Some("new\n"));
}

#[test]
fn test_check_sees_changed_new_and_stale_files_and_writes_nothing() {
    let (root, workspace) = workspace();
    assert!(regen(&workspace, &[], false));
    put(root.path(), "crates/one/src/stale.rs", "");
    assert!(!regen(&workspace, &[], true));
    assert!(root.path().join("crates/one/src/stale.rs").exists());
    assert!(regen(&workspace, &[], false));
    assert!(!root.path().join("crates/one/src/stale.rs").exists());
}

#[test]
fn test_generator_is_given_the_record_and_the_changelog_and_members_ask_for_its_version() {
    let (root, workspace) = workspace();
    put(root.path(), "specs/one/released.jsonl", "3.1.4+9");
    put(root.path(), "crates/one/CHANGELOG.md", "by hand");
    put(
        root.path(),
        "Cargo.toml",
        "[workspace.dependencies]\none = { version = \"0.1.0\" }\n",
    );
    assert!(!regen(&workspace, &["one"], true));
    assert!(regen(&workspace, &["one"], false));
    let read = |path| fs::read_to_string(root.path().join(path)).unwrap();
    assert!(read("crates/one/Cargo.toml").contains("\"3.1.4+9\""));
    assert_eq!(read("crates/one/CHANGELOG.md"), "by hand");
    assert!(read("Cargo.toml").contains("\"3.1.4\""));
    assert!(regen(&workspace, &["one"], true));
}

#[test]
fn test_crate_written_by_hand_is_not_replaced() {
    let (root, workspace) = workspace();
    put(
        root.path(),
        "crates/one/Cargo.toml",
        "[package]\nname = \"one\"\n",
    );
    put(root.path(), "crates/one/src/lib.rs", "by hand");
    assert!(!regen(&workspace, &["one"], false));
    assert_eq!(lib(&workspace, "one").as_deref(), Some("by hand"));
}

#[test]
fn test_generated_crate_without_an_entry_is_reported() {
    let (root, workspace) = workspace();
    assert!(regen(&workspace, &[], false));
    put(
        root.path(),
        "crates/four/Cargo.toml",
        "# By `cargo xtask regen four`\n",
    );
    put(root.path(), "crates/by-hand/Cargo.toml", "[package]\n");
    assert!(!regen(&workspace, &[], true));
    fs::remove_dir_all(root.path().join("crates/four")).unwrap();
    assert!(regen(&workspace, &[], true));
}

#[test]
fn test_summary_counts_and_says_what_failed() {
    let made = Made {
        summary: Summary {
            declared: 1,
            operations: 215,
            types: 566,
            largest: 1_904,
            notes: 41,
            lines: 24_310,
        },
        changes: 1,
        version: "0.1.0".to_string(),
        diff: String::new(),
        left_out: vec!["/paths/~1a/get: it cannot be".to_string()],
    };
    let outcomes = [
        Outcome {
            name: "vxg-v4".to_string(),
            time: Duration::from_millis(512),
            result: Ok(made),
        },
        Outcome {
            name: "x".to_string(),
            time: Duration::ZERO,
            result: Err(Failure::new("no")),
        },
    ];
    let expected = "\
API     operations   types   notes     lines      time  crate
vxg-v4         215     566      41    24,310    0.51 s  1 file would change
        could not be generated, and is left out: /paths/~1a/get: it cannot be
x                -       -       -         -    0.00 s  failed, left as it was
1 of 2 APIs, 215 operations, 24,310 lines in 1.00 s
";
    assert_eq!(report::summary(&outcomes, true, Duration::from_secs(1)), expected);
}
