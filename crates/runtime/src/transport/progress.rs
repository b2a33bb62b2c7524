//! How far a body from memory has been sent, so that sending it is not taken for silence.

use bytes::Bytes;
use futures_core::Stream;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use tokio::time::Instant;

/// Bodies up to this length are sent at once; longer ones in pieces of it.
const PIECE: usize = 64 * 1024;

/// When something was sent last.
#[derive(Debug)]
pub(crate) struct Progress {
    begun: Instant,
    /// Most requests are sent at once, and need none.
    noted: OnceLock<Arc<Mutex<Instant>>>,
}

impl Progress {
    /// It begins now.
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            noted: OnceLock::new(),
        }
    }

    /// When something was sent last.
    pub(crate) fn last(&self) -> Instant {
        let noted = self.noted.get();
        noted.map_or(self.begun, |noted| {
            *noted.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// A body that is noted while it is sent.
    pub(crate) fn of(&self, bytes: Bytes) -> reqwest::Body {
        if bytes.len() <= PIECE {
            return bytes.into();
        }
        let noted = self.noted.get_or_init(|| Arc::new(Mutex::new(self.begun)));
        let noted = Arc::clone(noted);
        reqwest::Body::wrap_stream(Pieces { bytes, noted })
    }
}

/// Bytes, piece by piece.
struct Pieces {
    bytes: Bytes,
    noted: Arc<Mutex<Instant>>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, Infallible>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let length = self.bytes.len().min(PIECE);
        let piece = self.bytes.split_to(length);
        Poll::Ready((!piece.is_empty()).then_some(Ok(piece)))
    }
}
