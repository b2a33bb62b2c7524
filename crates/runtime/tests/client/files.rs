//! Files that are sent and saved.

use crate::guarded::{Fetch, Replace, answering, builder, client};
use crate::support::{Received, Server, Step, answer};
use lorgnette_runtime::Body;
use std::path::Path;
use std::sync::{Arc, Mutex};

const TEXT: &str = "0123456789abcdefghij";

/// A server that sends the first ten bytes and breaks off, and the rest on request; `etag` says
/// which version it has then.
async fn breaking(etag: &'static str, rest: &'static str) -> Server {
    Server::start(move |request: &Received| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\naccept-ranges: bytes\r\netag: \"1\"\r\n\r\n";
        match request.header("range") {
            "" => vec![
                Step::Bytes(format!("{head}{}", &TEXT[..10]).into_bytes()),
                Step::Close,
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
    // No range is offered.
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n0123".to_vec();
    let (server, client) = answering(vec![vec![Step::Bytes(cut), Step::Close]]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "before").unwrap();
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    assert!(stream.save_to(&path).await.unwrap_err().is_send());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
    assert_eq!((names(folder.path()).len(), server.received().len()), (1, 1));
    // Nowhere to write to.
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
