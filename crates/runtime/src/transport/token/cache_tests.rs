//! Tests of the token cache: one request at a time, no caller left waiting, renewal ahead of
//! expiry.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);
const CANARY: &str = "c4nary-s3cret";

/// A source of tokens `t1`, `t2`, ... that takes a second for each.
struct TokenServer {
    requests: AtomicUsize,
    is_down: AtomicBool,
    lifetime: Duration,
}

impl TokenServer {
    fn new(lifetime: u64) -> Arc<Self> {
        Arc::new(Self {
            requests: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
            lifetime: Duration::from_secs(lifetime),
        })
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    fn cache(self: &Arc<Self>) -> Arc<TokenCache> {
        let server = Arc::clone(self);
        Arc::new(TokenCache::new(move || {
            let server = Arc::clone(&server);
            async move {
                let number = server.requests.fetch_add(1, Ordering::SeqCst) + 1;
                sleep(SECOND).await;
                if server.is_down.load(Ordering::SeqCst) {
                    return Err(AuthError::unavailable("down"));
                }
                Ok(Token::new(format!("t{number}")).expires_in(server.lifetime))
            }
        }))
    }
}

async fn text(cache: &TokenCache) -> Result<String, AuthError> {
    cache
        .get()
        .await
        .map(|held| held.value().secret().expose().to_owned())
}

#[tokio::test(start_paused = true)]
async fn test_ten_thousand_callers_at_expiry_cause_one_request() {
    let server = TokenServer::new(100);
    let cache = server.cache();
    assert_eq!(text(&cache).await.unwrap(), "t1");
    advance(200 * SECOND).await;
    let mut callers = JoinSet::new();
    for _ in 0..10_000 {
        let cache = Arc::clone(&cache);
        callers.spawn(async move { text(&cache).await.unwrap() });
    }
    assert!(callers.join_all().await.iter().all(|token| token == "t2"));
    assert_eq!(server.requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn test_ten_thousand_callers_on_several_threads_cause_one_request() {
    let requests = Arc::new(AtomicUsize::new(0));
    let cache = Arc::new(TokenCache::new({
        let requests = Arc::clone(&requests);
        move || {
            let number = requests.fetch_add(1, Ordering::SeqCst);
            async move {
                sleep(Duration::from_millis(20)).await;
                Ok(Token::new(format!("t{number}")))
            }
        }
    }));
    for round in 0..3 {
        let mut callers = JoinSet::new();
        for _ in 0..10_000 {
            let cache = Arc::clone(&cache);
            callers.spawn(async move { cache.get().await.unwrap().serial() });
        }
        let serials = callers.join_all().await;
        assert!(serials.iter().all(|serial| *serial == round + 1));
        // Rejected by all of them at once.
        for serial in serials {
            cache.reject(serial);
        }
    }
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn test_refusal_is_everyones_who_waited() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let cache = Arc::new(TokenCache::new(move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            sleep(SECOND).await;
            match number {
                0 => Err(AuthError::rejected("wrong key")),
                _ => Ok(Token::new("t")),
            }
        }
    }));
    let mut callers = JoinSet::new();
    for _ in 0..1000 {
        let cache = Arc::clone(&cache);
        callers.spawn(async move { text(&cache).await.unwrap_err().to_string() });
    }
    let errors = callers.join_all().await;
    assert!(
        errors.iter().all(|error| error.ends_with(": wrong key")),
        "{errors:?}"
    );
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    // The next caller tries again, after a pause.
    let asked = Instant::now();
    assert_eq!(text(&cache).await.unwrap(), "t");
    assert_eq!(asked.elapsed(), SECOND + Renewal::default().pause);
}

#[tokio::test(start_paused = true)]
async fn test_failure_that_passes_fails_nobody_who_has_time() {
    let server = TokenServer::new(100);
    server.down(true);
    let cache = server.cache();
    let mut callers = JoinSet::new();
    for index in 0..1000 {
        let cache = Arc::clone(&cache);
        let deadline = Instant::now() + if index < 100 { 5 * SECOND } else { 60 * SECOND };
        callers.spawn(async move {
            let outcome = cache.get_until(deadline).await;
            (
                index,
                outcome.map(|held| held.serial()),
                Instant::now() <= deadline,
            )
        });
    }
    sleep(20 * SECOND).await;
    server.down(false);
    for (index, outcome, is_in_time) in callers.join_all().await {
        assert!(is_in_time);
        match outcome {
            Ok(serial) => assert!(serial == 1 && index >= 100),
            // Callers whose time ran out receive the reason, not the lack of one.
            Err(error) => assert!(index < 100 && error.to_string().ends_with(": down"), "{error}"),
        }
    }
    // Each attempt takes a second, and so do the waits between them.
    let requests = server.requests();
    assert!((11..=16).contains(&requests), "{requests}");
}

#[tokio::test(start_paused = true)]
async fn test_nothing_is_repeated_for_who_does_not_want_it() {
    let server = TokenServer::new(100);
    server.down(true);
    let cache = server.cache();
    let begun = Instant::now();
    let alone = cache.get_once(None).await.unwrap_err();
    assert!(alone.to_string().ends_with(": down"), "{alone}");
    assert_eq!((server.requests(), begun.elapsed()), (1, SECOND));

    // For other callers the request is repeated; its error is the failure of the attempt in
    // progress.
    let waiting = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { text(&cache).await }
    });
    sleep(3 * SECOND).await;
    let requests = server.requests();
    assert!(requests >= 3, "{requests}");
    let asked = Instant::now();
    assert!(cache.get_once(None).await.is_err());
    assert!(asked.elapsed() <= 2 * SECOND, "{:?}", asked.elapsed());
    assert!(server.requests() <= requests + 1);
    server.down(false);
    assert!(waiting.await.unwrap().is_ok());
    let deadline = Some(Instant::now() + SECOND / 2);
    cache.reject(cache.get().await.unwrap().serial());
    assert!(cache.get_once(deadline).await.unwrap_err().is_timeout());
    assert!(cache.get_once(None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn test_failing_request_is_not_repeated_when_nobody_waits() {
    let server = TokenServer::new(100);
    server.down(true);
    let cache = server.cache();
    assert!(cache.get_until(Instant::now() + SECOND * 3).await.is_err());
    sleep(5 * SECOND).await;
    let requests = server.requests();
    sleep(600 * SECOND).await;
    assert_eq!(server.requests(), requests);
}

#[tokio::test(start_paused = true)]
async fn test_cancelled_callers_strand_nobody() {
    let server = TokenServer::new(100);
    let cache = server.cache();
    let call = |cache: &Arc<TokenCache>| {
        let cache = Arc::clone(cache);
        tokio::spawn(async move { text(&cache).await })
    };
    let (first, second, third) = (call(&cache), call(&cache), call(&cache));
    sleep(SECOND / 4).await;
    first.abort();
    third.abort();
    assert_eq!(second.await.unwrap().unwrap(), "t1");
    // Even if all callers have gone, the token is available to the next one.
    cache.reject(1);
    let only = call(&cache);
    sleep(SECOND / 4).await;
    only.abort();
    sleep(SECOND).await;
    assert_eq!(cache.current().unwrap().value().secret().expose(), "t2");
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn test_renewal_is_ahead_of_the_end_while_the_old_token_serves() {
    let server = TokenServer::new(100);
    let cache = server.cache();
    text(&cache).await.unwrap();
    advance(70 * SECOND).await;
    assert_eq!(text(&cache).await.unwrap(), "t1");
    sleep(SECOND / 2).await;
    assert_eq!(server.requests(), 1, "too early");
    advance(17 * SECOND).await;
    for _ in 0..100 {
        let asked = Instant::now();
        assert_eq!(text(&cache).await.unwrap(), "t1");
        assert_eq!(asked.elapsed(), Duration::ZERO, "nobody waits for a renewal");
    }
    sleep(2 * SECOND).await;
    assert_eq!(text(&cache).await.unwrap(), "t2");
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn test_failed_renewal_is_an_error_only_once_the_old_token_is_dead() {
    let server = TokenServer::new(1000);
    let cache = server.cache();
    text(&cache).await.unwrap();
    let start = Instant::now();
    server.down(true);
    sleep(895 * SECOND).await;
    assert_eq!(text(&cache).await.unwrap(), "t1");
    // The attempts continue although no caller is left.
    sleep(60 * SECOND).await;
    let attempts = server.requests() - 1;
    assert!((3..=12).contains(&attempts), "{attempts}");
    while start.elapsed() < 988 * SECOND {
        assert_eq!(text(&cache).await.unwrap(), "t1");
        sleep(SECOND / 2).await;
    }
    sleep(2 * SECOND).await;
    assert!(text(&cache).await.unwrap_err().is_unavailable());
    // Without a caller there are no attempts.
    sleep(5 * SECOND).await;
    let requests = server.requests();
    sleep(600 * SECOND).await;
    assert_eq!(server.requests(), requests);
    server.down(false);
    assert!(text(&cache).await.unwrap().starts_with('t'));
}

#[tokio::test(start_paused = true)]
async fn test_failed_renewal_recovers_in_the_background() {
    let server = TokenServer::new(1000);
    let cache = server.cache();
    text(&cache).await.unwrap();
    server.down(true);
    sleep(895 * SECOND).await;
    assert_eq!(text(&cache).await.unwrap(), "t1");
    sleep(10 * SECOND).await;
    server.down(false);
    sleep(70 * SECOND).await;
    let requests = server.requests();
    assert_eq!(text(&cache).await.unwrap(), format!("t{requests}"));
    assert!(requests > 2);
}

#[tokio::test(start_paused = true)]
async fn test_reject_drops_the_token_that_was_used_and_no_newer_one() {
    let server = TokenServer::new(100);
    let cache = server.cache();
    let used = cache.get().await.unwrap().serial();
    cache.reject(used);
    assert!(cache.current().is_none());
    let newer = cache.get().await.unwrap().serial();
    assert!(newer > used);
    cache.reject(used);
    assert_eq!(cache.current().unwrap().serial(), newer);
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn test_dropping_the_cache_stops_the_background() {
    struct Noted(Arc<AtomicBool>);
    impl Drop for Noted {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    // While a request is in flight:
    let dropped = Arc::new(AtomicBool::new(false));
    let cache = TokenCache::new({
        let dropped = Arc::clone(&dropped);
        move || {
            let noted = Noted(Arc::clone(&dropped));
            async move {
                let _noted = noted;
                pending().await
            }
        }
    });
    assert!(tokio::time::timeout(SECOND, cache.get()).await.is_err());
    assert!(!dropped.load(Ordering::SeqCst));
    drop(cache);
    tokio::task::yield_now().await;
    assert!(dropped.load(Ordering::SeqCst));
    // Between two attempts to renew:
    let server = TokenServer::new(1000);
    let cache = server.cache();
    text(&cache).await.unwrap();
    server.down(true);
    sleep(895 * SECOND).await;
    text(&cache).await.unwrap();
    sleep(5 * SECOND).await;
    let requests = server.requests();
    assert!(requests > 1);
    drop(cache);
    sleep(100 * SECOND).await;
    assert!(server.requests() <= requests);
    assert_eq!(Arc::strong_count(&server), 1, "tasks and source are gone");
}

#[tokio::test(start_paused = true)]
async fn test_slow_or_panicking_source_is_an_error_and_no_hang() {
    let slow = TokenCache::new(pending::<Result<Token, AuthError>>);
    let asked = Instant::now();
    assert!(slow.get().await.unwrap_err().is_timeout());
    assert_eq!(asked.elapsed(), Renewal::default().patience);
    let panicking = TokenCache::new(|| async { panic!("on purpose") });
    assert!(
        panicking
            .get()
            .await
            .unwrap_err()
            .to_string()
            .contains("panicked")
    );
    let at_once =
        TokenCache::new(|| -> std::future::Ready<Result<Token, AuthError>> { panic!("on purpose") });
    assert!(at_once.get().await.unwrap_err().to_string().contains("panicked"));
}

#[test]
fn test_request_lost_with_its_runtime_is_started_anew() {
    let requests = Arc::new(AtomicUsize::new(0));
    let cache = Arc::new(TokenCache::new({
        let requests = Arc::clone(&requests);
        move || {
            let number = requests.fetch_add(1, Ordering::SeqCst);
            async move {
                if number == 0 {
                    pending::<()>().await;
                }
                Ok(Token::new("t"))
            }
        }
    }));
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let (lost, other) = (runtime(), runtime());
    lost.block_on(async {
        assert!(tokio::time::timeout(SECOND / 100, cache.get()).await.is_err());
    });
    let waiter = std::thread::spawn({
        let cache = Arc::clone(&cache);
        move || other.block_on(async { text(&cache).await })
    });
    std::thread::sleep(SECOND / 20);
    drop(lost);
    assert_eq!(waiter.join().unwrap().unwrap(), "t");
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[test]
fn test_request_on_a_runtime_nobody_drives_is_started_anew() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let cache = Arc::new(TokenCache::new(move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            sleep(Duration::from_millis(20)).await;
            Ok(Token::new(format!("t{number}")))
        }
    }));
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    // The request has started, and its runtime never runs again.
    let idle = runtime();
    idle.block_on(async {
        assert!(tokio::time::timeout(SECOND / 1000, cache.get()).await.is_err());
    });
    let began = std::time::Instant::now();
    let waiters: Vec<_> = (0..4)
        .map(|_| {
            let (cache, runtime) = (Arc::clone(&cache), runtime());
            std::thread::spawn(move || runtime.block_on(async { text(&cache).await.unwrap() }))
        })
        .collect();
    for waiter in waiters {
        assert_eq!(waiter.join().unwrap(), "t1");
    }
    assert!(began.elapsed() < 20 * SECOND);
    assert_eq!(requests.load(Ordering::SeqCst), 2);
    // An abandoned request ends without effect when its runtime runs again.
    idle.block_on(async { sleep(SECOND / 10).await });
    assert_eq!(cache.current().unwrap().value().secret().expose(), "t1");
}

#[test]
fn test_runtimes_that_end_one_after_the_other_fail_nobody() {
    let cache = Arc::new(TokenCache::new(|| async {
        sleep(Duration::from_millis(150)).await;
        Ok(Token::new("t"))
    }));
    let patient = std::thread::spawn({
        let cache = Arc::clone(&cache);
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .unwrap();
            std::thread::sleep(SECOND / 100);
            runtime.block_on(async { text(&cache).await })
        }
    });
    for _ in 0..10 {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .unwrap();
        let asker = Arc::clone(&cache);
        runtime.spawn(async move { drop(asker.get().await) });
        std::thread::sleep(SECOND / 50);
        runtime.shutdown_background();
    }
    assert_eq!(patient.join().unwrap().unwrap(), "t");
}

#[test]
fn test_without_a_runtime_there_is_an_error_and_no_panic() {
    let cache = TokenCache::new(|| async { Ok(Token::new("t")) });
    let mut future = std::pin::pin!(cache.get());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(outcome) = future.as_mut().poll(&mut context) else {
        panic!("pending")
    };
    assert!(outcome.unwrap_err().to_string().contains("tokio runtime"));
}

#[tokio::test(start_paused = true)]
async fn test_token_that_is_dead_on_arrival_serves_those_who_waited() {
    let server = TokenServer::new(0);
    let cache = server.cache();
    assert_eq!(text(&cache).await.unwrap(), "t1");
    assert!(cache.current().is_none());
    assert_eq!(text(&cache).await.unwrap(), "t2");
}

#[tokio::test(start_paused = true)]
async fn test_debug_shows_no_token() {
    let cache = TokenCache::new(|| async { Ok(Token::new(CANARY).expires_in(100 * SECOND)) });
    let held = cache.get().await.unwrap();
    let shown = format!("{cache:?} {held:?} {:?}", held.value());
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(shown.contains("serial"), "{shown}");
}
