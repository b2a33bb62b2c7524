//! Bodies that no operation of the vendors' contracts has, mainly multipart forms, sent by a client
//! that is generated from a small contract of our own.
//!
//! The client is kept in `fixtures/uploads/src`; a test here fails if it differs from the
//! generator's output. Run it with `INSTA_UPDATE=always` to accept the new output, and read the
//! difference.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]
#![allow(dead_code, reason = "the generated client can do more than the tests need")]
#![allow(
    unexpected_cfgs,
    reason = "the generated client stands in a crate without its features"
)]

#[rustfmt::skip]
#[path = "../fixtures/uploads/src/client.rs"]
mod client;
#[rustfmt::skip]
#[path = "../fixtures/uploads/src/operations.rs"]
mod operations;
#[rustfmt::skip]
#[path = "../fixtures/uploads/src/responses.rs"]
mod responses;
#[rustfmt::skip]
#[path = "../fixtures/uploads/src/types.rs"]
mod types;

use client::Client;
use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::pipeline::{Input, generate};
use lorgnette_runtime::{Body, Upload};
use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};
use lorgnette_tests::workspace::{read, root};
use responses::UploadCaptureResponse;
use std::collections::BTreeMap;
use types::{Defaults, ImportSensorRegistrationsBody};

/// The path at which a file of the generated crate is kept.
const KEPT: [(&str, &str); 4] = [
    ("src/client.rs", "client.rs"),
    ("src/operations/uploads.rs", "operations.rs"),
    ("src/responses.rs", "responses.rs"),
    ("src/types/uploads.rs", "types.rs"),
];

/// A generated file without the mark in its first line, which is for files in `crates/`, and
/// without conditions on the feature of the only tag, which this crate does not have.
fn kept(text: &str) -> String {
    let lines = text.split_inclusive('\n').skip(1);
    lines
        .filter(|line| line.trim_end() != r#"#[cfg(feature = "uploads")]"#)
        .collect()
}

#[test]
fn test_client_is_what_the_generator_makes() {
    let folder = root().join("tests/fixtures/uploads");
    let catalogue = Catalogue::parse(
        "[[api]]\nname = 'uploads-v1'\ntitle = 'Uploads'\nvendor = 'nobody'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
    );
    let catalogue = catalogue.unwrap();
    let contract = read(&folder.join("openapi.yaml")).unwrap();
    let input = Input {
        api: &catalogue.apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_owned(), contract)]),
        overlay: None,
        history: lorgnette_codegen::diff::History::default(),
    };
    let generated = generate(&input).unwrap();
    let mut changed = Vec::new();
    for (path, file) in KEPT {
        let (now, file) = (kept(&generated.files[path]), folder.join("src").join(file));
        if read(&file).ok().as_ref() != Some(&now) {
            changed.push(file.display().to_string());
            if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
                std::fs::write(file, now).unwrap();
            }
        }
    }
    assert!(
        changed.is_empty(),
        "no longer what the generator makes: {changed:?}"
    );
}

/// A server with this response, and a client for it.
async fn serve(answer: CannedResponse) -> (ApiServer, Client) {
    let server = ApiServer::start([answer]).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    (server, client)
}

/// The only request that arrived.
fn only(server: &ApiServer) -> ReceivedRequest {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// The parts of a multipart body, each with its headers.
fn parts(request: &ReceivedRequest) -> Vec<String> {
    let kind = request.header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = request.text();
    let (begin, end) = (format!("--{boundary}\r\n"), format!("--{boundary}--\r\n"));
    let inner = text.strip_suffix(&end).unwrap();
    inner.split(&begin).skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn test_multipart_has_a_file_with_its_name_and_media_type() {
    let (server, client) = serve(CannedResponse::json(200, r#"{"accepted": 2, "rejected": 0}"#)).await;
    let file = Upload::new("sensors.csv", "serial,site\nA1,7\nA2,7\n").media_type("text/csv");
    let form = ImportSensorRegistrationsBody::new(file);
    let answer = client.import_sensor_registrations(form).send().await.unwrap();
    assert_eq!(answer.accepted, Some(2));
    let request = only(&server);
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/sensor-registrations/import");
    assert_eq!(
        request.header("content-length").unwrap(),
        request.body.len().to_string()
    );
    assert_eq!(
        parts(&request),
        [
            "Content-Disposition: form-data; name=\"file\"; filename=\"sensors.csv\"\r\nContent-Type: text/csv\r\n\r\n\
          serial,site\nA1,7\nA2,7\n\r\n"
        ]
    );
}

#[tokio::test]
async fn test_multipart_has_a_part_for_each_member_and_item() {
    let (server, client) = serve(CannedResponse::json(200, "{}")).await;
    let mut form = ImportSensorRegistrationsBody::new(Upload::new("a", "b"));
    form.comment = Some("first batch, 1 of 2".into());
    form.sites = Some(vec![7, 8]);
    form.defaults = Some(Defaults {
        time_zone: Some("Europe/Helsinki".into()),
        ..Defaults::default()
    });
    client.import_sensor_registrations(form).send().await.unwrap();
    assert_eq!(
        parts(&only(&server)),
        [
            "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\
             Content-Type: application/octet-stream\r\n\r\nb\r\n",
            "Content-Disposition: form-data; name=\"comment\"\r\n\r\nfirst batch, 1 of 2\r\n",
            "Content-Disposition: form-data; name=\"sites\"\r\n\r\n7\r\n",
            "Content-Disposition: form-data; name=\"sites\"\r\n\r\n8\r\n",
            "Content-Disposition: form-data; name=\"defaults\"\r\nContent-Type: application/json\r\n\r\n\
             {\"timeZone\":\"Europe/Helsinki\"}\r\n",
        ]
    );
}

#[tokio::test]
async fn test_raw_body_is_sent_as_it_is() {
    let (server, client) = serve(CannedResponse::empty(204)).await;
    let bytes = b"\xd4\xc3\xb2\xa1\0\xff".as_slice();
    client.upload_capture("a b").body(bytes).send().await.unwrap();
    let request = only(&server);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("PUT", "/captures/a%20b")
    );
    assert_eq!(request.header("content-type"), Some("application/octet-stream"));
    assert_eq!(request.header("content-length"), Some("6"));
    assert_eq!(request.body, bytes);
}

#[tokio::test]
async fn test_raw_body_may_be_a_download_that_still_arrives() {
    let (_source, from) = serve(CannedResponse::new(
        200,
        "application/octet-stream",
        vec![7; 100_000],
    ))
    .await;
    let download = from
        .as_ref()
        .http()
        .get(from.as_ref().base_url())
        .send()
        .await
        .unwrap();
    let (server, client) = serve(CannedResponse::empty(204)).await;
    client
        .upload_capture("a")
        .body(Body::stream(download.bytes_stream()))
        .send()
        .await
        .unwrap();
    let request = only(&server);
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    assert_eq!(request.body, [7; 100_000]);
}

#[tokio::test]
async fn test_text_body_is_sent_as_its_media_type() {
    let (server, client) = serve(CannedResponse::empty(204)).await;
    client
        .upload_capture("a")
        .body_as_text("time,signal\n1,-67\n")
        .send()
        .await
        .unwrap();
    let request = only(&server);
    assert_eq!(request.header("content-type"), Some("text/csv"));
    assert_eq!(request.text(), "time,signal\n1,-67\n");
}

#[tokio::test]
async fn test_successes_that_differ_are_told_apart_by_their_status() {
    let (_server, client) = serve(CannedResponse::json(200, r#"{"accepted": 1}"#)).await;
    let answer = client.upload_capture("a").body("").send().await.unwrap();
    assert!(matches!(&*answer, UploadCaptureResponse::Ok(import) if import.accepted == Some(1)));

    let (_server, client) = serve(CannedResponse::new(201, "text/plain", "stored")).await;
    let answer = client.upload_capture("a").body("").send().await.unwrap();
    assert!(matches!(&*answer, UploadCaptureResponse::Created(text) if &**text == "stored"));

    let (_server, client) = serve(CannedResponse::empty(204)).await;
    let answer = client.upload_capture("a").body("").send().await.unwrap();
    assert!(matches!(&*answer, UploadCaptureResponse::NoContent(())));
}
