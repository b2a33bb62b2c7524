//! Tokens from a real OAuth 2.0 server: they are obtained, sent as `Bearer`, expire and are
//! renewed. The server also rejects a wrong secret.
//!
//! The server is the npm package `oidc-provider` (tests/oauth), a process of its own. In front of
//! it is an API in this process that verifies each token with the server's public key, including
//! its expiry, and forwards requests for tokens to the server's token endpoint.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use lorgnette_runtime::reqwest;
use lorgnette_tests::npm::installed;
use sevensignal::ApiKey;
use sevensignal::v2::Client;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const KEY: &str = "c4nary-key";
const SECRET: &str = "c4nary-s3cret/+&=%";
const AUDIENCE: &str = "https://api.example.com";
/// The lifetime of tokens. Their times are whole seconds, so it may be up to one second shorter.
const LIFETIME: Duration = Duration::from_secs(3);

/// The OAuth server, as a process that ends with this.
struct Issuer {
    process: Child,
    address: String,
}

impl Issuer {
    fn start() -> Self {
        let folder = installed("oauth", env!("CARGO_TARGET_TMPDIR"), &["server.mjs"]).unwrap();
        let log = fs::File::create(folder.join("server.log")).unwrap();
        let mut process = Command::new("node")
            .arg("server.mjs")
            .current_dir(&folder)
            .env("CLIENT_ID", KEY)
            .env("CLIENT_SECRET", SECRET)
            .env("LIFETIME", LIFETIME.as_secs().to_string())
            .env("AUDIENCE", AUDIENCE)
            .env("SCOPES", sevensignal::SCOPES.join(" "))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        assert!(
            address.starts_with("http://127.0.0.1:"),
            "the OAuth server does not start: see {}",
            folder.display()
        );
        let address = address.trim().to_owned();
        Self { process, address }
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The requests that the API has seen.
#[derive(Default)]
struct Seen {
    token_requests: usize,
    /// The tokens that were valid.
    tokens: BTreeSet<String>,
}

/// The API in front of the server.
struct GuardedApi {
    issuer: Issuer,
    http: reqwest::Client,
    keys: JwkSet,
    seen: Mutex<Seen>,
}

impl GuardedApi {
    /// Starts the API, and returns its address.
    async fn start() -> (Arc<Self>, String) {
        let issuer = tokio::task::spawn_blocking(Issuer::start).await.unwrap();
        let http = reqwest::Client::new();
        let keys = http
            .get(format!("{}/jwks", issuer.address))
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let keys = serde_json::from_slice(&keys).unwrap();
        let api = Arc::new(Self {
            issuer,
            http,
            keys,
            seen: Mutex::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = Arc::clone(&api);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let api = Arc::clone(&serving);
                let service = service_fn(move |request| {
                    let api = Arc::clone(&api);
                    async move { api.answer(request).await }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        (api, address)
    }

    async fn answer(&self, request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let (status, body) = if head.uri.path() == "/oauth2/token" {
            self.seen.lock().unwrap().token_requests += 1;
            let request = self
                .http
                .post(format!("{}/token", self.issuer.address))
                .header("content-type", &head.headers["content-type"])
                .body(body.collect().await?.to_bytes());
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.bytes().await.unwrap())
        } else {
            let bearer = head
                .headers
                .get("authorization")
                .and_then(|value| value.to_str().ok());
            match bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")) {
                Some(token) if self.is_good(token) => {
                    self.seen.lock().unwrap().tokens.insert(token.to_owned());
                    (200, Bytes::from_static(br#"{"results": []}"#))
                }
                _ => (401, Bytes::new()),
            }
        };
        let answer = Response::builder()
            .status(status)
            .header("content-type", "application/json");
        Ok(answer.body(Full::new(body)).unwrap())
    }

    /// Whether the server signed this token for this API, and it has not expired.
    fn is_good(&self, token: &str) -> bool {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.leeway = 0;
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&self.issuer.address]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        self.keys.keys.iter().any(|key| {
            let key = DecodingKey::from_jwk(key).unwrap();
            jsonwebtoken::decode::<serde_json::Value>(token, &key, &rules).is_ok()
        })
    }

    fn token_requests(&self) -> usize {
        self.seen.lock().unwrap().token_requests
    }

    fn tokens(&self) -> BTreeSet<String> {
        self.seen.lock().unwrap().tokens.clone()
    }
}

fn client(address: &str, secret: &str) -> Client {
    let builder = sevensignal::v2_builder(ApiKey::new(KEY, secret).unwrap());
    builder
        .base_url(address)
        .allow_http_on_loopback()
        .build()
        .unwrap()
}

#[tokio::test]
async fn test_token_is_obtained_and_renewed_before_and_after_its_end() {
    let (api, address) = GuardedApi::start().await;
    let client = client(&address, SECRET);

    // Calls in sequence for longer than a token lives: it is renewed while the old one is valid.
    let started = Instant::now();
    let mut calls = 0;
    while started.elapsed() < LIFETIME * 2 {
        client.agent_incidents().send().await.unwrap();
        calls += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let renewals = api.token_requests();
    assert!(
        (2..=5).contains(&renewals),
        "{renewals} requests for tokens in {calls} calls"
    );
    assert_eq!(api.tokens().len(), renewals);

    // No calls until the token has expired: then many callers request one at once, and one request
    // renews it for all.
    tokio::time::sleep(LIFETIME).await;
    assert!(
        api.tokens().iter().all(|token| !api.is_good(token)),
        "a token outlived its end"
    );
    let (before, tokens_before) = (api.token_requests(), api.tokens().len());
    let callers = (0..200).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.agent_incidents().send().await.map(drop) })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(api.token_requests() - before, 1);
    assert_eq!(api.tokens().len() - tokens_before, 1);
}

#[tokio::test]
async fn test_wrong_secret_is_a_clear_error_without_the_secret() {
    let (api, address) = GuardedApi::start().await;
    let wrong = "c4nary-wr0ng";
    let error = client(&address, wrong)
        .agent_incidents()
        .send()
        .await
        .unwrap_err();
    assert!(error.is_authenticate(), "{error}");
    assert!(
        error.to_string().contains("the API key or its secret is wrong"),
        "{error}"
    );
    let mut shown = String::new();
    let mut next: Option<&dyn Error> = Some(&error);
    while let Some(error) = next {
        write!(shown, "{error} {error:?}").unwrap();
        next = error.source();
    }
    for secret in [KEY, wrong] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(api.token_requests(), 1);
    assert!(api.tokens().is_empty());
}
