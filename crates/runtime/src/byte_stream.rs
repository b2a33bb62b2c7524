//! Bodies of responses that are not JSON: streams of bytes, and text.

use crate::error::Error;
use crate::from_response::FromResponse;
use crate::model::{Body, codec};
use crate::transport::{BodyKind, Chunks, RawResponse, Resend};
use bytes::Bytes;
use futures_core::Stream;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderValue, StatusCode};
use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of a response as bytes that arrive while they are read, in constant memory.
pub struct ByteStream {
    operation: &'static str,
    chunks: Chunks,
    length: Option<u64>,
    media_type: Option<String>,
    resume: Option<Resume>,
}

/// The request for the rest of a body.
pub(crate) struct Resume {
    pub(crate) resend: Box<Resend>,
    /// Identifies the version of the file, so that parts of two versions are never combined.
    pub(crate) version: HeaderValue,
}

impl ByteStream {
    /// The operation of the response.
    pub(crate) const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the connection is interrupted or stalls. The error ends the stream.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.chunks
            .next()
            .await
            .transpose()
            .map_err(|failure| Error::new(failure, None))
    }

    /// All bytes at once, if there are at most `limit` of them.
    ///
    /// # Errors
    ///
    /// As for [`ByteStream::chunk`], and when there are more bytes.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        self.chunks
            .collect(limit, false)
            .await
            .map_err(|failure| Error::new(failure, None))
    }

    /// The request for the rest of the body, if it can be sent.
    pub(crate) fn take_resume(&mut self) -> Option<Resume> {
        self.resume.take()
    }

    /// The number of bytes that the server announced; `None` for compressed responses.
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
    /// A download from one server can be uploaded to another while it arrives.
    fn from(stream: ByteStream) -> Self {
        let length = stream.length;
        let body = Self::stream(stream);
        match length {
            Some(length) => body.length(length),
            None => body,
        }
    }
}

impl FromResponse for ByteStream {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Stream.on_success(status)
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        let header = |name| response.headers.get(name).and_then(|value| value.to_str().ok());
        let length = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let media_type = header(CONTENT_TYPE).map(str::to_owned);
        // A weak tag does not guarantee the same bytes, and compressed content has no known length.
        let tag = response
            .headers
            .get(ETAG)
            .filter(|tag| !tag.as_bytes().starts_with(b"W/"));
        let version = tag.or_else(|| response.headers.get(LAST_MODIFIED)).cloned();
        let in_parts = header(ACCEPT_RANGES) == Some("bytes") && length.is_some();
        let version = version.filter(|_| in_parts && response.status == StatusCode::OK);
        let resend = response.resend.take();
        let resume = version.zip(resend);
        Ok(Self {
            operation: response.operation,
            chunks: response.take_stream(),
            length,
            media_type,
            resume: resume.map(|(version, resend)| Resume { resend, version }),
        })
    }
}

/// The body of a response that is text.
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

impl FromResponse for Text {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Whole.on_success(status)
    }
    /// Decodes the charset that the server names, or UTF-8; invalid bytes become replacement
    /// characters.
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        let bytes = response.take_text()?;
        // Three bytes for one invalid one.
        let length: usize = bytes
            .utf8_chunks()
            .map(|chunk| chunk.valid().len() + 3 * usize::from(!chunk.invalid().is_empty()))
            .sum();
        if length > bytes.len() && length > response.limits.decoded {
            return Err(codec::Error::too_large(response.limits.decoded));
        }
        let text = String::from_utf8(bytes.into()).or_else(|error| {
            let mut text = String::with_capacity(length);
            for chunk in error.as_bytes().utf8_chunks() {
                text.push_str(chunk.valid());
                if !chunk.invalid().is_empty() {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            }
            Ok::<String, codec::Error>(text)
        })?;
        Ok(Self(text))
    }
}
