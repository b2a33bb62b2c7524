//! `--dry-run` and `--curl`: the request that would be sent.

use super::body::{Content, Payload, each_secret};
use super::request::Request;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::mask::MASKED;
use crate::program::Api;
use bytes::Bytes;
use http::HeaderMap;
use lorgnette_runtime::commands::{Command, Kind, SchemePlace};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{AttemptRequest, ByteStream, Client, ClientBuilder, Interceptor, Undeclared, http};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// A request that is not sent.
#[derive(Debug)]
pub struct Prepared {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
}

/// Catches a request on its way out.
#[derive(Clone, Debug, Default)]
struct Catch(Arc<Mutex<Option<(String, HeaderMap)>>>);

impl Interceptor for Catch {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let caught = (request.url().to_string(), request.headers().clone());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(caught);
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = http::StatusCode::NO_CONTENT;
        Some(response)
    }
}

/// Makes the request of a command line, and shows where its credentials go.
///
/// # Errors
///
/// When it cannot be made.
pub async fn prepare(
    api: &'static Api,
    command: &'static Command,
    connection: &Connection,
    request: &Request,
) -> Result<Prepared, Failure> {
    let base_url = base_url(api, connection)?;
    let catch = Catch::default();
    let client: Client = connection
        .options(ClientBuilder::new(&base_url, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
        .base_url(&base_url)
        .retry(RetryPolicy::off())
        .intercept(catch.clone())
        .build()?;
    request.call(&client).send::<ByteStream, Undeclared>().await?;
    let caught = catch.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (mut url, headers) = caught.ok_or_else(|| Failure::local("no request was made"))?;
    let mut shown: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    for place in places(api, command) {
        match place {
            SchemePlace::Header(name) => shown.push((name.to_lowercase(), MASKED.to_owned())),
            SchemePlace::Cookie(name) => shown.push(("cookie".to_owned(), format!("{name}={MASKED}"))),
            SchemePlace::Authorization(word) => {
                shown.push(("authorization".to_owned(), format!("{word} {MASKED}")));
            }
            SchemePlace::Query(name) => {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&format!("{name}={MASKED}"));
            }
            SchemePlace::Elsewhere => {}
        }
    }
    let mask = &connection.mask;
    Ok(Prepared {
        method: command.operation.method().to_string(),
        url: mask.apply(&url),
        headers: shown.into_iter().map(|(name, value)| (name, mask.apply(&value))).collect(),
    })
}

/// The address that requests would go to. Whoever has no credentials yet can look at requests all the same.
fn base_url(api: &'static Api, connection: &Connection) -> Result<String, Failure> {
    match (api.connect)(connection) {
        Ok(client) => Ok(client.base_url().to_owned()),
        Err(error) => {
            let known = connection.base_url().or(api.table.base_url.map(str::to_owned));
            known.ok_or_else(|| error.into())
        }
    }
}

/// Where the credentials of an operation go.
fn places(api: &'static Api, command: &Command) -> Vec<SchemePlace> {
    let names = command.operation.schemes().unwrap_or_default();
    let mut places: Vec<SchemePlace> = Vec::new();
    for place in names.iter().filter_map(|name| api.table.scheme(name)).map(|scheme| scheme.place) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

impl Prepared {
    /// The method and the address.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    /// The request as HTTP shows it.
    pub fn http(&self, payload: Option<&Payload>) -> String {
        let mut text = format!("{}\n", self.line());
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if let Some(body) = payload.map(shown) {
            text.push('\n');
            text.push_str(&body);
            text.push('\n');
        }
        text
    }

    /// The request as a command line of curl.
    pub fn curl(&self, payload: Option<&Payload>) -> String {
        let mut words = vec!["curl".to_owned(), format!("-X {}", self.method), quoted(&self.url)];
        for (name, value) in &self.headers {
            words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
        match payload.map(|payload| &payload.content) {
            None => {}
            Some(Content::Multipart(_, value, ..)) => words.extend(parts(value)),
            Some(Content::Form(value, kind, _)) => {
                let masked = masked(*kind, value);
                for (name, value) in masked.as_object().into_iter().flatten() {
                    words.push(format!("--data-urlencode {}", quoted(&format!("{name}={}", plain(value)))));
                }
            }
            Some(Content::Raw(_, Some(path))) => words.push(format!("--data-binary {}", quoted(&format!("@{path}")))),
            Some(Content::Raw(_, None)) => words.push("--data-binary @-".to_owned()),
            Some(_) => words.extend(payload.map(|payload| format!("--data-raw {}", quoted(&shown(payload))))),
        }
        format!("{}\n", words.join(" \\\n  "))
    }
}

/// The body as text, its secrets masked.
fn shown(payload: &Payload) -> String {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    match &payload.content {
        Content::Json(value, kind) => pretty(&masked(*kind, value)),
        Content::Form(value, kind, _) => pretty(&masked(*kind, value)),
        Content::Multipart(_, value, ..) => pretty(value),
        Content::Text(text) => text.clone(),
        Content::Raw(_, Some(path)) => format!("<{path}>"),
        Content::Raw(body, None) => format!("<{body:?}>"),
    }
}

/// A value whose secrets are masked.
fn masked(kind: Kind, value: &Value) -> Value {
    let mut secrets = Vec::new();
    each_secret(kind, value, &mut |secret| secrets.push(secret.to_owned()));
    let mut masked = value.clone();
    replace(&mut masked, &secrets);
    masked
}

fn replace(value: &mut Value, secrets: &[String]) {
    match value {
        Value::String(text) if secrets.contains(text) => MASKED.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, secrets)),
        Value::Object(members) => members.values_mut().for_each(|value| replace(value, secrets)),
        _ => {}
    }
}

/// The parts of a multipart form as arguments of curl. Files are named with an `@` already, or are made so.
fn parts(value: &Value) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, value)| format!("-F {}", quoted(&format!("{name}={}", plain(value))))).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
