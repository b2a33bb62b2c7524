//! Bodies of answers that are not JSON: streams of bytes, and text.

use crate::answer::{Answer, Kind, Reply};
use crate::body::Body;
use crate::codec;
use crate::error::{Awaited, Error, Failure, Limit, Stage};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use std::fmt;
use std::future::{Future, poll_fn};
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// The chunks of a body as they arrive, with a limit to the time between two of them.
pub(crate) struct Chunks {
    operation: &'static str,
    stream: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>,
    idle: Option<Idle>,
    is_done: bool,
}

/// How long to wait for the next chunk.
struct Idle {
    limit: Duration,
    /// Set while the stream is silent.
    timer: Option<Pin<Box<Sleep>>>,
}

/// A body that was read already.
struct Read(Option<Bytes>);

impl Stream for Read {
    type Item = reqwest::Result<Bytes>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}

impl Chunks {
    pub(crate) fn new(
        operation: &'static str,
        stream: impl Stream<Item = reqwest::Result<Bytes>> + Send + Sync + 'static,
        idle: Option<Duration>,
    ) -> Self {
        let idle = idle.map(|limit| Idle { limit, timer: None });
        Self {
            operation,
            stream: Box::pin(stream),
            idle,
            is_done: false,
        }
    }

    pub(crate) fn of(operation: &'static str, bytes: Bytes) -> Self {
        Self::new(operation, Read(Some(bytes)), None)
    }

    /// The next chunk; an error comes once and is the end.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Box<Failure>>>> {
        if self.is_done {
            return Poll::Ready(None);
        }
        let outcome = match self.stream.as_mut().poll_next(cx) {
            Poll::Ready(next) => {
                if let Some(idle) = &mut self.idle {
                    idle.timer = None;
                }
                next.map(|chunk| chunk.map_err(|error| Failure::http(self.operation, error)))
            }
            Poll::Pending => {
                let Some(idle) = &mut self.idle else {
                    return Poll::Pending;
                };
                let limit = idle.limit;
                let timer = idle
                    .timer
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                Some(Err(Failure::late(
                    self.operation,
                    Awaited::Body,
                    Limit::Silence(limit),
                )))
            }
        };
        self.is_done = !matches!(outcome, Some(Ok(_)));
        Poll::Ready(outcome)
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Box<Failure>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Reads on to the end. More than `limit` bytes are an error, or cut off if `cut` is set.
    pub(crate) async fn collect(mut self, limit: usize, cut: bool) -> Result<Bytes, Box<Failure>> {
        let mut whole = BytesMut::new();
        let mut first = Bytes::new();
        while let Some(chunk) = self.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                // What arrived of an error's body is better than nothing.
                Err(_) if cut => break,
                Err(failure) => return Err(failure),
            };
            let room = limit - whole.len().max(first.len());
            if chunk.len() > room && !cut {
                let what =
                    format!("the answer is longer than {limit} bytes, which `body_limit` of the client sets");
                return Err(Failure::new(self.operation, Stage::Send, what));
            }
            let is_full = chunk.len() >= room;
            let chunk = chunk.slice(..chunk.len().min(room));
            // Most bodies come in one piece, which needs no copy.
            if first.is_empty() && whole.is_empty() {
                first = chunk;
            } else {
                if whole.is_empty() {
                    whole.extend_from_slice(&first);
                }
                whole.extend_from_slice(&chunk);
            }
            if is_full && cut {
                break;
            }
        }
        Ok(if whole.is_empty() { first } else { whole.freeze() })
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chunks")
    }
}

/// The body of an answer as bytes that arrive while they are read, in constant memory.
pub struct ByteStream {
    chunks: Chunks,
    length: Option<u64>,
    media_type: Option<String>,
}

impl ByteStream {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the connection breaks off or stalls; that error comes once and is the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.chunks
            .next()
            .await
            .transpose()
            .map_err(|failure| Error::new(failure, None))
    }

    /// All bytes at once, if they are no more than `limit`.
    ///
    /// # Errors
    ///
    /// As [`ByteStream::chunk`], and when there are more.
    pub async fn bytes(self, limit: usize) -> Result<Bytes, Error> {
        self.chunks
            .collect(limit, false)
            .await
            .map_err(|failure| Error::new(failure, None))
    }

    /// How many bytes the server announced. Compressed answers have no such number.
    pub const fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// The media type that the server named.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks
            .poll(cx)
            .map(|next| next.map(|chunk| chunk.map_err(|failure| Error::new(failure, None))))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl From<ByteStream> for Body {
    /// What one server sends can be sent to another while it arrives.
    fn from(stream: ByteStream) -> Self {
        let length = stream.length;
        let body = Self::stream(stream);
        match length {
            Some(length) => body.length(length),
            None => body,
        }
    }
}

impl Answer for ByteStream {
    fn kind(status: u16) -> Kind {
        Kind::Stream.on_success(status)
    }
    fn read(reply: &mut Reply) -> codec::Result<Self> {
        let header = |name| reply.headers.get(name).and_then(|value| value.to_str().ok());
        let length = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let media_type = header(CONTENT_TYPE).map(str::to_owned);
        Ok(Self {
            chunks: reply.take_stream(),
            length,
            media_type,
        })
    }
}

/// The body of an answer that is text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Answer for Text {
    fn kind(status: u16) -> Kind {
        Kind::Whole.on_success(status)
    }
    /// Reads UTF-8; bytes that are none become replacement characters.
    fn read(reply: &mut Reply) -> codec::Result<Self> {
        let bytes = reply.bytes().unwrap_or_default();
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }
}
