//! Server-sent events that break off and are resumed.

use crate::guarded::{Follow, answering, builder, numbered};
use crate::support::{ServerStep, TestServer, answer};
use lorgnette_runtime::Client;
use lorgnette_runtime::retry::RetryPolicy;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A response that begins with these events and then breaks off.
fn broken(events: &str) -> Vec<ServerStep> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{head}{:x}\r\n{events}\r\n", events.len());
    vec![ServerStep::Bytes(chunk.into_bytes()), ServerStep::Close]
}

fn whole(events: &str) -> Vec<ServerStep> {
    answer(200, &[("content-type", "text/event-stream")], events)
}

/// The ids of all items, and the error that ended the stream, if one did.
async fn items(client: &Client) -> (Vec<i64>, Option<lorgnette_runtime::Error>) {
    let mut events = Follow::from(client).send().await.unwrap().into_inner();
    let mut ids = Vec::new();
    loop {
        match events.event().await {
            Ok(Some(event)) => ids.push(event.data.id),
            Ok(None) => return (ids, None),
            Err(error) => {
                assert!(events.event().await.unwrap().is_none(), "an error is the end");
                return (ids, Some(error));
            }
        }
    }
}

#[tokio::test]
async fn test_events_go_on_behind_the_last_one() {
    let (server, _) = answering(vec![
        broken("id: 1\ndata: {\"id\": 1}\n\nid: b\ndata: {\"id\": 2}\n\nid: c\ndata: {\"id\""),
        broken("data: {\"id\": 3}\n\n"),
        answer(503, &[], ""),
        whole("id: d\ndata: {\"id\": 4}\n\n"),
    ])
    .await;
    let (bearer, _) = numbered(&server.url);
    let client = builder(&server.url).authenticate(bearer).build().unwrap();
    let (ids, error) = items(&client).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, [1, 2, 3, 4]);
    let received = server.received();
    let last: Vec<&str> = received
        .iter()
        .map(|request| request.header("last-event-id"))
        .collect();
    // After an event without an id, it resumes after the last event with one.
    assert_eq!(last, ["", "b", "b", "b"]);
    assert!(
        received
            .iter()
            .all(|request| request.header("authorization") == "Bearer token-1")
    );
}

#[tokio::test]
async fn test_events_without_id_break_off_with_an_error() {
    let (server, client) = answering(vec![broken("data: {\"id\": 1}\n\n")]).await;
    let (ids, error) = items(&client).await;
    assert_eq!(ids, [1]);
    assert!(error.is_some_and(|error| error.is_send()));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_events_are_not_asked_for_again_when_retry_is_off() {
    let (server, _) = answering(vec![broken("id: 1\ndata: {\"id\": 1}\n\n")]).await;
    let client = builder(&server.url).retry(RetryPolicy::off()).build().unwrap();
    assert!(items(&client).await.1.is_some());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_events_that_only_break_off_end_after_some_tries() {
    let (server, client) = answering(vec![
        broken("id: 1\ndata: {\"id\": 1}\n\n"),
        broken(": nothing\n\n"),
    ])
    .await;
    let (ids, error) = items(&client).await;
    assert_eq!(ids, [1]);
    assert!(error.is_some_and(|error| error.is_send()));
    assert_eq!(server.received().len(), 1 + 3);
}

#[tokio::test]
async fn test_events_that_are_gone_end_with_what_the_server_says() {
    let (_server, client) = answering(vec![
        broken("id: 1\ndata: {\"id\": 1}\n\n"),
        answer(410, &[], "gone"),
    ])
    .await;
    let (_, error) = items(&client).await;
    assert_eq!(error.unwrap().status().unwrap().as_u16(), 410);
}

#[tokio::test]
async fn test_events_wait_as_long_as_the_server_says() {
    let times = Mutex::new(Vec::new());
    let server = TestServer::start(move |request| {
        let mut times = times.lock().unwrap();
        times.push(Instant::now());
        if request.header("last-event-id").is_empty() {
            broken("id: 1\nretry: 300\ndata: {\"id\": 1}\n\n")
        } else {
            let waited = times[1] - times[0];
            whole(&format!("data: {{\"id\": {}}}\n\n", waited.as_millis()))
        }
    })
    .await;
    let (ids, _) = items(&crate::guarded::client(&server.url)).await;
    assert!((300..2000).contains(&ids[1]), "{ids:?}");
}

#[tokio::test]
async fn test_silent_events_go_on_when_the_call_says_how_long_to_wait() {
    let mut silent = broken("id: 1\ndata: {\"id\": 1}\n\n");
    silent.insert(1, ServerStep::Wait(Duration::from_secs(30)));
    let (_server, client) = answering(vec![silent, whole("data: {\"id\": 2}\n\n")]).await;
    let call = Follow::from(&client).read_timeout(Duration::from_millis(50));
    let mut events = call.send().await.unwrap().into_inner();
    assert_eq!(events.event().await.unwrap().unwrap().data.id, 1);
    assert_eq!(events.event().await.unwrap().unwrap().data.id, 2);
    assert!(events.event().await.unwrap().is_none());
}
