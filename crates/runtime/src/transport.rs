//! The exchange itself, the same for all operations, so that it is compiled once: a request in, and out of it an answer to
//! be read, or a failure. How it gets there is [`course`]'s business.

mod clock;
mod course;
mod message;
mod progress;

use crate::answer::{Answer, Kind, Reply, ReplyBody};
use crate::body::Payload;
use crate::call::Terms;
use crate::client::Client;
use crate::error::{Answered, Failure};
use crate::operation::Operation;
use crate::tracing::Watch;
use course::Course;
pub(crate) use progress::Progress;
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};

/// All that is sent for a call.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) terms: Terms,
}

/// Which answers a call reads, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) success: fn(u16) -> Kind,
    /// Whether a success, or a declared error, is of this very status, and not just of any.
    names: [fn(u16) -> bool; 2],
}

impl Kinds {
    /// The types of a success and of the declared errors.
    pub(crate) fn of<T: Answer, E: Answer>() -> Self {
        Self {
            success: T::kind,
            names: [T::names, E::names],
        }
    }

    /// Whether the operation declares this very status.
    fn names(self, status: StatusCode) -> bool {
        self.names.iter().any(|names| names(status.as_u16()))
    }
}

/// All that it takes to ask once more.
#[derive(Debug)]
pub(crate) struct Again {
    pub(crate) client: Client,
    pub(crate) request: Request,
    pub(crate) kinds: Kinds,
}

/// Makes a call; its answer keeps what it takes to ask once more, if it is a stream of events.
///
/// # Errors
///
/// As [`exchange`].
pub(crate) async fn call(client: &Client, request: Request, kinds: Kinds) -> Result<Reply, Box<Failure>> {
    let mut reply = exchange(client, &request, kinds).await?;
    let is_events = (kinds.success)(reply.status()) == Kind::Events;
    if is_events && request.operation.is_repeatable && request.payload.is_repeatable() {
        let client = client.clone();
        reply.again = Some(Box::new(Again {
            client,
            request,
            kinds,
        }));
    }
    Ok(reply)
}

/// Sends the request, as often as it takes, and takes the answer, whose body `kinds` tells how to take.
///
/// # Errors
///
/// When there is no answer, or its status is none of those of a success.
pub(crate) async fn exchange(
    client: &Client,
    request: &Request,
    kinds: Kinds,
) -> Result<Reply, Box<Failure>> {
    let watch = Watch::new(request.operation);
    let mut course = Course::new(client, request, kinds, &watch);
    let outcome = watch.cover(course.run()).await;
    let attempts = course.attempts;
    match outcome {
        Ok(mut reply) => {
            reply.attempts = attempts;
            // The call is over when its answer has been read.
            reply.watch = Some(watch);
            Ok(reply)
        }
        Err(mut failure) => {
            watch.failed(failure.stage);
            failure.attempts = attempts;
            Err(failure)
        }
    }
}

/// The answer of a failure, to be read as one of the declared errors.
pub(crate) fn reply_of(operation: &'static str, answer: &Answered) -> Reply {
    let body = ReplyBody::Whole(answer.body.clone());
    Reply {
        operation,
        status: answer.status,
        headers: answer.headers.clone(),
        body,
        attempts: 0,
        again: None,
        watch: None,
    }
}
