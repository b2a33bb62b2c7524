//! Files that are sent and saved.

use crate::guarded::{Fetch, Replace, answering, builder, client, keys};
use crate::support::{Received, ServerStep, TestServer, answer};
use lorgnette_runtime::http::{HeaderName, HeaderValue};
use lorgnette_runtime::{Body, Client, RedirectPolicy, reqwest};
use std::path::Path;
use std::sync::{Arc, Mutex};

const TEXT: &str = "0123456789abcdefghij";

/// A server that sends the first ten bytes and breaks off, and then sends the rest on request.
/// `etag` is the version that it has by then.
async fn breaking(etag: &'static str, rest: &'static str) -> TestServer {
    TestServer::start(move |request: &Received| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\naccept-ranges: bytes\r\netag: \"1\"\r\n\r\n";
        match request.header("range") {
            "" => vec![
                ServerStep::Bytes(format!("{head}{}", &TEXT[..10]).into_bytes()),
                ServerStep::Close,
            ],
            _ if request.header("if-range") == etag => {
                answer(206, &[("content-range", "bytes 10-19/20"), ("etag", etag)], rest)
            }
            _ => answer(200, &[("etag", etag)], rest),
        }
    })
    .await
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn test_download_is_saved_with_progress() {
    let (_server, client) = answering(vec![answer(200, &[], TEXT)]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    std::fs::write(&path, "an older one").unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&seen);
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    let written = stream
        .save_with(&path, move |written, total| {
            shown.lock().unwrap().push((written, total));
        })
        .await
        .unwrap();
    assert_eq!(
        (written, std::fs::read_to_string(&path).unwrap().as_str()),
        (20, TEXT)
    );
    assert_eq!(seen.lock().unwrap().last(), Some(&(20, Some(20))));
    assert_eq!(names(folder.path()), ["clip.mp4"]);
}

#[tokio::test]
async fn test_download_goes_on_where_it_broke_off() {
    let server = breaking("\"1\"", "abcdefghij").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let client = client(&server.url);
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    assert_eq!(stream.save_to(&path).await.unwrap(), 20);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT);
    let received = server.received();
    assert_eq!((received.len(), received[1].header("range")), (2, "bytes=10-"));
}

#[tokio::test]
async fn test_file_that_changed_meanwhile_is_loaded_anew() {
    let server = breaking("\"2\"", "another").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let client = client(&server.url);
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    assert_eq!(stream.save_to(&path).await.unwrap(), 7);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "another");
}

#[tokio::test]
async fn test_download_that_fails_leaves_what_was_there() {
    // The server offers no ranges.
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n0123".to_vec();
    let (server, client) = answering(vec![vec![ServerStep::Bytes(cut), ServerStep::Close]]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "before").unwrap();
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    assert!(stream.save_to(&path).await.unwrap_err().is_send());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
    assert_eq!((names(folder.path()).len(), server.received().len()), (1, 1));
    // The destination cannot be written to.
    let (_server, client) = answering(vec![answer(200, &[], TEXT)]).await;
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    let error = stream.save_to(folder.path().join("none/file")).await.unwrap_err();
    assert!(
        error.to_string().contains("the file cannot be written"),
        "{error}"
    );
}

#[tokio::test]
async fn test_file_is_sent_again_after_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let text = TEXT.repeat(10_000);
    std::fs::write(&path, &text).unwrap();
    let (server, _) = answering(vec![answer(503, &[], ""), answer(204, &[], "")]).await;
    let client = builder(&server.url).build().unwrap();
    let body = Body::from_file(&path).await.unwrap();
    assert!(body.is_repeatable() && format!("{body:?}") == "Body(file of 200000 bytes)");
    Replace::from(&client).body(body).send().await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|request| request.text() == text));
    assert!(Body::from_file(folder.path()).await.is_err());
    assert!(Body::from_file(folder.path().join("none")).await.is_err());
}

#[tokio::test]
async fn test_signed_address_is_loaded_with_nothing_of_the_client() {
    let api = breaking("\"1\"", &TEXT[10..]).await;
    let storage = breaking("\"1\"", &TEXT[10..]).await;
    let client: Client = builder(&api.url)
        .authenticate(keys(&api.url, "hunter2"))
        .header(HeaderName::from_static("x-own"), HeaderValue::from_static("own"))
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (server, address) in [
        (&storage, format!("{}/clip?signature=abc", storage.url)),
        (&api, format!("{}/clip?signature=abc", api.url)),
        (&api, "/clip?signature=abc".to_owned()),
    ] {
        let before = server.received().len();
        let clip = client.download(&address).await.unwrap().into_inner();
        let path = folder.path().join("clip");
        assert_eq!(clip.save_to(&path).await.unwrap(), 20);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT);
        let received = &server.received()[before..];
        assert_eq!(received.len(), 2, "{address}");
        for request in received {
            assert_eq!(request.target, "/clip?signature=abc");
            assert_eq!((request.header("x-api-key"), request.header("x-own")), ("", ""));
            assert!(request.header("user-agent").contains("guarded"), "{request:?}");
        }
    }
}

#[tokio::test]
async fn test_download_that_fails_shows_no_signature() {
    let storage = TestServer::start(|request: &Received| {
        let said = format!("the signature of {} has expired", request.target);
        answer(403, &[("content-type", "text/plain")], said)
    })
    .await;
    let client: Client = builder("https://api.example")
        .allow_http_on_loopback()
        .build()
        .unwrap();
    let address = format!("{}/secret-path?signature=hunter2", storage.url);
    let from_here: Client = builder(&storage.url).build().unwrap();
    let error = from_here.download(&address).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("has expired") && !shown.contains("hunter2"),
        "{shown}"
    );
    // A name from a public server must not lead to this machine.
    let error = client.download(&address).await.unwrap_err();
    assert!(
        error.is_build() && !format!("{error:?}").contains("hunter2"),
        "{error:?}"
    );
}

#[tokio::test]
async fn test_download_from_where_nothing_may_be_sent_is_an_error() {
    let storage = TestServer::start(|_| answer(200, &[], TEXT)).await;
    let plain = || builder(&storage.url);
    let elsewhere = TestServer::start(|_| answer(200, &[], TEXT)).await;
    let own = || reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    for (builder, address, expected) in [
        (plain(), "ftp://storage.example/a", "neither https nor http"),
        (
            plain(),
            "http://user:hunter2@storage.example/a",
            "user name or password",
        ),
        (plain(), "http://:hunter2", "is invalid"),
        (
            builder("https://api.example"),
            "http://storage.example/a",
            "has no TLS",
        ),
        (
            builder("https://api.example"),
            "https://10.0.0.1/a",
            "inside this network",
        ),
        (
            plain().http_builder(own()),
            elsewhere.url.as_str(),
            "`redirects` of the client",
        ),
    ] {
        let client: Client = builder.build().unwrap();
        let error = client.download(address).await.unwrap_err();
        assert!(error.is_build() && error.attempts() == 0, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    assert!(storage.received().is_empty() && elsewhere.received().is_empty());
    // Unless the caller declares that the HTTP client shows no certificate.
    let client: Client = plain()
        .http_builder(own())
        .redirects(RedirectPolicy::safe_across_origins())
        .build()
        .unwrap();
    let file = client.download(&elsewhere.url).await.unwrap().into_inner();
    assert_eq!(file.bytes(100).await.unwrap(), TEXT);
}
