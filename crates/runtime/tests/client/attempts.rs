//! The number of times that a request is sent, and what it waits for.

use crate::guarded::{
    Busy, Fetch, ITEM, Item, Plain, Poll, Replace, Start, Write, answering, builder, quick, read,
};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::rate_limit::{BucketHeaders, Pacing, RateLimiter};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Body, Bytes, Call, ClientBuilder};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

fn status(status: u16) -> Vec<ServerStep> {
    json(status, r#"{"message": "not now"}"#)
}

#[tokio::test]
async fn test_503_then_fine() {
    let (server, client) = answering(vec![status(503), status(502), status(504), json(200, ITEM)]).await;
    assert_eq!(read(&client).send().await.unwrap().id, 1);
    let received = server.received();
    assert_eq!(received.len(), 4);
    assert!(
        received
            .iter()
            .all(|request| request.target == received[0].target)
    );
}

#[tokio::test]
async fn test_503_for_ever_is_the_declared_error() {
    let (server, client) = answering(vec![status(503)]).await;
    let error = read(&client).send().await.unwrap_err();
    assert_eq!((server.received().len(), error.attempts()), (4, 4));
    assert_eq!(error.message().as_deref(), Some("not now"));
    assert!(matches!(error.into_declared(), Some(Busy::Unavailable(problem)) if problem.message.is_some()));
}

#[tokio::test]
async fn test_429_without_retry_after() {
    let (server, client) = answering(vec![status(429), json(200, ITEM)]).await;
    read(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_429_with_retry_after() {
    let busy = answer(429, &[("retry-after", "1")], "");
    let (server, client) = answering(vec![busy, json(200, ITEM)]).await;
    let begun = Instant::now();
    read(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn test_retry_after_that_is_longer_than_the_call_may_take() {
    let busy = answer(429, &[("retry-after", "30")], r#"{"message": "not now"}"#);
    let (server, client) = answering(vec![busy]).await;
    let begun = Instant::now();
    let error = read(&client)
        .timeout(Duration::from_secs(5))
        .send()
        .await
        .unwrap_err();
    // The response explains more than a timeout would, and arrives at once.
    assert!(matches!(error.declared(), Some(Busy::TooMany(_))), "{error}");
    assert_eq!(server.received().len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn test_post_is_never_sent_twice() {
    for failure in [status(503), status(502), vec![ServerStep::Close]] {
        let (server, client) = answering(vec![failure]).await;
        let error = Write::from(&client)
            .body(&Item { id: 1, name: None })
            .send()
            .await
            .unwrap_err();
        assert_eq!((server.received().len(), error.attempts()), (1, 1));
    }
    let busy = answer(503, &[("retry-after", "0")], "");
    let (server, client) = answering(vec![busy]).await;
    assert!(Write::from(&client).send().await.is_err());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_post_that_is_marked_is_sent_again_for_its_status_only() {
    let (server, client) = answering(vec![status(503), json(200, ITEM)]).await;
    Start::from(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
    let (server, client) = answering(vec![status(502)]).await;
    assert!(Start::from(&client).send().await.is_err());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_404_that_is_marked_means_not_yet_if_it_says_when() {
    let not_yet = answer(404, &[("retry-after", "0")], "");
    let (server, client) = answering(vec![not_yet.clone(), not_yet.clone(), json(200, ITEM)]).await;
    Poll::from(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 3);
    let (server, client) = answering(vec![status(404)]).await;
    assert!(Poll::from(&client).send().await.is_err());
    assert_eq!(server.received().len(), 1);
    let (server, client) = answering(vec![not_yet]).await;
    assert!(Plain::from(&client).send().await.is_err());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_body_in_memory_is_sent_again_and_a_stream_is_not() {
    let (server, client) = answering(vec![status(503), answer(204, &[], "")]).await;
    Replace::from(&client).body("again").send().await.unwrap();
    let bodies: Vec<String> = server
        .received()
        .iter()
        .map(crate::support::Received::text)
        .collect();
    assert_eq!(bodies, ["again", "again"]);
    let (server, client) = answering(vec![status(503), answer(204, &[], "")]).await;
    let error = Replace::from(&client)
        .body(Body::stream(Once(Some("gone"))))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!(server.only().text(), "gone");
}

/// A stream of one chunk.
pub struct Once(pub Option<&'static str>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(|text| Ok(Bytes::from(text))))
    }
}

#[tokio::test]
async fn test_stream_is_asked_for_again() {
    let (_server, client) = answering(vec![status(503), answer(200, &[], "bytes")]).await;
    let stream = Fetch::from(&client).send().await.unwrap().into_inner();
    assert_eq!(stream.bytes(100).await.unwrap(), "bytes");
}

#[tokio::test]
async fn test_retry_switched_off() {
    let (server, _) = answering(vec![status(503)]).await;
    let client = builder(&server.url).retry(RetryPolicy::off()).build().unwrap();
    assert!(read(&client).send().await.is_err());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_call_has_rules_of_its_own() {
    let (server, client) = answering(vec![status(503), status(503), json(200, ITEM)]).await;
    let error = read(&client).retry(RetryPolicy::off()).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.received().len()), (1, 1));
    let client = builder(&server.url).retry(RetryPolicy::off()).build().unwrap();
    let mut policy = RetryPolicy::default();
    policy.backoff = Duration::from_millis(1);
    assert_eq!(read(&client).retry(policy.clone()).send().await.unwrap().id, 1);
    assert_eq!(server.received().len(), 3);
    // The budget belongs to the client, which has none, whatever the call sets.
    let (server, _) = answering(vec![status(503), json(200, ITEM)]).await;
    let mut spent = RetryPolicy::off();
    spent.budget = 0;
    let client = builder(&server.url).retry(spent).build().unwrap();
    assert!(read(&client).retry(policy).send().await.is_err());
}

#[tokio::test]
async fn test_client_without_settings_tries_again() {
    let (server, _) = answering(vec![status(503), json(200, ITEM)]).await;
    let client = ClientBuilder::new(&server.url, "guarded", "1.0.0")
        .build()
        .unwrap();
    read(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_broken_server_is_not_hammered() {
    let (server, _) = answering(vec![status(503)]).await;
    let mut policy = quick();
    (policy.budget, policy.budget_refill) = (5, Duration::from_secs(3600));
    let client = builder(&server.url).retry(policy).build().unwrap();
    for _ in 0..10 {
        assert!(read(&client).send().await.is_err());
    }
    assert_eq!(server.received().len(), 10 + 5);
}

const HEADERS: BucketHeaders = BucketHeaders {
    remaining: &["x-left"],
    capacity: &["x-most"],
    replenish_per_second: &["x-rate"],
    requested: &[],
};

/// A server with a bucket of this many requests, which is not refilled while the test runs.
async fn limited(most: i64, rate: &'static str) -> TestServer {
    let left = AtomicI64::new(most);
    TestServer::start(move |_| {
        let left = left.fetch_sub(1, Ordering::Relaxed) - 1;
        let (number, most) = (left.max(0).to_string(), most.to_string());
        let headers = [("x-left", number.as_str()), ("x-most", &most), ("x-rate", rate)];
        answer(if left < 0 { 429 } else { 200 }, &headers, ITEM)
    })
    .await
}

#[tokio::test]
async fn test_empty_bucket_holds_calls_back_until_their_time_is_over() {
    let server = limited(1, "0.01").await;
    let limiter = Arc::new(RateLimiter::new(HEADERS, Pacing::default()));
    let client = builder(&server.url)
        .rate_limit(Arc::clone(&limiter))
        .build()
        .unwrap();
    read(&client).send().await.unwrap();
    let error = read(&client)
        .timeout(Duration::from_millis(50))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0);
    assert!(
        error.to_string().contains("the server's rate limit left no room"),
        "{error}"
    );
    // Another client with the same limiter waits as well.
    let other = builder(&server.url).rate_limit(limiter).build().unwrap();
    assert!(
        read(&other)
            .timeout(Duration::from_millis(50))
            .send()
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_bucket_is_no_matter_unless_asked_for() {
    let server = limited(1, "0.01").await;
    let client = builder(&server.url).build().unwrap();
    read(&client).send().await.unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 429);
    assert_eq!(server.received().len(), 5);
}

#[tokio::test]
async fn test_paced_calls_are_not_refused() {
    // The bucket holds twelve, and fills every second: of twenty calls at once, some must wait.
    let begun = Instant::now();
    let sent = AtomicI64::new(0);
    let server = TestServer::start(move |_| {
        let seconds = i64::try_from(begun.elapsed().as_secs()).unwrap();
        let left = 12 + 10 * seconds - sent.fetch_add(1, Ordering::Relaxed) - 1;
        let number = left.clamp(0, 12).to_string();
        let headers = [("x-left", number.as_str()), ("x-most", "12"), ("x-rate", "10")];
        answer(if left < 0 { 429 } else { 200 }, &headers, ITEM)
    })
    .await;
    let limiter = RateLimiter::new(HEADERS, Pacing::default());
    let client = builder(&server.url)
        .retry(RetryPolicy::off())
        .rate_limit(limiter)
        .build()
        .unwrap();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { read(&client).send().await.is_ok() })
        })
        .collect();
    let mut fine = 0;
    for call in calls {
        fine += usize::from(call.await.unwrap());
    }
    assert_eq!(fine, 20);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

lorgnette_runtime::operation!(PAY: "pay" POST "/pay", header "Idempotency-Key".required(); idempotency_key("idempotency-key"));
crate::guarded::made!(Pay: PAY => Item {
    pub fn key(mut self, key: &str) -> Self {
        self.0.set(0, &key.to_owned());
        self
    }
    pub fn body(mut self, body: &Item) -> Self {
        self.0.json(body);
        self
    }
});

#[tokio::test]
async fn test_call_with_an_idempotency_key_is_sent_again_under_it() {
    let (server, client) = answering(vec![status(503), json(200, ITEM)]).await;
    let item = || Item { id: 1, name: None };
    let keys = || -> Vec<String> {
        let received = server.received();
        let keys = received
            .iter()
            .map(|request| request.header("idempotency-key").to_owned());
        keys.collect()
    };
    Pay::from(&client).body(&item()).send().await.unwrap();
    let first = keys();
    assert_eq!(first.len(), 2);
    assert!(first[0] == first[1] && first[0].len() == 36, "{first:?}");
    // Another call is another payment.
    Pay::from(&client).body(&item()).send().await.unwrap();
    assert_ne!(keys()[2], first[0]);
    // The caller's own key is kept, given as the parameter or as a header.
    Pay::from(&client).key("mine").body(&item()).send().await.unwrap();
    let call = Pay::from(&client)
        .header("Idempotency-Key", "header")
        .body(&item());
    call.send().await.unwrap();
    assert_eq!(keys()[3..], ["mine", "header"]);
    // A call whose contract has no such header is not sent again.
    let (server, client) = answering(vec![status(503), json(200, ITEM)]).await;
    assert!(Write::from(&client).body(&item()).send().await.is_err());
    assert_eq!(server.received().len(), 1);
}
