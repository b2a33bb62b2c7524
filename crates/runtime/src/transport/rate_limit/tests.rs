//! Tests of pacing, against a bucket that works like a server's.
#![allow(clippy::unwrap_used)]

use super::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const HEADERS: BucketHeaders = BucketHeaders {
    remaining: &["left", "x-left"],
    capacity: &["size", "x-size"],
    replenish_per_second: &["rate", "x-rate"],
    requested: &["cost", "x-cost"],
};

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| ((*name).try_into().unwrap(), HeaderValue::try_from(value).unwrap()))
        .collect()
}

/// A server with a bucket that it refills at the start of each of its seconds, or continuously.
struct BucketServer {
    start: Instant,
    is_continuous: bool,
    rate: f64,
    size: f64,
    bucket: Mutex<(f64, f64)>,
    requests: AtomicU32,
    refused: AtomicU32,
}

impl BucketServer {
    fn new(size: f64, rate: f64, is_continuous: bool) -> Arc<Self> {
        let (requests, refused) = Default::default();
        // The server's clock differs from ours.
        let start = Instant::now() - Duration::from_millis(370);
        Arc::new(Self {
            start,
            is_continuous,
            rate,
            size,
            bucket: Mutex::new((size, 0.0)),
            requests,
            refused,
        })
    }

    async fn call(&self) -> (StatusCode, HeaderMap) {
        sleep(Duration::from_millis(15)).await;
        self.requests.fetch_add(1, Ordering::SeqCst);
        let answer = {
            let mut bucket = self.bucket.lock().unwrap();
            let now = self.start.elapsed().as_secs_f64();
            let now = if self.is_continuous { now } else { now.floor() };
            bucket.0 = (bucket.0 + (now - bucket.1) * self.rate).min(self.size);
            bucket.1 = now;
            let status = if bucket.0 >= 1.0 {
                StatusCode::OK
            } else {
                StatusCode::TOO_MANY_REQUESTS
            };
            if status.is_success() {
                bucket.0 -= 1.0;
            }
            let left = bucket.0.floor().to_string();
            let (rate, size) = (self.rate.to_string(), self.size.to_string());
            (
                status,
                headers(&[
                    ("x-left", left),
                    ("x-rate", rate),
                    ("x-size", size),
                    ("x-cost", "1".into()),
                ]),
            )
        };
        sleep(Duration::from_millis(15)).await;
        if answer.0 != StatusCode::OK {
            self.refused.fetch_add(1, Ordering::SeqCst);
        }
        answer
    }
}

async fn burst(limiter: &Arc<RateLimiter>, server: &Arc<BucketServer>, calls: u32) -> (Duration, u32) {
    let start = Instant::now();
    let mut burst = JoinSet::new();
    for _ in 0..calls {
        let (limiter, server) = (Arc::clone(limiter), Arc::clone(server));
        burst.spawn(async move {
            loop {
                let permit = limiter.admit().await;
                let (status, headers) = server.call().await;
                permit.answered(status, &headers);
                if status.is_success() {
                    return;
                }
            }
        });
    }
    burst.join_all().await;
    (start.elapsed(), server.refused.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn test_burst_meets_few_refusals_and_loses_little_time() {
    // The shortest possible time is that in which the bucket refills what is missing.
    for (size, rate, calls, seconds) in [
        (100.0, 50.0, 400, 6),
        (20.0, 50.0, 320, 15),
        (5.0, 2.0, 45, 20),
        (10.0, 10.0, 2010, 200),
    ] {
        for is_continuous in [false, true] {
            let server = BucketServer::new(size, rate, is_continuous);
            let limiter = Arc::new(RateLimiter::new(HEADERS, Pacing::default()));
            let (took, refused) = burst(&limiter, &server, calls).await;
            assert!(refused <= 3, "{refused} of {calls} refused");
            assert!(took < (seconds + 2) * SECOND, "{took:?} for {calls}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn test_burst_after_a_rest_is_paced_as_well() {
    let server = BucketServer::new(20.0, 10.0, false);
    let limiter = Arc::new(RateLimiter::new(HEADERS, Pacing::default()));
    burst(&limiter, &server, 30).await;
    sleep(1000 * SECOND).await;
    let (took, refused) = burst(&limiter, &server, 60).await;
    assert!(
        refused <= 3 && took >= 3 * SECOND,
        "{refused} refused in {took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn test_switched_off_nothing_is_held_back() {
    let server = BucketServer::new(20.0, 50.0, false);
    let (_, refused) = burst(&Arc::new(RateLimiter::off()), &server, 320).await;
    assert!(refused >= 300, "{refused}");
    let no_headers = RateLimiter::new(BucketHeaders::default(), Pacing::default());
    assert!(no_headers.inner.is_none());
}

#[tokio::test(start_paused = true)]
async fn test_both_spellings_are_read() {
    for (left, rate) in [("left", "rate"), ("x-left", "x-rate")] {
        let limiter = RateLimiter::new(HEADERS, Pacing::default());
        let answer = headers(&[(left, "0".into()), (rate, "2".into())]);
        limiter.admit().await.answered(StatusCode::OK, &answer);
        let start = Instant::now();
        let _permit = limiter.admit().await;
        assert_eq!(start.elapsed(), SECOND, "{left}");
    }
}

#[tokio::test(start_paused = true)]
async fn test_server_without_bucket_is_not_paced() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let start = Instant::now();
    for answer in [
        headers(&[]),
        headers(&[("left", "-1".into())]),
        headers(&[("left", "0".into())]),
    ] {
        limiter.admit().await.answered(StatusCode::OK, &answer);
        let permits: Vec<_> = std::iter::repeat_with(|| limiter.admit()).take(1000).collect();
        for permit in permits {
            drop(permit.await);
        }
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn test_few_go_before_the_first_answer_and_all_after() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let mut first = Vec::new();
    for _ in 0..4 {
        first.push(limiter.admit().await);
    }
    assert!(timeout(SECOND, limiter.admit()).await.is_err());
    // One ends without a response: the next waiting request takes its slot.
    let ending = first.pop();
    let start = Instant::now();
    let end = async {
        sleep(SECOND / 2).await;
        drop(ending);
    };
    let (next, ()) = tokio::join!(limiter.admit(), end);
    assert_eq!(start.elapsed(), SECOND / 2);
    first.push(next);
    let fifth = limiter.admit();
    let answer = headers(&[("left", "100".into()), ("rate", "1".into())]);
    let answered = async {
        sleep(SECOND / 2).await;
        first.pop().unwrap().answered(StatusCode::OK, &answer);
    };
    let start = Instant::now();
    let (_permit, ()) = tokio::join!(fifth, answered);
    assert_eq!(start.elapsed(), SECOND / 2);
    let start = Instant::now();
    for _ in 0..50 {
        drop(limiter.admit().await);
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn test_first_answer_that_never_comes_holds_up_nobody_for_long() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let mut permits = Vec::new();
    for _ in 0..4 {
        permits.push(limiter.admit().await);
    }
    let start = Instant::now();
    permits.push(limiter.admit().await);
    assert_eq!(start.elapsed(), 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn test_retry_after_of_a_refusal_holds_back_all() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    limiter.admit().await.answered(StatusCode::OK, &headers(&[]));
    let told = headers(&[("retry-after", "7".into())]);
    limiter
        .admit()
        .await
        .answered(StatusCode::SERVICE_UNAVAILABLE, &told);
    let start = Instant::now();
    drop(limiter.admit().await);
    assert_eq!(start.elapsed(), Duration::ZERO, "that was about one operation");
    limiter
        .admit()
        .await
        .answered(StatusCode::TOO_MANY_REQUESTS, &told);
    let permit = limiter.admit().await;
    assert_eq!(start.elapsed(), 7 * SECOND);
    permit.answered(StatusCode::OK, &headers(&[]));
    assert!(
        limiter
            .inner
            .as_ref()
            .unwrap()
            .is_unlimited
            .load(Ordering::Relaxed)
    );
    // The wait is limited, however long the server asks for.
    limiter.admit().await.answered(
        StatusCode::TOO_MANY_REQUESTS,
        &headers(&[("retry-after", "86400".into())]),
    );
    let start = Instant::now();
    drop(limiter.admit().await);
    assert_eq!(start.elapsed(), 60 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn test_model_without_answers_holds_nothing_back_for_ever() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let answer = headers(&[("left", "0".into()), ("rate", "0.001".into())]);
    limiter.admit().await.answered(StatusCode::OK, &answer);
    let start = Instant::now();
    let other = limiter.admit().await;
    assert_eq!(start.elapsed(), 60 * SECOND);
    let answered = async {
        sleep(30 * SECOND).await;
        other.answered(StatusCode::OK, &answer);
    };
    let (_permit, ()) = tokio::join!(limiter.admit(), answered);
    assert_eq!(start.elapsed(), 150 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn test_cancelled_waiters_leave_their_places() {
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let answer = headers(&[("left", "0".into()), ("rate", "10".into())]);
    limiter.admit().await.answered(StatusCode::OK, &answer);
    for _ in 0..500 {
        assert!(timeout(Duration::from_micros(1), limiter.admit()).await.is_err());
    }
    let start = Instant::now();
    drop(limiter.admit().await);
    assert!(start.elapsed() <= SECOND);
}

#[test]
fn test_first_spelling_and_first_value_count() {
    let names = HeaderNames::new(BucketHeaders {
        remaining: &["left", "x-left"],
        capacity: &["x-size"],
        replenish_per_second: &["rate"],
        requested: &["no name"],
    });
    let headers = [
        ("date", "1"),
        ("x-left", "2"),
        ("left", "3"),
        ("left", "4"),
        ("rate", "5"),
    ];
    let headers =
        headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(name, value);
    }
    let found = level(&names, &all).unwrap();
    assert_eq!((found.remaining, found.per_second), (3.0, Some(5.0)));
    assert_eq!((found.capacity, found.requested), (None, None));
    all.remove("left");
    let remaining = level(&names, &all).map(|level| level.remaining);
    assert_eq!(remaining, Some(2.0));
    all.remove("x-left");
    assert!(level(&names, &all).is_none());
}

#[test]
fn test_numbers_are_read_as_servers_write_them() {
    let name = HeaderName::from_static("left");
    let names = HeaderNames::new(BucketHeaders {
        remaining: &["left"],
        ..BucketHeaders::default()
    });
    for (text, expected) in [
        ("0", Some(0.0)),
        ("9000", Some(9000.0)),
        ("999999999", Some(999_999_999.0)),
        ("1000000000000", Some(1e12)),
        (" 12 ", Some(12.0)),
        ("0.5", Some(0.5)),
        ("-1", None),
        ("", None),
        ("many", None),
        ("12a", None),
        ("NaN", None),
    ] {
        let headers = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(text))]);
        let remaining = level(&names, &headers).map(|level| level.remaining);
        assert_eq!(remaining, expected, "{text}");
    }
}
