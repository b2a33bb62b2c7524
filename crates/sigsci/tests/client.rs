//! The client over HTTP: where credentials are sent, how a login works, and that nothing shows a
//! secret.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use sigsci::runtime::ClientBuilder;
use sigsci::runtime::retry::RetryPolicy;
use sigsci::v0::Client;
use sigsci::v0::types::{CorpUpdate, RequestFeedNextForm};
use sigsci::{ApiToken, BearerToken, Credentials, FastlyKey, Login};
use std::error::Error;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::Duration;

const EMAIL: &str = "c4nary@example.com";
const PASSWORD: &str = "c4nary-passw0rd";
const TOKEN: &str = "c4nary-t0ken";
const FASTLY: &str = "c4nary-fastly";
const SESSION: &str = "c4nary-session";
const CORPS: &str = r#"{"data": [{"name": "acme"}]}"#;

fn api_token() -> ApiToken {
    ApiToken::new(EMAIL, TOKEN).unwrap()
}

fn login() -> Login {
    Login::new(EMAIL, PASSWORD).unwrap()
}

fn builder(credentials: impl Into<Credentials>, server: &str) -> ClientBuilder<Client> {
    sigsci::v0_builder(credentials)
        .base_url(&format!("{server}/api/v0"))
        // A token endpoint that is unavailable is called again while the caller waits.
        .timeout(Duration::from_secs(3))
        .allow_http_on_loopback()
        .retry(RetryPolicy::off())
}

fn session() -> CannedResponse {
    CannedResponse::json(200, &format!(r#"{{"token": "{SESSION}"}}"#))
}

#[tokio::test]
async fn test_api_token_and_media_type_are_on_every_request() {
    let page = r#"{"next": {"uri": ""}, "data": []}"#;
    let server = ApiServer::start([
        CannedResponse::json(200, CORPS),
        CannedResponse::empty(204),
        CannedResponse::json(200, r#"{"name": "acme"}"#),
        CannedResponse::json(200, page),
    ]);
    let server = server.await.unwrap();
    let client = builder(api_token(), server.address()).build().unwrap();
    client.corps_list().send().await.unwrap();
    client.site_list_delete("acme", "shop", "1").send().await.unwrap();
    client
        .corp_update("acme", CorpUpdate::default())
        .send()
        .await
        .unwrap();
    let form = RequestFeedNextForm::new("a b&c");
    client
        .requests_feed_next("acme", "shop", &form)
        .send()
        .await
        .unwrap();
    let received = server.received();
    let types: Vec<_> = received
        .iter()
        .map(|request| request.header("content-type").unwrap())
        .collect();
    let json = "application/json";
    assert_eq!(types, [json, json, json, "application/x-www-form-urlencoded"]);
    for request in &received {
        assert_eq!(request.header("x-api-user"), Some(EMAIL));
        assert_eq!(request.header("x-api-token"), Some(TOKEN));
        assert_eq!(
            (request.header("authorization"), request.header("fastly-key")),
            (None, None)
        );
    }
    assert_eq!(received[3].text(), "next=a%20b%26c");
}

#[tokio::test]
async fn test_rate_limit_that_is_said_by_400_costs_no_call() {
    let refused = CannedResponse::json(400, r#"{"message": "Rate limit exceeded"}"#);
    let server = ApiServer::start([
        refused,
        CannedResponse::empty(429),
        CannedResponse::json(200, r#"{"name": "acme"}"#),
    ]);
    let server = server.await.unwrap();
    let mut policy = RetryPolicy::default();
    policy.limit_backoff = Duration::from_millis(10);
    let client = builder(api_token(), server.address())
        .retry(policy)
        .build()
        .unwrap();
    let corp = client.corp_update("acme", CorpUpdate::default());
    corp.send().await.unwrap();
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_login_buys_a_session_once_and_again_when_it_is_over() {
    let server = ApiServer::start([
        session(),
        CannedResponse::json(200, CORPS),
        CannedResponse::json(200, CORPS),
        CannedResponse::json(401, r#"{"message": "expired"}"#),
        CannedResponse::json(200, r#"{"token": "another"}"#),
        CannedResponse::json(200, CORPS),
    ]);
    let server = server.await.unwrap();
    let client = builder(login(), server.address()).build().unwrap();
    for _ in 0..3 {
        client.corps_list().send().await.unwrap();
    }
    let received = server.received();
    let seen: Vec<_> = received
        .iter()
        .map(|request| (request.target.as_str(), request.header("authorization")))
        .collect();
    let (corps, bearer) = ("/api/v0/corps", format!("Bearer {SESSION}"));
    assert_eq!(
        seen,
        [
            ("/api/v0/auth", None),
            (corps, Some(bearer.as_str())),
            (corps, Some(&bearer)),
            (corps, Some(&bearer)),
            ("/api/v0/auth", None),
            (corps, Some("Bearer another")),
        ]
    );
    assert_eq!(
        received[0].text(),
        "email=c4nary%40example.com&password=c4nary-passw0rd"
    );
    assert_eq!(
        received[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert!(
        received
            .iter()
            .all(|request| request.header("x-api-token").is_none())
    );
}

#[tokio::test]
async fn test_bearer_token_of_the_caller_is_sent_and_never_renewed() {
    let refused = CannedResponse::json(401, r#"{"message": "expired"}"#);
    let server = ApiServer::start([CannedResponse::json(200, CORPS), refused])
        .await
        .unwrap();
    let token = BearerToken::new(SESSION).unwrap();
    let client = builder(token, server.address()).build().unwrap();
    client.corps_list().send().await.unwrap();
    let error = client.corps_list().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    let received = server.received();
    assert_eq!(received.len(), 2, "{received:#?}");
    for request in received {
        assert_eq!(
            request.header("authorization"),
            Some(&*format!("Bearer {SESSION}"))
        );
        assert_eq!(
            (request.header("x-api-user"), request.header("x-api-token")),
            (None, None)
        );
    }
}

#[tokio::test]
async fn test_login_is_tried_again_when_the_server_is_unavailable() {
    let answers = [
        CannedResponse::empty(503),
        session(),
        CannedResponse::json(200, CORPS),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = builder(login(), server.address()).retry(RetryPolicy::default());
    let client = client.build().unwrap();
    client.corps_list().send().await.unwrap();
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_failed_login_says_what_is_wrong() {
    for (answer, rejected, unavailable, reason) in [
        (
            CannedResponse::json(401, r#"{"message": "c4nary"}"#),
            true,
            false,
            "the e-mail address or the password is wrong",
        ),
        (
            CannedResponse::json(400, r#"{"message": "c4nary"}"#),
            true,
            false,
            "responded with 400",
        ),
        (CannedResponse::json(500, "c4nary"), false, true, "500"),
        (
            CannedResponse::json(200, r#"{"token": ""}"#),
            false,
            false,
            "empty token",
        ),
        (
            CannedResponse::json(200, r#"{"c4nary": 1}"#),
            false,
            false,
            "token",
        ),
        (
            CannedResponse::new(200, "text/html", "<p>c4nary"),
            false,
            false,
            "text/html",
        ),
    ] {
        let server = ApiServer::start([answer]).await.unwrap();
        let client = builder(login(), server.address()).retry(RetryPolicy::default());
        let client = client.build().unwrap();
        // Temporary failures are retried for as long as the call has time.
        let call = client.corps_list().timeout(Duration::from_secs(1));
        let error = call.send().await.unwrap_err();
        let auth = error.auth_error().unwrap();
        assert_eq!(
            (auth.is_rejected(), auth.is_unavailable()),
            (rejected, unavailable),
            "{auth}"
        );
        let shown = shown(&error);
        assert!(shown.contains(reason) && !shown.contains("c4nary"), "{shown}");
        assert_eq!(server.received().len() > 1, unavailable);
    }
}

#[tokio::test]
async fn test_fastly_key_goes_to_the_operations_that_need_it() {
    let server = ApiServer::start([
        session(),
        CannedResponse::json(200, "{}"),
        CannedResponse::json(200, CORPS),
    ])
    .await
    .unwrap();
    let login = Credentials::from(login()).with_fastly_key(FastlyKey::new(FASTLY).unwrap());
    let client = builder(login, server.address()).build().unwrap();
    let backends = client.edge_deployment_backends_sync("acme", "shop", "s");
    backends.send().await.unwrap();
    client.corps_list().send().await.unwrap();
    let received = server.received();
    let keys: Vec<_> = received
        .iter()
        .map(|request| request.header("fastly-key"))
        .collect();
    assert_eq!(keys, [None, Some(FASTLY), None]);
    assert_eq!(
        received[1].header("authorization"),
        Some(format!("Bearer {SESSION}").as_str())
    );

    let client = builder(api_token(), server.address()).build().unwrap();
    let backends = client.edge_deployment_backends_sync("acme", "shop", "s");
    let error = backends.send().await.unwrap_err();
    assert!(
        error.is_authenticate() && error.to_string().contains("needs a Fastly key"),
        "{error}"
    );
    assert_eq!(server.received().len(), 3);
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

/// Records everything that is logged.
struct Log(Mutex<String>);

static LOG: Log = Log(Mutex::new(String::new()));

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.0.lock().unwrap(), "{} {}", record.target(), record.args()).unwrap();
    }
    fn flush(&self) {}
}

/// The error of a call. Collects everything that a program could print in the meantime.
async fn failure(credentials: Credentials, server: &str, everything: &mut String) -> sigsci::runtime::Error {
    let credentials = credentials.with_fastly_key(FastlyKey::new(FASTLY).unwrap());
    write!(everything, "{credentials:?} {credentials:#?}").unwrap();
    let builder = builder(credentials, server).timeout(Duration::from_secs(2));
    write!(everything, "{builder:?} {builder:#?}").unwrap();
    let client = builder.build().unwrap();
    let call = client.edge_deployment_backends_sync("acme", "shop", "s");
    write!(everything, "{client:?} {client:#?} {call:?}").unwrap();
    // It accepts any success, so another call must find its faults.
    let error = match call.send().await {
        Ok(_) => client.corps_list().send().await.unwrap_err().untyped(),
        Err(error) => error.untyped(),
    };
    *everything += &shown(&error);
    error
}

#[tokio::test]
async fn test_nothing_shows_a_secret() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let mut everything = String::new();
    // Refusals that repeat the credentials, and an empty response.
    for is_refused in [true, false] {
        let echo = |secrets: &str| {
            let (status, body) = match is_refused {
                true => (401, format!(r#"{{"message": "{secrets}"}}"#)),
                false => (200, format!("<html>{secrets}")),
            };
            CannedResponse::json(status, &body).header("x-echo", secrets)
        };
        let key = || echo(&format!("{EMAIL} {TOKEN} {FASTLY}"));
        let server = ApiServer::start([key(), key()]).await.unwrap();
        failure(api_token().into(), server.address(), &mut everything).await;
        let password = || echo(&format!("{EMAIL} {PASSWORD} {FASTLY}"));
        let server = ApiServer::start([password(), password()]).await.unwrap();
        let error = failure(login().into(), server.address(), &mut everything).await;
        assert!(error.is_authenticate());
        let token = || echo(&format!("{EMAIL} {PASSWORD} {FASTLY} {SESSION}"));
        let server = ApiServer::start([session(), token(), session(), token()])
            .await
            .unwrap();
        let error = failure(login().into(), server.address(), &mut everything).await;
        assert!(error.is_status() || error.is_decode(), "{error}");
    }
    // A port on which nothing listens any longer.
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for credentials in [Credentials::from(api_token()), login().into()] {
        let error = failure(credentials, &format!("http://127.0.0.1:{port}"), &mut everything).await;
        assert!(error.is_connect() || error.is_authenticate(), "{error}");
    }
    let logged = LOG.0.lock().unwrap().clone();
    assert!(logged.contains("127.0.0.1"), "nothing was logged: {logged}");
    assert!(
        logged.contains("edge_deployment_backends_sync"),
        "no span: {logged}"
    );
    for shown in [everything, logged] {
        assert!(!shown.contains("c4nary"), "{shown}");
    }
}
