//! Credentials on requests: when they are added, when they are renewed, and what happens without
//! them.

use crate::attempts::Once;
use crate::guarded::{
    Busy, ITEM, Plain, Replace, answering, builder, by_call, keys, numbered, origin, read, remote,
};
use crate::support::{Received, ServerStep, TestServer, answer, json};
use lorgnette_runtime::authenticate::{AuthError, Authenticate, Bearer, NoCredentials};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::token::Token;
use lorgnette_runtime::{Body, Client};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::task::JoinSet;

/// A server that accepts these tokens.
async fn taking(tokens: &'static [&'static str]) -> TestServer {
    TestServer::start(move |request| {
        let is_good = tokens
            .iter()
            .any(|token| request.header("authorization") == format!("Bearer {token}"));
        if is_good {
            json(200, ITEM)
        } else {
            json(401, r#"{"message": "who are you?"}"#)
        }
    })
    .await
}

fn with_bearer(server: &TestServer) -> (Client, Arc<AtomicUsize>) {
    let (bearer, tokens) = numbered(&server.url);
    (builder(&server.url).authenticate(bearer).build().unwrap(), tokens)
}

fn tokens_of(server: &TestServer) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|request| request.header("authorization").to_owned())
        .collect()
}

#[tokio::test]
async fn test_401_then_fine() {
    let server = taking(&["token-2"]).await;
    let (client, tokens) = with_bearer(&server);
    read(&client).send().await.unwrap();
    read(&client).send().await.unwrap();
    assert_eq!(
        tokens_of(&server),
        ["Bearer token-1", "Bearer token-2", "Bearer token-2"]
    );
    assert_eq!(tokens.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn test_token_is_asked_for_once_when_retry_is_off() {
    let server = TestServer::start(|_| answer(503, &[], "")).await;
    let settings = || builder(&server.url).authenticate(by_call(&server.url));
    let client = settings().retry(RetryPolicy::off()).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_authenticate(), "{error}");
    assert_eq!(server.only().target, "/token");

    // The same for a single call of a client that repeats safe requests.
    let client = settings().build().unwrap();
    let error = read(&client).retry(RetryPolicy::off()).send().await.unwrap_err();
    assert!(error.is_authenticate() && !error.is_timeout(), "{error}");
    assert_eq!(server.received().len(), 2);
    let within = Duration::from_millis(300);
    assert!(read(&client).timeout(within).send().await.is_err());
    assert!(server.received().len() > 3);
}

#[tokio::test]
async fn test_401_for_ever_is_exactly_two_requests() {
    let server = taking(&[]).await;
    let (client, tokens) = with_bearer(&server);
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(server.received().len(), 2);
    assert_eq!(tokens.load(Ordering::Relaxed), 2);
    assert_eq!(error.attempts(), 2);
    assert!(matches!(error.declared(), Some(Busy::Unauthorized(_))));
    assert!(
        error.to_string().contains("401 Unauthorized from GET 127.0.0.1"),
        "{error}"
    );
}

#[tokio::test]
async fn test_401_without_other_credentials_is_one_request() {
    let (server, client) = answering(vec![answer(401, &[], "")]).await;
    assert!(read(&client).send().await.is_err());
    let with_keys = builder(&server.url)
        .authenticate(keys(&server.url, "k"))
        .build()
        .unwrap();
    assert!(read(&with_keys).send().await.is_err());
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_401_between_retries_counts_as_none() {
    let (server, _) = answering(vec![
        answer(503, &[], ""),
        answer(503, &[], ""),
        answer(401, &[], ""),
        answer(503, &[], ""),
        json(200, ITEM),
    ])
    .await;
    let (client, _) = with_bearer(&server);
    read(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 5);
}

#[tokio::test]
async fn test_403_is_final_and_keeps_the_token() {
    let (server, _) = answering(vec![answer(403, &[("retry-after", "0")], "")]).await;
    let (client, tokens) = with_bearer(&server);
    for _ in 0..3 {
        assert_eq!(read(&client).send().await.unwrap_err().attempts(), 1);
    }
    assert_eq!(tokens.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn test_401_to_a_stream_helps_the_next_call() {
    let server = taking(&["token-2"]).await;
    let (client, _) = with_bearer(&server);
    let body = || Body::stream(Once(Some("gone")));
    let error = Replace::from(&client).body(body()).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (401, 1));
    Replace::from(&client).body(body()).send().await.unwrap();
    assert_eq!(tokens_of(&server), ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn test_operation_without_security_gets_no_credentials() {
    let (server, _) = answering(vec![json(200, ITEM)]).await;
    let (client, tokens) = with_bearer(&server);
    Plain::from(&client).send().await.unwrap();
    assert_eq!(server.only().header("authorization"), "");
    assert_eq!(tokens.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn test_credentials_are_put_on_header_and_query() {
    let (server, _) = answering(vec![json(200, ITEM)]).await;
    // The value is shared, and only its trait is known.
    let shared: Arc<dyn Authenticate> = Arc::new(keys(&server.url, "a+b"));
    let client = builder(&server.url).authenticate(shared).build().unwrap();
    read(&client).q("x").send().await.unwrap();
    let request = server.only();
    assert_eq!(request.target, "/items/1?q=x&token=a%2Bb");
    assert_eq!(request.header("x-api-key"), "a+b");
    let client = builder(&server.url).authenticate(NoCredentials).build().unwrap();
    read(&client).send().await.unwrap();
}

/// The time that a call takes to fail.
const CALL: Duration = Duration::from_secs(2);

/// A server whose token endpoint behaves in this way.
async fn with_endpoint(
    endpoint: impl Fn(&Received) -> Vec<ServerStep> + Send + Sync + 'static,
) -> TestServer {
    TestServer::start(move |request| match request.target.as_str() {
        "/token" => endpoint(request),
        _ => json(200, ITEM),
    })
    .await
}

async fn failing(server: &TestServer, limit: Duration) -> lorgnette_runtime::Error<Busy> {
    let client = builder(&server.url)
        .authenticate(remote(&server.url, limit))
        .build()
        .unwrap();
    let error = read(&client).timeout(CALL).send().await.unwrap_err();
    assert!(error.is_authenticate() && error.attempts() == 0, "{error}");
    let asked = server.received().iter().all(|request| request.target == "/token");
    assert!(asked, "the request went out without credentials");
    let is_passing = error.auth_error().is_some_and(AuthError::is_passing);
    assert_eq!(server.received().len() > 1, is_passing, "{:?}", server.received());
    error
}

#[tokio::test]
async fn test_token_endpoint_down() {
    let server = with_endpoint(|_| vec![ServerStep::Close]).await;
    let error = failing(&server, Duration::from_secs(5)).await;
    assert!(error.auth_error().is_some_and(AuthError::is_unavailable));
    let shown = error.to_string();
    assert!(
        shown.starts_with("read: no token could be obtained: no answer (GET 127.0.0.1:"),
        "{shown}"
    );
}

#[tokio::test]
async fn test_token_endpoint_slow() {
    let server = with_endpoint(|_| vec![ServerStep::Wait(Duration::from_secs(30))]).await;
    let error = failing(&server, Duration::from_millis(300)).await;
    assert!(error.is_timeout() && error.auth_error().is_some_and(AuthError::is_timeout));
}

#[tokio::test]
async fn test_token_endpoint_slower_than_the_call_may_take() {
    let server = with_endpoint(|_| {
        vec![
            ServerStep::Wait(Duration::from_millis(200)),
            json(200, r#"{"access_token": "t"}"#).remove(0),
        ]
    })
    .await;
    let bearer = remote(&server.url, Duration::from_secs(5));
    let client = builder(&server.url).authenticate(bearer).build().unwrap();
    let error = read(&client)
        .timeout(Duration::from_millis(50))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_authenticate() && error.is_timeout());
    assert!(
        error
            .to_string()
            .contains("no credentials were obtained within the timeout of 50ms"),
        "{error}"
    );
    // The request for the token continues, for the next caller.
    read(&client).send().await.unwrap();
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/token", "/items/1"]);
}

#[tokio::test]
async fn test_token_endpoint_answers_garbage() {
    for (garbage, is_invalid) in [
        ("<html>", true),
        ("", true),
        ("[1]", false),
        (r#"{"access_token": 7}"#, false),
    ] {
        let server = with_endpoint(move |_| json(200, garbage)).await;
        let error = failing(&server, Duration::from_secs(5)).await;
        assert_eq!(
            error.auth_error().map(AuthError::is_invalid),
            Some(is_invalid),
            "{garbage}"
        );
    }
    // A token that is not a valid header value.
    let server = with_endpoint(|_| json(200, r#"{"access_token": "a\nb"}"#)).await;
    assert!(
        failing(&server, Duration::from_secs(5))
            .await
            .auth_error()
            .is_some_and(AuthError::is_invalid)
    );
}

#[tokio::test]
async fn test_token_endpoint_recovers() {
    let count = AtomicUsize::new(0);
    let server = with_endpoint(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => answer(500, &[], ""),
        _ => json(200, r#"{"access_token": "t"}"#),
    })
    .await;
    let bearer = remote(&server.url, Duration::from_secs(5));
    let client = builder(&server.url).authenticate(bearer).build().unwrap();
    assert!(read(&client).send().await.unwrap_err().is_authenticate());
    read(&client).send().await.unwrap();
}

#[tokio::test]
async fn test_clock_5_minutes_off() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for server_time in [now - 300, now + 300] {
        // Valid for four minutes by the server's clock: expired, or not yet valid, by ours.
        let claims = format!(r#"{{"iat":{server_time},"exp":{}}}"#, server_time + 240);
        let jwt = format!("e30.{}.c2ln", base64url(claims.as_bytes()));
        let (server, _) = answering(vec![json(200, ITEM)]).await;
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        let source = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            let token = Token::new(jwt.as_str());
            async move { Ok(token) }
        };
        let bearer = Bearer::new(origin(&server.url), source);
        let client = builder(&server.url).authenticate(bearer).build().unwrap();
        for _ in 0..3 {
            read(&client).send().await.unwrap();
        }
        assert_eq!(count.load(Ordering::Relaxed), 1, "the token is good for minutes");
    }
}

#[tokio::test]
async fn test_retry_after_as_a_date_of_a_clock_that_is_off() {
    // The server's clock is far ahead; by that clock, the wait is one second.
    let headers = [
        ("date", "Tue, 01 Jan 2075 00:00:00 GMT"),
        ("retry-after", "Tue, 01 Jan 2075 00:00:01 GMT"),
    ];
    let (_server, client) = answering(vec![answer(503, &headers, ""), json(200, ITEM)]).await;
    let begun = Instant::now();
    read(&client).send().await.unwrap();
    assert!((1..3).contains(&begun.elapsed().as_secs()));
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, index| {
            number << 8 | u32::from(*chunk.get(index).unwrap_or(&0))
        });
        for digit in 0..=chunk.len() {
            text.push(DIGITS[(number >> (18 - 6 * digit) & 63) as usize].into());
        }
    }
    text
}

#[tokio::test]
async fn test_flapping_token_endpoint_fails_no_call_that_has_time() {
    let count = AtomicUsize::new(0);
    let server = with_endpoint(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 | 2 => answer(503, &[], ""),
        1 => vec![ServerStep::Close],
        3 => answer(429, &[], ""),
        _ => json(200, r#"{"access_token": "t"}"#),
    })
    .await;
    let client = builder(&server.url)
        .authenticate(by_call(&server.url))
        .build()
        .unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..200 {
        let client = client.clone();
        callers.spawn(async move { read(&client).send().await.map(drop) });
    }
    for outcome in callers.join_all().await {
        outcome.unwrap();
    }
    let requests = server.received();
    let tokens = requests.iter().filter(|request| request.target == "/token");
    assert_eq!(tokens.count(), 5);
}

#[tokio::test]
async fn test_failure_of_the_token_endpoint_that_lasts_is_said_at_once() {
    for (status, expected) in [(404, false), (302, false), (501, false), (400, true), (401, true)] {
        let server = with_endpoint(move |_| answer(status, &[], "")).await;
        let client = builder(&server.url)
            .authenticate(by_call(&server.url))
            .build()
            .unwrap();
        let error = read(&client).send().await.unwrap_err();
        let auth_error = error.auth_error().unwrap();
        assert_eq!(
            (auth_error.is_rejected(), auth_error.is_passing()),
            (expected, false)
        );
        assert_eq!(server.received().len(), 1);
    }
}
