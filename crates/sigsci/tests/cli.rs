//! The program `sigsci` as used from a shell, against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/program.rs"]
mod program;
#[path = "../../../tests/src/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use program::{TOKEN, sigsci};
use server::{ApiServer, CannedResponse};
use std::process::Output;

fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn rule(id: &str, reason: &str, enabled: bool, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", "type": "request", "reason": "{reason}", "enabled": {enabled}, "conditions": [],
        "actions": [{{"type": "block"}}], "siteNames": ["{id}"], "created": "2026-01-01T00:00:00Z" {more}}}"#
    )
}

fn rules(rules: &[String]) -> CannedResponse {
    let body = format!(
        r#"{{"totalCount": {}, "data": [{}]}}"#,
        rules.len(),
        rules.join(",")
    );
    CannedResponse::json(200, &body)
}

#[tokio::test(flavor = "multi_thread")]
async fn test_rules_that_two_sites_do_not_share_are_shown() {
    let same = |id: &str| rule(id, "same", true, "");
    let staging = [
        same("1"),
        rule("2", "changed", true, r#", "signal": "a""#),
        rule("3", "alone", true, ""),
    ];
    let production = [
        rule("7", "changed", false, r#", "newMember": 1"#),
        same("8"),
        rule("9", "other", true, ""),
    ];
    let empty = || rules(&[]);
    let server = ApiServer::start([rules(&staging), empty(), rules(&production), empty()])
        .await
        .unwrap();
    let out = text(&sigsci(
        &server,
        &["rules", "diff", "staging", "production", "--output", "csv"],
    ));
    assert_eq!(
        out,
        "sites,type,reason,enabled,differs\n\
         \"staging, production\",request,changed,true,\"enabled, newMember, signal\"\n\
         staging,request,alone,true,\n\
         production,request,other,true,\n"
    );
    let asked = server.received();
    assert!(asked[0].target.starts_with("/corps/acme/sites/staging/rules"));
    assert_eq!(asked[0].header("x-api-user"), Some("somebody@example.com"));
    assert_eq!(asked[0].header("x-api-token"), Some(TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_parts_of_the_path_have_usual_values() {
    let server = ApiServer::start([CannedResponse::json(200, r#"{"data": [{"name": "www"}]}"#)])
        .await
        .unwrap();
    let out = text(&sigsci(
        &server,
        &["sites", "list", "--query", ".data[].name", "--output", "raw"],
    ));
    assert_eq!(
        (out.as_str(), server.received()[0].target.as_str()),
        ("www\n", "/corps/acme/sites")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_refusals_have_a_status_of_their_own() {
    let refused = CannedResponse::json(401, &format!(r#"{{"message": "token {TOKEN} is not valid"}}"#));
    let server = ApiServer::start([refused]).await.unwrap();
    let output = sigsci(&server, &["sites", "list"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
}

#[test]
fn test_examples_of_the_help_are_commands() {
    let wrong = programs::wrong_examples(env!("CARGO_BIN_EXE_sigsci"), sigsci::cli::PROGRAM.examples);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_jobs_have_examples_that_are_commands() {
    let jobs = ["rules diff", "site copy", "lists add"];
    let wrong = programs::wrong_jobs(env!("CARGO_BIN_EXE_sigsci"), &jobs);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_example_of_every_operation_makes_its_request() {
    let wrong = programs::wrong_calls(env!("CARGO_BIN_EXE_sigsci"), env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}
