//! Server-sent events.

use crate::answer::{Answer, Kind, Reply};
use crate::codec::{self, Wire};
use crate::error::{Error, Failure, Stage};
use crate::stream::Chunks;
use bytes::Bytes;
use futures_core::Stream;
use sse_stream::SseByteStream;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// What kind of event it is; `message` unless the server says otherwise.
    pub event: String,
    /// The id, by which a later request can ask for what comes after it.
    pub id: Option<String>,
    /// How long the server wants to be left alone after the stream breaks off.
    pub retry: Option<Duration>,
    /// What it says.
    pub data: T,
}

/// Server-sent events as they arrive, whose data are of type `T`.
pub struct EventStream<T> {
    operation: &'static str,
    events: Pin<Box<SseByteStream<Source>>>,
    data: PhantomData<fn() -> T>,
}

/// The chunks of the body, whose failure is put aside: the parser takes errors only as text.
struct Source {
    chunks: Chunks,
}

impl Stream for Source {
    type Item = Result<Bytes, Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks
            .poll(cx)
            .map(|next| next.map(|chunk| chunk.map_err(|failure| Error::new(failure, None))))
    }
}

impl<T: Wire> EventStream<T> {
    /// The next event; `None` when the server has ended the stream.
    ///
    /// # Errors
    ///
    /// When the connection breaks off, which ends the stream, or the data are not what the contract says, which does not.
    pub async fn event(&mut self) -> Result<Option<Event<T>>, Error> {
        poll_fn(|cx| self.poll(cx)).await.transpose()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event<T>, Error>>> {
        loop {
            let next = match self.events.as_mut().poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(next) => next,
            };
            return Poll::Ready(match next {
                None => None,
                Some(Err(error)) => Some(Err(self.broken(error))),
                Some(Ok(sse)) => match sse.data {
                    // A comment, or a block that only sets the time to wait.
                    None => continue,
                    Some(data) => Some(self.decode(&data).map(|data| {
                        Event {
                            event: sse
                                .event
                                .filter(|event| !event.is_empty())
                                .unwrap_or_else(|| "message".to_owned()),
                            id: sse.id,
                            retry: sse.retry.map(Duration::from_millis),
                            data,
                        }
                    })),
                },
            });
        }
    }

    fn decode(&self, data: &str) -> Result<T, Error> {
        T::from_event(data).map_err(|error| {
            let what = format!("an event is not what the contract says: {error}");
            let mut failure = Failure::new(self.operation, Stage::Decode, what);
            failure.path = error.path();
            failure.source = Some(Box::new(error));
            Error::new(failure, None)
        })
    }

    fn broken(&self, error: sse_stream::Error) -> Error {
        if let sse_stream::Error::Body(cause) = error {
            return match cause.downcast::<Error>() {
                Ok(error) => *error,
                Err(_) => Error::new(
                    Failure::new(self.operation, Stage::Send, "the stream of events broke off"),
                    None,
                ),
            };
        }
        Error::new(
            Failure::new(
                self.operation,
                Stage::Decode,
                "the stream is not one of server-sent events",
            ),
            None,
        )
    }
}

impl<T: Wire> Stream for EventStream<T> {
    type Item = Result<Event<T>, Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

impl<T: Wire> Answer for EventStream<T> {
    fn kind(status: u16) -> Kind {
        Kind::Events.on_success(status)
    }
    fn read(reply: &mut Reply) -> codec::Result<Self> {
        let events = Box::pin(SseByteStream::new(Source {
            chunks: reply.take_stream(),
        }));
        Ok(Self {
            operation: reply.operation,
            events,
            data: PhantomData,
        })
    }
}
