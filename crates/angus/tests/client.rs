//! The client over HTTP: which host receives what, how refusals are handled, and that no error
//! shows a secret.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use angus::v1::Client;
use angus::v1::types::{EntitiesPage, Metric};
use angus::{CONSOLE_URL, StreamCredentials, runtime};
use server::{ApiServer, CannedResponse};
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

const USERNAME: &str = "c4nary@example.com";
const CLIENT_ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
const ACCESS_TOKEN: &str = "c4nary-s3cret";
// Claims: {"orig_iat": 1000, "exp": 1002}.
const JWT: &str = "e30.eyJvcmlnX2lhdCI6IDEwMDAsICJleHAiOiAxMDAyfQ.c4nary";
const PAGE: &str = r#"{"entities": {"global": {"gender": {"?": 2}}}, "next_page": null}"#;

fn client(console: &str, data: &str) -> Client {
    let credentials = StreamCredentials::new(USERNAME, CLIENT_ID, ACCESS_TOKEN).unwrap();
    let builder = angus::v1_builder(credentials)
        .base_url(data)
        .server(CONSOLE_URL, console)
        // A console that is unavailable is called again while the caller waits.
        .timeout(Duration::from_secs(3))
        .allow_http_on_loopback();
    builder.build().unwrap()
}

async fn call(client: &Client) -> Result<EntitiesPage, runtime::Error> {
    let since = "2026-01-02T03:04:05+02:00"
        .parse::<angus::runtime::DateTime>()
        .unwrap();
    let call = client
        .entities_list()
        .metrics(vec![Metric::PassingBy, Metric::Gender])
        .from_date(since);
    call.send()
        .await
        .map(runtime::Response::into_inner)
        .map_err(runtime::Error::untyped)
}

fn token() -> CannedResponse {
    CannedResponse::json(200, &format!(r#"{{"token": "{JWT}"}}"#))
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

/// Asserts that nothing printable of an error, including its causes, contains a secret.
fn assert_no_secret(error: &(dyn Error + 'static)) {
    let mut shown = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(shown, "{error}\n{error:?}\n{error:#?}\n").unwrap();
        next = error.source();
    }
    let logged = LOGGED.lock().unwrap();
    assert!(
        logged.contains("starting new connection") && logged.contains("stream_token_create"),
        "{logged}"
    );
    for secret in [USERNAME, ACCESS_TOKEN, JWT, "c4nary"] {
        assert!(!shown.contains(secret), "{secret} in:\n{shown}");
        assert!(!logged.contains(secret), "{secret} in:\n{logged}");
    }
}

/// The error of a call whose token request and data request get these responses.
async fn failure(token: CannedResponse, data: impl IntoIterator<Item = CannedResponse>) -> runtime::Error {
    listen();
    let console = ApiServer::start([token]).await.unwrap();
    let data = ApiServer::start(data).await.unwrap();
    let client = client(console.address(), data.address());
    let error = call(&client).await.unwrap_err();
    assert_no_secret(&error);
    assert!(!format!("{client:?}").contains("c4nary"));
    error
}

#[tokio::test]
async fn test_credentials_go_to_the_console_and_the_token_to_the_data() {
    let console = ApiServer::start([token()]).await.unwrap();
    let data = ApiServer::start([CannedResponse::json(200, PAGE), CannedResponse::json(200, PAGE)])
        .await
        .unwrap();
    let client = client(console.address(), data.address());
    for _ in 0..2 {
        let page = call(&client).await.unwrap();
        assert_eq!(page.entities["global"].gender.as_ref().unwrap().question, Some(2));
    }
    let asked = console.received();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].method.as_str(), asked[0].target.as_str()),
        ("POST", "/api-token-authstream/")
    );
    assert_eq!(asked[0].header("authorization"), None);
    let sent: serde_json::Value = serde_json::from_slice(&asked[0].body).unwrap();
    let expected =
        serde_json::json!({"username": USERNAME, "client_id": CLIENT_ID, "access_token": ACCESS_TOKEN});
    assert_eq!(sent, expected);
    let got = data.received();
    let target = "/api/1/entities?metrics=passing_by,gender&from_date=2026-01-02T03%3A04%3A05%2B02%3A00";
    assert_eq!(got.len(), 2);
    assert_eq!(got[1].target.replace("%2C", ","), target);
    assert_eq!(
        got[1].header("authorization"),
        Some(format!("Bearer {JWT}").as_str())
    );
}

#[tokio::test]
async fn test_token_is_renewed_when_its_claims_say_that_it_ends() {
    let newer = CannedResponse::json(200, r#"{"token": "newer"}"#);
    let console = ApiServer::start([token(), newer]).await.unwrap();
    let data = ApiServer::start([CannedResponse::json(200, PAGE), CannedResponse::json(200, PAGE)])
        .await
        .unwrap();
    let client = client(console.address(), data.address());
    call(&client).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    call(&client).await.unwrap();
    assert_eq!(data.received()[1].header("authorization"), Some("Bearer newer"));
}

#[tokio::test]
async fn test_refused_credentials_are_an_error_that_says_why() {
    let echo = format!(r#"{{"detail": "no {USERNAME} with {ACCESS_TOKEN}"}}"#);
    for status in [400, 401, 403] {
        let error = failure(CannedResponse::json(status, &echo), []).await;
        assert!(error.is_authenticate(), "{error}");
        assert!(error.to_string().contains("the access token is wrong"), "{error}");
    }
}

#[tokio::test]
async fn test_token_is_asked_for_again_when_the_console_is_unavailable() {
    let console = ApiServer::start([CannedResponse::empty(503), token()])
        .await
        .unwrap();
    let data = ApiServer::start([CannedResponse::json(200, PAGE)]).await.unwrap();
    call(&client(console.address(), data.address())).await.unwrap();
    assert_eq!((console.received().len(), data.received().len()), (2, 1));
}

#[tokio::test]
async fn test_answer_without_a_usable_token_is_an_error() {
    for answer in [
        CannedResponse::json(200, &format!(r#"{{"token": ["{JWT}"]}}"#)),
        CannedResponse::json(200, &format!(r#"{{"jwt": "{JWT}"}}"#)),
        CannedResponse::json(200, r#"{"token": ""}"#),
        CannedResponse::json(200, &format!(r#"{{"token": "{JWT}"#)),
        CannedResponse::new(200, "text/html", format!("<html>{ACCESS_TOKEN}")),
        CannedResponse::json(500, &format!(r#"{{"detail": "{ACCESS_TOKEN}"}}"#)),
        CannedResponse::empty(302).header("location", &format!("https://elsewhere.example/?{ACCESS_TOKEN}")),
    ] {
        let error = failure(answer, []).await;
        assert!(error.is_authenticate(), "{error}");
    }
}

#[tokio::test]
async fn test_errors_of_calls_show_no_secret() {
    listen();
    for answer in [
        CannedResponse::json(400, &format!(r#"{{"detail": "{JWT}"}}"#)),
        CannedResponse::json(200, &format!(r#"{{"entities": "{JWT}"}}"#)),
        CannedResponse::new(200, "text/html", format!("<html>{JWT}")),
        CannedResponse::empty(302).header("location", &format!("https://elsewhere.example/?{JWT}")),
    ] {
        assert!(!failure(token(), [answer]).await.is_authenticate());
    }
    let gone = ApiServer::start([]).await.unwrap().address().to_owned();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = call(&client(&gone, &gone)).await.unwrap_err();
    assert!(error.is_authenticate(), "{error}");
    assert_no_secret(&error);
}
