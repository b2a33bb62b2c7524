//! Every request that the vendors' public clients send, expressed by typed calls.
//!
//! The lists are the files `<crate>.toml` in this folder. They contain facts from the clients'
//! sources:
//!
//! | member | what it is |
//! |---|---|
//! | `operation` | the client's method for the request |
//! | `request` | method, path and query, as they arrive at a server |
//! | `body` | the body as JSON; a form's members are also written as JSON |
//! | `say` | the typed call, compiled into a test of its operation |
//! | `client` | the client for the call, if it is not one without credentials |
//! | `client_sends`, `mistake` | what the client sends instead by mistake, and the mistake |
//! | `seen` | the place in the client: repository, file, line |
//!
//! The build script writes one test for each operation. A request with a mistake and without `say`
//! cannot be expressed.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod complete;
mod list;
#[path = "../support/mod.rs"]
mod support;

use list::query;
use lorgnette_runtime::{DateTime, NaiveDate, Nullable, Uuid};
use lorgnette_tests::server::ApiServer;
use serde_json::Value;
use support::{listener, naive, only, read};

include!(concat!(env!("OUT_DIR"), "/evidence.rs"));

/// A v4 client whose token is sent in the query. The token names the server, and the adapter adds
/// the path of the API.
fn with_token(server: &ApiServer) -> ::vxg_v4::Client {
    use base64::Engine as _;
    let port = server.address().rsplit(':').next().unwrap();
    let token = format!(
        r#"{{"camid": 1, "access": "all", "token": "share.dummy", "api": "127.0.0.1", "api_p": {port}}}"#
    );
    let token = base64::engine::general_purpose::STANDARD.encode(token);
    let token = vxg::AccessToken::new(token).unwrap();
    vxg::v4(token.allow_http().sent_in_query()).unwrap()
}

/// A client whose tokens come from the same server as everything else.
fn with_console(server: &ApiServer) -> ::angus_v1::Client {
    ::angus_v1::Client::builder(server.address())
        .server(angus::CONSOLE_URL, server.address())
        .allow_http_on_loopback()
        .build()
        .unwrap()
}

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// Checks that the received request matches the list: method and path exactly, the query as a set,
/// the body as JSON or as the members of a form.
fn assert_arrived(server: &ApiServer, request: &str, body: Option<&str>) {
    let arrived = only(server);
    let target_arrived = arrived.target.trim_start_matches("/api/v4");
    let (method, target) = request.split_once(' ').unwrap();
    assert_eq!(arrived.method, method, "{request}");
    assert_eq!(path(target_arrived), path(target), "{request}");
    assert_eq!(query(target_arrived), query(target), "{request}");
    let sent = match arrived.header("content-type") {
        Some(form) if form.starts_with("application/x-www-form-urlencoded") => {
            Some(form_members(&arrived.text()))
        }
        _ if arrived.body.is_empty() => None,
        _ => Some(serde_json::from_slice(&arrived.body).unwrap()),
    };
    assert_eq!(sent, body.map(read::<Value>), "{request}");
}

/// The path as one writes it: `@` and `:` may be written either way.
fn path(target: &str) -> String {
    let path = target.split('?').next().unwrap();
    path.replace("%40", "@").replace("%3A", ":")
}

fn form_members(text: &str) -> Value {
    let members = query(&format!("?{text}"));
    Value::Object(
        members
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect(),
    )
}
