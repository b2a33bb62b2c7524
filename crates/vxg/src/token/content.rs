//! What is in a token: base64 of JSON.
//!
//! What is wrong with it is said when it is read, and nothing of it is repeated. This module knows no API.

use super::Right;
use crate::{Error, Server};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use lorgnette_runtime::{Secret, Value};
use serde::Deserialize;
use std::fmt;
use zeroize::Zeroizing;

/// What the two kinds of tokens have in common.
#[derive(Clone)]
pub(super) struct Token {
    pub encoded: Secret,
    /// The channel, which a group's token does not name.
    pub channel: Option<i64>,
    pub inner: Secret,
    pub rights: Vec<Right>,
    address: Option<Address>,
    pub is_http_allowed: bool,
    /// The one to use in place of that in the token.
    pub server: Option<Server>,
}

/// The address in a token.
#[derive(Clone)]
struct Address {
    host: String,
    http_port: Option<u16>,
    https_port: Option<u16>,
    path: String,
}

/// The JSON in a token. Values that are not secret are taken as they are and looked at later: serde's own messages would
/// repeat them.
#[derive(Deserialize)]
struct Claims {
    token: Option<Secret>,
    camid: Option<Value>,
    access: Option<Value>,
    api: Option<Value>,
    api_p: Option<Value>,
    api_sp: Option<Value>,
    path: Option<Value>,
}

/// Standard alphabet (to which the URL-safe one is brought), padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn claims(encoded: &str) -> Result<Claims, &'static str> {
    let mut standard = Zeroizing::new(encoded.as_bytes().to_vec());
    for byte in standard.iter_mut() {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    let json = BASE64.decode(&*standard).map(Zeroizing::new);
    let json = json.map_err(|_| "is no base64; give it alone, without the word before it")?;
    serde_json::from_slice(&json).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "is base64 of JSON, but of no object whose `token` is text",
        _ => "is base64, but not of JSON",
    })
}

/// Whether this is a token of one of the two kinds, and so nothing else.
pub(crate) fn is_token(text: &str) -> bool {
    claims(text).is_ok_and(|claims| claims.token.is_some())
}

/// A number, which some servers write as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: Option<Value>, what: &'static str) -> Result<Option<String>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(what),
    }
}

fn port(value: Option<&Value>, what: &'static str) -> Result<Option<u16>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match number(value).map(u16::try_from) {
            Some(Ok(0)) => Ok(None),
            Some(Ok(port)) => Ok(Some(port)),
            _ => Err(what),
        },
    }
}

impl Address {
    fn server(&self, is_http_allowed: bool) -> Result<Server, String> {
        let wrong = |wrong: &str| format!("names an address that {wrong}");
        let has_scheme = self.host.contains("://");
        let server =
            if !has_scheme && is_http_allowed && self.https_port.is_none() && self.http_port.is_some() {
                Server::parse(&format!("http://{}", self.host), true)
            } else {
                Server::parse(&self.host, is_http_allowed)
            };
        let server = server.map_err(wrong)?;
        let port = if server.scheme() == "http" {
            self.http_port
        } else {
            self.https_port
        };
        let server = match port {
            Some(port) => server.at_port(port),
            None => server,
        };
        server.below(&self.path).map_err(wrong)
    }
}

impl Token {
    pub fn parse(encoded: &Secret, kind: &str) -> Result<Self, Error> {
        let encoded = Secret::new(encoded.expose().trim());
        Self::read(encoded).map_err(|wrong| Error::credentials(format!("the {kind} {wrong}")))
    }

    fn read(encoded: Secret) -> Result<Self, String> {
        if encoded.expose().is_empty() {
            return Err("is empty".to_owned());
        }
        let claims = claims(encoded.expose())?;
        let channel = match claims.camid {
            None | Some(Value::Null) => None,
            Some(camid) => Some(number(&camid).ok_or("names a channel (`camid`) that is no number")?),
        };
        let rights = match claims.access {
            Some(Value::Array(rights)) => rights,
            Some(Value::Null) | None => Vec::new(),
            Some(right) => vec![right],
        };
        let http_port = port(claims.api_p.as_ref(), "names a port (`api_p`) that is none")?;
        let https_port = port(claims.api_sp.as_ref(), "names a port (`api_sp`) that is none")?;
        let host = text(claims.api, "names an address (`api`) that is no text")?;
        let path = text(claims.path, "names a path (`path`) that is no text")?;
        let address = host.map(|host| Address {
            host,
            http_port,
            https_port,
            path: path.unwrap_or_default(),
        });
        if let Some(address) = &address {
            // Whatever is wrong with it besides http is wrong however it is used.
            address.server(true)?;
        }
        let inner = claims.token.filter(|inner| !inner.expose().is_empty());
        Ok(Self {
            encoded,
            channel,
            inner: inner.ok_or("holds no inner `token`")?,
            rights: rights.iter().map(right).collect(),
            address,
            is_http_allowed: false,
            server: None,
        })
    }

    pub fn server(&self, kind: &str) -> Result<Server, Error> {
        let named = match (&self.server, &self.address) {
            (Some(server), _) => Ok(server.clone()),
            (None, Some(address)) => address.server(self.is_http_allowed),
            (None, None) => Err("names no address; give it a server by `at`".to_owned()),
        };
        named.map_err(|wrong| Error::credentials(format!("the {kind} {wrong}")))
    }

    pub fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        if let Some(channel) = self.channel {
            shown.field("camera_id", &channel);
        }
        shown.field("rights", &self.rights);
        if let Ok(server) = self.server("") {
            shown.field("server", &server.url().as_str());
        }
        shown.finish_non_exhaustive()
    }
}

fn right(value: &Value) -> Right {
    match value.as_str() {
        Some("all") => Right::All,
        Some("watch") => Right::Watch,
        Some(other) => Right::Unknown(other.to_owned()),
        None => Right::Unknown(value.to_string()),
    }
}
