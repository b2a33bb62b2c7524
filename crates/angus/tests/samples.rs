//! The examples, run as programs against servers of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::path::PathBuf;
use std::process::{Command, Output};

const CLIENT_ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";

/// The path of the example's program, which cargo builds beside the folder of the tests.
fn example(name: &str) -> Command {
    let tests: PathBuf = std::env::current_exe().unwrap().parent().unwrap().into();
    let program = tests.parent().unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "the example {name} is not built; `cargo test` without `--test` builds it"
    );
    let mut command = Command::new(program);
    for name in ["ANGUS_USERNAME", "ANGUS_CLIENT_ID", "ANGUS_ACCESS_TOKEN"] {
        command.env_remove(name);
    }
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn test_overall_metrics_prints_the_last_day_as_json() {
    let page = r#"{"entities": {"global": {"passing_by": {"value": 12}, "gender": {"?": 2, "female": 5, "male": 5}}},
        "time": "global", "nb_of_pages": 1, "page": 1, "total_results": 1, "next_page": ""}"#;
    let console = ApiServer::start([CannedResponse::json(200, r#"{"token": "jwt"}"#)])
        .await
        .unwrap();
    let data = ApiServer::start([CannedResponse::json(200, page)]).await.unwrap();
    let mut command = example("overall_metrics");
    command
        .env("ANGUS_USERNAME", "ada@example.com")
        .env("ANGUS_CLIENT_ID", CLIENT_ID)
        .env("ANGUS_ACCESS_TOKEN", "access-token")
        .env("ANGUS_URL", data.address())
        .env("ANGUS_CONSOLE_URL", console.address());
    let output = run(command).await;
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["global"]["passing_by"]["value"], 12);
    assert_eq!(printed["global"]["gender"]["?"], 2);
    let received = data.received();
    assert_eq!(received[0].header("authorization"), Some("Bearer jwt"));
    let target = received[0].target.replace("%2C", ",");
    for part in [
        "metrics=passing_by,interested,stop_time,attention_time,",
        "time=global",
        "from_date=",
        "to_date=",
    ] {
        assert!(target.contains(part), "{part} in {target}");
    }
}

#[tokio::test]
async fn test_overall_metrics_without_credentials_names_the_variable() {
    let mut command = example("overall_metrics");
    command
        .env("ANGUS_USERNAME", "ada@example.com")
        .env("ANGUS_CLIENT_ID", CLIENT_ID)
        .env("ANGUS_ACCESS_TOKEN", "");
    let output = run(command).await;
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("ANGUS_ACCESS_TOKEN is empty"), "{errors}");
    assert!(!errors.contains("ada@example.com"), "{errors}");
}
