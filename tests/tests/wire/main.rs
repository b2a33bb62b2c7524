//! Calls of the generated crates against a server in this process: what arrives there, byte for byte, and what is made
//! of the answer.
//!
//! Each test is one fact, shown by the operation of a vendor that depends on it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod addresses;
mod answers;
mod bodies;
mod errors;
mod headers;
mod missing;
mod streams;
mod values;

use lorgnette_runtime::{NaiveDateTime, Uuid};
use lorgnette_tests::server::{Answer, Request, Server};

/// A server that has this answer to give.
async fn server(answer: Answer) -> Server {
    Server::start([answer]).await.unwrap()
}

/// A server for tests that only look at the request. Clients may make of the answer what they like.
async fn listener() -> Server {
    server(Answer::empty(204)).await
}

/// The one request that came.
fn only(server: &Server) -> Request {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// Method, path and query of the one request that came.
fn line(server: &Server) -> String {
    let request = only(server);
    format!("{} {}", request.method, request.target)
}

macro_rules! clients {
    ($($name:ident: $of:ident;)*) => {$(
        fn $name(server: &Server) -> $of::Client {
            $of::Client::new(server.address()).unwrap()
        }
    )*};
}

clients! {
    sevensignal: sevensignal_v2;
    sigsci: sigsci_v0;
    vxg2: vxg_v2;
    vxg3: vxg_v3;
    vxg4: vxg_v4;
    vxg5: vxg_v5;
    angus: angus_v1;
}

/// An id as the vendors write them.
fn uuid() -> Uuid {
    "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d".parse().unwrap()
}

/// A time without zone.
fn naive(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}
