//! Errors on one line: what happened, where, and what the server says, for each kind of failure.

use crate::guarded::{builder, client, read};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::authenticate::{Fields, StaticFields};
use lorgnette_runtime::{Call, Client, ClientError, Error, Secret, Undeclared};
use std::error::Error as StdError;
use std::time::Duration;

/// The error line of a call to a server with this response. `HOST` replaces the address.
async fn line(steps: Vec<ServerStep>) -> String {
    let (server, client) = crate::guarded::answering(vec![steps]).await;
    let error = read(&client)
        .timeout(Duration::from_millis(300))
        .send()
        .await
        .unwrap_err();
    let error = ClientError::from(error);
    assert_said_once(&error);
    error
        .to_string()
        .replace(server.url.trim_start_matches("http://"), "HOST")
}

/// A report of the whole chain repeats nothing.
fn assert_said_once(error: &(dyn StdError + 'static)) {
    let mut report = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(!report.contains(&text), "{text:?} is in {report:?} already");
        report = format!("{report}: {text}");
        next = error.source();
    }
    let parts: Vec<&str> = report.split(": ").filter(|part| part.len() > 12).collect();
    for part in &parts {
        assert_eq!(report.matches(part).count(), 1, "{part:?} is twice in {report:?}");
    }
}

/// The table in the documentation of errors.
#[tokio::test]
async fn test_each_failure_is_one_line_with_the_servers_words() {
    let page = |status, body: &str| answer(status, &[("content-type", "text/html")], body);
    for (steps, expected) in [
        (
            json(401, r#"{"error": "invalid_key", "message": "unknown API key"}"#),
            r#"read: 401 Unauthorized from GET HOST/items/{id}: "unknown API key""#,
        ),
        (
            json(
                400,
                r#"{"errors": [{"detail": "id is not a number"}], "requestId": "7f3a"}"#,
            ),
            r#"read: 400 Bad Request from GET HOST/items/{id}: "id is not a number" (request id 7f3a)"#,
        ),
        (
            json(403, r#"{"message": "PTZ is not supported"}"#),
            r#"read: 403 Forbidden from GET HOST/items/{id}: "PTZ is not supported""#,
        ),
        (
            answer(404, &[("x-request-id", "r-9")], ""),
            "read: 404 Not Found from GET HOST/items/{id} (request id r-9)",
        ),
        (
            json(409, r#"{"message": "the name is taken"}"#),
            r#"read: 409 Conflict from GET HOST/items/{id}: "the name is taken""#,
        ),
        (
            page(404, "<html><head><title>404 -\n nginx</title></head></html>"),
            r#"read: 404 Not Found from GET HOST/items/{id}: "404 - nginx""#,
        ),
        (
            page(200, "<html><h1>Sign in</h1></html>"),
            r#"read: 200 OK from GET HOST/items/{id}: "Sign in"; the body is text/html, not JSON"#,
        ),
        (
            json(200, r#"{"id": true}"#),
            "read: 200 OK from GET HOST/items/{id}; the body does not match the contract: \
             id: expected an integer, found a boolean at line 1 column 11",
        ),
        (
            answer(
                400,
                &[("content-type", "text/plain")],
                "upstream\r\n[error] forged\u{1b}[2J",
            ),
            r#"read: 400 Bad Request from GET HOST/items/{id}: "upstream [error] forged [2J""#,
        ),
        (
            vec![ServerStep::Wait(Duration::from_secs(30))],
            "read: no response came within the timeout of 300ms; `timeout` of the call or the client sets it \
             (GET HOST/items/{id})",
        ),
    ] {
        assert_eq!(line(steps).await, expected);
    }
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"".to_vec();
    let cut = line(vec![ServerStep::Bytes(cut), ServerStep::Close]).await;
    assert!(
        cut.starts_with("read: ") && cut.contains("(GET HOST/items/{id})"),
        "{cut}"
    );
}

#[tokio::test]
async fn test_wrong_host_is_named() {
    let client = client("http://127.0.0.1:9");
    let error: Error<_> = read(&client).send().await.unwrap_err();
    let error = ClientError::from(error);
    assert_said_once(&error);
    let line = error.to_string();
    assert!(
        line.contains("no connection to the server (") && line.contains("(GET 127.0.0.1:9/items/{id})"),
        "{line}"
    );
    assert!(error.is_connect() && error.status().is_none() && error.operation() == Some("read"));
}

#[tokio::test]
async fn test_secrets_that_a_server_repeats_are_masked_in_the_line() {
    const KEY: &str = "c4nary-s3cret";
    let server = TestServer::start(|_| {
        json(
            403,
            r#"{"message": "key c4nary-s3cret may not do this", "requestId": "c4nary-s3cret"}"#,
        )
    })
    .await;
    let fields = Fields::new()
        .header_with_word("authorization", "Key", &Secret::new(KEY))
        .unwrap();
    let credentials = StaticFields::new(crate::guarded::origin(&server.url), fields);
    let client = builder(&server.url).authenticate(credentials);
    let error = read(&client.build().unwrap()).send().await.unwrap_err();
    let line = format!("{error} {error:?}");
    assert!(!line.contains(KEY) && line.contains(r#""key [masked] may not do this" (request id [masked])"#));
    assert_eq!(error.message().unwrap(), "key c4nary-s3cret may not do this");
}

lorgnette_runtime::operation!(SEND: "send" POST "/send", query "key");

/// Without credentials: the secrets are values of the caller's, in the query, the body, or behind
/// what is sent.
#[tokio::test]
async fn test_secrets_among_the_values_of_a_call_are_masked_too() {
    let server = TestServer::start(|_| json(400, r#"{"message": "no c4nary-s3cret here"}"#)).await;
    let secret = || Secret::new("c4nary-s3cret");
    let plain = client(&server.url);
    let concealing = builder(&server.url).conceal([secret()]).build().unwrap();
    let line = async |client: &Client, set: fn(&mut Call<'_>, &Secret)| {
        let mut call = Call::new(client, &SEND);
        set(&mut call, &secret());
        let sent: Result<_, Error<Undeclared>> = call.send::<(), Undeclared>().await;
        sent.unwrap_err().to_string()
    };
    for line in [
        line(&plain, |call, secret| call.set(0, secret)).await,
        line(&plain, |call, secret| call.json(secret)).await,
        line(&concealing, |_, _| {}).await,
    ] {
        assert!(line.ends_with(r#": "no [masked] here""#), "{line}");
    }
    let shown = line(&plain, |_, _| {}).await;
    assert!(shown.ends_with(r#": "no c4nary-s3cret here""#), "{shown}");
}

#[tokio::test]
async fn test_servers_words_are_left_out_where_they_are_not_wanted() {
    let server = TestServer::start(|_| json(409, r#"{"message": "no", "requestId": "7"}"#)).await;
    let client = builder(&server.url).hide_server_messages().build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.to_string().ends_with("/items/{id}"), "{error}");
    assert_eq!(error.message().as_deref(), Some("no"));
}
