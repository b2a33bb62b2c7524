//! Streams of a declared length. If the declared length is wrong, a server waits for missing bytes,
//! or reads the rest as the next request.

use bytes::Bytes;
use futures_core::Stream;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A stream that fails if its length differs from the declared one. The last piece is held back
/// until the stream has ended, so that no server treats an incomplete body as complete.
pub(crate) struct Measured<S> {
    stream: S,
    length: u64,
    seen: u64,
    /// The piece that completes the declared length.
    last: Option<Bytes>,
    is_done: bool,
}

type AnyError = Box<dyn StdError + Send + Sync>;

/// The error for a stream that does not have the declared length.
#[derive(Debug)]
struct WrongLength {
    said: u64,
    is_longer: bool,
}

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = if self.is_longer { "more" } else { "fewer" };
        let said = self.said;
        write!(
            f,
            "the body's stream gives {found} than the {said} bytes that `length` announced"
        )
    }
}

impl StdError for WrongLength {}

impl<S> Measured<S> {
    pub(crate) const fn new(stream: S, length: u64) -> Self {
        Self {
            stream,
            length,
            seen: 0,
            last: None,
            is_done: false,
        }
    }

    fn wrong<T>(&mut self, is_longer: bool) -> Poll<Option<Result<T, AnyError>>> {
        self.is_done = true;
        let said = self.length;
        Poll::Ready(Some(Err(WrongLength { said, is_longer }.into())))
    }
}

impl<S, E> Stream for Measured<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<AnyError>,
{
    type Item = Result<Bytes, AnyError>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.is_done {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(Ok(piece)) => {
                    self.seen = self
                        .seen
                        .saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                    if self.seen > self.length {
                        return self.wrong(true);
                    }
                    if self.seen < self.length {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    self.last = Some(piece);
                }
                Some(Err(error)) => {
                    self.is_done = true;
                    return Poll::Ready(Some(Err(error.into())));
                }
                None if self.seen < self.length => return self.wrong(false),
                None => {
                    self.is_done = true;
                    return Poll::Ready(self.last.take().map(Ok));
                }
            }
        }
    }
}
