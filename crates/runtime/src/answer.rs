//! What an answer is read as: JSON, nothing, text, a stream, or an enum with a variant for each status.

use crate::codec::{self, Wire};
use crate::stream::Chunks;
use crate::tracing::Watch;
use crate::transport::Again;
use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::fmt;

/// A type that an answer can be read as.
pub trait Answer: Sized {
    /// Whether answers with this status are of this type, and how their bodies are taken.
    fn kind(status: u16) -> Kind;

    /// Whether this very status, or a range that it is in, is declared, rather than all those that nothing is said about.
    fn names(status: u16) -> bool {
        Self::kind(status) != Kind::Undeclared
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// When the body is not what the contract says.
    fn read(reply: &mut Reply) -> codec::Result<Self>;
}

/// How the body of an answer is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The status is not one of this type's.
    Undeclared,
    /// Read to its end, then looked at.
    Whole,
    /// Left to the caller to read.
    Stream,
    /// The same, for a stream that may be silent for long.
    Events,
}

impl Kind {
    /// This kind for a success, and [`Kind::Undeclared`] for all else.
    #[must_use]
    pub const fn on_success(self, status: u16) -> Self {
        if matches!(status, 200..=299) {
            self
        } else {
            Self::Undeclared
        }
    }
}

/// An answer that is to be read.
pub struct Reply {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ReplyBody,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// What it takes to ask once more, for streams that go on where they broke off.
    pub(crate) again: Option<Box<Again>>,
    /// What is told of the call, which ends with this.
    pub(crate) watch: Option<Watch>,
}

impl fmt::Debug for Reply {
    /// Shows no headers and no body, which may hold what is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("operation", &self.operation)
            .field("status", &self.status.as_u16())
            .finish_non_exhaustive()
    }
}

/// The body of an answer.
pub(crate) enum ReplyBody {
    Whole(Bytes),
    Stream(Chunks),
    Taken,
}

impl Reply {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The error for a status that the type does not have.
    pub fn undeclared(&self) -> codec::Error {
        codec::Error::new("the contract declares no answer for this status")
    }

    /// The body, if it was read to its end.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        if let ReplyBody::Whole(bytes) = &self.body {
            Some(bytes.clone())
        } else {
            None
        }
    }

    /// The body as a stream; one that was read already is a stream of one chunk.
    pub(crate) fn take_stream(&mut self) -> Chunks {
        match std::mem::replace(&mut self.body, ReplyBody::Taken) {
            ReplyBody::Stream(chunks) => chunks,
            ReplyBody::Whole(bytes) => Chunks::of(self.operation, bytes),
            ReplyBody::Taken => Chunks::of(self.operation, Bytes::new()),
        }
    }

    /// The media type in lower case, without parameters; empty if there is none.
    pub(crate) fn media_type(&self) -> String {
        let value = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// JSON, or nothing.
impl<T: Wire> Answer for T {
    fn kind(status: u16) -> Kind {
        Kind::Whole.on_success(status)
    }
    fn read(reply: &mut Reply) -> codec::Result<Self> {
        T::from_body(&reply.bytes().unwrap_or_default())
    }
}

/// The errors of an operation for which the contract declares none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {}

impl Answer for Undeclared {
    fn kind(_: u16) -> Kind {
        Kind::Undeclared
    }
    fn read(reply: &mut Reply) -> codec::Result<Self> {
        Err(reply.undeclared())
    }
}

/// Makes a generated enum an [`Answer`] with a variant for each status.
///
/// A variant for several statuses holds the status before the body.
///
/// ```
/// #[derive(Debug)]
/// pub enum CreateResponse {
///     Ok(Vec<i64>),
///     NoContent(()),
///     ClientError(u16, String),
///     Other(u16, ()),
/// }
/// lorgnette_runtime::statuses!(CreateResponse {
///     200 Ok(Vec<i64>),
///     204 NoContent(()),
///     400..=499 ClientError(u16, String),
///     _ Other(u16, ()),
/// });
/// # use lorgnette_runtime::{Answer, answer::Kind};
/// # assert_eq!(CreateResponse::kind(204), Kind::Whole);
/// ```
#[macro_export]
macro_rules! statuses {
    ($name:ident { $($low:tt $(..= $high:tt)? $variant:ident $payload:tt),* $(,)? }) => {
        impl $crate::Answer for $name {
            fn kind(status: u16) -> $crate::answer::Kind {
                match status {
                    $($low $(..= $high)? => $crate::__payload!(kind $payload),)*
                    #[allow(unreachable_patterns)]
                    _ => $crate::answer::Kind::Undeclared,
                }
            }
            fn names(status: u16) -> bool {
                match status {
                    $($low $(..= $high)? => $crate::__payload!(names $low),)*
                    #[allow(unreachable_patterns)]
                    _ => false,
                }
            }
            fn read(reply: &mut $crate::answer::Reply) -> $crate::codec::Result<Self> {
                match reply.status() {
                    $($low $(..= $high)? => $crate::__payload!(read $name $variant reply $payload),)*
                    #[allow(unreachable_patterns)]
                    _ => Err(reply.undeclared()),
                }
            }
        }
        $crate::__mocked!($name { $($low $variant $payload),* });
    };
}

/// What a variant of `statuses!` holds.
#[doc(hidden)]
#[macro_export]
macro_rules! __payload {
    (names _) => {
        false
    };
    (names $status:tt) => {
        true
    };
    (kind (u16, $payload:ty)) => {
        <$payload as $crate::Answer>::kind(200)
    };
    (kind ($payload:ty)) => {
        <$payload as $crate::Answer>::kind(200)
    };
    (read $name:ident $variant:ident $reply:ident (u16, $payload:ty)) => {{
        let status = $reply.status();
        $crate::Answer::read($reply).map(|payload| $name::$variant(status, payload))
    }};
    (read $name:ident $variant:ident $reply:ident ($payload:ty)) => {
        $crate::Answer::read($reply).map($name::$variant)
    };
}
