//! The jobs of the program `vxg`, against servers of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/program.rs"]
mod program;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;
#[path = "support/tls.rs"]
mod tls;

use base64::Engine;
use program::{command, vxg};
use server::{ApiServer, CannedResponse};
use std::fs;
use std::process::Output;
use tls::Tls;

fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The requests that arrived, as method and target.
fn asked(server: &ApiServer) -> Vec<String> {
    let received = server.received().into_iter();
    received
        .map(|asked| format!("{} {}", asked.method, asked.target))
        .collect()
}

fn channels(channels: &[(i64, &str)]) -> CannedResponse {
    let channels = channels
        .iter()
        .map(|(id, name)| format!(r#"{{"id": {id}, "name": "{name}"}}"#));
    let channels: Vec<String> = channels.collect();
    CannedResponse::json(
        200,
        &format!(
            r#"{{"meta": {{"next": null}}, "objects": [{}]}}"#,
            channels.join(",")
        ),
    )
}

/// A channel with a token that names this server.
fn channel(id: i64, camera: &ApiServer) -> (CannedResponse, String) {
    let port = camera.address().rsplit(':').next().unwrap();
    let token = format!(
        r#"{{"camid": {id}, "token": "share.c4nary", "access": "all", "api": "127.0.0.1", "api_p": {port}}}"#
    );
    let token = base64::engine::general_purpose::STANDARD.encode(token);
    let channel = format!(r#"{{"id": {id}, "name": "Yard", "access_tokens": {{"all": "{token}"}}}}"#);
    (CannedResponse::json(200, &channel), token)
}

#[tokio::test(flavor = "multi_thread")]
async fn test_cameras_that_are_new_become_channels() {
    let refused = CannedResponse::json(400, r#"{"errorDetail": "cannot reach rtsp://10.0.0.3/c4nary"}"#);
    let server = ApiServer::start([
        channels(&[(7, "Gate")]),
        CannedResponse::json(201, r#"{"id": 8, "name": "Door"}"#),
        refused,
        CannedResponse::json(201, r#"{"id": 9, "name": "Roof"}"#),
    ])
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cameras.csv");
    fs::write(
        &file,
        "Name,URL,Login,Password,Rec Mode,relay_to\n\
         Gate,rtsp://10.0.0.1/1,,,,\n\
         Door,rtsp://10.0.0.2/c4nary,admin,c4nary-pass,on,6\n\
         Hall,rtsp://10.0.0.3/c4nary,,,,\n\
         Hall,rtsp://10.0.0.4/1,,,,\n\
         NoUrl,,,,,\n\
         Roof,rtsp://10.0.0.5/1,,,,\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let output = vxg(&server, &["import", file, "--at-once", "1"]);
    let host = server.address().trim_start_matches("http://");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).replace(host, "HOST"),
        "line,name,id,result,error\n\
         2,Gate,7,exists,\n\
         3,Door,8,created,\n\
         4,Hall,,failed,\"channels_create: 400 Bad Request from POST HOST/channels/: \"\"cannot reach [masked]\"\"\"\n\
         5,Hall,,failed,a row above has the same name\n\
         6,NoUrl,,failed,`url` is missing\n\
         7,Roof,9,created,\n"
    );
    // The status is that of the first failed item: the server refused it.
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "vxg: 3 of 6 cameras failed\n"
    );
    let received = server.received();
    assert_eq!(
        received[1].text(),
        r#"{"name":"Door","rec_mode":"on","source":{"url":"rtsp://10.0.0.2/c4nary","login":"admin","password":"c4nary-pass"},"relay_to":"6"}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_an_import_that_broke_off_goes_on_where_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cameras.csv");
    let rows: Vec<String> = (0..30).map(|n| format!("c{n},rtsp://10.0.0.9/{n}\n")).collect();
    fs::write(&file, format!("name,url\n{}", rows.concat())).unwrap();
    let file = file.to_str().unwrap();
    let created = |id: i64| CannedResponse::json(201, &format!(r#"{{"id": {id}}}"#));
    // The first ten succeed; then the server fails, and retries do not help.
    let answers = std::iter::once(channels(&[])).chain((0..10).map(created));
    let server = ApiServer::start(answers).await.unwrap();
    let output = vxg(&server, &["import", file, "--no-retry", "--at-once", "1"]);
    assert_eq!(output.status.code(), Some(6));
    let known: Vec<(i64, String)> = (0..10).map(|n| (n, format!("c{n}"))).collect();
    let known: Vec<(i64, &str)> = known.iter().map(|(id, name)| (*id, name.as_str())).collect();

    let answers = std::iter::once(channels(&known)).chain((10..30).map(created));
    let server = ApiServer::start(answers).await.unwrap();
    let out = text(&vxg(
        &server,
        &["import", file, "--at-once", "8", "--output", "ndjson"],
    ));
    assert_eq!(out.matches("\"exists\"").count(), 10);
    assert_eq!(out.matches("\"created\"").count(), 20);
    let posted: Vec<String> = server.received()[1..]
        .iter()
        .map(server::ReceivedRequest::text)
        .collect();
    assert_eq!(posted.len(), 20);
    assert!((10..30).all(|n| posted.iter().any(|body| body.contains(&format!("\"c{n}\"")))));
    // The report keeps the order of the file, however many requests are in flight at once.
    let names: Vec<&str> = out.lines().map(|line| line.split('"').nth(5).unwrap()).collect();
    let expected: Vec<String> = (0..30).map(|n| format!("c{n}")).collect();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_clips_are_made_waited_for_saved_and_deleted() {
    let camera = ApiServer::start([]).await.unwrap();
    let storage = ApiServer::start([CannedResponse::new(200, "video/mp4", "\u{0}video")])
        .await
        .unwrap();
    let (found, token) = channel(7, &camera);
    let account = ApiServer::start([channels(&[(6, "Gate"), (7, "Yard")]), found])
        .await
        .unwrap();
    let url = format!("{}/clip.mp4?signature=c4nary", storage.address());
    camera.add(CannedResponse::json(201, r#"{"id": 5, "status": "pending"}"#));
    camera.add(CannedResponse::json(
        200,
        &format!(r#"{{"id": 5, "status": "done", "url": "{url}"}}"#),
    ));
    camera.add(CannedResponse::empty(204));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("yard.mp4");
    let period = ["--from", "2026-01-01T08:00", "--to", "2026-01-01T09:00"];
    let more = ["--title", "Delivery", "-o", file.to_str().unwrap()];
    let arguments = [&["clip", "Yard"], &period[..], &more[..]].concat();
    assert_eq!(text(&vxg(&account, &arguments)), "");
    assert_eq!(fs::read(&file).unwrap(), b"\0video");
    assert_eq!(
        asked(&account),
        ["GET /api/v3/channels/", "GET /api/v3/channels/7/?detail=detail"]
    );
    assert_eq!(
        asked(&camera),
        [
            "POST /api/v4/clips/",
            "GET /api/v4/clips/5/",
            "DELETE /api/v4/clips/5/"
        ]
    );
    let received = camera.received();
    assert_eq!(
        received[0].header("authorization"),
        Some(format!("Acc {token}").as_str())
    );
    assert_eq!(
        received[0].text(),
        r#"{"start":"2026-01-01T08:00:00","end":"2026-01-01T09:00:00","title":"Delivery"}"#
    );
    // Addresses that the storage has signed need no credentials, and get none.
    assert_eq!(storage.received()[0].header("authorization"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_clips_that_fail_leave_no_file() {
    let camera = ApiServer::start([
        CannedResponse::json(201, r#"{"id": 5, "status": "pending"}"#),
        CannedResponse::json(200, r#"{"id": 5, "status": "error"}"#),
    ])
    .await
    .unwrap();
    let (found, _) = channel(7, &camera);
    let account = ApiServer::start([found]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("yard.mp4");
    let period = ["--from", "2026-01-01T08:00", "--to", "2026-01-01T09:00"];
    let arguments = [&["clip", "7"], &period[..], &["-o", file.to_str().unwrap()]].concat();
    let output = vxg(&account, &arguments);
    assert!(!output.status.success(), "{output:?}");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("error") && err.lines().count() == 1, "{err}");
    assert!(!file.exists());

    let turned = ["clip", "7", "--from", "-1h", "--to", "-2h", "-o", "x.mp4"];
    let output = vxg(&account, &turned);
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_live_addresses_are_shown() {
    let live = r#"{"rtmp": "rtmp://a.example/x", "hls": "https://a.example/x.m3u8", "new": 1}"#;
    // The stream is starting.
    let camera = ApiServer::start([CannedResponse::json(503, "{}"), CannedResponse::json(200, live)])
        .await
        .unwrap();
    let (found, token) = channel(7, &camera);
    let account = ApiServer::start([found]).await.unwrap();
    let out = text(&vxg(&account, &["live", "7", "--output", "ndjson"]));
    assert_eq!(
        out,
        "{\"rtmp\":\"rtmp://a.example/x\",\"hls\":\"https://a.example/x.m3u8\",\"new\":1}\n"
    );

    // A channel's token is valid for that channel only.
    camera.add(CannedResponse::json(200, live));
    let run = |channel: &str| {
        let mut command = command(&["live", channel, "--query", ".hls", "--output", "raw"]);
        command
            .env("VXG_ACCESS_TOKEN", &token)
            .env("VXG_BASE_URL", camera.address());
        command.output().unwrap()
    };
    assert_eq!(text(&run("7")), "https://a.example/x.m3u8\n");
    let output = run("8");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("for channel 7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_channels_that_are_not_there_or_ambiguous_are_told() {
    let account = ApiServer::start([channels(&[(1, "Yard"), (2, "Yard")]), channels(&[])])
        .await
        .unwrap();
    let statuses = [2, 4].map(|expected| {
        let output = vxg(&account, &["live", "Yard"]);
        (output.status.code(), Some(expected))
    });
    assert!(
        statuses.iter().all(|(got, expected)| got == expected),
        "{statuses:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_users_are_created_by_client_certificate() {
    let user = r#"{"id": 5, "suid": "ada1", "license_key": {"value": "v3.new", "expire": null}}"#;
    let plain = ApiServer::start([CannedResponse::json(201, user)]).await.unwrap();
    let tls = Tls::before(&plain).await;
    let arguments = [
        "admin",
        "user",
        "create",
        "--suid",
        "ada1",
        "--usrc",
        "acme",
        "--email",
        "ada@example.com",
        "--cameras",
        "10",
        "--expires",
        "2027-01-01T00:00:00Z",
        "--query",
        ".license_key.value",
        "--output",
        "raw",
    ];
    let output = command(&arguments)
        .env("VXG_SERVER", format!("127.0.0.1:{}", tls.port))
        .envs(tls.variables())
        .output()
        .unwrap();
    assert_eq!(text(&output), "v3.new\n");
    let received = plain.received();
    assert_eq!(received[0].target, "/api/v2/admin/users/");
    assert_eq!(
        received[0].text(),
        r#"{"suid":"ada1","usrc":"acme","license_key":{"expire":"2027-01-01T00:00:00"},"limits":{"total_cameras":10},"email":"ada@example.com"}"#
    );

    let wrong = ["admin", "user", "create", "--suid", "a/b", "--usrc", "acme"];
    let output = command(&wrong).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    // The operations of the API are beside it.
    let output = command(&["admin", "users", "--help"]).output().unwrap();
    assert!(output.status.success());
}
