//! Helpers for tests of calls: servers in this process, clients of each API, and access to the
//! received requests.

// Each test program uses a part of it.
#![allow(dead_code)]

use lorgnette_runtime::{NaiveDateTime, Uuid};
use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A server with this response.
pub async fn server(answer: CannedResponse) -> ApiServer {
    ApiServer::start([answer]).await.unwrap()
}

/// A server for tests that inspect only the request. It does not matter how clients handle the
/// response.
pub async fn listener() -> ApiServer {
    server(CannedResponse::empty(204)).await
}

/// The only request that arrived.
pub fn only(server: &ApiServer) -> ReceivedRequest {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// Method, path and query of the only request that arrived.
pub fn line(server: &ApiServer) -> String {
    let request = only(server);
    format!("{} {}", request.method, request.target)
}

macro_rules! clients {
    ($($name:ident: $of:ident;)*) => {$(
        /// A client of this server.
        pub fn $name(server: &ApiServer) -> $of::Client {
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
    vxg6: vxg_v6;
    vxg_gateway: vxg_gateway_v1;
    angus: angus_v1;
}

/// An id in the vendors' format.
pub fn uuid() -> Uuid {
    "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d".parse().unwrap()
}

/// A date-time without a zone.
pub fn naive(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// A value read from JSON.
pub fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// A value as JSON.
pub fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}
