//! The response of a mock: any status, header and body, and the types of an API as responses.

use crate::byte_stream::{ByteStream, Text};
use crate::error::Undeclared;
use crate::events::EventStream;
use crate::from_response::FromResponse;
use crate::lines::JsonLines;
use crate::model::codec::{self, Wire};
use bytes::Bytes;
use serde_json::Value;
use std::fmt::{self, Write};
use std::time::Duration;

/// A response of a mock.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    delay: Duration,
    /// The reason why it cannot be sent.
    broken: Option<String>,
}

impl Reply {
    /// A response without a body.
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
            broken: None,
        }
    }

    /// A response of this media type.
    #[must_use]
    pub fn of(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::new(status).header("content-type", media_type)
        }
    }

    /// A JSON response.
    #[must_use]
    pub fn json(status: u16, body: &dyn Wire) -> Self {
        match codec::to_json(body) {
            Ok(json) => Self::of(status, "application/json", json),
            Err(error) => Self::broken(&error),
        }
    }

    fn broken(error: &codec::Error) -> Self {
        Self {
            broken: Some(format!("the response of the mock cannot be sent: {error}")),
            ..Self::new(500)
        }
    }

    /// The reason why it cannot be sent, if there is one.
    pub(super) fn fault(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// The same response with another status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same response with this header, which replaces others of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same response after this delay.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same response with the headers and the delay of another.
    pub(super) fn with(self, other: Self) -> Self {
        let reply = Self {
            delay: self.delay.max(other.delay),
            ..self
        };
        let headers = other.headers.into_iter();
        headers.fold(reply, |reply, (name, value)| reply.header(&name, &value))
    }
}

impl fmt::Debug for Reply {
    /// Shows no headers and no body, since a test's response may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl From<Reply> for wiremock::ResponseTemplate {
    fn from(reply: Reply) -> Self {
        let mut template = Self::new(reply.status)
            .set_body_bytes(reply.body.to_vec())
            .set_delay(reply.delay);
        for (name, value) in &reply.headers {
            template = template.insert_header(name.as_str(), value.as_str());
        }
        template
    }
}

/// A type of response that a mock can send.
pub trait Mocked: FromResponse {
    /// The argument in a test: a value of the type itself, or bytes, text or events if the type is
    /// a stream.
    type Given: ?Sized;

    /// The response that decodes as `given`.
    fn reply(given: &Self::Given) -> Reply;

    /// The response that decodes as this value; for a stream, whose content only its reader can
    /// see, an empty body.
    fn to_reply(&self) -> Reply;
}

/// The body is JSON, or empty.
impl<T: Wire> Mocked for T {
    type Given = T;

    fn reply(given: &T) -> Reply {
        let reply = Reply::json(200, given);
        // A response without content is also read as nothing.
        if reply.body == "null" && T::from_body(b"", &mut codec::Reading::strict(usize::MAX)).is_ok() {
            Reply::new(204)
        } else {
            reply
        }
    }
    fn to_reply(&self) -> Reply {
        Self::reply(self)
    }
}

impl Mocked for ByteStream {
    type Given = [u8];

    fn reply(given: &[u8]) -> Reply {
        Reply::of(200, "application/octet-stream", given.to_vec())
    }
    fn to_reply(&self) -> Reply {
        Self::reply(b"")
    }
}

impl Mocked for Text {
    type Given = str;

    fn reply(given: &str) -> Reply {
        Reply::of(200, "text/plain; charset=utf-8", given.to_owned())
    }
    fn to_reply(&self) -> Reply {
        Self::reply(self)
    }
}

impl<T: Wire> Mocked for EventStream<T>
where
    Self: FromResponse,
{
    /// The data of the events.
    type Given = [T];

    fn reply(given: &[T]) -> Reply {
        let mut stream = String::new();
        for data in given {
            let data = match event_data(data) {
                Ok(data) => data,
                Err(error) => return Reply::broken(&error),
            };
            for line in data.split('\n') {
                let _ = writeln!(stream, "data: {line}");
            }
            stream.push('\n');
        }
        Reply::of(200, "text/event-stream", stream)
    }
    fn to_reply(&self) -> Reply {
        Self::reply(&[])
    }
}

impl<T: Wire> Mocked for JsonLines<T>
where
    Self: FromResponse,
{
    /// The documents of the stream.
    type Given = [T];

    fn reply(given: &[T]) -> Reply {
        let mut lines = String::new();
        for document in given {
            match codec::to_value(document) {
                Ok(value) => {
                    let _ = writeln!(lines, "{value}");
                }
                Err(error) => return Reply::broken(&error),
            }
        }
        Reply::of(200, "application/x-ndjson", lines)
    }
    fn to_reply(&self) -> Reply {
        Self::reply(&[])
    }
}

/// The data of an event that decode as `data`: JSON, or plain text for text events.
fn event_data<T: Wire>(data: &T) -> codec::Result<String> {
    let value = codec::to_value(data)?;
    let json = value.to_string();
    let again = T::from_event(&json, &mut codec::Reading::strict(usize::MAX))
        .ok()
        .and_then(|read| codec::to_value(&read).ok());
    Ok(match value {
        Value::String(text) if again != Some(Value::String(text.clone())) => text,
        _ => json,
    })
}

impl Mocked for Undeclared {
    type Given = Self;

    fn reply(given: &Self) -> Reply {
        match *given {}
    }
    fn to_reply(&self) -> Reply {
        match *self {}
    }
}

/// Lets a mock respond with an enum by status. Without the feature `mock`, it does nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __mocked {
    ($name:ident { $($low:tt $variant:ident $payload:tt),* }) => {
        impl $crate::mock::Mocked for $name {
            type Given = Self;
            fn reply(given: &Self) -> $crate::mock::Reply {
                $crate::mock::Mocked::to_reply(given)
            }
            #[allow(irrefutable_let_patterns)]
            fn to_reply(&self) -> $crate::mock::Reply {
                $($crate::__mocked!(self $name $low $variant $payload);)*
                $crate::mock::Reply::new(500)
            }
        }
    };
    ($given:ident $name:ident $low:tt $variant:ident (u16, $payload:ty)) => {
        if let $name::$variant(status, body) = $given {
            return <$payload as $crate::mock::Mocked>::to_reply(body).status(*status);
        }
    };
    ($given:ident $name:ident $low:tt $variant:ident ($payload:ty)) => {
        if let $name::$variant(body) = $given {
            return <$payload as $crate::mock::Mocked>::to_reply(body).status($low);
        }
    };
}
