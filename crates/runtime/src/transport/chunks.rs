//! The body of a response, chunk by chunk.

use super::gunzip::{Gunzip, Piece};
use super::http_error;
use super::platform::{Sleep, in_runtime, sleep};
use crate::error::{Awaited, Failure, Limit, Stage};
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The chunks of a body as they arrive, with a limit on the time between two of them.
pub(crate) struct Chunks {
    operation: &'static str,
    stream: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>,
    idle: Option<Idle>,
    gunzip: Option<Box<Gunzip>>,
    is_done: bool,
}

/// How long to wait for the next chunk.
struct Idle {
    limit: Duration,
    /// Set while the stream is silent.
    timer: Option<Pin<Box<Sleep>>>,
}

/// A body that has already been read.
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
            gunzip: None,
            is_done: false,
        }
    }

    pub(crate) fn of(operation: &'static str, bytes: Bytes) -> Self {
        Self::new(operation, Read(Some(bytes)), None)
    }

    /// The same chunks, decompressed. The decompressed body may be at most `ratio` times as long,
    /// if there is a limit.
    pub(super) fn gunzip(mut self, ratio: Option<u32>) -> Self {
        self.gunzip = Some(Box::new(Gunzip::new(ratio)));
        self
    }

    /// The next chunk. An error is returned once, and ends the body.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Box<Failure>>>> {
        if self.is_done {
            return Poll::Ready(None);
        }
        let outcome = ready!(self.poll_decompressed(cx));
        self.is_done = !matches!(outcome, Some(Ok(_)));
        Poll::Ready(outcome)
    }

    fn poll_decompressed(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Box<Failure>>>> {
        loop {
            let piece = match &mut self.gunzip {
                Some(gunzip) => gunzip.next(),
                None => return self.poll_sent(cx),
            };
            let broken = |what: String| Failure::new(self.operation, Stage::Send, what);
            return Poll::Ready(match piece {
                Piece::Bytes(bytes) => Some(Ok(bytes)),
                Piece::End => None,
                Piece::TooMuch(ratio) => Some(Err(broken(format!(
                    "the response becomes more than {ratio} times as long when it is decompressed; raise \
                     `Limits::compression` of the client if that is right"
                ))
                .by_limit())),
                Piece::Broken(error) => {
                    let mut failure =
                        broken("the response cannot be decompressed: its gzip stream is damaged".to_owned());
                    failure.source = Some(Box::new(error));
                    Some(Err(failure))
                }
                Piece::Starved => match ready!(self.poll_sent(cx)) {
                    Some(Err(failure)) => Some(Err(failure)),
                    sent => {
                        if let Some(gunzip) = &mut self.gunzip {
                            match sent {
                                Some(Ok(chunk)) => gunzip.feed(chunk),
                                _ => gunzip.end(),
                            }
                        }
                        continue;
                    }
                },
            });
        }
    }

    /// The next chunk, unchanged.
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Box<Failure>>>> {
        Poll::Ready(match self.stream.as_mut().poll_next(cx) {
            Poll::Ready(next) => {
                if let Some(idle) = &mut self.idle {
                    idle.timer = None;
                }
                next.map(|chunk| chunk.map_err(|error| http_error::failure(self.operation, error)))
            }
            Poll::Pending => {
                let Some(idle) = &mut self.idle else {
                    return Poll::Pending;
                };
                let limit = idle.limit;
                if idle.timer.is_none()
                    && let Err(failure) = in_runtime(self.operation)
                {
                    return Poll::Ready(Some(Err(failure)));
                }
                let timer = idle.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
                ready!(timer.as_mut().poll(cx));
                Some(Err(Failure::late(
                    self.operation,
                    Awaited::Body,
                    Limit::Silence(limit),
                )))
            }
        })
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Box<Failure>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Reads to the end. More than `limit` bytes are an error, or are cut off if `cut` is set.
    pub(crate) async fn collect(&mut self, limit: usize, cut: bool) -> Result<Bytes, Box<Failure>> {
        let mut whole = Vec::new();
        let mut first = Bytes::new();
        while let Some(chunk) = self.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                // The partial body of an error response is better than nothing.
                Err(_) if cut => break,
                Err(failure) => return Err(failure),
            };
            let room = limit - whole.len().max(first.len());
            if chunk.len() > room && !cut {
                let what = format!(
                    "the response is longer than {limit} bytes; raise `Limits::body` of the client, or read it as a stream"
                );
                return Err(Failure::new(self.operation, Stage::Send, what).by_limit());
            }
            let is_full = chunk.len() >= room;
            let chunk = chunk.slice(..chunk.len().min(room));
            // Most bodies arrive in one piece, which needs no copy.
            if first.is_empty() && whole.is_empty() {
                first = chunk;
            } else {
                if whole.is_empty() {
                    reserve(&mut whole, first.len(), limit);
                    whole.extend_from_slice(&first);
                }
                reserve(&mut whole, chunk.len(), limit);
                whole.extend_from_slice(&chunk);
            }
            if is_full && cut {
                break;
            }
        }
        Ok(if whole.is_empty() { first } else { whole.into() })
    }
}

/// Reserves space for this many more bytes, by doubling up to `limit`.
fn reserve(whole: &mut Vec<u8>, more: usize, limit: usize) {
    let needed = whole.len().saturating_add(more);
    if needed > whole.capacity() {
        let capacity = whole.capacity().saturating_mul(2).min(limit).max(needed);
        whole.reserve_exact(capacity - whole.len());
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chunks")
    }
}
