//! The request that a call would send, in a readable form for logs, reports to a vendor, or
//! documentation.

use crate::error::{MASKED, Secrets};
use crate::model::body::{Body, FormPart, Payload};
use crate::model::{Secret, parameters};
use crate::shell::{quoted, word};
use crate::transport::authenticate::Credentials;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::fmt;
use url::Url;

/// The request that a call would send. Secrets are masked.
///
/// `Display` prints it as a command for `curl`, quoted for a shell:
///
/// ```
/// # use lorgnette_runtime::{AnyOperation, Client, ClientBuilder, Method, RawRequest};
/// # let client: Client = ClientBuilder::new("https://api.example", "program", "1").build()?;
/// static ANY: AnyOperation = AnyOperation::new(&[]);
/// let request = RawRequest::new(&client, &ANY, &Method::GET, "/eyes").query("page", 2);
/// let command = request.to_request()?.to_string();
/// assert!(command.starts_with("curl 'https://api.example/eyes?page=2'"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PreparedRequest {
    method: Method,
    url: String,
    headers: Vec<(HeaderName, String)>,
    body: Shown,
    /// Security schemes whose credentials are obtained when the request is sent.
    later: &'static [&'static [&'static str]],
}

/// The printed form of a body.
enum Shown {
    Nothing,
    Text(String),
    /// A body that is not text: a stream, a file, or bytes, with its length if that is known.
    Opaque(Option<usize>),
    Parts(Vec<(String, ShownPart)>),
}

enum ShownPart {
    Text(String),
    /// Text of a media type.
    Typed(String, String),
    /// A file of this name and media type.
    File(String, String),
}

/// The request of a call, before its secrets are masked.
pub(crate) struct Unmasked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: &'a Payload,
    /// The available credentials; `None` if they are obtained when the request is sent.
    pub(crate) credentials: Option<Credentials>,
    pub(crate) alternatives: &'static [&'static [&'static str]],
}

impl PreparedRequest {
    /// The request without its secrets. `sent` are the secrets among the values of the request.
    pub(crate) fn of(request: Unmasked<'_>, mut secrets: Secrets, sent: &[Secret]) -> Self {
        // The secrets may be encoded in addresses, forms and JSON.
        for secret in sent {
            let text = secret.expose();
            secrets.add(&parameters::encoded_pair("", text)[1..]);
            let json = Value::from(text).to_string();
            secrets.add(json.trim_matches('"'));
        }
        let mut url = request.url;
        if url.password().is_some() {
            // Fails only for addresses without a host.
            let _ = url.set_password(Some("masked"));
        }
        let mut url = secrets.masked(url.as_str()).into_owned();
        let credentials = request.credentials.as_ref();
        for (name, _) in credentials.into_iter().flat_map(Credentials::query) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(MASKED);
        }
        let shown = |name: &HeaderName, value: &HeaderValue| {
            let is_secret =
                value.is_sensitive() || [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION].contains(name);
            let value = match is_secret {
                true => MASKED.to_owned(),
                false => secrets
                    .masked(&String::from_utf8_lossy(value.as_bytes()))
                    .into_owned(),
            };
            (name.clone(), value)
        };
        let mut headers = request.headers;
        if let Some(credentials) = credentials {
            credentials.put_headers(&mut headers);
        }
        Self {
            method: request.method.clone(),
            url,
            headers: headers.iter().map(|(name, value)| shown(name, value)).collect(),
            body: body(request.payload, &secrets),
            later: match credentials {
                Some(_) => &[],
                None => request.alternatives,
            },
        }
    }

    /// The method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The address with its query.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The header fields, with names in lower case. Those that the HTTP client adds are missing:
    /// `host`, the length of the body and, for multipart forms, its type.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body, if it is text.
    pub fn body(&self) -> Option<&str> {
        match &self.body {
            Shown::Text(text) => Some(text),
            Shown::Nothing | Shown::Opaque(_) | Shown::Parts(_) => None,
        }
    }

    /// The security schemes whose credentials are obtained when the request is sent, such as a
    /// token. Empty if all credentials are among the headers or in the query.
    pub const fn later(&self) -> &'static [&'static [&'static str]] {
        self.later
    }
}

/// The printed form of a body.
fn body(payload: &Payload, secrets: &Secrets) -> Shown {
    let masked = |text: &str| secrets.masked(text).into_owned();
    match payload {
        Payload::Nothing => Shown::Nothing,
        Payload::Body(_, body) => match text(body) {
            Ok(text) => Shown::Text(masked(&text)),
            Err(length) => Shown::Opaque(length),
        },
        Payload::Multipart(_, parts) => {
            let parts = parts.iter().map(|(name, part)| {
                let part = match part {
                    FormPart::Text(text) => ShownPart::Text(masked(text)),
                    FormPart::Typed(media_type, bytes) => {
                        ShownPart::Typed((*media_type).to_owned(), masked(&String::from_utf8_lossy(bytes)))
                    }
                    FormPart::Json(json) => ShownPart::Typed(
                        "application/json".to_owned(),
                        masked(&String::from_utf8_lossy(json)),
                    ),
                    FormPart::File(file) => ShownPart::File(file.file_name.clone(), file.media_type.clone()),
                };
                (name.clone(), part)
            });
            Shown::Parts(parts.collect())
        }
    }
}

/// The text of a body, or its number of bytes.
fn text(body: &Body) -> Result<String, Option<usize>> {
    let bytes = body.bytes().ok_or(None)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) if !text.contains('\0') => Ok(text.to_owned()),
        _ => Err(Some(bytes.len())),
    }
}

impl fmt::Display for PreparedRequest {
    /// Prints a command for `curl`, after comments on its omissions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.later.is_empty() {
            let schemes: Vec<String> = self.later.iter().map(|together| together.join(" and ")).collect();
            let schemes = schemes.join(" or ");
            writeln!(
                f,
                "# credentials ({schemes}) are obtained when the request is sent"
            )?;
        }
        match self.body {
            Shown::Opaque(Some(length)) => {
                writeln!(f, "# BODY is a file with the {length} bytes of the body")?;
            }
            Shown::Opaque(None) => writeln!(f, "# BODY is a file with the body")?,
            _ => {}
        }
        f.write_str("curl")?;
        match (self.method.as_str(), &self.body) {
            ("GET", Shown::Nothing) => {}
            ("HEAD", Shown::Nothing) => f.write_str(" --head")?,
            (method, _) => write!(f, " -X {}", word(method))?,
        }
        write!(f, " {}", quoted(&self.url))?;
        for (name, value) in &self.headers {
            // curl requires a semicolon to send a header without a value.
            let field = match value.as_str() {
                "" => format!("{name};"),
                value => format!("{name}: {value}"),
            };
            write!(f, " \\\n  -H {}", quoted(&field))?;
        }
        match &self.body {
            Shown::Nothing => Ok(()),
            Shown::Text(text) => write!(f, " \\\n  --data-raw {}", quoted(text)),
            Shown::Opaque(_) => f.write_str(" \\\n  --data-binary @BODY"),
            Shown::Parts(parts) => parts.iter().try_for_each(|(name, part)| {
                let (option, field) = match part {
                    ShownPart::Text(text) => ("--form-string", format!("{name}={text}")),
                    ShownPart::Typed(media_type, text) => {
                        ("-F", format!("{name}={};type={media_type}", in_form(text)))
                    }
                    ShownPart::File(file, media_type) => {
                        ("-F", format!("{name}=@{};type={media_type}", in_form(file)))
                    }
                };
                write!(f, " \\\n  {option} {}", quoted(&field))
            }),
        }
    }
}

/// A value, quoted as curl's option `-F` requires.
fn in_form(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl fmt::Debug for PreparedRequest {
    /// Shows the method and the address without its query; the body may contain private data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("PreparedRequest")
            .field("method", &self.method)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}
