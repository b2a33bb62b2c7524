//! `cargo xtask corpus` as a program: a folder of contracts in, a table or JSON out.
#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::{Value, json};
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
            "pointer": "/paths/~1bells/query", "what": "\"query\" is dropped", "why": "It is no method of OpenAPI 3.0."
        }])
    );
    assert!(
        rows[1]["reason"].as_str().unwrap().contains("OpenAPI \"4.2\""),
        "{}",
        rows[1]
    );
    assert!(rows[2]["lines"].as_u64().unwrap() > 50 && rows[2]["seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn test_corpus_prints_a_table_that_ends_with_totals_and_reasons() {
    let (table, _) = corpus(&[]);
    assert!(table.contains("\nlamps.yaml     generated"), "{table}");
    assert!(
        table.contains("/paths/~1bells/query: \"query\" is dropped"),
        "{table}"
    );
    let totals = "1 generated, 1 generated with omissions, 1 failed, 0 did not compile";
    assert!(table.contains(totals), "{table}");
    assert!(
        table.contains("     1  load: the contract's version, OpenAPI \"…\", is not known"),
        "{table}"
    );
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
