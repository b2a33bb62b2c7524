//! Connections that are closed, or whose runtime has ended.

use crate::guarded::{ITEM, builder, read};
use crate::support::{TestServer, answer, json};
use lorgnette_runtime::{Client, ClientBuilder, reqwest};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// A server that responds to this many requests on a connection, and closes it at the next one.
async fn closing_after(requests: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let closed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&closed);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let closed = Arc::clone(&count);
            tokio::spawn(async move {
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ITEM}", ITEM.len());
                for number in 0.. {
                    if stream.read(&mut [0; 4096]).await.unwrap_or(0) == 0 {
                        return;
                    }
                    if number == requests {
                        closed.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
        }
    });
    (url, closed)
}

#[tokio::test]
async fn test_closed_connections_cost_no_call_and_no_retry() {
    let (url, closed) = closing_after(3).await;
    let client: Client = builder(&url).build().unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        callers.spawn(async move {
            let mut failed = 0;
            for _ in 0..100 {
                failed += usize::from(read(&client).send().await.is_err());
            }
            failed
        });
    }
    assert_eq!(callers.join_all().await.iter().sum::<usize>(), 0);
    let closed = closed.load(Ordering::Relaxed);
    assert!(closed > 200, "{closed}");
}

#[tokio::test]
async fn test_server_that_closes_every_connection_is_not_asked_forever() {
    let (url, closed) = closing_after(0).await;
    let client: Client = builder(&url).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_send(), "{error}");
    // Connections without a response are the server's fault, and count as retries.
    assert_eq!((error.attempts(), closed.load(Ordering::Relaxed)), (4, 4));
}

#[tokio::test]
async fn test_responses_that_nobody_reads_keep_their_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                for head in [
                    "503 Service Unavailable",
                    "307 Temporary Redirect\r\nlocation: /items/2",
                    "200 OK",
                ] {
                    if stream.read(&mut [0; 4096]).await.unwrap_or(0) == 0 {
                        return;
                    }
                    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", ITEM.len());
                    stream.write_all(head.as_bytes()).await.unwrap();
                    // The body is still in flight when the headers show that nobody will read it.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    stream.write_all(ITEM.as_bytes()).await.unwrap();
                }
            });
        }
    });
    let client: Client = builder(&url).build().unwrap();
    read(&client).send().await.unwrap();
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn test_broken_server_sees_little_more_than_the_calls() {
    let server = TestServer::start(|_| answer(503, &[], "")).await;
    let client: Client = ClientBuilder::new(&server.url, "guarded", "1.0.0")
        .build()
        .unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..200 {
        let client = client.clone();
        callers.spawn(async move { read(&client).send().await.is_err() });
    }
    assert!(callers.join_all().await.into_iter().all(|failed| failed));
    let requests = server.received().len();
    assert!((201..=220).contains(&requests), "{requests}");
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server that outlives all other runtimes of a test.
fn server() -> (Runtime, TestServer) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(TestServer::start(|_| json(200, ITEM)));
    (runtime, server)
}

#[test]
fn test_connections_of_a_runtime_nobody_drives_are_left() {
    let (_runtime, server) = server();
    let client: Client = builder(&server.url).build().unwrap();
    let idle = current_thread();
    idle.block_on(async { read(&client).send().await.unwrap() });
    // The connection is open, but its task is not polled.
    let began = Instant::now();
    for _ in 0..3 {
        let other = current_thread();
        other.block_on(async { read(&client).send().await.unwrap() });
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    idle.block_on(async { read(&client).send().await.unwrap() });
}

#[test]
fn test_client_handed_in_says_what_is_wrong_with_its_runtime() {
    let (_runtime, server) = server();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let client: Client = builder(&server.url).http(http).build().unwrap();
    let idle = current_thread();
    idle.block_on(async { read(&client).send().await.unwrap() });
    let other = current_thread();
    let error = other.block_on(async { read(&client).send().await.unwrap_err() });
    assert!(
        error
            .to_string()
            .contains("another tokio runtime, which is no longer driven"),
        "{error}"
    );
    // After that runtime has ended, its connections are closed, and calls succeed.
    drop(idle);
    other.block_on(async { read(&client).send().await.unwrap() });
}

#[test]
fn test_runtimes_that_end_at_any_time_fail_no_call_of_others() {
    let (_runtime, server) = server();
    let client: Client = builder(&server.url).build().unwrap();
    let lasting = {
        let client = client.clone();
        std::thread::spawn(move || {
            let runtime = current_thread();
            let calls = async {
                for _ in 0..300 {
                    read(&client).send().await.unwrap();
                }
            };
            runtime.block_on(calls);
        })
    };
    for _ in 0..10 {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        for _ in 0..8 {
            let client = client.clone();
            runtime.spawn(async move {
                loop {
                    let _ = read(&client).send().await;
                }
            });
        }
        std::thread::sleep(Duration::from_millis(30));
        runtime.shutdown_background();
    }
    lasting.join().unwrap();
}

#[tokio::test]
async fn test_clients_share_connections_where_they_say_so() {
    for (is_shared, expected) in [(true, 1), (false, 10)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ITEM}", ITEM.len());
                    while stream.read(&mut [0; 4096]).await.unwrap_or(0) > 0 {
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                });
            }
        });
        for _ in 0..10 {
            let builder = builder(&url);
            let builder = if is_shared { builder.shared_http() } else { builder };
            read(&builder.build().unwrap()).send().await.unwrap();
        }
        assert_eq!(accepted.load(Ordering::Relaxed), expected);
    }
}
