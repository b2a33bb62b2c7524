//! Servers that refuse requests because of a rate limit, and how little callers notice.

use crate::guarded::{ITEM, Item, Write, builder, client, made, read};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Call, Client, ClientBuilder, LimitResponse};
use std::time::{Duration, Instant};

const TEXT: &str = r#"{"message": "Rate Limit exceeded"}"#;
const IN_BODY: &[LimitResponse] = &[LimitResponse::status(400).body("rate limit")];

lorgnette_runtime::operation!(LIMITED: "limited" POST "/limited"; limited_by(IN_BODY));
made!(Limited: LIMITED => Item {});

/// A server that refuses all requests for this long.
async fn refusing(time: Duration, refusal: fn() -> Vec<ServerStep>) -> TestServer {
    let begun = Instant::now();
    TestServer::start(move |_| {
        if begun.elapsed() < time {
            refusal()
        } else {
            json(200, ITEM)
        }
    })
    .await
}

fn too_many() -> Vec<ServerStep> {
    answer(429, &[], "")
}

fn in_body() -> Vec<ServerStep> {
    json(400, TEXT)
}

/// A policy whose waits after refusals are a tenth of the default.
fn brisk() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.limit_backoff /= 10;
    policy.longest_limit_backoff /= 10;
    policy
}

#[tokio::test]
async fn test_ten_seconds_of_refusals_cost_no_call() {
    let server = refusing(Duration::from_secs(10), too_many).await;
    let client: Client = ClientBuilder::new(&server.url, "limits", "1.0.0")
        .build()
        .unwrap();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                read(&client)
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| error.to_string())
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
    // Each call was sent once at the beginning and once at the end, and few times in between.
    let requests = server.received().len();
    assert!(requests <= 50 + 50 + 10, "{requests} requests");
}

#[tokio::test]
async fn test_refusal_named_by_its_body_costs_no_call_whatever_the_method() {
    let server = refusing(Duration::from_secs(1), in_body).await;
    let client = builder(&server.url)
        .retry(brisk())
        .limited_by(IN_BODY)
        .build()
        .unwrap();
    Write::from(&client)
        .body(&Item { id: 1, name: None })
        .send()
        .await
        .unwrap();
    let server = refusing(Duration::from_secs(1), too_many).await;
    let client = builder(&server.url).retry(brisk()).build().unwrap();
    Write::from(&client)
        .body(&Item { id: 1, name: None })
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn test_contract_and_policy_name_refusals_too() {
    let server = refusing(Duration::from_millis(300), in_body).await;
    let client = builder(&server.url).retry(brisk()).build().unwrap();
    Limited::from(&client).send().await.unwrap();

    let server = refusing(Duration::from_millis(300), in_body).await;
    let mut policy = brisk();
    policy.limited_by = IN_BODY.to_vec();
    read(&builder(&server.url).build().unwrap())
        .retry(policy)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn test_same_status_without_the_text_is_final_and_keeps_its_body() {
    let server = TestServer::start(|_| json(400, r#"{"message": "no such field"}"#)).await;
    let client = builder(&server.url).limited_by(IN_BODY).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.received().len()), (1, 1));
    assert_eq!(error.message().as_deref(), Some("no such field"));
    // Without the rule, the text has no meaning.
    let server = TestServer::start(|_| in_body()).await;
    let error = read(&builder(&server.url).build().unwrap())
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn test_refusals_without_end_are_the_error_that_the_server_gave() {
    let server = TestServer::start(|_| in_body()).await;
    let client = builder(&server.url).limited_by(IN_BODY).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert_eq!((error.attempts(), error.status().unwrap().as_u16()), (4, 400));
    assert_eq!(error.message().as_deref(), Some("Rate Limit exceeded"));
    let error = read(&client).retry(RetryPolicy::off()).send().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn test_refusals_draw_nothing_from_the_budget() {
    let server = refusing(Duration::from_millis(300), too_many).await;
    let mut policy = brisk();
    policy.budget = 0;
    read(&builder(&server.url).retry(policy).build().unwrap())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn test_body_that_cannot_be_sent_twice_is_refused_once() {
    let server = TestServer::start(|_| too_many()).await;
    let client = client(&server.url);
    let mut call = Write::from(&client);
    let body = lorgnette_runtime::Body::stream(Once(Some("x")));
    call.0.raw("text/plain", body);
    assert_eq!(call.send().await.unwrap_err().attempts(), 1);
}

/// A stream of one text.
struct Once(Option<&'static str>);

impl futures_core::Stream for Once {
    type Item = Result<lorgnette_runtime::Bytes, std::io::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(|text| Ok(text.into())))
    }
}
