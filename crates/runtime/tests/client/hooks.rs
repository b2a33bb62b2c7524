//! Hooks before and after attempts, and cassettes, which are built on hooks.

use crate::guarded::{Fetch, ITEM, Read, answering, builder, by_call, keys, quick, read};
use crate::support::{TestServer, answer, json};
use lorgnette_runtime::mock::{Cassette, Recorder};
use lorgnette_runtime::reqwest::header::{HeaderName, HeaderValue};
use lorgnette_runtime::{
    AttemptError, AttemptRequest, Bytes, CallSummary, Client, Interceptor, Operation, ResponseHead, Stage,
    StatusCode,
};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Records what it sees, and sets a header on each attempt.
#[derive(Debug, Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Interceptor for Notes {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        self.note(format!(
            "{} {}: {} {:?}",
            request.operation().id(),
            request.number(),
            request.url().path(),
            request.url().query()
        ));
        assert!(!format!("{request:?} {:?}", request.headers()).contains("hunter2"));
        for name in ["x-attempt", "x-api-key", "content-length"] {
            let value = HeaderValue::from(request.number());
            request.set_header(HeaderName::from_static(name), value);
        }
        None
    }
    fn after(&self, _: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        self.note(match outcome {
            Ok(head) => format!("{} {}", head.status.as_u16(), head.headers.len()),
            Err(error) => format!("{:?} {}", error.stage, error.message),
        });
    }
    fn body(&self, _: &AttemptRequest, status: StatusCode, body: &Bytes) {
        self.note(format!("{} {}", status.as_u16(), String::from_utf8_lossy(body)));
    }
}

#[tokio::test]
async fn test_hooks_see_every_attempt_without_credentials() {
    let (server, _) = answering(vec![answer(503, &[], "busy"), json(200, ITEM)]).await;
    let notes = Arc::new(Notes::default());
    let client = builder(&server.url)
        .authenticate(keys(&server.url, "hunter2"))
        .intercept(Arc::clone(&notes))
        .build()
        .unwrap();
    read(&client).q("x").send().await.unwrap();
    assert_eq!(
        notes.all(),
        [
            r#"read 1: /items/1 Some("q=x")"#,
            "503 1",
            r#"read 2: /items/1 Some("q=x")"#,
            "200 2",
            &format!("200 {ITEM}"),
        ]
    );
    let received = server.received();
    let attempts: Vec<_> = received
        .iter()
        .map(|request| request.header("x-attempt"))
        .collect();
    assert_eq!(attempts, ["1", "2"]);
    for request in &received {
        assert_eq!(
            request.header("x-api-key"),
            "hunter2",
            "credentials stand over what a hook sets"
        );
        assert_eq!(request.header("content-length"), "");
    }
}

/// Counts attempts, as metrics do.
#[derive(Debug, Default)]
struct Meter {
    in_flight: AtomicI64,
    ended: Mutex<Vec<CallSummary>>,
}

impl Interceptor for Meter {
    fn call_begun(&self, _: &'static Operation) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }
    fn call_ended(&self, call: &CallSummary) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.ended.lock().unwrap().push(call.clone());
    }
}

#[tokio::test]
async fn test_metrics_count_calls_however_they_end() {
    let (server, _) = answering(vec![answer(503, &[], ""), json(200, ITEM), json(404, "{}")]).await;
    let meter = Arc::new(Meter::default());
    let client = builder(&server.url)
        .intercept(Arc::clone(&meter))
        .build()
        .unwrap();
    read(&client).send().await.unwrap();
    read(&client).send().await.unwrap_err();
    let (stalled, _) = answering(vec![vec![crate::support::ServerStep::Wait(Duration::from_secs(
        30,
    ))]])
    .await;
    let client = builder(&stalled.url)
        .intercept(Arc::clone(&meter))
        .build()
        .unwrap();
    let call = read(&client).send();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), call)
            .await
            .is_err()
    );

    assert_eq!(meter.in_flight.load(Ordering::Relaxed), 0);
    let ended = meter.ended.lock().unwrap();
    let seen: Vec<_> = ended
        .iter()
        .map(|call| {
            let status = call.status.map(|status| status.as_u16());
            (
                call.operation.id(),
                call.attempts,
                status,
                call.error,
                call.is_given_up,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("read", 2, Some(200), None, false),
            ("read", 1, Some(404), Some(Stage::Status), false),
            ("read", 0, None, None, true),
        ]
    );
    assert!(ended[2].duration >= Duration::from_millis(50));
}

#[tokio::test]
async fn test_hooks_see_attempts_that_fail_and_bodies_of_errors() {
    let notes = Arc::new(Notes::default());
    let client: Client = builder("http://127.0.0.1:1")
        .retry(lorgnette_runtime::retry::RetryPolicy::off())
        .intercept(Arc::clone(&notes))
        .build()
        .unwrap();
    assert!(read(&client).send().await.is_err());
    assert!(
        notes.all()[1].starts_with("Connect no connection"),
        "{:?}",
        notes.all()
    );

    let (server, _) = answering(vec![json(404, r#"{"message": "none"}"#)]).await;
    let notes = Arc::new(Notes::default());
    let client = builder(&server.url)
        .intercept(Arc::clone(&notes))
        .build()
        .unwrap();
    assert!(read(&client).send().await.is_err());
    assert_eq!(notes.all()[2], r#"404 {"message": "none"}"#);
}

#[tokio::test]
async fn test_what_hooks_add_stays_with_the_server() {
    let elsewhere = TestServer::start(|_| json(200, ITEM)).await;
    let to = elsewhere.url.clone();
    let server = TestServer::start(move |_| answer(302, &[("location", &to)], "")).await;
    let client = builder(&server.url).intercept(Notes::default()).build().unwrap();
    // The hook does not decide whether the redirect is followed.
    let _ = Fetch::from(&client).send().await;
    assert_eq!(server.only().header("x-attempt"), "1");
    assert!(
        elsewhere
            .received()
            .iter()
            .all(|request| request.header("x-attempt").is_empty())
    );
}

#[tokio::test]
async fn test_cassette_of_a_refused_download_holds_no_signature() {
    let server = TestServer::start(|request| {
        let said = format!("the signature of {} has expired", request.target);
        answer(403, &[("content-type", "text/plain")], said)
    })
    .await;
    let recorder = Arc::new(Recorder::default());
    let client: Client = builder(&server.url)
        .intercept(Arc::clone(&recorder))
        .build()
        .unwrap();
    let address = format!("{}/clip?signature=hunter2-signed", server.url);
    assert!(client.download(&address).await.is_err());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cassette.json");
    recorder.cassette().save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("has expired") && !text.contains("hunter2"),
        "{text}"
    );
}

#[tokio::test]
async fn test_cassette_plays_what_was_recorded_and_holds_no_secret() {
    let server = TestServer::start(|request| match request.target.as_str() {
        "/token" => json(200, r#"{"access_token": "hunter2-issued", "expires_in": 60}"#),
        "/items/1?q=hunter2-query" => json(404, r#"{"message": "not hunter2-issued"}"#),
        _ => json(200, r#"{"id": 1, "name": "it", "api_key": "hunter2-member"}"#),
    })
    .await;
    let recorder = Arc::new(Recorder::default());
    let client: Client = builder(&server.url)
        .authenticate_with(|client: Client, origin| {
            let source = move || {
                let client = client.clone();
                async move {
                    let issued = crate::guarded::Issue::from(&client).send().await?;
                    Ok(lorgnette_runtime::token::Token::new(
                        issued.into_inner().access_token,
                    ))
                }
            };
            Ok(lorgnette_runtime::authenticate::Bearer::new(origin, source))
        })
        .intercept(Arc::clone(&recorder))
        .build()
        .unwrap();
    let calls = async |client: &Client| {
        let item = read(client).send().await.unwrap().into_inner();
        let error = read(client).q("hunter2-query").send().await.unwrap_err();
        (item, error.status().unwrap().as_u16())
    };
    let live = calls(&client).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cassette.json");
    recorder.cassette().save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains("hunter2-issued") && !text.contains("hunter2-member"),
        "{text}"
    );
    assert!(!format!("{recorder:?}").contains("hunter2"));

    let sent = server.received().len();
    let player = Cassette::load(&path).unwrap().player();
    assert_eq!(format!("{player:?}"), "Player(3 requests)");
    let client = builder(&server.url)
        .authenticate(by_call(&server.url))
        .intercept(player)
        .build()
        .unwrap();
    assert_eq!(calls(&client).await, live);
    // Here, the client without the player handles the token.
    let items = server.received()[sent..]
        .iter()
        .filter(|request| request.target != "/token")
        .count();
    assert_eq!(items, 0);
    let error = Read::from(&client)
        .id("2")
        .retry(quick())
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 501);
    assert!(
        error
            .message()
            .unwrap()
            .contains("GET /items/2 is not on the cassette")
    );
}
