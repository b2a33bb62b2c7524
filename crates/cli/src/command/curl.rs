//! `--dry-run` and `--curl`: the request that would be sent.

use super::body::{BodyContent, Payload};
use super::fields::Field;
use super::request::RequestValues;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::mask::MASKED;
use crate::program::{Program, ProgramApi};
use lorgnette_runtime::authenticate::{Authenticate, Credentials, CredentialsFuture, Fields, Target};
use lorgnette_runtime::commands::{Command, SchemePlace};
use lorgnette_runtime::{Client, ClientBuilder, PreparedRequest, Secret};
use serde_json::Value;
use std::fmt::Write;
use std::sync::Arc;

/// Shows where credentials go, without the credentials themselves.
#[derive(Debug)]
struct Places(Arc<Fields>);

impl Authenticate for Places {
    fn credentials<'a>(&'a self, _: Target<'a>) -> CredentialsFuture<'a> {
        CredentialsFuture::ready(Ok(Credentials::new(Arc::clone(&self.0))))
    }
}

/// The request of a command line, with its secrets masked.
///
/// # Errors
///
/// When the request cannot be built.
pub fn prepare(
    program: &'static Program,
    api: &'static ProgramApi,
    command: &'static Command,
    connection: &Connection,
    request: &RequestValues,
) -> Result<PreparedRequest, Failure> {
    let base_url = base_url(program, api, connection)?;
    let client: Client = connection
        .options(ClientBuilder::new(
            &base_url,
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        ))
        .authenticate(Places(Arc::new(places(api, command)?)))
        .build()?;
    Ok(request.call(&client).to_request()?)
}

/// The address that requests would go to. Requests can be shown even without credentials.
fn base_url(
    program: &'static Program,
    api: &'static ProgramApi,
    connection: &Connection,
) -> Result<String, Failure> {
    match (api.connect)(connection) {
        Ok(client) => Ok(client.base_url().to_owned()),
        Err(error) => {
            let named = match program.address {
                Some(address) => address(connection, api),
                None => connection.base_url(),
            };
            let known = named.or(api.table.base_url.map(str::to_owned));
            known.ok_or_else(|| error.into())
        }
    }
}

/// The place of an operation's credentials, according to the first of its alternatives.
fn places(api: &'static ProgramApi, command: &Command) -> Result<Fields, Failure> {
    let alternatives = command.operation.alternatives().unwrap_or_default();
    let names = alternatives.iter().copied().find(|together| !together.is_empty());
    let schemes = names
        .unwrap_or_default()
        .iter()
        .filter_map(|name| api.table.scheme(name));
    let masked = Secret::new(MASKED);
    let failed = |_| Failure::local("the contract names a place for credentials that HTTP does not have");
    schemes
        .map(|scheme| scheme.place)
        .try_fold(Fields::new(), |fields, place| {
            match place {
                SchemePlace::Header(name) => fields.header(name, &masked),
                SchemePlace::Cookie(name) => fields.header_with_word("cookie", &format!("{name}="), &masked),
                SchemePlace::Authorization(word) => fields.header_with_word("authorization", word, &masked),
                SchemePlace::Query(name) => fields.query(name, &masked),
                SchemePlace::Elsewhere => Ok(fields),
            }
            .map_err(failed)
        })
}

/// The request as HTTP shows it.
pub fn http(request: &PreparedRequest, payload: Option<&Payload>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.url());
    for (name, value) in request.headers() {
        let _ = writeln!(text, "{name}: {value}");
    }
    let body = match (request.body(), payload.map(|payload| &payload.content)) {
        (Some(body), Some(BodyContent::Json(_))) => Some(pretty(body)),
        (Some(body), _) => Some(body.to_owned()),
        (None, Some(BodyContent::Multipart(_, field, _))) => Some(parts(field)),
        (None, Some(BodyContent::Raw(_, Some(path)))) => Some(format!("<{path}>")),
        (None, _) => None,
    };
    if let Some(body) = body {
        let _ = write!(text, "\n{}\n", body.trim_end());
    }
    text
}

/// JSON on several lines; other text is unchanged.
fn pretty(body: &str) -> String {
    let value: Option<Value> = serde_json::from_str(body).ok();
    let text = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    text.unwrap_or_else(|| body.to_owned())
}

/// The parts of a multipart form, one per line.
fn parts(field: &Field) -> String {
    let mut text = String::new();
    if let Field::Object(members) = field {
        for (name, value) in members {
            let _ = writeln!(text, "{name}: {}", part(value));
        }
    }
    text
}

fn part(field: &Field) -> String {
    match field {
        Field::Value(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        Field::Secret(_) => MASKED.to_owned(),
        Field::File(_, path) => format!("<{path}>"),
        Field::List(items) => items.iter().map(part).collect::<Vec<_>>().join(", "),
        Field::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{name}={}", part(value)));
            members.collect::<Vec<_>>().join(", ")
        }
    }
}
