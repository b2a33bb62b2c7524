//! Calls without `async`, on any thread except one of a tokio runtime.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use lorgnette_runtime::authenticate::{Bearer, Origin};
use lorgnette_runtime::token::Token;
use lorgnette_runtime::wait::{Until, Wait};
use lorgnette_runtime::{
    ByteStream, Call, Client, ClientBuilder, EventStream, Items, Pages, Undeclared, Value, blocking, paging,
};
use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{TestServer, answer, json};
use tokio::runtime::Runtime;

lorgnette_runtime::operation!(READ: "read" GET "/item"; security(&[&["bearer"]]));
lorgnette_runtime::operation!(LIST: "list" GET "/list");
lorgnette_runtime::operation!(FILE: "file" GET "/file");
lorgnette_runtime::operation!(EVENTS: "events" GET "/events");
lorgnette_runtime::operation!(STATUS: "status" GET "/status");

#[derive(Clone, Debug, PartialEq)]
struct ListPage {
    results: Vec<i64>,
}
lorgnette_runtime::object!(ListPage { 0 results: "results" default });

/// A server in its own runtime, like the servers that a program without `async` calls.
struct Apart {
    server: TestServer,
    _runtime: Runtime,
}

fn serving() -> Apart {
    let runtime = Runtime::new().unwrap();
    let polls = AtomicUsize::new(0);
    let server = runtime.block_on(TestServer::start(move |request| match request.target.as_str() {
        "/item" => json(200, r#"{"id": 7}"#),
        "/list" => json(200, r#"{"results": [1, 2], "next": "/list?page=2"}"#),
        "/list?page=2" => json(200, r#"{"results": [3]}"#),
        "/file" => answer(200, &[], "one\ntwo\n".repeat(10_000)),
        "/events" => answer(
            200,
            &[("content-type", "text/event-stream")],
            "data: 1\n\ndata: 2\n\n",
        ),
        "/status" if polls.fetch_add(1, Ordering::Relaxed) < 2 => json(200, r#"{"state": "busy"}"#),
        "/status" => json(200, r#"{"state": "done"}"#),
        _ => answer(404, &[], ""),
    }));
    Apart {
        server,
        _runtime: runtime,
    }
}

fn client(url: &str) -> Client {
    ClientBuilder::new(url, "blocking", "1.0.0").build().unwrap()
}

fn items(client: &Client) -> Items<i64> {
    let call = Call::new(client, &LIST);
    let pages: Pages<ListPage, Undeclared> =
        Pages::new(call, paging::Paging::link("next"), |page| page.results.len());
    lorgnette_runtime::Items::of(pages, |page| page.results)
}

#[test]
fn test_calls_lists_files_and_events_need_no_async() {
    let apart = serving();
    let client = client(&apart.server.url);
    let item = Call::new(&client, &READ)
        .sending::<Value, Undeclared>()
        .blocking()
        .unwrap();
    assert_eq!(item["id"], 7);
    let error = Call::new(&client, &READ)
        .sending::<i64, Undeclared>()
        .blocking()
        .unwrap_err();
    assert!(error.is_decode(), "{error}");

    let listed: Result<Vec<i64>, _> = items(&client).blocking().collect();
    assert_eq!(listed.unwrap(), [1, 2, 3]);

    let file = || {
        let sending = Call::new(&client, &FILE).sending::<ByteStream, Undeclared>();
        sending.blocking().unwrap().into_inner()
    };
    assert_eq!(file().blocking().lines().map(Result::unwrap).count(), 20_000);
    let mut text = String::new();
    file().blocking().read_to_string(&mut text).unwrap();
    assert_eq!(text.len(), 80_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    assert_eq!(blocking::run(file().save_to(&path)).unwrap(), 80_000);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    let sending = Call::new(&client, &EVENTS).sending::<EventStream<i64>, Undeclared>();
    let events = sending.blocking().unwrap().into_inner().blocking();
    let data: Vec<i64> = events.map(|event| event.unwrap().data).collect();
    assert_eq!(data, [1, 2]);

    let call = Call::new(&client, &STATUS);
    let wait: Wait<Value> = Wait::new(call, Until::member("state").done(&["done"]));
    let status = wait.every(Duration::from_millis(1)).blocking().unwrap();
    assert_eq!(status["state"], "done");
}

#[test]
fn test_what_waits_shows_no_secret() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::start(|_| answer(200, &[], "hunter2\nhunter2\n")));
    let client = client(&server.url);
    let sending = Call::new(&client, &FILE).sending::<ByteStream, Undeclared>();
    let mut reader: blocking::Reader = sending.blocking().unwrap().into_inner().blocking();
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let shown = format!("{reader:?} {reader:#?}");
    assert!(!shown.contains("hunter2") && line.contains("hunter2"), "{shown}");
    let pages: blocking::Blocking<_> = items(&client).blocking();
    assert!(!format!("{pages:?}").contains("hunter2"));
}

#[tokio::test]
async fn test_blocking_within_a_runtime_is_an_error() {
    let server = TestServer::start(|_| json(200, "{}")).await;
    let client = client(&server.url);
    let error = Call::new(&client, &READ)
        .sending::<Value, Undeclared>()
        .blocking()
        .unwrap_err();
    assert!(error.is_build(), "{error}");
    assert!(error.to_string().contains("await it instead"), "{error}");
    let error = items(&client).blocking().next().unwrap().unwrap_err();
    assert!(error.is_build(), "{error}");
    assert!(server.received().is_empty());
    let file = Call::new(&client, &FILE)
        .send::<ByteStream, Undeclared>()
        .await
        .unwrap();
    let error = file.into_inner().blocking().read(&mut [0; 8]).unwrap_err();
    assert!(error.to_string().contains("tokio runtime"), "{error}");

    // A separate thread works, even beside the runtime that uses the client.
    Call::new(&client, &READ)
        .send::<Value, Undeclared>()
        .await
        .unwrap();
    let apart = client.clone();
    let call = move || {
        let sending = Call::new(&apart, &READ).sending::<Value, Undeclared>();
        sending.blocking().is_ok()
    };
    let thread = std::thread::spawn(call);
    while !thread.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(thread.join().unwrap());
}

#[test]
fn test_many_threads_share_one_in_the_background() {
    let apart = serving();
    let tokens = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tokens);
    let source = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Token::new("token"))
        }
    };
    let origin = Origin::of(&apart.server.url.parse().unwrap()).unwrap();
    let client: Client = ClientBuilder::new(&apart.server.url, "blocking", "1.0.0")
        .authenticate(Bearer::new(origin, source))
        .build()
        .unwrap();
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || {
                (0..10)
                    .filter(|_| {
                        let sending = Call::new(&client, &READ).sending::<Value, Undeclared>();
                        sending.blocking().is_ok()
                    })
                    .count()
            })
        })
        .collect();
    let done: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!((done, tokens.load(Ordering::Relaxed)), (500, 1));
    let background = std::fs::read_dir("/proc/self/task")
        .unwrap()
        .filter(|task| {
            let name = task.as_ref().unwrap().path().join("comm");
            std::fs::read_to_string(name).is_ok_and(|name| name.trim() == "lorgnette")
        })
        .count();
    assert_eq!(background, 1);
}
