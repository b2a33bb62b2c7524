//! Request bodies: bytes, streams, files, and the forms of the contract's media types.

use super::file::FileBody;
use bytes::Bytes;
use futures_core::Stream;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The unchanged body of a request: bytes, or a stream of them.
///
/// Bytes can be sent again, so a call with them survives an expired token. A stream can be read
/// only once.
#[derive(Clone)]
pub struct Body(BodyBytes);

#[derive(Clone)]
enum BodyBytes {
    Bytes(Bytes),
    /// A stream, which the first attempt takes.
    Stream {
        stream: Arc<Mutex<Option<ByteSource>>>,
        length: Option<u64>,
    },
    File(FileBody),
}

type AnyError = Box<dyn StdError + Send + Sync>;
pub(crate) type ByteSource = Pin<Box<dyn Stream<Item = Result<Bytes, AnyError>> + Send>>;

/// The content of a body for one attempt.
pub(crate) enum Sendable {
    Bytes(Bytes),
    Stream(ByteSource, Option<u64>),
}

/// A stream of values that convert into bytes.
struct Bytewise<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Bytewise<S>
where
    S: Stream<Item = Result<B, E>>,
    E: Into<AnyError>,
    Bytes: From<B>,
{
    type Item = Result<Bytes, AnyError>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|piece| piece.map(Bytes::from).map_err(Into::into)))
    }
}

impl Body {
    /// A body that is read from `stream` while it is sent, in constant memory.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
        Bytes: From<B>,
    {
        let stream: ByteSource = Box::pin(Bytewise(Box::pin(stream)));
        let stream = Arc::new(Mutex::new(Some(stream)));
        Self(BodyBytes::Stream { stream, length: None })
    }

    /// The file at `path`, which is read while it is sent, in constant memory. Unlike a stream it
    /// can be sent again.
    ///
    /// # Errors
    ///
    /// When the file does not exist.
    pub async fn from_file(path: impl Into<PathBuf>) -> io::Result<Self> {
        FileBody::new(path.into())
            .await
            .map(|file| Self(BodyBytes::File(file)))
    }

    /// Declares the length of the stream, for servers that require it. If the actual length
    /// differs, the call fails, and no server sees a complete body.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        if let BodyBytes::Stream { length, .. } = &mut self.0 {
            *length = Some(bytes);
        }
        self
    }

    /// Whether the body can be sent more than once.
    pub const fn is_repeatable(&self) -> bool {
        matches!(self.0, BodyBytes::Bytes(_) | BodyBytes::File(_))
    }

    /// The body for one attempt; `None` if it is a stream that was already read.
    pub(crate) fn take(&self) -> Option<Sendable> {
        match &self.0 {
            BodyBytes::Bytes(bytes) => Some(Sendable::Bytes(bytes.clone())),
            BodyBytes::Stream { stream, length } => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                stream.map(|stream| Sendable::Stream(stream, *length))
            }
            BodyBytes::File(file) => {
                let stream: ByteSource = Box::pin(Bytewise(Box::pin(file.read())));
                Some(Sendable::Stream(stream, Some(file.length)))
            }
        }
    }

    /// The bytes, unless it is a stream.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        match &self.0 {
            BodyBytes::Bytes(bytes) => Some(bytes.clone()),
            BodyBytes::Stream { .. } | BodyBytes::File(_) => None,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (BodyBytes::Bytes(one), BodyBytes::Bytes(other)) => one == other,
            (BodyBytes::Stream { stream: one, .. }, BodyBytes::Stream { stream: other, .. }) => {
                Arc::ptr_eq(one, other)
            }
            _ => false,
        }
    }
}

impl fmt::Debug for Body {
    /// Shows the length, never the content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BodyBytes::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            BodyBytes::Stream { .. } => f.write_str("Body(stream)"),
            BodyBytes::File(file) => write!(f, "Body(file of {} bytes)", file.length),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(BodyBytes::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// A file to send in a multipart form: its content, with a name and a media type.
#[derive(Clone, Debug)]
pub struct Upload {
    pub(crate) body: Body,
    pub(crate) file_name: String,
    pub(crate) media_type: String,
}

impl Upload {
    /// The default media type.
    pub(crate) const ANY: &str = "application/octet-stream";

    /// A file of this name, with the media type `application/octet-stream` unless another is set.
    pub fn new(file_name: impl Into<String>, content: impl Into<Body>) -> Self {
        let media_type = Self::ANY.to_owned();
        Self {
            body: content.into(),
            file_name: file_name.into(),
            media_type,
        }
    }

    /// The same file as another media type, for instance `text/csv`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }
}

impl PartialEq for Upload {
    /// Two files are equal if their bytes are; a stream is equal only to itself.
    fn eq(&self, other: &Self) -> bool {
        self.file_name == other.file_name
            && self.media_type == other.media_type
            && self.body.is_same(&other.body)
    }
}

/// The body of a call.
#[derive(Clone, Debug, Default)]
pub(crate) enum Payload {
    #[default]
    Nothing,
    /// A body of this media type.
    Body(String, Body),
    /// Parts, and the media type of the whole.
    Multipart(&'static str, Vec<(String, FormPart)>),
}

/// A part of a multipart form.
#[derive(Clone, Debug)]
pub(crate) enum FormPart {
    Text(String),
    /// Text of a media type, in the charset of that media type.
    Typed(&'static str, Bytes),
    Json(Vec<u8>),
    File(Upload),
}

impl Payload {
    /// Whether the body can be sent more than once.
    pub(crate) fn is_repeatable(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Body(_, body) => body.is_repeatable(),
            Self::Multipart(_, parts) => parts.iter().all(|(_, part)| {
                if let FormPart::File(file) = part {
                    file.body.is_repeatable()
                } else {
                    true
                }
            }),
        }
    }
}
