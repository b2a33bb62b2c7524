//! Ten thousand callers while the token server comes and goes, and runtimes end while callers use
//! them. This is a separate test program, since its times are short and its threads many.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "client/guarded.rs"]
mod guarded;
mod support;

use crate::guarded::{ITEM, Issue, builder, origin, read};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::Client;
use lorgnette_runtime::authenticate::Bearer;
use lorgnette_runtime::token::{Renewal, Token};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const CALLERS: usize = 10_000;
/// How long a call may take. The token server is up again long before that.
const LIMIT: Duration = Duration::from_secs(120);
/// The time over which the calls start.
const SPREAD: Duration = Duration::from_secs(6);

/// A server whose tokens live for three seconds. For a third of the time it issues tokens, for a
/// third it refuses, and for a third it does not respond.
async fn flapping() -> TestServer {
    let begun = Instant::now();
    let issued = AtomicUsize::new(0);
    TestServer::start(move |request| {
        if request.target != "/token" {
            return match request.header("authorization") {
                "" => json(401, "{}"),
                _ => json(200, ITEM),
            };
        }
        match begun.elapsed().as_millis() / 1_000 % 3 {
            0 => {
                let number = issued.fetch_add(1, Ordering::Relaxed);
                json(200, &format!(r#"{{"access_token": "token-{number}"}}"#))
            }
            1 if issued.load(Ordering::Relaxed).is_multiple_of(2) => vec![ServerStep::Close],
            1 => answer(503, &[], ""),
            _ => vec![ServerStep::Wait(Duration::from_secs(600))],
        }
    })
    .await
}

fn client(url: &str) -> Client {
    let mut renewal = Renewal::default();
    renewal.fetch_timeout = Duration::from_millis(800);
    let own = origin(url);
    builder(url)
        .authenticate_with(move |client: Client, _| {
            let source = move || {
                let client = client.clone();
                async move {
                    let issued = Issue::from(&client).send().await?;
                    Ok(Token::new(issued.into_inner().access_token).expires_in(Duration::from_secs(3)))
                }
            };
            Ok(Bearer::with(own, "Bearer", source, renewal))
        })
        .build()
        .unwrap()
}

/// The outcomes of the calls.
#[derive(Default)]
struct Outcomes {
    done: AtomicUsize,
    hung: AtomicUsize,
    /// Callers whose runtime ended.
    gone: AtomicUsize,
    failed: Mutex<Vec<String>>,
}

/// A caller counts as gone unless it finishes.
struct Caller {
    outcomes: Arc<Outcomes>,
    is_over: bool,
}

impl Drop for Caller {
    fn drop(&mut self) {
        if !self.is_over {
            self.outcomes.gone.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn call(runtime: &Runtime, client: &Client, after: Duration, outcomes: &Arc<Outcomes>) {
    let client = client.clone();
    let mut caller = Caller {
        outcomes: Arc::clone(outcomes),
        is_over: false,
    };
    runtime.spawn(async move {
        tokio::time::sleep(after).await;
        let call = read(&client).timeout(LIMIT).send();
        let outcome = tokio::time::timeout(LIMIT + LIMIT / 2, call).await;
        caller.is_over = true;
        match outcome {
            Ok(Ok(_)) => drop(caller.outcomes.done.fetch_add(1, Ordering::Relaxed)),
            Ok(Err(error)) => caller.outcomes.failed.lock().unwrap().push(format!("{error:?}")),
            Err(_) => drop(caller.outcomes.hung.fetch_add(1, Ordering::Relaxed)),
        }
    });
}

#[test]
fn test_no_caller_hangs_or_fails_while_tokens_and_runtimes_come_and_go() {
    let driven = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().unwrap()
    };
    let serving = driven();
    let server = serving.block_on(flapping());
    let client = client(&server.url);
    let outcomes = Arc::new(Outcomes::default());
    // A runtime that is no longer driven holds a connection, and the first request for a token.
    let idle = Builder::new_current_thread().enable_all().build().unwrap();
    let first = client.clone();
    idle.block_on(async move {
        let _ = tokio::time::timeout(Duration::from_millis(50), read(&first).send()).await;
    });
    let mut runtimes: Vec<Option<Runtime>> = (0..8).map(|_| Some(driven())).collect();
    for number in 0..CALLERS {
        let after = SPREAD.mul_f64(fastrand::f64());
        if let Some(runtime) = &runtimes[number % 8] {
            call(runtime, &client, after, &outcomes);
        }
    }
    // Six of the eight end at arbitrary times.
    for runtime in runtimes.iter_mut().take(6) {
        std::thread::sleep(SPREAD.mul_f64(fastrand::f64() / 6.0));
        if let Some(runtime) = runtime.take() {
            runtime.shutdown_background();
        }
    }
    let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
    let over = || {
        let failed = outcomes.failed.lock().unwrap().len();
        count(&outcomes.done) + count(&outcomes.hung) + count(&outcomes.gone) + failed
    };
    let begun = Instant::now();
    while over() < CALLERS && begun.elapsed() < 3 * LIMIT {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((count(&outcomes.hung), over()), (0, CALLERS));
    let failed = outcomes.failed.lock().unwrap();
    assert!(failed.is_empty(), "{} failed: {}", failed.len(), failed[0]);
    // The connections of the two remaining runtimes are all open.
    assert!(count(&outcomes.done) >= CALLERS / 4, "{}", count(&outcomes.done));
    drop(idle);
}
