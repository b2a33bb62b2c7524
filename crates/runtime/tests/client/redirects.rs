//! Redirects: which are followed, and what is sent with them.

use crate::attempts::Once;
use crate::guarded::{
    Fetch, Found, FoundOrOther, ITEM, Item, Locate, Replace, Seek, Write, answering, builder, keys, numbered,
    read,
};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::reqwest::header::HeaderMap;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Body, Client};

fn to(status: u16, location: &str) -> Vec<ServerStep> {
    answer(status, &[("location", location)], "")
}

/// A server that redirects requests for `/items...` and `/file` to this address.
async fn sending(status: u16, location: String) -> TestServer {
    TestServer::start(move |request| {
        if request.target.starts_with("/items") || request.target.starts_with("/file") {
            to(status, &location)
        } else {
            json(200, ITEM)
        }
    })
    .await
}

fn client_with_keys(server: &TestServer) -> Client {
    builder(&server.url)
        .authenticate(keys(&server.url, "hunter2"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn test_redirect_on_the_same_server_takes_everything_along() {
    let server = sending(302, "/other?x=y&token=hunter2#there".into()).await;
    let client = client_with_keys(&server);
    read(&client)
        .session("s")
        .header("x-mine", "m")
        .send()
        .await
        .unwrap();
    let received = server.received();
    assert_eq!(received[0].target, "/items/1?token=hunter2");
    assert_eq!(received[1].target, "/other?x=y&token=hunter2");
    for request in received {
        let sent = ["x-api-key", "cookie", "x-mine"].map(|name| request.header(name).to_owned());
        assert_eq!(sent, ["hunter2", "session=s", "m"]);
    }
}

#[tokio::test]
async fn test_redirect_to_another_origin_leaves_credentials_behind() {
    let elsewhere = TestServer::start(|request| match request.target.as_str() {
        "/landing?x=y" => to(302, "/last"),
        _ => json(200, ITEM),
    })
    .await;
    // The server repeats the query, as many servers do.
    let server = sending(307, format!("{}/landing?x=y&token=hunter2", elsewhere.url)).await;
    let client = client_with_keys(&server);
    let call = read(&client).session("hunter2").header("X-Api-Token", "hunter2");
    assert_eq!(call.header("range", "bytes=0-").send().await.unwrap().id, 1);
    let received = elsewhere.received();
    let targets: Vec<&str> = received.iter().map(|request| request.target.as_str()).collect();
    assert_eq!(targets, ["/landing?x=y", "/last"]);
    for request in received {
        assert!(!format!("{request:?}").contains("hunter2"), "{request:?}");
        assert_eq!(request.header("accept"), "application/json");
        assert_eq!(request.header("range"), "bytes=0-");
        assert!(request.header("user-agent").starts_with("lorgnette/"));
    }
}

#[tokio::test]
async fn test_redirect_there_and_back_leaves_credentials_behind() {
    let (back, _) = answering(vec![json(200, ITEM)]).await;
    let home = back.url.clone();
    let elsewhere = TestServer::start(move |_| to(302, &format!("{home}/back"))).await;
    let server = sending(302, elsewhere.url.clone()).await;
    let client = client_with_keys(&server);
    read(&client).send().await.unwrap();
    assert_eq!(back.only().header("x-api-key"), "");
    assert_eq!(elsewhere.only().header("x-api-key"), "");

    // The same, with the chain ending at the first server.
    let home = server.url.clone();
    let elsewhere = TestServer::start(move |_| to(302, &format!("{home}/back"))).await;
    let away = elsewhere.url.clone();
    let server = TestServer::start(move |request| match request.target.as_str() {
        "/back" => json(200, ITEM),
        _ => to(302, &away),
    })
    .await;
    let client = client_with_keys(&server);
    read(&client).send().await.unwrap();
    assert_eq!(elsewhere.only().header("x-api-key"), "");
}

#[tokio::test]
async fn test_401_elsewhere_says_why_and_rejects_no_token() {
    let elsewhere = TestServer::start(|_| answer(401, &[], "")).await;
    let server = sending(302, elsewhere.url.clone()).await;
    let (bearer, tokens) = numbered(&server.url);
    let client = builder(&server.url).authenticate(bearer).build().unwrap();
    for _ in 0..2 {
        let error = read(&client).send().await.unwrap_err();
        assert!(
            error.to_string().contains("a redirect led to another server"),
            "{error}"
        );
    }
    assert_eq!(tokens.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[tokio::test]
async fn test_redirect_of_a_body_stays_on_the_server() {
    let server = sending(307, "/other".into()).await;
    let client = client_with_keys(&server);
    Write::from(&client)
        .body(&Item { id: 7, name: None })
        .send()
        .await
        .unwrap();
    let received = server.received();
    assert_eq!(
        (received[1].method.as_str(), received[1].target.as_str()),
        ("POST", "/other?token=hunter2")
    );
    assert_eq!(received[1].text(), r#"{"id":7}"#);

    let elsewhere = TestServer::start(|_| json(200, ITEM)).await;
    let server = sending(307, elsewhere.url.clone()).await;
    let client = client_with_keys(&server);
    let error = Write::from(&client)
        .body(&Item { id: 7, name: None })
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 307);
    assert!(
        error
            .to_string()
            .contains("it redirects the body to another server"),
        "{error}"
    );
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn test_redirect_that_would_change_a_post_is_not_followed() {
    for status in [301, 302, 303] {
        let server = sending(status, "/other".into()).await;
        let error = Write::from(&client_with_keys(&server)).send().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn test_redirect_of_a_stream_that_is_gone_is_not_followed() {
    let server = sending(308, "/other".into()).await;
    let client = client_with_keys(&server);
    let error = Replace::from(&client)
        .body(Body::stream(Once(Some("gone"))))
        .send()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("a body that cannot be sent twice"),
        "{error}"
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_redirects_in_circles_end() {
    let server = sending(302, "/items/again".into()).await;
    let error = read(&client_with_keys(&server)).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (302, 11));
    assert!(error.to_string().contains("too often"), "{error}");
    assert_eq!(server.received().len(), 11);
}

#[tokio::test]
async fn test_redirect_without_location_is_an_error() {
    let (_server, client) = answering(vec![answer(302, &[], "")]).await;
    let error = read(&client).send().await.unwrap_err();
    assert!(
        error.is_status() && error.to_string().contains("without a target"),
        "{error}"
    );
}

#[tokio::test]
async fn test_redirect_that_the_contract_declares_is_the_answer() {
    let (server, client) = answering(vec![to(302, "/other")]).await;
    let error = Locate::from(&client).send().await.unwrap_err();
    assert!(matches!(error.declared(), Some(Found::Found(()))));
    assert_eq!(error.headers().map(HeaderMap::len).unwrap_or_default(), 2);
    assert_eq!(server.received().len(), 1);
    let (server, client) = answering(vec![to(307, "/other"), json(200, ITEM)]).await;
    Locate::from(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_redirect_declared_beside_all_other_statuses_is_the_answer() {
    let (server, client) = answering(vec![to(302, "/other")]).await;
    let error = Seek::from(&client).send().await.unwrap_err();
    assert!(matches!(error.declared(), Some(FoundOrOther::Found(()))));
    assert_eq!(server.received().len(), 1);
    // Other statuses are errors of some kind, which does not turn redirects into responses.
    let (server, client) = answering(vec![to(307, "/other"), json(200, ITEM)]).await;
    Seek::from(&client).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_failure_behind_a_redirect_begins_anew() {
    let (server, client) = answering(vec![to(302, "/other"), answer(503, &[], ""), json(200, ITEM)]).await;
    read(&client).send().await.unwrap();
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/items/1", "/other", "/items/1"]);
}

#[tokio::test]
async fn test_failure_behind_a_redirect_says_that_it_was_there() {
    let gone = TestServer::start(|_| json(200, ITEM)).await.url.clone();
    let server = sending(302, format!("{gone}/x")).await;
    let client = builder(&server.url).retry(RetryPolicy::off()).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.to_string().contains("; a redirect led there"), "{error}");
    assert!(!error.to_string().contains(&gone), "{error}");
}

#[tokio::test]
async fn test_download_is_found_elsewhere_without_credentials() {
    let storage = TestServer::start(|_| answer(200, &[], "bytes")).await;
    let server = sending(302, format!("{}/signed?signature=abc", storage.url)).await;
    let stream = Fetch::from(&client_with_keys(&server))
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(stream.bytes(100).await.unwrap(), "bytes");
    let request = storage.only();
    assert_eq!(
        (request.target.as_str(), request.header("x-api-key")),
        ("/signed?signature=abc", "")
    );
}
