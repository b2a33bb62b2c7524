//! The content of a token: base64 of JSON.
//!
//! Errors say what is wrong with a token and never repeat its content.

use super::Right;
use crate::{Error, ServerAddress};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use lorgnette_runtime::Secret;
use serde::Deserialize;
use serde_json::error::Category;
use serde_path_to_error::Segment;
use std::fmt;
use zeroize::Zeroizing;

/// The common part of the two kinds of tokens.
#[derive(Clone)]
pub(super) struct DecodedToken {
    pub encoded: Secret,
    /// The channel, which a group's token does not name.
    pub channel: Option<i64>,
    pub inner: Secret,
    pub rights: Vec<Right>,
    address: Option<Address>,
    pub is_http_allowed: bool,
    /// Whether requests carry the token in the query in place of the header.
    pub is_in_query: bool,
    /// The address to use in place of the one in the token.
    pub server: Option<ServerAddress>,
}

/// The address in a token.
#[derive(Clone)]
struct Address {
    host: String,
    http_port: Option<u16>,
    https_port: Option<u16>,
    path: String,
}

/// The JSON in a token.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    token: Option<Secret>,
    camid: Option<Number>,
    access: Option<Rights>,
    api: Option<String>,
    api_p: Option<Number>,
    api_sp: Option<Number>,
    path: Option<String>,
}

/// A number, which some servers write as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(i64),
    Text(String),
}

fn number<N: TryFrom<i64>>(claim: Option<Number>, wrong: &str) -> Result<Option<N>, &str> {
    let number = match claim {
        None => return Ok(None),
        Some(Number::Number(number)) => Some(number),
        Some(Number::Text(text)) => text.parse().ok(),
    };
    let number = number.and_then(|number| N::try_from(number).ok());
    number.map(Some).ok_or(wrong)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rights {
    One(Right),
    Several(Vec<Right>),
}

/// Decodes the standard alphabet, padded or not; the URL-safe alphabet is converted first.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn claims(encoded: &str) -> Result<Claims, String> {
    let mut standard = Zeroizing::new(encoded.as_bytes().to_vec());
    for byte in standard.iter_mut() {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    let json = BASE64.decode(&*standard).map(Zeroizing::new);
    let json = json.map_err(|_| "is not base64; give only the token, without the word before it")?;
    // Serde's own messages would repeat the content.
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(&json)).map_err(
        |error| match (error.inner().classify(), error.path().iter().next()) {
            (Category::Data, Some(Segment::Map { key })) => {
                format!("holds something else in `{key}` than such tokens do")
            }
            (Category::Data, _) => "is base64 of JSON, but of no object".to_owned(),
            _ => "is base64, but not of JSON".to_owned(),
        },
    )
}

/// Whether this is a token of one of the two kinds.
pub(crate) fn is_token(text: &str) -> bool {
    claims(text).is_ok_and(|claims| claims.token.is_some())
}

impl Address {
    fn server(&self, is_http_allowed: bool) -> Result<ServerAddress, Error> {
        let is_http = is_http_allowed && self.https_port.is_none() && self.http_port.is_some();
        let server = match (is_http_allowed, is_http && !self.host.contains("://")) {
            (true, true) => ServerAddress::allowing_http(&format!("http://{}", self.host))?,
            (true, false) => ServerAddress::allowing_http(&self.host)?,
            (false, _) => ServerAddress::new(&self.host)?,
        };
        let port = match server.url().scheme() {
            "http" => self.http_port,
            _ => self.https_port,
        };
        let server = match port {
            Some(port) => server.at_port(port),
            None => server,
        };
        Ok(server.below(&self.path)?)
    }
}

fn unusable(error: Error) -> String {
    format!("names an address that cannot be used: {error}")
}

impl DecodedToken {
    pub fn parse(encoded: &Secret, kind: &str) -> Result<Self, Error> {
        // Some tools break base64 into lines.
        let encoded = Secret::new(encoded.expose().trim().replace(['\r', '\n'], ""));
        Self::read(encoded).map_err(|wrong| Error::credentials(format!("the {kind} {wrong}")))
    }

    fn read(encoded: Secret) -> Result<Self, String> {
        if encoded.expose().is_empty() {
            return Err("is empty".to_owned());
        }
        let claims = claims(encoded.expose())?;
        let channel = number(claims.camid, "names a channel (`camid`) that is not a number")?;
        let http_port = number(claims.api_p, "names a value (`api_p`) that is not a port number")?;
        let https_port = number(
            claims.api_sp,
            "names a value (`api_sp`) that is not a port number",
        )?;
        let rights = match claims.access {
            Some(Rights::Several(rights)) => rights,
            Some(Rights::One(right)) => vec![right],
            None => Vec::new(),
        };
        let address = claims.api.map(|host| Address {
            host,
            http_port: http_port.filter(|port| *port != 0),
            https_port: https_port.filter(|port| *port != 0),
            path: claims.path.unwrap_or_default(),
        });
        if let Some(address) = &address {
            // An address with any fault other than http is unusable.
            address.server(true).map_err(unusable)?;
        }
        let inner = claims.token.filter(|inner| !inner.expose().is_empty());
        Ok(Self {
            encoded,
            channel,
            inner: inner.ok_or("holds no inner `token`")?,
            rights,
            address,
            is_http_allowed: false,
            is_in_query: false,
            server: None,
        })
    }

    /// Whether the token, or its holder, names a server.
    #[cfg(feature = "cli")]
    pub const fn names_server(&self) -> bool {
        self.address.is_some() || self.server.is_some()
    }

    pub fn server(&self, kind: &str) -> Result<ServerAddress, Error> {
        let named = match (&self.server, &self.address) {
            (Some(server), _) => Ok(server.clone()),
            (None, Some(address)) => address.server(self.is_http_allowed).map_err(unusable),
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
