//! Tracks how far a body has been sent, so that the time for sending does not count as silence of
//! the server.

use super::measured::Measured;
use super::platform::Instant;
use crate::model::body::{Body, Sendable};
use bytes::Bytes;
use futures_core::Stream;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};

/// The maximum length of a body that is sent in one piece, and the length of the pieces of longer
/// bodies.
const PIECE: usize = 64 * 1024;

/// The time since which the client waits for the server: to accept more, or to respond. `None`
/// while the caller's stream has nothing to send.
type Turn = Option<Instant>;

/// Whether the client waits for the server or for the caller's stream.
#[derive(Debug)]
pub(crate) struct TransferProgress {
    begun: Instant,
    /// Most requests are sent at once, and need no wait.
    noted: OnceLock<Arc<Mutex<Turn>>>,
}

impl TransferProgress {
    /// Starts now.
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            noted: OnceLock::new(),
        }
    }

    /// The time since which the client waits for the server; `None` while it waits for the caller.
    pub(crate) fn since(&self) -> Turn {
        let Some(noted) = self.noted.get() else {
            return Some(self.begun);
        };
        *noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A body in the HTTP client's type, and its length if it is known; `None` if it is a stream
    /// that is gone.
    pub(super) fn sendable(&self, body: &Body) -> Option<(reqwest::Body, Option<u64>)> {
        Some(match body.take()? {
            Sendable::Bytes(bytes) => {
                let length = u64::try_from(bytes.len()).ok();
                (self.of(bytes), length)
            }
            Sendable::Stream(stream, length) => (self.of_measured(stream, length), length),
        })
    }

    /// A body whose progress is recorded while it is sent.
    pub(crate) fn of(&self, bytes: Bytes) -> reqwest::Body {
        if bytes.len() <= PIECE {
            return bytes.into();
        }
        self.of_stream(Pieces(bytes))
    }

    /// The same for a stream whose length may be known.
    pub(crate) fn of_measured<S, E>(&self, stream: S, length: Option<u64>) -> reqwest::Body
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        match length {
            Some(length) => self.of_stream(Measured::new(stream, length)),
            None => self.of_stream(stream),
        }
    }

    /// The same for a stream.
    pub(crate) fn of_stream<S, E>(&self, stream: S) -> reqwest::Body
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let noted = self.noted.get_or_init(|| Arc::new(Mutex::new(Some(self.begun))));
        let noted = Arc::clone(noted);
        reqwest::Body::wrap_stream(Noted { stream, noted })
    }
}

/// A stream that records when it returns data and when it has none.
struct Noted<S> {
    stream: S,
    noted: Arc<Mutex<Turn>>,
}

impl<S: Stream + Unpin> Stream for Noted<S> {
    type Item = S::Item;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.stream).poll_next(cx);
        let turn = next.is_ready().then(Instant::now);
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = turn;
        next
    }
}

/// Bytes, piece by piece.
struct Pieces(Bytes);

impl Stream for Pieces {
    type Item = Result<Bytes, Infallible>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.0.len().min(PIECE);
        let piece = self.0.split_to(length);
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}
