//! Responses of any type.

use crate::failure::{Exit, Failure};
use lorgnette_runtime::codec;
use lorgnette_runtime::response::{BodyKind, RawResponse};
use lorgnette_runtime::{ByteStream, FromResponse, Response};
use serde_json::Value;

/// A success of any kind, whose body is read as it arrives.
pub struct Received(pub ByteStream);

impl FromResponse for Received {
    fn kind(status: u16) -> BodyKind {
        ByteStream::kind(status)
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        ByteStream::read(response).map(Self)
    }
}

/// A success that is a redirect: it is not followed, and the headers name the target.
pub struct Redirected;

impl FromResponse for Redirected {
    fn kind(status: u16) -> BodyKind {
        match status {
            300..=399 => ByteStream::kind(200),
            other => ByteStream::kind(other),
        }
    }
    fn read(_: &mut RawResponse) -> codec::Result<Self> {
        Ok(Self)
    }
}

/// The maximum length of a response that is read as a whole.
pub const LONGEST: usize = 1 << 30;

/// Reads a body of at most `longest` bytes as JSON; null if it is empty.
///
/// # Errors
///
/// When the body is not JSON, or breaks off.
pub async fn json(operation: &str, response: Response<Received>, longest: usize) -> Result<Value, Failure> {
    let status = response.status();
    let stream = response.into_inner().0;
    let media_type = stream.media_type().unwrap_or_default().to_ascii_lowercase();
    let bytes = stream.bytes(longest).await?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        let found = match media_type.split(';').next().unwrap_or_default().trim() {
            "text/html" => "an HTML page; is a proxy or a login page in between?".to_owned(),
            _ => format!("no JSON (line {} column {})", error.line(), error.column()),
        };
        Failure::new(
            Exit::Unreadable,
            format!("{operation}: the response ({status}) is {found}"),
        )
    })
}
