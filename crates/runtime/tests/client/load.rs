//! A very large number of concurrent calls while a token expires.

use crate::guarded::{ITEM, builder, origin, read};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use lorgnette_runtime::authenticate::Bearer;
use lorgnette_runtime::token::Token;
use lorgnette_runtime::{Bytes, Client, Limits, reqwest};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// An HTTP/2 server, so that ten thousand calls can be in flight without as many connections.
/// `status` is the status with which it responds to a token. It sends no response before this many
/// requests have arrived.
async fn server(at_once: usize, status: impl Fn(&str) -> u16 + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (arrived, _) = watch::channel(0);
    let shared = Arc::new((arrived, status));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let shared = Arc::clone(&shared);
                async move {
                    let (arrived, status) = &*shared;
                    let token = request.headers().get("authorization");
                    let status = status(token.map_or("", |token| token.to_str().unwrap()));
                    arrived.send_modify(|arrived| *arrived += 1);
                    let _ = arrived.subscribe().wait_for(|arrived| *arrived >= at_once).await;
                    let body = Full::new(Bytes::from_static(ITEM.as_bytes()));
                    Ok::<_, Infallible>(hyper::Response::builder().status(status).body(body).unwrap())
                }
            });
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .max_concurrent_streams(20_000)
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    url
}

/// A client whose tokens are `token-1`, `token-2`..., each of which takes a while to obtain and is
/// valid for this long.
fn client(url: &str, lifetime: Duration) -> (Client, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let source = move || {
        let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
        // The second one stays valid throughout the test.
        let lifetime = if number == 1 {
            lifetime
        } else {
            Duration::from_secs(3600)
        };
        async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(Token::new(format!("token-{number}")).expires_in(lifetime))
        }
    };
    // The server responds only when all have arrived, so the requests cannot share a connection.
    let mut limits = Limits::default();
    limits.connections = usize::MAX;
    let client = builder(url)
        .limits(limits)
        .authenticate(Bearer::new(origin(url), source))
        .http_builder(reqwest::Client::builder().http2_prior_knowledge())
        .build()
        .unwrap();
    (client, count)
}

fn call(calls: &mut JoinSet<Result<(), String>>, client: &Client, count: usize) {
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move {
            let outcome = read(&client).send().await;
            outcome.map(drop).map_err(|error| format!("{error:?}"))
        });
    }
}

async fn failed(mut calls: JoinSet<Result<(), String>>) -> Vec<String> {
    let mut failed = Vec::new();
    while let Some(outcome) = calls.join_next().await {
        failed.extend(outcome.unwrap().err());
    }
    failed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_ten_thousand_calls_across_the_end_of_a_token_ask_for_one() {
    const LIFETIME: Duration = Duration::from_secs(2);
    let begun = Instant::now();
    let url = server(11_000, move |token| match token {
        "Bearer token-1" if begun.elapsed() < LIFETIME => 200,
        "Bearer token-2" => 200,
        _ => 401,
    })
    .await;
    let (client, tokens) = client(&url, LIFETIME);
    let mut calls = JoinSet::new();
    // Some are in flight with the first token when it ends; the others find it expired.
    call(&mut calls, &client, 1_000);
    tokio::time::sleep(LIFETIME.saturating_sub(begun.elapsed())).await;
    assert_eq!(tokens.load(Ordering::Relaxed), 1);
    call(&mut calls, &client, 10_000);
    let failed = failed(calls).await;
    assert!(
        failed.is_empty(),
        "{} calls failed, such as {:?}",
        failed.len(),
        failed.first()
    );
    assert_eq!(tokens.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_calls_whose_token_was_revoked_ask_for_one() {
    let url = server(2_000, |token| if token == "Bearer token-1" { 401 } else { 200 }).await;
    let (client, tokens) = client(&url, Duration::from_secs(3600));
    let mut calls = JoinSet::new();
    call(&mut calls, &client, 2_000);
    assert_eq!(failed(calls).await, [""; 0]);
    assert_eq!(tokens.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_calls_queue_for_connections() {
    const MOST: usize = 7;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (Arc::clone(&now), Arc::clone(&most));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (now, most) = counts.clone();
            let service = service_fn(move |_: hyper::Request<hyper::body::Incoming>| {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let now = Arc::clone(&now);
                async move {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from_static(
                        ITEM.as_bytes(),
                    ))))
                }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    let mut limits = Limits::default();
    limits.connections = MOST;
    let client = builder(&url).limits(limits).build().unwrap();
    let mut calls = JoinSet::new();
    call(&mut calls, &client, 300);
    assert_eq!(failed(calls).await, [""; 0]);
    assert_eq!(most.load(Ordering::SeqCst), MOST);
}
