//! The program `angus` as used from a shell, against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::process::{Command, Output};

// Claims: {"orig_iat": 1000, "exp": 1002}.
const JWT: &str = "e30.eyJvcmlnX2lhdCI6IDEwMDAsICJleHAiOiAxMDAyfQ.c4nary";
const ACCESS_TOKEN: &str = "c4nary-s3cret";

fn angus(server: &ApiServer, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_angus"))
        .args(arguments)
        .env_clear()
        .env("ANGUS_CONFIG", "/nonexistent/config.toml")
        .env("ANGUS_USERNAME", "somebody@example.com")
        .env("ANGUS_CLIENT_ID", "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11")
        .env("ANGUS_ACCESS_TOKEN", ACCESS_TOKEN)
        .env("ANGUS_CONSOLE_URL", server.address())
        .env("ANGUS_BASE_URL", server.address())
        .env("TZ", "UTC")
        .output()
        .unwrap();
    assert!(!format!("{output:?}").contains(ACCESS_TOKEN));
    output
}

fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn page(server: &ApiServer, day: &str, people: i64, seconds: f64, next: &str) -> CannedResponse {
    let next = match next {
        "" => "null".to_owned(),
        page => format!("\"{}/api/1/entities?page={page}\"", server.address()),
    };
    let page = format!(
        r#"{{"entities": {{"{day}T00:00:00+00:00": {{"passing_by": {{"value": 10}}, "interested": {{"value": {people}}},
        "stop_time": {{"value": {seconds}}}, "gender": {{"?": 1, "female": 2}}}}}}, "next_page": {next}}}"#
    );
    CannedResponse::json(200, &page)
}

#[tokio::test(flavor = "multi_thread")]
async fn test_metrics_of_weeks_are_sums_and_averages() {
    let token = CannedResponse::json(200, &format!(r#"{{"token": "{JWT}"}}"#));
    let server = ApiServer::start([token]).await.unwrap();
    // A Sunday, and the Monday and Tuesday after it.
    server.add(page(&server, "2026-01-04", 1, 5.0, "2"));
    server.add(page(&server, "2026-01-05", 1, 2.0, "3"));
    server.add(page(&server, "2026-01-06", 3, 6.0, ""));
    let arguments = [
        "metrics",
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-01",
        "--weekly",
    ];
    let out = text(&angus(&server, &[&arguments[..], &["--output", "csv"]].concat()));
    assert_eq!(
        out,
        "start,passing_by,interested,stop_time,attention_time,female,male,unknown_gender,senior_female,\
         senior_male,young_female,young_male\n\
         2025-12-29,10,1,5.0,,2,,1,,,,\n\
         2026-01-05,20,4,5.0,,4,,2,,,,\n"
    );
    let asked = server.received();
    assert!(asked[1].target.contains("time=by_day"), "{}", asked[1].target);
    assert!(
        asked[1].target.contains("from_date=2026-01-01T00"),
        "{}",
        asked[1].target
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_operations_take_tokens_of_the_stream() {
    let token = CannedResponse::json(200, &format!(r#"{{"token": "{JWT}"}}"#));
    let server = ApiServer::start([token]).await.unwrap();
    server.add(page(&server, "2026-01-04", 1, 5.0, ""));
    let arguments = [
        "entities",
        "list",
        "--metrics",
        "gender,passing_by",
        "--from-date",
        "2026-01-01",
    ];
    let more = ["--all", "--query", ".key", "--output", "raw"];
    let out = text(&angus(&server, &[&arguments[..], &more[..]].concat()));
    assert_eq!(out, "2026-01-04T00:00:00+00:00\n");
    let asked = server.received();
    assert_eq!(asked[1].header("authorization"), Some(&*format!("Bearer {JWT}")));
    assert!(
        asked[1].target.contains("metrics=gender,passing_by"),
        "{}",
        asked[1].target
    );
}

#[test]
fn test_examples_of_the_help_are_commands() {
    let wrong = programs::wrong_examples(env!("CARGO_BIN_EXE_angus"), angus::cli::PROGRAM.examples);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_jobs_have_examples_that_are_commands() {
    let jobs = ["metrics"];
    let wrong = programs::wrong_jobs(env!("CARGO_BIN_EXE_angus"), &jobs);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_example_of_every_operation_makes_its_request() {
    let wrong = programs::wrong_calls(env!("CARGO_BIN_EXE_angus"), env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}
