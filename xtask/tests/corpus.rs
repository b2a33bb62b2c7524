//! `cargo xtask corpus` as a program: a folder of contracts in, a table or JSON out.
#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/corpus");

/// What the command prints on standard output and on standard error.
fn corpus(arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["corpus", FOLDER])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// The row of the only valid contract when its crate is checked with `option` against the runtime
/// of the workspace at `root`, without a network.
fn checked(option: &str, root: Option<&Path>) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "lamps.yaml\n").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_xtask"));
    let mut command = Command::new(program);
    if let Some(root) = root {
        command.arg("--root").arg(root);
    }
    // Compiled dependencies stay in this folder for the next run.
    let target = root.map_or(program.ancestors().nth(2).unwrap().to_path_buf(), |root| {
        root.join("target")
    });
    let output = command
        .args(["corpus", FOLDER, option, "1", "--json", "--list"])
        .arg(&list)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.len(), 1);
    (rows[0].clone(), errors)
}

#[test]
fn test_corpus_compiles_a_crate() {
    let (row, errors) = checked("--compile", None);
    assert_eq!(row["status"], "generated", "{row}");
    assert!(errors.contains("compile: 1 of 1 pass"), "{errors}");
}

#[test]
fn test_corpus_says_what_does_not_compile() {
    let root = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    // A runtime that lacks everything that a crate needs.
    put("Cargo.lock", "version = 4\n");
    put("crates/runtime/src/lib.rs", "");
    put(
        "crates/runtime/Cargo.toml",
        "[package]\nname = \"lorgnette-runtime\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[features]\ncli = []\nmock = []\ncharset = []\ngzip = []\nrustls = []\nrustls-no-provider = []\nnative-tls = []\ntracing = []\nopentelemetry = []\nblocking = []\nmultipart = []\nevent-stream = []\n",
    );
    put("Cargo.toml", "[workspace.lints.clippy]\npedantic = \"warn\"\n");
    for (option, station) in [("--compile", "compile"), ("--lint", "clippy")] {
        let (row, errors) = checked(option, Some(root.path()));
        assert_eq!(
            (&row["status"], &row["station"]),
            (&json!("did-not-compile"), &json!(station)),
            "{row}"
        );
        let said = |member: &str| row[member].as_str().unwrap_or_default().to_string();
        assert!(
            said("pointer").contains("src/") && said("pointer").contains(".rs:"),
            "{row}"
        );
        assert!(said("reason").contains("lorgnette_runtime"), "{row}");
        assert!(errors.contains("1 did not compile"), "{errors}");
    }
}

fn rows(arguments: &[&str]) -> Vec<Value> {
    let json = [&["--json"], arguments].concat();
    serde_json::from_str(&corpus(&json).0).unwrap()
}

#[test]
fn test_corpus_tells_of_every_contract_what_became_of_it() {
    let rows = rows(&[]);
    let of = |members: &[&str]| -> Vec<Value> {
        let pick = |row: &Value| members.iter().map(|member| row[*member].clone()).collect();
        rows.iter().map(pick).collect()
    };
    assert_eq!(
        of(&["contract", "status", "station", "pointer", "operations"]),
        [
            json!(["b/bells.json", "generated-with-omissions", null, null, 1]),
            json!(["b/broken.json", "failed", "load", "/openapi", 0]),
            json!(["lamps.yaml", "generated", null, null, 1])
        ]
    );
    assert_eq!(
        rows[0]["omitted"],
        json!([{
            "pointer": "/paths/~1bells/ring", "what": "\"ring\" is dropped", "why": "It is not a method of OpenAPI 3.0."
        }])
    );
    assert!(
        rows[1]["reason"].as_str().unwrap().contains("OpenAPI \"4.2\""),
        "{}",
        rows[1]
    );
    assert!(rows[2]["lines"].as_u64().unwrap() > 50 && rows[2]["seconds"].as_f64().unwrap() > 0.0);
    assert!((1..=16_384).contains(&rows[2]["largest"].as_u64().unwrap()));
}

#[test]
fn test_corpus_prints_a_table_that_ends_with_totals_and_reasons() {
    let (table, _) = corpus(&[]);
    assert!(table.contains("\nlamps.yaml     generated"), "{table}");
    assert!(
        table.contains("/paths/~1bells/ring: \"ring\" is dropped"),
        "{table}"
    );
    let totals = "1 generated, 1 generated with omissions, 1 failed, 0 did not compile";
    assert!(table.contains(totals), "{table}");
    assert!(
        table.contains("     1  load: unsupported version: OpenAPI \"…\""),
        "{table}"
    );
}

#[test]
fn test_corpus_follows_references_to_files_of_the_folder_and_no_others() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("contracts");
    std::fs::create_dir_all(folder.join("a/parts")).unwrap();
    let lamp = |path: &str| json!({"responses": {"200": {"description": "A lamp.", "content": {"application/json": {"schema": {"$ref": path}}}}}});
    let contract = json!({
        "openapi": "3.0.3", "info": {"title": "Lamps", "version": "1"},
        "paths": {"/in": {"get": lamp("parts/lamp.json")}, "/out": {"get": lamp("../../lamp.json")}}
    });
    let schema = r#"{"title": "Lantern", "type": "object", "properties": {"on": {"type": "boolean"}}}"#;
    std::fs::write(folder.join("a/lamps.json"), contract.to_string()).unwrap();
    std::fs::write(folder.join("a/parts/lamp.json"), schema).unwrap();
    std::fs::write(root.path().join("lamp.json"), schema).unwrap();
    let (list, crates) = (root.path().join("list.txt"), root.path().join("crates"));
    std::fs::write(&list, "a/lamps.json\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("corpus")
        .arg(&folder)
        .args(["--json", "--list"])
        .arg(&list)
        .arg("--keep")
        .arg(&crates)
        .output()
        .unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&rows[0]["status"], &rows[0]["operations"]),
        (&json!("generated"), &json!(2))
    );
    let made = std::fs::read_dir(&crates)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let notes = std::fs::read_to_string(made.join("NOTES.md")).unwrap();
    assert!(
        notes.contains("../../lamp.json") && !notes.contains("parts/lamp.json"),
        "{notes}"
    );
}

#[test]
fn test_corpus_counts_what_crates_have_lost() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "lamps.yaml\n").unwrap();
    let list = list.to_str().unwrap();
    let (table, _) = corpus(&["--account", "--list", list]);
    assert!(table.ends_with("\nfindings: 0\n"), "{table}");
    assert_eq!(rows(&["--account", "--list", list])[0]["findings"], json!([]));
    assert!(!corpus(&["--list", list]).0.contains("findings"));
}

#[test]
fn test_corpus_takes_only_what_the_list_names() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "# the good one\nlamps.yaml\n").unwrap();
    let rows = rows(&["--list", list.to_str().unwrap()]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["contract"], "lamps.yaml");
}

#[test]
fn test_corpus_ends_a_contract_that_takes_too_long_or_too_much() {
    for (limit, reason) in [
        (["--seconds", "0"], "more than 0 s"),
        (["--memory", "200"], "more than 200 MiB"),
    ] {
        for row in rows(&limit) {
            assert_eq!(
                (&row["status"], &row["station"]),
                (&json!("failed"), &json!("limit")),
                "{row}"
            );
            assert!(row["reason"].as_str().unwrap().contains(reason), "{row}");
        }
    }
}

#[test]
fn test_corpus_writes_the_crates_where_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    rows(&["--keep", folder.path().to_str().unwrap()]);
    let crates: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(crates.len(), 2, "{crates:?}");
    assert!(crates.iter().all(|path| path.join("src/lib.rs").is_file()));
}
