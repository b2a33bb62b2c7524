//! Server-sent events, with resumption of interrupted streams.

use super::source::EventSource;
use crate::error::{Error, Failure, Stage};
use crate::from_response::FromResponse;
use crate::model::codec::{self, Wire};
use crate::transport::platform::sleep;
use crate::transport::retry::{self, Attempt, Decision};
use crate::transport::{self, BodyKind, Limits, RawResponse, Resend};
use futures_core::Stream;
use http::{HeaderName, HeaderValue};
use sse_stream::{Sse, SseByteStream};
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The type of the event; `message` by default.
    pub event: String,
    /// The id, with which a later request can ask for the following events.
    pub id: Option<String>,
    /// The server's reconnection time after an interruption.
    pub retry: Option<Duration>,
    /// The data.
    pub data: T,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Server-sent events as they arrive, whose data are of type `T`.
///
/// If the connection is interrupted after an event with an id, the request is sent again with that
/// id as its `Last-Event-ID`, by the client's [`RetryPolicy`](crate::retry::RetryPolicy) and after
/// the server's reconnection time; the caller does not notice. Without an id, or if the operation
/// must not be sent twice, the interruption is an error.
pub struct EventStream<T> {
    operation: &'static str,
    limits: Arc<Limits>,
    /// Whether members of the data that do not match their types are kept unchanged.
    is_lenient: bool,
    state: StreamState,
    /// The last event's id, from which the stream is resumed.
    last_id: Option<String>,
    /// The server's reconnection time.
    retry: Duration,
    /// The number of interruptions since the last event, and the total wait that they caused.
    breaks: u32,
    waited: Duration,
    data: PhantomData<fn() -> T>,
}

type Events = Pin<Box<SseByteStream<EventSource>>>;
type Asking = Pin<Box<dyn Future<Output = Result<Box<RawResponse>, Box<Failure>>> + Send>>;

enum StreamState {
    /// Events arrive. The variant holds the request to resume the stream, if that is allowed.
    Open(Events, Option<Box<Resend>>),
    /// The stream was interrupted, and the events after the last one are requested.
    Asking(Asking),
    Over,
}

impl<T: Wire> EventStream<T> {
    /// The next event; `None` when the server has ended the stream.
    ///
    /// # Errors
    ///
    /// When the connection is lost permanently or a limit of [`Limits`] is exceeded; both end the
    /// stream. When the data do not match the contract; the stream then continues.
    pub async fn event(&mut self) -> Result<Option<Event<T>>, Error> {
        poll_fn(|cx| self.poll(cx)).await.transpose()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event<T>, Error>>> {
        loop {
            let next = match &mut self.state {
                StreamState::Over => return Poll::Ready(None),
                StreamState::Open(events, _) => ready!(events.as_mut().poll_next(cx)),
                StreamState::Asking(asking) => {
                    self.state = match ready!(asking.as_mut().poll(cx)) {
                        Ok(mut response) => opened(&mut response),
                        Err(failure) => {
                            self.state = StreamState::Over;
                            return Poll::Ready(Some(Err(Error::new(failure, None))));
                        }
                    };
                    continue;
                }
            };
            match next {
                None => self.state = StreamState::Over,
                Some(Err(error)) => {
                    if let Some(asking) = self.ask_again(&error) {
                        self.state = StreamState::Asking(asking);
                    } else {
                        self.state = StreamState::Over;
                        return Poll::Ready(Some(Err(self.broken(error))));
                    }
                }
                Some(Ok(sse)) => {
                    if let Some(event) = self.event_of(sse) {
                        return Poll::Ready(Some(event));
                    }
                }
            }
        }
    }

    /// Converts a block to an event; `None` for a block that only sets the reconnection time or an
    /// id.
    fn event_of(&mut self, sse: Sse) -> Option<Result<Event<T>, Error>> {
        let retry = sse.retry.map(Duration::from_millis);
        (self.breaks, self.waited) = (0, Duration::ZERO);
        self.retry = retry.unwrap_or(self.retry);
        if let Some(id) = &sse.id {
            if id.len() > self.limits.event_id {
                self.state = StreamState::Over;
                let what = format!(
                    "the id of an event is longer than {} bytes; raise `Limits::event_id` of the client",
                    self.limits.event_id
                );
                let failure = Failure::new(self.operation, Stage::Send, what).by_limit();
                return Some(Err(Error::new(failure, None)));
            }
            // An empty id resets the last one.
            self.last_id = Some(id.clone()).filter(|id| !id.is_empty());
        }
        let data = self.decode(&sse.data?);
        let event = sse.event.filter(|event| !event.is_empty());
        Some(data.map(|data| Event {
            event: event.unwrap_or_else(|| "message".to_owned()),
            id: sse.id,
            retry,
            data,
        }))
    }

    /// Requests the events after the last one, if that is possible and useful.
    fn ask_again(&mut self, error: &sse_stream::Error) -> Option<Asking> {
        let StreamState::Open(_, resend) = &mut self.state else {
            return None;
        };
        let id = HeaderValue::from_str(self.last_id.as_deref()?).ok()?;
        let sse_stream::Error::Body(cause) = error else {
            return None;
        };
        if cause.downcast_ref::<Error>().is_some_and(Error::is_limit) {
            return None;
        }
        let mut resend = resend.take()?;
        let retry = resend.client.retry();
        let policy = resend.request.settings.retry.as_deref().unwrap_or(retry.policy());
        let attempt = Attempt {
            is_repeatable: true,
            retry_on: &[],
            can_resend: true,
            failure: retry::Failure::NoResponse,
            retries: self.breaks,
            waited: self.waited,
            left: None,
        };
        let Decision::After(wait) = retry.decide_by(policy, &attempt) else {
            return None;
        };
        let wait = wait.max(self.retry.min(policy.longest_retry_after));
        self.breaks += 1;
        self.waited += wait;
        resend.request.headers.insert(LAST_EVENT_ID, id);
        Some(Box::pin(async move {
            transport::in_runtime(resend.request.operation.id())?;
            sleep(wait).await;
            let Resend {
                client,
                request,
                kinds,
            } = *resend;
            transport::call(&client, request, kinds).await
        }))
    }

    fn decode(&self, data: &str) -> Result<T, Error> {
        let mut reading = codec::Reading::leniently(self.limits.decoded, self.is_lenient);
        T::from_event(data, &mut reading).map_err(|error| {
            let what = if error.is_too_large() {
                format!("an event: {error}; raise `Limits::decoded` of the client")
            } else {
                format!("an event does not match the contract: {error}")
            };
            Error::new(Failure::decode(self.operation, error, what), None)
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
                "the response is not a stream of server-sent events",
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

fn opened(response: &mut RawResponse) -> StreamState {
    let source = EventSource::new(response.operation, response.take_stream(), &response.limits);
    StreamState::Open(Box::pin(SseByteStream::new(source)), response.resend.take())
}

impl<T: Wire> FromResponse for EventStream<T> {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Events.on_success(status)
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        Ok(Self {
            operation: response.operation,
            limits: Arc::clone(&response.limits),
            is_lenient: response.reading.is_lenient(),
            state: opened(response),
            last_id: None,
            retry: Duration::ZERO,
            breaks: 0,
            waited: Duration::ZERO,
            data: PhantomData,
        })
    }
}
