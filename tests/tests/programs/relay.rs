//! A relay between the program and another server, which records the responses.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lorgnette_runtime::reqwest;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A response that was relayed.
#[derive(Debug)]
pub struct Exchange {
    pub status: u16,
    pub media_type: String,
    /// The header `sl-violations`.
    pub violations: String,
    pub body: Bytes,
}

/// Relays requests and responses byte for byte, until it is dropped.
pub struct Relay {
    address: String,
    seen: Arc<Mutex<Vec<Exchange>>>,
    task: tokio::task::JoinHandle<()>,
}

/// Headers that belong to a connection, not to the message.
const OF_CONNECTION: [&str; 5] = [
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
];

impl Relay {
    /// Starts a relay to the server at `target`.
    pub async fn start(target: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let (log, target) = (Arc::clone(&seen), target.trim_end_matches('/').to_owned());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, client, target) = (Arc::clone(&log), client.clone(), target.clone());
                let service = service_fn(move |request| {
                    let (log, client, target) = (Arc::clone(&log), client.clone(), target.clone());
                    async move { Ok::<_, Infallible>(hand_on(request, &client, &target, &log).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, seen, task }
    }

    /// The address that it listens on.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The responses since the last call of this function.
    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hand_on(
    request: hyper::Request<Incoming>,
    client: &reqwest::Client,
    target: &str,
    log: &Mutex<Vec<Exchange>>,
) -> hyper::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut onward = client.request(head.method, format!("{target}{}", head.uri));
    for (name, value) in &head.headers {
        if !OF_CONNECTION.contains(&name.as_str()) {
            onward = onward.header(name, value);
        }
    }
    // A request without a body needs no declaration of it.
    if head.headers.contains_key("content-length") || !body.is_empty() {
        onward = onward.body(body);
    }
    let response = onward.send().await.unwrap();
    let text = |name: &str| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let mut back = hyper::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        if !OF_CONNECTION.contains(&name.as_str()) {
            back = back.header(name, value);
        }
    }
    let mut exchange = Exchange {
        status: response.status().as_u16(),
        media_type: text("content-type"),
        violations: text("sl-violations"),
        body: Bytes::new(),
    };
    exchange.body = response.bytes().await.unwrap();
    let body = exchange.body.clone();
    log.lock().unwrap().push(exchange);
    back.body(Full::new(body)).unwrap()
}
