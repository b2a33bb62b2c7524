//! The program `sevensignal` as it is used at a shell, against a server of this test's.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{Answer, Server};
use std::process::Command;

const SECRET: &str = "c4nary-s3cret";

#[tokio::test(flavor = "multi_thread")]
async fn test_operations_take_tokens_of_the_key() {
    let token = r#"{"access_token": "c4nary-t0ken", "token_type": "Bearer"}"#;
    let page = |id: &str, page: u8| {
        format!(
            r#"{{"results": [{{"id": "{id}", "name": "sensor", "new": 1}}],
            "pagination": {{"page": {page}, "pages": 2, "perPage": 1, "total": 2}}}}"#
        )
    };
    let server = Server::start([
        Answer::json(200, token),
        Answer::json(200, &page("1", 1)),
        Answer::json(200, &page("2", 2)),
    ])
    .await
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sevensignal"))
        .args([
            "eyes",
            "eyes-agents",
            "--all",
            "--columns",
            "id,new",
            "--output",
            "csv",
        ])
        .env_clear()
        .env("SEVENSIGNAL_CONFIG", "/nonexistent/config.toml")
        .env("SEVENSIGNAL_API_KEY", "key")
        .env("SEVENSIGNAL_API_SECRET", SECRET)
        .env("SEVENSIGNAL_BASE_URL", server.address())
        .output()
        .unwrap();
    let shown = format!("{output:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("c4nary"), "{shown}");
    assert!(output.status.success(), "{shown}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "id,new\n1,1\n2,1\n");
    let asked = server.received();
    assert_eq!(asked[1].header("authorization"), Some("Bearer c4nary-t0ken"));
}

#[test]
fn test_examples_of_the_help_are_commands() {
    let wrong = programs::wrong_examples(
        env!("CARGO_BIN_EXE_sevensignal"),
        sevensignal::cli::PROGRAM.examples,
    );
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}
