//! The client over HTTP: how it obtains tokens, how it handles refusals, and that no error shows a
//! secret.

#![cfg(feature = "incidents")]
#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use sevensignal::ApiKey;
use sevensignal::runtime::ClientBuilder;
use sevensignal::runtime::rate_limit::RateLimiter;
use sevensignal::v2::Client;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const KEY: &str = "c4nary-key";
const SECRET: &str = "c4nary-s3cret";
const TOKEN: &str = "c4nary-t0ken";
const INCIDENTS: &str = r#"{"results": [{"type": "wifi", "location": "Hall 3"}]}"#;

fn key() -> ApiKey {
    ApiKey::new(KEY, SECRET).unwrap()
}

fn builder(key: ApiKey, address: &str) -> ClientBuilder<Client> {
    sevensignal::v2_builder(key)
        .base_url(address)
        // A token endpoint that is unavailable is called again while the caller waits.
        .timeout(Duration::from_secs(3))
        .allow_http_on_loopback()
}

fn token() -> CannedResponse {
    token_with(r#""token_type": "Bearer", "expires_in": 86400"#)
}

fn token_with(members: &str) -> CannedResponse {
    CannedResponse::json(200, &format!(r#"{{"access_token": "{TOKEN}", {members}}}"#))
}

/// Everything that is logged in this process, by any library.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        writeln!(LOGGED.lock().unwrap(), "{}: {}", record.target(), record.args()).unwrap();
    }
    fn flush(&self) {}
}

/// Records everything from now on; only the first logger of a process counts.
fn listen() {
    let _ = log::set_logger(&Logger);
    log::set_max_level(log::LevelFilter::Trace);
}

/// Everything that a program could print of an error, causes included.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut shown = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(shown, "{error}\n{error:?}\n{error:#?}\n").unwrap();
        next = error.source();
    }
    shown
}

fn assert_no_secret(shown: &str) {
    for secret in [KEY, SECRET, TOKEN] {
        assert!(!shown.contains(secret), "{secret} in:\n{shown}");
    }
}

/// The error of a call whose token request and data request get these responses.
async fn failure(answers: impl IntoIterator<Item = CannedResponse>) -> sevensignal::runtime::Error {
    listen();
    let server = ApiServer::start(answers).await.unwrap();
    // The time during which a failing server is called again.
    let builder = builder(key(), server.address()).timeout(Duration::from_secs(3));
    let client = builder.build().unwrap();
    let error = client.agent_incidents().send().await.unwrap_err();
    assert_no_secret(&shown(&error));
    assert_no_secret(&format!("{client:?} {client:#?}"));
    let logged = LOGGED.lock().unwrap();
    assert!(
        logged.contains("starting new connection") && logged.contains("create_access_token"),
        "{logged}"
    );
    assert_no_secret(&logged);
    error.untyped()
}

#[tokio::test]
async fn test_first_call_buys_a_token_that_serves_the_next() {
    let incidents = || CannedResponse::json(200, INCIDENTS);
    let server = ApiServer::start([token(), incidents(), incidents()])
        .await
        .unwrap();
    let client = builder(key(), server.address()).build().unwrap();
    for _ in 0..2 {
        let day = client
            .agent_incidents()
            .from(1_600_000_000_000)
            .send()
            .await
            .unwrap();
        assert_eq!(day.results[0].location.as_deref(), Some("Hall 3"));
    }
    let received = server.received();
    let seen: Vec<_> = received
        .iter()
        .map(|request| {
            (
                request.method.as_str(),
                request.target.as_str(),
                request.header("authorization"),
            )
        })
        .collect();
    let bearer = format!("Bearer {TOKEN}");
    let data = (
        "GET",
        "/incidents/agents?from=1600000000000",
        Some(bearer.as_str()),
    );
    assert_eq!(seen, [("POST", "/oauth2/token", None), data, data]);
    assert_eq!(
        received[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let mut form: Vec<_> = received[0].text().split('&').map(ToOwned::to_owned).collect();
    form.sort();
    assert_eq!(
        form,
        [
            "client_id=c4nary-key",
            "client_secret=c4nary-s3cret",
            "grant_type=client_credentials",
        ]
    );
}

#[tokio::test]
async fn test_scopes_are_those_of_the_key() {
    for (scopes, expected) in [(vec!["a", "b:c"], Some("scope=a%20b%3Ac")), (vec![], None)] {
        let server = ApiServer::start([token(), CannedResponse::json(200, INCIDENTS)])
            .await
            .unwrap();
        let key = key().scopes(scopes).unwrap();
        let client = builder(key, server.address()).build().unwrap();
        client.agent_incidents().send().await.unwrap();
        let form = server.received()[0].text();
        let scope = form.split('&').find(|pair| pair.starts_with("scope"));
        assert_eq!(scope, expected, "{form}");
    }
}

#[tokio::test]
async fn test_scope_of_the_answer_may_be_text_or_list_or_missing() {
    for members in [
        r#""token_type": "Bearer", "scope": "openid a""#,
        r#""token_type": "bearer", "scope": ["openid", "a"]"#,
        r#""token_type": "BEARER", "scope": null, "expires_in": 0"#,
    ] {
        let server = ApiServer::start([token_with(members), CannedResponse::json(200, INCIDENTS)])
            .await
            .unwrap();
        let client = builder(key(), server.address()).build().unwrap();
        client.agent_incidents().send().await.unwrap();
    }
}

#[tokio::test]
async fn test_rejected_token_is_replaced_once() {
    let newer = CannedResponse::json(200, r#"{"access_token": "newer", "token_type": "Bearer"}"#);
    let server = ApiServer::start([
        token(),
        CannedResponse::empty(401),
        newer,
        CannedResponse::json(200, INCIDENTS),
    ])
    .await
    .unwrap();
    let client = builder(key(), server.address()).build().unwrap();
    client.agent_incidents().send().await.unwrap();
    assert_eq!(server.received()[3].header("authorization"), Some("Bearer newer"));
}

#[tokio::test]
async fn test_refused_key_is_an_error_that_says_why() {
    for (status, code, expected) in [
        (400, "invalid_client", "secret is wrong"),
        (401, "invalid_client", "secret is wrong"),
        (400, "invalid_scope", "scopes"),
        (403, "unauthorized_client", "may not be used"),
        (400, SECRET, "secret is wrong"),
    ] {
        let echo = format!(r#"{{"error": "{code}", "error_description": "no {KEY} with {SECRET}"}}"#);
        let error = failure([CannedResponse::json(status, &echo)]).await;
        assert!(error.is_authenticate(), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = failure([CannedResponse::new(401, "text/html", format!("<html>{SECRET}"))]).await;
    assert!(error.is_authenticate(), "{error}");
}

#[tokio::test]
async fn test_token_is_asked_for_again_when_the_server_is_unavailable() {
    let answers = [
        CannedResponse::empty(503),
        token(),
        CannedResponse::json(200, INCIDENTS),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = builder(key(), server.address()).build().unwrap();
    client.agent_incidents().send().await.unwrap();
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_answer_without_a_usable_token_is_an_error() {
    for answer in [
        CannedResponse::json(
            200,
            &format!(r#"{{"access_token": {{"{TOKEN}": 1}}, "token_type": "Bearer"}}"#),
        ),
        CannedResponse::json(200, &format!(r#"{{"token": "{TOKEN}"}}"#)),
        CannedResponse::json(200, r#"{"access_token": "", "token_type": "Bearer"}"#),
        CannedResponse::json(
            200,
            &format!(r#"{{"access_token": "{TOKEN}\r\n", "token_type": "Bearer"}}"#),
        ),
        CannedResponse::json(200, &format!(r#"{{"access_token": "{TOKEN}"#)),
        CannedResponse::new(200, "text/html", format!("<html>{SECRET}")),
        token_with(r#""token_type": "mac""#),
        token_with(&format!(r#""token_type": "{SECRET}""#)),
        CannedResponse::empty(204),
        CannedResponse::empty(302).header("location", &format!("https://elsewhere.example/?{SECRET}")),
    ] {
        let error = failure([answer]).await;
        assert!(error.is_authenticate(), "{error}");
    }
}

#[tokio::test]
async fn test_errors_of_calls_show_no_secret() {
    let echo = format!(r#"{{"message": "{TOKEN}", "error": "{SECRET}"}}"#);
    for answer in [
        CannedResponse::json(400, &echo),
        CannedResponse::json(403, &echo),
        CannedResponse::json(200, &format!(r#"{{"results": "{TOKEN}"}}"#)),
        CannedResponse::json(200, &format!(r#"{{"results": [{{"id": "{TOKEN}"}}]}}"#)),
        CannedResponse::new(200, "text/html", format!("<html>{TOKEN}")),
        CannedResponse::empty(302).header("location", &format!("https://elsewhere.example/?{TOKEN}")),
    ] {
        assert!(!failure([token(), answer]).await.is_authenticate());
    }
    // The server always responds with 401: the client retries once with a new token, and no more.
    let error = failure([
        token(),
        CannedResponse::json(401, &echo),
        token(),
        CannedResponse::json(401, &echo),
    ])
    .await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn test_refused_connection_shows_no_secret() {
    let address = ApiServer::start([]).await.unwrap().address().to_owned();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let builder = builder(key(), &format!("{address}/{SECRET}"));
    assert_no_secret(&format!("{builder:?}"));
    let error = builder
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap()
        .agent_incidents()
        .send()
        .await
        .unwrap_err();
    assert!(error.is_authenticate(), "{error}");
    assert_no_secret(&shown(&error));
}

async fn seconds_for_two_calls(client: &Client) -> f64 {
    client.agent_incidents().send().await.unwrap();
    let started = Instant::now();
    client.agent_incidents().send().await.unwrap();
    started.elapsed().as_secs_f64()
}

#[tokio::test]
async fn test_calls_wait_for_the_bucket_in_both_spellings_unless_switched_off() {
    for (prefix, is_paced) in [("", true), ("x-", true), ("", false)] {
        let name = |name: &str| format!("{prefix}{name}");
        let incidents = |remaining: &str| {
            CannedResponse::json(200, INCIDENTS)
                .header(&name("ratelimit-remaining"), remaining)
                .header(&name("ratelimit-burst-capacity"), "10")
                .header(&name("ratelimit-replenish-rate"), "1")
                .header(&name("ratelimit-requested-tokens"), "1")
        };
        let server = ApiServer::start([token(), incidents("0"), incidents("0")])
            .await
            .unwrap();
        let mut builder = builder(key(), server.address());
        if !is_paced {
            builder = builder.rate_limit(RateLimiter::off());
        }
        let client = builder.build().unwrap();
        let waited = seconds_for_two_calls(&client).await;
        assert_eq!(waited > 0.4, is_paced, "{prefix}: {waited}");
    }
}
