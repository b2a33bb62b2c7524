//! The examples, run as programs against servers of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;
#[path = "support/tls.rs"]
mod tls;

use base64::Engine;
use server::{ApiServer, CannedResponse};
use std::path::PathBuf;
use std::process::{Command, Output};
use tls::Tls;

/// The path of the example's program, which cargo builds beside the folder of the tests.
fn example(name: &str) -> Command {
    let tests: PathBuf = std::env::current_exe().unwrap().parent().unwrap().into();
    let program = tests.parent().unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "the example {name} is not built; `cargo test` without `--test` builds it"
    );
    let mut command = Command::new(program);
    for name in [
        "LICENSE_KEY",
        "GROUP_TOKEN",
        "HOST",
        "SOURCE",
        "CERTIFICATE",
        "KEY",
        "ROOT",
    ] {
        command.env_remove(format!("VXG_{name}"));
    }
    command
}

async fn run(mut command: Command) -> (Output, String, String) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let (out, err) = (output.stdout.clone(), output.stderr.clone());
    (
        output,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

#[tokio::test]
async fn test_live_channel_goes_from_license_key_to_live_addresses() {
    // The new channel's token names the second server.
    let live = r#"{"rtmp": "rtmp://a.example/x", "hls": "https://a.example/x.m3u8", "expire": "2024-05-01T10:00:00.123456"}"#;
    let camera = ApiServer::start([CannedResponse::json(503, "{}"), CannedResponse::json(200, live)])
        .await
        .unwrap();
    let port = camera.address().rsplit(':').next().unwrap();
    let json = format!(
        r#"{{"camid": 8, "token": "share.x", "access": "all", "api": "127.0.0.1", "api_p": {port}}}"#
    );
    let token = encode(&json);
    let list = r#"{"meta": {"limit": 100, "offset": 0, "total_count": 1, "next": null}, "objects": [{"id": 7, "name": "Yard", "rec_mode": "of_tomorrow"}]}"#;
    let created =
        format!(r#"{{"id": 8, "name": "Front door", "access_tokens": {{"all": "{token}", "watch": "w"}}}}"#);
    let account = ApiServer::start([
        CannedResponse::json(200, list),
        CannedResponse::json(201, &created),
    ])
    .await
    .unwrap();
    let mut command = example("live_channel");
    command
        .env("VXG_LICENSE_KEY", "v3.key")
        .env("VXG_HOST", account.address())
        .env("VXG_SOURCE", "rtsp://10.0.0.9/1");
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(
        printed,
        "Some(7) Yard\nrtmp://a.example/x\nhttps://a.example/x.m3u8\n"
    );
    let received = account.received();
    assert_eq!(
        (received[0].target.as_str(), received[1].method.as_str()),
        ("/api/v3/channels/?limit=100", "POST")
    );
    assert_eq!(
        received[1].text(),
        r#"{"name":"Front door","source":{"url":"rtsp://10.0.0.9/1"}}"#
    );
    assert!(
        received
            .iter()
            .all(|request| request.header("authorization") == Some("LKey v3.key"))
    );
    let received = camera.received();
    assert_eq!(
        (received.len(), received[1].target.as_str()),
        (2, "/api/v4/live/watch/")
    );
    assert_eq!(
        received[1].header("authorization"),
        Some(format!("Acc {token}").as_str())
    );
}

#[tokio::test]
async fn test_live_channel_without_a_key_names_the_variable() {
    let mut command = example("live_channel");
    command
        .env("VXG_LICENSE_KEY", "")
        .env("VXG_HOST", "web.example.com");
    let (output, _, errors) = run(command).await;
    assert!(
        !output.status.success() && errors.contains("VXG_LICENSE_KEY is empty"),
        "{errors}"
    );
}

#[tokio::test]
async fn test_group_channels_are_listed_to_the_end() {
    let page = |ids: std::ops::Range<i64>, next: &str| {
        let objects: Vec<String> = ids
            .map(|id| format!(r#"{{"id": {id}, "name": "c{id}", "status": "active"}}"#))
            .collect();
        CannedResponse::json(
            200,
            &format!(
                r#"{{"meta": {{"next": {next}}}, "objects": [{}]}}"#,
                objects.join(",")
            ),
        )
    };
    let server = ApiServer::start([
        page(0..3, r#""/api/v5/channels/?limit=1000&offset=3""#),
        page(3..5, "null"),
    ])
    .await
    .unwrap();
    let token = encode(r#"{"token": "share.x", "api": "elsewhere.example"}"#);
    let mut command = example("group_channels");
    command
        .env("VXG_GROUP_TOKEN", &token)
        .env("VXG_HOST", server.address());
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(printed.lines().count(), 5);
    assert!(printed.ends_with("Some(4) c4 active\n"), "{printed}");
    let received = server.received();
    assert_eq!(received[1].target, "/api/v5/channels/?limit=1000&offset=3");
    assert_eq!(
        received[1].header("authorization"),
        Some(format!("SI {token}").as_str())
    );
}

#[tokio::test]
async fn test_create_user_shows_its_certificate() {
    let user = r#"{"id": 5, "suid": "ada", "license_key": {"value": "v3.new", "expire": null}}"#;
    let plain = ApiServer::start([CannedResponse::json(201, user)]).await.unwrap();
    let tls = Tls::before(&plain).await;
    let mut command = example("create_user");
    command
        .args(["ada", "company"])
        .env("VXG_HOST", format!("127.0.0.1:{}", tls.port))
        .envs(tls.variables());
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(printed, "Some(5) v3.new\n");
    let received = plain.received();
    assert_eq!(received[0].target, "/api/v2/admin/users/");
    assert_eq!(
        received[0].text(),
        r#"{"suid":"ada","usrc":"company","license_key":{}}"#
    );
    assert_eq!(received[0].header("authorization"), None);
}

/// Base64 without padding, which VXG accepts as well.
fn encode(text: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
