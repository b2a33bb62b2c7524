//! The addresses that requests are sent to: declared servers, redirects across origins, and
//! proxies.

use crate::guarded::{ITEM, Item, builder, keys, read};
use crate::support::{Received, ServerStep, TestServer, answer, json};
use lorgnette_runtime::{Call, Client, ClientBuilder, RedirectPolicy, reqwest};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

lorgnette_runtime::operation!(
    LOGIN: "login" POST "/login"; server("http://login.example:9"); security(&[&["key"]])
);
/// An operation whose body contains a password, and for which the contract declares a server.
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
struct Login<'client>(Call<'client>);
lorgnette_runtime::builder!(Login: LOGIN => Item);
impl Login<'_> {
    fn body(mut self, body: &Item) -> Self {
        self.0.json(body);
        self
    }
}

lorgnette_runtime::operation!(REMOVE: "remove" DELETE "/items"; security(&[&["key"]]));
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
struct Remove<'client>(Call<'client>);
lorgnette_runtime::builder!(Remove: REMOVE => ());

fn password() -> Item {
    Item {
        id: 1,
        name: Some("hunter2".to_owned()),
    }
}

async fn items() -> TestServer {
    TestServer::start(|_| json(200, ITEM)).await
}

async fn sending(status: u16, location: String) -> TestServer {
    TestServer::start(move |_| answer(status, &[("location", location.as_str())], "")).await
}

#[tokio::test]
async fn test_declared_server_without_tls_gets_nothing() {
    let client: Client = builder("https://api.example").https_only().build().unwrap();
    let error = Login::from(&client).body(&password()).send().await.unwrap_err();
    assert!(error.is_build() && error.attempts() == 0, "{error}");
    let expected = "the server http://login.example:9 that the contract declares has no TLS";
    assert!(error.to_string().contains(expected), "{error}");
    // A proxy on this machine does not receive it either, unless that was allowed.
    let here = items().await;
    let client = |builder: ClientBuilder| builder.server("http://login.example:9", &here.url).build();
    let secured = || builder("https://api.example").https_only();
    assert!(client(secured()).is_err());
    let client = client(secured().allow_http_on_loopback()).unwrap();
    Login::from(&client).body(&password()).send().await.unwrap();
    assert_eq!(here.only().target, "/login");
}

#[tokio::test]
async fn test_redirects_are_followed_as_the_policy_says() {
    let elsewhere = items().await;
    let there = elsewhere.url.clone();
    let server = TestServer::start(move |request| match request.target.as_str() {
        "/items/away" => answer(302, &[("location", there.as_str())], ""),
        "/items/near" => answer(302, &[("location", "/items/next")], ""),
        "/items/next" => answer(302, &[("location", "/items/last")], ""),
        _ => json(200, ITEM),
    })
    .await;
    let outcome = async |policy: RedirectPolicy, id: &str| {
        let client = builder(&server.url).redirects(policy).build().unwrap();
        let outcome = read(&client).id(id).send().await;
        outcome.map(drop).map_err(|error| error.to_string())
    };
    for (policy, near, away) in [
        (RedirectPolicy::none(), Some("follows none"), Some("follows none")),
        (RedirectPolicy::same_origin(), None, Some("allows none")),
        (
            RedirectPolicy::same_origin().limit(1),
            Some("too often"),
            Some("allows none"),
        ),
        (RedirectPolicy::safe_across_origins(), None, None),
        (
            RedirectPolicy::default().limit(0),
            Some("too often"),
            Some("too often"),
        ),
    ] {
        for (id, expected) in [("near", near), ("away", away)] {
            match (outcome(policy, id).await, expected) {
                (Ok(()), None) => {}
                (Err(error), Some(expected)) if error.contains(expected) => {}
                (outcome, _) => panic!("{policy:?} {id}: {outcome:?}"),
            }
        }
    }
    assert_eq!(elsewhere.received().len(), 1);
}

#[tokio::test]
async fn test_request_that_changes_something_stays_at_its_server() {
    let elsewhere = items().await;
    for status in [307, 308] {
        let server = sending(status, elsewhere.url.clone()).await;
        let client: Client = builder(&server.url).build().unwrap();
        let error = Remove::from(&client).send().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(
            error.to_string().contains("only requests that change nothing"),
            "{error}"
        );
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn test_client_that_may_show_a_certificate_stays_at_its_server() {
    let elsewhere = items().await;
    let server = sending(302, elsewhere.url.clone()).await;
    let own = || reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let handed_in: [ClientBuilder; 2] = [
        builder(&server.url).http_builder(own()),
        builder(&server.url).http(own().build().unwrap()),
    ];
    for builder in handed_in {
        let error = read(&builder.build().unwrap()).send().await.unwrap_err();
        assert!(error.to_string().contains("`redirects` of the client"), "{error}");
    }
    assert!(elsewhere.received().is_empty());
    // Unless the caller declares that it shows none.
    let builder = builder(&server.url).http_builder(own());
    let client = builder
        .redirects(RedirectPolicy::safe_across_origins())
        .build()
        .unwrap();
    read(&client).send().await.unwrap();
    assert_eq!(elsewhere.received().len(), 1);
}

#[tokio::test]
async fn test_server_in_the_internet_leads_nobody_inside() {
    let inside = items().await;
    let port = inside.url.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let outside = sending(302, format!("http://{host}:{port}/admin")).await;
        let address: SocketAddr = outside.url.trim_start_matches("http://").parse().unwrap();
        // The name stands for a server on the internet.
        let http = reqwest::Client::builder().resolve("api.invalid", address);
        let builder = builder(&format!("http://api.invalid:{}", address.port()));
        let builder = builder.http_builder(http).redirects(RedirectPolicy::default());
        let client: Client = builder.build().unwrap();
        let error = read(&client).send().await.unwrap_err();
        assert!(error.to_string().contains("is inside this network"), "{error}");
    }
    assert!(inside.received().is_empty());
}

/// The tests below read this variable, and do nothing without it.
const TARGET: &str = "LORGNETTE_TEST_TARGET";

/// Runs a test of this program with a proxy in its environment, and returns what the proxy saw.
async fn proxied(test: &str, target: &str) -> Vec<Received> {
    let proxy = TestServer::start(|_| vec![ServerStep::Close]).await;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(TARGET, target);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, &proxy.url);
    }
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        command.env_remove(name);
    }
    command.stdout(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
    proxy.received()
}

/// The response to a client with this secret, if there is one.
async fn answer_of(client: &Client) -> Result<i64, String> {
    let outcome = read(client).send().await;
    outcome.map(|item| item.id).map_err(|error| error.to_string())
}

#[tokio::test]
async fn test_child_calls_this_machine() {
    let Ok(target) = std::env::var(TARGET) else { return };
    let with_keys = |builder: ClientBuilder| builder.authenticate(keys(&target, "hunter2"));
    let own = builder(&target).http_builder(reqwest::Client::builder());
    for builder in [with_keys(builder(&target)), with_keys(own)] {
        assert_eq!(answer_of(&builder.build().unwrap()).await, Ok(1));
    }
}

#[tokio::test]
async fn test_this_machine_is_not_reached_through_a_proxy() {
    let server = items().await;
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let target = format!("http://{host}:{port}");
        let seen = proxied("addresses::test_child_calls_this_machine", &target).await;
        assert!(seen.is_empty(), "{seen:?}");
    }
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn test_child_calls_elsewhere() {
    let Ok(target) = std::env::var(TARGET) else { return };
    let own = || builder(&target).http_builder(reqwest::Client::builder());
    // A client whose own server may be reached through the proxy, although the contract's server
    // may not.
    let mixed = || ClientBuilder::new("https://api.invalid", "guarded", "1.0.0");
    let mixed_own: ClientBuilder = mixed().http_builder(reqwest::Client::builder());
    for builder in [builder(&target), own()] {
        let client: Client = builder.authenticate(keys(&target, "hunter2")).build().unwrap();
        assert!(answer_of(&client).await.is_err());
    }
    for builder in [mixed(), mixed_own] {
        let client: Client = builder.build().unwrap();
        assert!(Login::from(&client).body(&password()).send().await.is_err());
        // This one uses the proxy, which sees only the destination.
        assert!(answer_of(&client).await.is_err());
    }
}

#[tokio::test]
async fn test_proxy_sees_nothing_that_has_no_tls() {
    let seen = proxied("addresses::test_child_calls_elsewhere", "http://api.invalid").await;
    assert!(!seen.is_empty(), "the proxy is in use");
    for request in seen {
        assert_eq!(request.method, "CONNECT", "{request:?}");
        assert!(!format!("{request:?}").contains("hunter2"), "{request:?}");
    }
}
