//! Calls of a generated crate over HTTP: what they send, and how they handle the response.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod mini;
mod support;

use lorgnette_runtime::reqwest::header::{CONTENT_TYPE, HeaderValue};
use lorgnette_runtime::{Body, Bytes, Limits, Sending, Stage, Upload};
use mini::responses::{CreateEyeResponse, Error404Or5Xx};
use mini::{Client, GetEye, Operations, types};
use std::fmt::{Debug, Write};
use std::time::{Duration, Instant};
use support::{ServerStep, TestServer, answer, json};

async fn fixed(steps: Vec<ServerStep>) -> (TestServer, Client) {
    let server = TestServer::start(move |_| steps.clone()).await;
    let client = Client::new(&server.url).unwrap();
    (server, client)
}

/// A call with all required values.
fn eye(client: &Client) -> GetEye<'_> {
    client.get_eye().id(1).name("n").organization_id("o")
}

/// Sends a request that must be refused, and checks that the error contains a word.
async fn refused<T: Debug, E>(call: Sending<'_, T, E>, word: &str) {
    let error = call.await.unwrap_err();
    assert!(error.is_build() && error.to_string().contains(word), "{error}");
}

#[tokio::test]
async fn test_parameters_arrive_in_their_places() {
    let (server, client) = fixed(json(200, r#"{"id": 42.0, "name": "x", "new": 1}"#)).await;
    let eye = client
        .get_eye()
        .id(7)
        .name("a/b c?")
        .bssids(["a,b", "c d"])
        .tag(vec![1, 2])
        .organization_id("ö")
        .x_trace("t-1")
        .header("X-Extra", "e")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (eye.id, eye.name.as_deref(), eye.status().as_u16()),
        (42, Some("x"), 200)
    );
    let request = server.only();
    assert_eq!(request.method, "GET");
    assert_eq!(
        request.target,
        "/eyes/7/a%2Fb%20c%3F?bssids=a%2Cb,c%20d&tag=1&tag=2&organizationId=%C3%B6"
    );
    assert_eq!(request.header("accept"), "application/json");
    assert_eq!(request.header("x-trace"), "t-1");
    assert_eq!(request.header("x-extra"), "e");
    assert_eq!(
        request.header("user-agent"),
        format!("lorgnette/{} mini/1.0.0", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(request.header("accept-encoding"), "gzip");
    assert_eq!(request.header("content-length"), "");
}

#[tokio::test]
async fn test_nothing_is_sent_when_a_required_value_is_missing() {
    let (server, client) = fixed(json(200, "{}")).await;
    let error = client.get_eye().id(1).name("x").send().await.unwrap_err();
    assert!(error.is_build());
    assert_eq!(
        error.to_string(),
        "get-eye: the required parameter `organizationId` is missing; set it with `.organization_id(..)`"
    );
    let eye = || client.get_eye().id(1).organization_id("o");
    refused(eye().send(), "path parameter `name` is missing").await;
    refused(eye().name("..").send(), "`name`").await;
    refused(client.create_eye().send(), "body").await;
    refused(eye().name("x").x_trace("a\r\nb: c").send(), "X-Trace").await;
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_base_url_with_path_is_kept_in_front() {
    let server = TestServer::start(|_| json(200, r#"{"id": 1}"#)).await;
    let client = Client::new(&format!("{}/prefix/", server.url)).unwrap();
    eye(&client).send().await.unwrap();
    assert_eq!(server.only().target, "/prefix/eyes/1/n?organizationId=o");
}

#[tokio::test]
async fn test_json_body_and_success_by_status() {
    let server = TestServer::start(|request| match request.text().as_str() {
        r#"{"id":1}"# => json(201, r#"{"id": 1}"#),
        r#"{"id":2}"# => answer(202, &[], "bytes"),
        _ => answer(204, &[], ""),
    })
    .await;
    let client = Client::new(&server.url).unwrap();
    let created = client
        .create_eye()
        .body(&types::Eye::new(1))
        .send()
        .await
        .unwrap()
        .into_inner();
    assert!(matches!(created, CreateEyeResponse::Created(eye) if eye.id == 1));
    let accepted = client
        .create_eye()
        .body(&types::Eye::new(2))
        .send()
        .await
        .unwrap()
        .into_inner();
    let CreateEyeResponse::Accepted(stream) = accepted else {
        panic!("{accepted:?}")
    };
    assert_eq!(stream.bytes(100).await.unwrap(), "bytes");
    let nothing = client
        .create_eye()
        .body(&types::Eye::new(3))
        .send()
        .await
        .unwrap()
        .into_inner();
    assert!(matches!(nothing, CreateEyeResponse::NoContent(())));
    let request = &server.received()[0];
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("content-length"), "8");
}

#[tokio::test]
async fn test_masked_secret_is_not_sent() {
    let (server, client) = fixed(json(201, r#"{"id": 1}"#)).await;
    let mut eye = types::Eye::new(1);
    eye.key = Some("********".into());
    let error = client.create_eye().body(&eye).send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("key: a secret of asterisks"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_declared_error_is_typed() {
    let body = r#"{"message": "no such eye", "code": 7, "requestId": "r-1"}"#;
    let (_server, client) = fixed(json(404, body)).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(error.is_status() && error.stage() == Stage::Status);
    assert_eq!(error.status().unwrap().as_u16(), 404);
    assert_eq!(error.message().as_deref(), Some("no such eye"));
    assert_eq!(error.request_id().as_deref(), Some("r-1"));
    assert_eq!(error.headers().unwrap()["content-type"], "application/json");
    assert!(matches!(error.declared(), Some(Error404Or5Xx::NotFound(problem)) if problem.code == Some(7)));
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("get-eye: 404 Not Found from GET 127.0.0.1:")
            && shown.contains(r#"/eyes/{id}/{name}: "no such eye" (request id r-1)"#),
        "{shown}"
    );
}

#[tokio::test]
async fn test_declared_range_of_errors_holds_the_status() {
    let (_server, client) = fixed(json(507, r#"{"code": 1}"#)).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(matches!(
        error.into_declared(),
        Some(Error404Or5Xx::ServerError(507, _))
    ));
}

#[tokio::test]
async fn test_undeclared_status_arrives_with_its_raw_body() {
    let (_server, client) = fixed(answer(418, &[("x-request-id", "r-2")], "short and stout")).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(error.is_status() && error.declared().is_none());
    assert_eq!(error.body().unwrap(), "short and stout");
    assert_eq!(error.request_id().as_deref(), Some("r-2"));
    let (_server, client) = fixed(json(200, "{}")).await;
    let error = client
        .create_eye()
        .body(&types::Eye::new(1))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 200);
}

#[tokio::test]
async fn test_body_of_an_error_is_bounded() {
    let (_server, client) = fixed(answer(500, &[], vec![b'x'; 1_000_000])).await;
    let error = client.capture().send().await.unwrap_err();
    assert_eq!(error.body().unwrap().len(), 64 * 1024);
}

#[tokio::test]
async fn test_success_that_cannot_be_read_names_the_place() {
    let (_server, client) = fixed(json(200, r#"{"id": 1, "name": {"hunter2": 1}}"#)).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.path(), "name");
    assert!(
        error.to_string().contains("name: expected text, found "),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert!(error.body().is_some());

    let (_server, client) = fixed(json(200, r#"{"id": 1, "na"#)).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("EOF"), "{error}");

    let (_server, client) = fixed(json(200, "")).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("found nothing"),
        "{error}"
    );
}

#[tokio::test]
async fn test_html_page_instead_of_json_says_so() {
    let page = answer(
        200,
        &[("content-type", "text/html; charset=utf-8")],
        "<html>sign in</html>",
    );
    let (_server, client) = fixed(page).await;
    let error = eye(&client).send().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("; the body is text/html, not JSON"),
        "{error}"
    );
    let (_server, client) = fixed(answer(200, &[("content-type", "text/plain")], r#"{"id": 1}"#)).await;
    assert_eq!(eye(&client).send().await.unwrap().id, 1);
}

#[tokio::test]
async fn test_post_without_body_says_that_it_is_empty() {
    let (server, client) = fixed(answer(200, &[], "<anything>")).await;
    client.touch().send().await.unwrap();
    let request = server.only();
    assert_eq!(
        (request.method.as_str(), request.header("content-length")),
        ("POST", "0")
    );
    assert_eq!(request.header("content-type"), "");
    assert_eq!(request.header("accept"), "*/*");
}

#[tokio::test]
async fn test_form_is_url_encoded() {
    let (server, client) = fixed(answer(204, &[], "")).await;
    let mut eye = types::Eye::new(1);
    eye.name = Some("a b&c=ä".into());
    client.touch().form(&eye).send().await.unwrap();
    let request = server.only();
    assert_eq!(
        request.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(request.text(), "id=1&name=a%20b%26c%3D%C3%A4");
}

#[tokio::test]
async fn test_multipart_carries_text_json_and_files() {
    let (server, client) = fixed(answer(204, &[], "")).await;
    let mut import = types::Import::new(Upload::new("eyes.csv", "id\n1\n").media_type("text/csv"));
    import.comment = Some("hello".into());
    import.eye = Some(types::Eye::new(5));
    client.touch().import(import).send().await.unwrap();
    let request = server.only();
    assert!(
        request
            .header("content-type")
            .starts_with("multipart/form-data; boundary=")
    );
    let length: usize = request.header("content-length").parse().unwrap();
    assert_eq!(length, request.body.len());
    let text = request.text();
    let parts: Vec<&str> = text
        .split("--")
        .filter(|part| part.contains("Disposition"))
        .collect();
    for expected in [
        "name=\"file\"; filename=\"eyes.csv\"\r\nContent-Type: text/csv\r\n\r\nid\n1\n\r\n",
        "name=\"comment\"\r\n\r\nhello\r\n",
        "name=\"eye\"\r\nContent-Type: application/json\r\n\r\n{\"id\":5}\r\n",
    ] {
        assert!(
            parts.iter().any(|part| part.ends_with(expected)),
            "{expected:?} is not in {parts:#?}"
        );
    }
}

#[tokio::test]
async fn test_multipart_has_one_content_type_whatever_others_have() {
    let (server, _) = fixed(answer(204, &[], "")).await;
    let json = HeaderValue::from_static("application/json");
    let client = Client::builder(&server.url).header(CONTENT_TYPE, json);
    let client = client.build().unwrap();
    let import = types::Import::new(Upload::new("eyes.csv", "id\n1\n"));
    let call = client.touch().import(import);
    call.header("content-type", "text/plain").send().await.unwrap();
    let request = server.only();
    let (kind, length) = (request.header("content-type"), request.header("content-length"));
    assert!(
        kind.starts_with("multipart/form-data; boundary=") && !kind.contains(", "),
        "{kind}"
    );
    assert_eq!(length, request.body.len().to_string());
}

/// A stream of `count` chunks.
struct Chunked(usize);

impl futures_core::Stream for Chunked {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let next = self.0.checked_sub(1).inspect(|left| self.0 = *left);
        std::task::Poll::Ready(next.map(|_| Ok(Bytes::from_static(&[b'x'; 1000]))))
    }
}

#[tokio::test]
async fn test_raw_bodies_are_bytes_text_or_streams() {
    let (server, client) = fixed(answer(204, &[], "")).await;
    client.touch().text("plain ä").send().await.unwrap();
    client.touch().raw(vec![0, 255]).send().await.unwrap();
    client
        .touch()
        .raw(Body::stream(Chunked(100)))
        .send()
        .await
        .unwrap();
    client
        .touch()
        .raw(Body::stream(Chunked(100)).length(100_000))
        .send()
        .await
        .unwrap();
    client
        .touch()
        .import(types::Import::new(Upload::new("a", Body::stream(Chunked(3)))))
        .send()
        .await
        .unwrap();
    let received = server.received();
    assert_eq!(
        (received[0].header("content-type"), received[0].text().as_str()),
        ("text/plain", "plain ä")
    );
    assert_eq!(received[1].body, [0, 255]);
    assert_eq!(
        (received[2].header("transfer-encoding"), received[2].body.len()),
        ("chunked", 100_000)
    );
    assert_eq!(
        (received[3].header("content-length"), received[3].body.len()),
        ("100000", 100_000)
    );
    assert!(received[4].text().contains(&"x".repeat(3000)));
}

#[tokio::test]
async fn test_binary_answer_is_a_stream() {
    let steps = vec![
        ServerStep::Bytes(
            b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\ncontent-type: application/pcap\r\n\r\n01234".to_vec(),
        ),
        ServerStep::Wait(Duration::from_millis(50)),
        ServerStep::Bytes(b"56789".to_vec()),
    ];
    let (_server, client) = fixed(steps.clone()).await;
    let mut stream = client.capture().send().await.unwrap().into_inner();
    assert_eq!(
        (stream.content_length(), stream.media_type()),
        (Some(10), Some("application/pcap"))
    );
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "01234");
    assert_eq!(stream.bytes(100).await.unwrap(), "56789");

    let (_server, client) = fixed(steps).await;
    let error = client
        .capture()
        .send()
        .await
        .unwrap()
        .into_inner()
        .bytes(7)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("longer than 7 bytes"), "{error}");
}

#[tokio::test]
async fn test_binary_answer_that_breaks_off_fails_once() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234".to_vec();
    let (_server, client) = fixed(vec![ServerStep::Bytes(head), ServerStep::Close]).await;
    let mut stream = client.capture().send().await.unwrap().into_inner();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "01234");
    let error = stream.chunk().await.unwrap_err();
    assert!(error.is_send() && error.operation() == "capture", "{error}");
    assert!(stream.chunk().await.unwrap().is_none());
}

#[tokio::test]
async fn test_text_answer_is_text() {
    let (_server, client) = fixed(answer(200, &[("content-type", "text/plain")], "grüße")).await;
    let report = client.report().send().await.unwrap();
    assert_eq!(&**report, "grüße");
}

#[tokio::test]
async fn test_events_arrive_one_by_one() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let first =
        ": comment\n\nid: 1\nevent: eye\nretry: 1500\ndata: {\"id\":\ndata: 1}\n\ndata: {\"id\": \"x\"}\n\n";
    let steps = vec![
        ServerStep::Bytes(format!("{head}{first}data: {{\"i").into_bytes()),
        ServerStep::Wait(Duration::from_millis(50)),
        ServerStep::Bytes(b"d\": 2}\n\ndata: {\"id\": 3}".to_vec()),
        ServerStep::Close,
    ];
    let (_server, client) = fixed(steps).await;
    let mut events = client.events().send().await.unwrap().into_inner();
    let event = events.event().await.unwrap().unwrap();
    assert_eq!(
        (event.event.as_str(), event.id.as_deref(), event.data.id),
        ("eye", Some("1"), 1)
    );
    assert_eq!(event.retry, Some(Duration::from_millis(1500)));
    let error = events.event().await.unwrap_err();
    assert!(error.is_decode() && error.path() == "id", "{error}");
    let event = events.event().await.unwrap().unwrap();
    assert_eq!((event.event.as_str(), event.data.id), ("message", 2));
    assert!(
        events.event().await.unwrap().is_none(),
        "an event without end is none"
    );
}

#[tokio::test]
async fn test_connection_refused_is_a_connect_error() {
    let server = TestServer::start(|_| json(200, "{}")).await;
    let url = server.url.clone();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let client = Client::new(&format!("{url}/secret-path")).unwrap();
    let error = client
        .get_eye()
        .id(1)
        .name("hunter2")
        .organization_id("hunter2")
        .send()
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.is_timeout());
    assert!(
        error
            .to_string()
            .starts_with("get-eye: no connection to the server (Connection refused"),
        "{error}"
    );
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        let _ = write!(shown, "{cause} {cause:?}");
        source = cause.source();
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn test_silence_ends_with_a_timeout() {
    let begun = Instant::now();
    let (_server, client) = fixed(vec![ServerStep::Wait(Duration::from_secs(30))]).await;
    let error = client
        .capture()
        .timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap_err();
    assert!(
        error.is_timeout() && error.is_send() && error.to_string().contains("`timeout`"),
        "{error}"
    );
    let error = client
        .capture()
        .read_timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap_err();
    assert!(
        error.is_timeout() && error.to_string().contains("`read_timeout`"),
        "{error}"
    );

    let begins = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\"".to_vec();
    let (_server, client) = fixed(vec![
        ServerStep::Bytes(begins),
        ServerStep::Wait(Duration::from_secs(30)),
    ])
    .await;
    let call = eye(&client).read_timeout(Duration::from_millis(100));
    assert!(call.send().await.unwrap_err().is_timeout());
    let mut stream = client
        .capture()
        .timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "{\"id\"");
    assert!(stream.chunk().await.unwrap_err().is_timeout());
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn test_answer_longer_than_the_limit_is_refused() {
    let server =
        TestServer::start(|_| json(200, &format!("{{\"id\": 1, \"name\": \"{}\"}}", "x".repeat(5000)))).await;
    let mut limits = Limits::default();
    limits.body = 1000;
    let client = Client::builder(&server.url).limits(limits).build().unwrap();
    let error = eye(&client).send().await.unwrap_err();
    assert!(
        error.is_send() && error.is_limit() && error.to_string().contains("`Limits::body`"),
        "{error}"
    );
}

#[tokio::test]
async fn test_operation_with_a_server_of_its_own_goes_there() {
    let server = TestServer::start(|_| json(200, r#"{"code": 1}"#)).await;
    let client = Client::builder("https://api.example.com")
        .server("https://console.example.com/", &format!("{}/console", server.url))
        .build()
        .unwrap();
    client.token().send().await.unwrap();
    assert_eq!(server.only().target, "/console/token");
}

#[tokio::test]
async fn test_gzip_is_unpacked() {
    // `{"id": 7}`, stored without compression.
    let packed: &[u8] = &[
        31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1, 9, 0, 246, 255, 123, 34, 105, 100, 34, 58, 32, 55, 125, 0, 0,
        0, 0, 9, 0, 0, 0,
    ];
    let crc = crc32(br#"{"id": 7}"#).to_le_bytes();
    let mut body = packed.to_vec();
    body[24..28].copy_from_slice(&crc);
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let (_server, client) = fixed(answer(200, &headers, body)).await;
    assert_eq!(eye(&client).send().await.unwrap().id, 7);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn test_builders_and_futures_can_be_sent_between_threads() {
    fn is_send(_: &impl Send) {}
    let client = Client::new("https://api.example.com").unwrap();
    is_send(&client.get_eye().send());
    is_send(&client.events().send());
    assert!(!format!("{:?}", client.get_eye().name("hunter2")).contains("hunter2"));
}
