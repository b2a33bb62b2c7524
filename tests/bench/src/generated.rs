//! The same request through the generated client, with everything that an adapter adds.

use crate::BenchResult;
use lorgnette_runtime::authenticate::{Bearer, Origin};
use lorgnette_runtime::rate_limit::{BucketHeaders, Pacing, RateLimiter};
use lorgnette_runtime::reqwest::Url;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::token::{Token, TokenSource};
use sevensignal_v2::Client;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The number of calls that wait for one token.
const WAITERS: usize = 10_000;

/// The headers of the server, which are those of 7SIGNAL.
const HEADERS: BucketHeaders = BucketHeaders {
    remaining: &["ratelimit-remaining", "x-ratelimit-remaining"],
    capacity: &["ratelimit-burst-capacity", "x-ratelimit-burst-capacity"],
    replenish_per_second: &["ratelimit-replenish-rate", "x-ratelimit-replenish-rate"],
    requested: &["ratelimit-requested-tokens", "x-ratelimit-requested-tokens"],
};

/// A client with authentication, retries and pacing, and the timeouts of every client.
///
/// # Errors
///
/// When the address is invalid.
pub fn client(url: &str) -> BenchResult<Client> {
    let source = || async { Ok(Token::new(crate::server::TOKEN).expires_in(Duration::from_secs(86_400))) };
    guarded(url, source)
}

fn guarded(url: &str, source: impl TokenSource) -> BenchResult<Client> {
    let origin = Origin::of(&Url::parse(url)?)?;
    Ok(Client::builder(url)
        .authenticate(Bearer::new(origin, source))
        .retry(RetryPolicy::default())
        .rate_limit(RateLimiter::new(HEADERS, Pacing::default()))
        .build()?)
}

/// One call.
///
/// # Errors
///
/// When no response arrives, or not the expected one.
pub async fn call(client: &Client) -> BenchResult {
    let day = client
        .agent_incidents()
        .from(crate::server::FROM)
        .to(crate::server::TO)
        .send()
        .await?;
    let day = black_box(day);
    crate::server::check(
        day.results.len(),
        day.range.as_ref().and_then(|range| range.total),
    )
}

/// Makes this many calls, one after the other.
///
/// # Errors
///
/// As for [`call`].
pub async fn calls(client: &Client, count: usize) -> BenchResult {
    for _ in 0..count {
        call(client).await?;
    }
    Ok(())
}

/// Makes calls that all find no token; the request for a token takes some time.
///
/// # Errors
///
/// When the client cannot be built.
pub async fn waiters(url: &str) -> BenchResult {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let client = guarded(url, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(Token::new(crate::server::TOKEN).expires_in(Duration::from_secs(86_400)))
        }
    })?;
    let mut failed = 0;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..WAITERS {
        let client = client.clone();
        calls.spawn(async move { call(&client).await.is_ok() });
    }
    while let Some(outcome) = calls.join_next().await {
        failed += usize::from(!outcome?);
    }
    println!("{} {failed}", requests.load(Ordering::Relaxed));
    Ok(())
}
