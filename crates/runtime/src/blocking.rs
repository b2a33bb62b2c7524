//! Calls without `async`, under the feature `blocking`: `.blocking()` in place of awaiting or
//! streaming.
//!
//! Background work, such as connections and the renewal of tokens, runs in one thread that all
//! clients of the process share. A call blocks the caller's thread. Within a tokio runtime that is
//! an error, since it would block the runtime's other tasks.
//!
//! ```
//! use lorgnette_runtime::{Client, Sending};
//!
//! # fn example<T, E>(sending: Sending<'_, T, E>) -> Result<(), lorgnette_runtime::Error<E>> {
//! // In place of `client.get_item(7).send().await?`:
//! let item = sending.blocking()?;
//! # Ok(())
//! # }
//! ```

use crate::byte_stream::ByteStream;
use crate::error::{Error, Failure, Stage};
#[cfg(feature = "event-stream")]
use crate::events::EventStream;
use crate::from_response::FromResponse;
use crate::model::Response;
#[cfg(feature = "event-stream")]
use crate::model::Wire;
use crate::paging::{Items, Pages};
use crate::sending::Sending;
use crate::transport::platform;
use crate::wait::Wait;
use bytes::{Buf, Bytes};
use futures_core::Stream;
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::io::{self, BufRead, Read};
use std::pin::Pin;

/// Waits for a future that this crate or a client created, for instance one of
/// [`ByteStream::save_to`](crate::ByteStream::save_to).
///
/// # Errors
///
/// The error of the future, or an error within a tokio runtime.
pub fn run<T, E>(future: impl Future<Output = Result<T, Error<E>>>) -> Result<T, Error<E>> {
    run_as("blocking", future)
}

fn run_as<T, E>(
    operation: &'static str,
    future: impl Future<Output = Result<T, Error<E>>>,
) -> Result<T, Error<E>> {
    platform::block_on(future).unwrap_or_else(|what| Err(refusal(operation, what)))
}

fn refusal<E>(operation: &'static str, what: String) -> Error<E> {
    Error::new(Failure::new(operation, Stage::Build, what), None)
}

impl<T, E> Sending<'_, T, E> {
    /// Waits for the response.
    ///
    /// # Errors
    ///
    /// As for awaiting it, and within a tokio runtime.
    pub fn blocking(self) -> Result<Response<T>, Error<E>> {
        run_as(self.operation(), self)
    }
}

impl<T: FromResponse + Send + 'static, E: FromResponse + Send + 'static> Wait<T, E> {
    /// Waits until the operation is done.
    ///
    /// # Errors
    ///
    /// As for awaiting it, and within a tokio runtime.
    pub fn blocking(self) -> Result<Response<T>, Error<E>> {
        run_as("wait", self.into_future())
    }
}

impl<T, E> Pages<T, E> {
    /// The pages as an iterator that waits for each.
    pub const fn blocking(self) -> Blocking<Self> {
        Blocking::new(self, "pages")
    }
}

impl<I, E> Items<I, E> {
    /// The items as an iterator that waits for each.
    pub const fn blocking(self) -> Blocking<Self> {
        Blocking::new(self, "items")
    }
}

#[cfg(feature = "event-stream")]
impl<T: Wire> EventStream<T> {
    /// The events as an iterator that waits for each.
    pub const fn blocking(self) -> Blocking<Self> {
        Blocking::new(self, "events")
    }
}

impl ByteStream {
    /// The bytes as a reader that waits for them, for instance for [`std::io::copy`].
    pub const fn blocking(self) -> Reader {
        Reader {
            stream: self,
            chunk: Bytes::new(),
        }
    }
}

/// A stream as an iterator. Within a tokio runtime, each item is an error.
#[must_use = "nothing is sent before an item is asked for"]
pub struct Blocking<S> {
    stream: S,
    what: &'static str,
}

impl<S> Blocking<S> {
    const fn new(stream: S, what: &'static str) -> Self {
        Self { stream, what }
    }
}

impl<S, T, E> Iterator for Blocking<S>
where
    S: Stream<Item = Result<T, Error<E>>> + Unpin,
{
    type Item = Result<T, Error<E>>;
    fn next(&mut self) -> Option<Self::Item> {
        let next = poll_fn(|cx| Pin::new(&mut self.stream).poll_next(cx));
        platform::block_on(next).unwrap_or_else(|what| Some(Err(refusal(self.what, what))))
    }
}

impl<S> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.what).finish()
    }
}

/// The bytes of a response as a reader. `Debug` shows none of them.
pub struct Reader {
    stream: ByteStream,
    /// Bytes that have arrived but have not been read yet.
    chunk: Bytes,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.chunk.is_empty() {
            match run_as(self.stream.operation(), self.stream.chunk()).map_err(io::Error::other)? {
                Some(chunk) => self.chunk = chunk,
                None => break,
            }
        }
        Ok(&self.chunk)
    }
    fn consume(&mut self, read: usize) {
        self.chunk.advance(read.min(self.chunk.len()));
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let length = chunk.len().min(into.len());
        into[..length].copy_from_slice(&chunk[..length]);
        self.consume(length);
        Ok(length)
    }
}
