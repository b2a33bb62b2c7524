//! Records the responses of a real server, to play them in tests.

use crate::error::BuildError;
use crate::model::Secret;
use crate::transport::{AttemptError, AttemptRequest, Interceptor, ResponseHead};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The replacement of a secret in a cassette.
const MASK: &str = "masked";
/// Parts of the names of members and parameters that hold secrets.
const SECRET_NAMES: [&str; 8] = [
    "token", "secret", "passw", "apikey", "api_key", "api-key", "authoriz", "cookie",
];
/// Response headers that are kept.
const HEADERS: [&str; 6] = [
    "content-type",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
];
/// Shorter secrets are not searched for in text, where they would match by chance.
const SHORTEST: usize = 4;

/// Records a server's responses. Pass it to
/// [`ClientBuilder::intercept`](crate::ClientBuilder::intercept) in an `Arc`.
///
/// Request bodies and credentials are not recorded, and only a few headers are. Values of members
/// and query parameters whose names suggest a secret, and the credentials of requests, are masked
/// everywhere. Bodies that are streams are not recorded.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use lorgnette_runtime::mock::{Cassette, Recorder};
/// use lorgnette_runtime::{Client, ClientBuilder};
/// use std::sync::Arc;
///
/// let recorder = Arc::new(Recorder::default());
/// let client: Client = ClientBuilder::new("https://api.example.com", "example", "1.0.0")
///     .intercept(Arc::clone(&recorder))
///     .build()?;
/// // ... calls ...
/// recorder.cassette().save("tests/cassettes/example.json")?;
///
/// let player = Cassette::load("tests/cassettes/example.json")?.player();
/// let client: Client = ClientBuilder::new("https://api.example.com", "example", "1.0.0")
///     .intercept(player)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Recorder(Mutex<Tape>);

#[derive(Default)]
struct Tape {
    tracks: Vec<Track>,
    /// The attempts of the tracks: operation, number and target.
    attempts: Vec<(&'static str, u32, String)>,
    secrets: Vec<Secret>,
}

/// A request and its response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Track {
    operation: String,
    method: String,
    /// Path and query.
    target: String,
    status: u16,
    headers: BTreeMap<String, String>,
    /// The body; `None` for a stream.
    body: Option<Vec<u8>>,
}

/// The recording of a [`Recorder`], without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cassette(Vec<Track>);

/// Responds to requests from a [`Cassette`]; nothing is sent. A request that is not recorded gets
/// status 501.
///
/// Requests are distinguished by method, path and query. Several responses to the same request are
/// returned in order, and then the last one repeatedly.
pub struct Player(Mutex<BTreeMap<(String, String), Vec<Track>>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Interceptor for Recorder {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let mut tape = lock(&self.0);
        for secret in request.secrets() {
            if !tape.secrets.contains(secret) {
                tape.secrets.push(secret.clone());
            }
        }
        None
    }

    fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        let Ok(head) = outcome else { return };
        let target = target(request);
        let mut tape = lock(&self.0);
        tape.attempts
            .push((request.operation().id(), request.number(), target.clone()));
        tape.tracks.push(Track {
            operation: request.operation().id().to_owned(),
            method: request.operation().method().to_string(),
            target,
            status: head.status.as_u16(),
            headers: kept(head.headers),
            body: None,
        });
    }

    fn body(&self, request: &AttemptRequest, _: StatusCode, body: &Bytes) {
        let attempt = (request.operation().id(), request.number(), target(request));
        let mut tape = lock(&self.0);
        let Tape { tracks, attempts, .. } = &mut *tape;
        let mut both = attempts.iter().zip(tracks).rev();
        if let Some((_, track)) = both.find(|(known, track)| **known == attempt && track.body.is_none()) {
            track.body = Some(body.to_vec());
        }
    }
}

impl Recorder {
    /// The recording so far, without streams.
    pub fn cassette(&self) -> Cassette {
        let tape = lock(&self.0);
        let whole = tape.tracks.iter().filter(|track| track.body.is_some());
        Cassette(whole.map(|track| track.masked(&tape.secrets)).collect())
    }
}

/// Path and query of a request. The values of parameters whose names suggest a secret are masked.
fn target(request: &AttemptRequest) -> String {
    let mut url = request.url().clone();
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let pairs = pairs.into_iter().map(|(name, value)| {
            let value = if is_secret(&name) { MASK.to_owned() } else { value };
            (name, value)
        });
        url.query_pairs_mut()
            .clear()
            .extend_pairs(pairs.collect::<Vec<_>>());
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    without(format!("{}{query}", url.path()), request.secrets())
}

fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
    let kept = HEADERS
        .iter()
        .filter_map(|name| Some((*name, headers.get(*name)?.to_str().ok()?)));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// The text without the secrets, in plain form and as encoded in addresses and JSON.
fn without(mut text: String, secrets: &[Secret]) -> String {
    for secret in secrets
        .iter()
        .map(Secret::expose)
        .filter(|secret| secret.len() >= SHORTEST)
    {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let quoted = Value::from(secret).to_string();
        for form in [
            secret,
            &encoded,
            &encoded.replace('+', "%20"),
            quoted.trim_matches('"'),
        ] {
            if text.contains(form) {
                text = text.replace(form, MASK);
            }
        }
    }
    text
}

/// Masks the values of members whose names suggest a secret.
fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) && (member.is_string() || member.is_number()) {
                    *member = MASK.into();
                } else {
                    mask(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

impl Track {
    fn masked(&self, secrets: &[Secret]) -> Self {
        let text = |text: &String| without(text.clone(), secrets);
        let body = self.body.as_ref().map(|body| {
            if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
                mask(&mut json);
                return without(json.to_string(), secrets).into_bytes();
            }
            match String::from_utf8(body.clone()) {
                Ok(text) => without(text, secrets).into_bytes(),
                Err(error) => error.into_bytes(),
            }
        });
        Self {
            operation: self.operation.clone(),
            method: self.method.clone(),
            target: text(&self.target),
            status: self.status,
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            body,
        }
    }

    fn to_json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        let (name, body) = match std::str::from_utf8(body) {
            Ok(text) => ("body", text.to_owned()),
            Err(_) => ("base64", STANDARD.encode(body)),
        };
        let mut track = json!({
            "operation": self.operation, "method": self.method, "target": self.target,
            "status": self.status, "headers": self.headers,
        });
        track[name] = body.into();
        track
    }

    fn from_json(track: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| track.get(name)?.as_str();
        let body = match text("base64") {
            Some(encoded) => STANDARD.decode(encoded).ok()?,
            None => text("body")?.as_bytes().to_vec(),
        };
        let headers = track.get("headers")?.as_object()?.iter();
        let headers = headers.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        Some(Self {
            operation: text("operation")?.to_owned(),
            method: text("method")?.to_owned(),
            target: text("target")?.to_owned(),
            status: u16::try_from(track.get("status")?.as_u64()?).ok()?,
            headers: headers.collect::<Option<_>>()?,
            body: Some(body),
        })
    }

    fn response(&self) -> http::Response<Bytes> {
        let mut response = http::Response::new(Bytes::from(self.body.clone().unwrap_or_default()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl Cassette {
    /// Writes the cassette as JSON.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), BuildError> {
        let tracks: Vec<Value> = self.0.iter().map(Track::to_json).collect();
        let text = format!("{:#}\n", Value::from(tracks));
        std::fs::write(path, text)
            .map_err(|error| BuildError::settings("the cassette cannot be written").caused_by(error))
    }

    /// Reads a cassette.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not a cassette.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, BuildError> {
        let text = std::fs::read(path)
            .map_err(|error| BuildError::settings("the cassette cannot be read").caused_by(error))?;
        let tracks: Option<Vec<Track>> = serde_json::from_slice::<Vec<Map<String, Value>>>(&text)
            .ok()
            .and_then(|tracks| tracks.iter().map(Track::from_json).collect());
        tracks.map(Self).ok_or_else(|| {
            BuildError::settings(
                "the file is not a cassette; record it with `mock::Recorder` and `Cassette::save`",
            )
        })
    }

    /// Plays the cassette.
    pub fn player(self) -> Player {
        let mut tracks: BTreeMap<(String, String), Vec<Track>> = BTreeMap::new();
        // The next response is taken from the end.
        for track in self.0.into_iter().rev() {
            let request = (track.method.clone(), track.target.clone());
            tracks.entry(request).or_default().push(track);
        }
        Player(Mutex::new(tracks))
    }
}

impl Interceptor for Player {
    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let method = request.operation().method().to_string();
        let target = target(request);
        let mut tracks = lock(&self.0);
        let found = tracks.get_mut(&(method.clone(), target.clone()));
        let track = found.and_then(|left| {
            if left.len() > 1 {
                left.pop()
            } else {
                left.last().cloned()
            }
        });
        let missing = || {
            let message = format!("{method} {target} is not on the cassette; record it");
            let mut response = http::Response::new(Bytes::from(json!({ "message": message }).to_string()));
            *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
            response
        };
        Some(track.map_or_else(missing, |track| track.response()))
    }
}

impl fmt::Debug for Recorder {
    /// Shows the number of recordings only, since their content may hold secrets before it is
    /// masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder({} responses)", lock(&self.0).tracks.len())
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Player({} requests)", lock(&self.0).len())
    }
}
