//! The examples, run as programs against a server of this test.

#![cfg(feature = "incidents")]
#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

/// The path of the example's program, which cargo builds beside the folder of the tests.
fn example(name: &str) -> Command {
    let tests: PathBuf = std::env::current_exe().unwrap().parent().unwrap().into();
    let program = tests.parent().unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "the example {name} is not built; `cargo test` without `--test` builds it"
    );
    let mut command = Command::new(program);
    command
        .env_remove("SEVENSIGNAL_API_KEY")
        .env_remove("SEVENSIGNAL_API_SECRET");
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn test_agent_incidents_prints_the_last_day_as_json() {
    let token = r#"{"access_token": "t", "token_type": "Bearer", "expires_in": 86400, "scope": ["openid"]}"#;
    let incidents = r#"{
        "range": {"to": 1, "toAsDateString": "x", "from": 0, "fromAsDateString": "x", "total": 0, "duration": 1, "durationAsString": "1 ms"},
        "results": [{"id": "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11", "type": "A_TYPE_OF_TOMORROW", "location": "Hall 3", "band": 7.0, "countImpacted": 4}]
    }"#;
    let server = ApiServer::start([
        CannedResponse::json(200, token),
        CannedResponse::json(200, incidents),
    ])
    .await
    .unwrap();
    let mut command = example("agent_incidents");
    command
        .env("SEVENSIGNAL_API_KEY", "key")
        .env("SEVENSIGNAL_API_SECRET", "secret")
        .env("SEVENSIGNAL_URL", server.address());
    let output = run(command).await;
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed[0]["type"], "A_TYPE_OF_TOMORROW");
    assert_eq!(printed[0]["band"], 7);
    assert_eq!(printed[0]["countImpacted"], 4);

    let received = server.received();
    assert_eq!(
        (received.len(), received[0].target.as_str()),
        (2, "/oauth2/token")
    );
    assert_eq!(received[1].header("authorization"), Some("Bearer t"));
    let since = received[1]
        .target
        .strip_prefix("/incidents/agents?from=")
        .unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let ago = now - since.parse::<u128>().unwrap();
    assert!((86_400_000..86_460_000).contains(&ago), "{ago} ms ago");
}

#[tokio::test]
async fn test_agent_incidents_without_a_key_names_the_variable() {
    let mut command = example("agent_incidents");
    command
        .env("SEVENSIGNAL_API_KEY", "c4nary-key")
        .env("SEVENSIGNAL_API_SECRET", "");
    let output = run(command).await;
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("SEVENSIGNAL_API_SECRET is empty"), "{errors}");
    assert!(!errors.contains("c4nary-key"), "{errors}");
}
