//! Makes a call, from its request to its response or failure. The code is the same for all
//! operations, so that it is compiled once.

use super::attempt_loop::AttemptLoop;
use super::call_span::CallSpan;
use super::client::Client;
use super::interceptor::Ending;
use super::platform::in_runtime;
use super::raw_response::{BodyKind, RawResponse, Resend, ResponseKinds};
use super::request::Request;
use crate::error::Failure;
use crate::model::Response;
use crate::model::body::Payload;
use http::Method;
use std::pin::pin;

/// Makes a call. A response that is a stream keeps the data needed to send the request again.
///
/// # Errors
///
/// As for [`exchange`].
pub(crate) async fn call(
    client: &Client,
    request: Request,
    kinds: ResponseKinds,
) -> Result<Box<RawResponse>, Box<Failure>> {
    let mut response = pin!(exchange(client, &request, kinds)).await?;
    resumable(&mut response, client, request, kinds);
    Ok(response)
}

/// Keeps the data needed to send the request again, if the response is a stream that may be
/// resumed.
pub(crate) fn resumable(response: &mut RawResponse, client: &Client, request: Request, kinds: ResponseKinds) {
    let is_resumed = match (kinds.success)(response.status()) {
        BodyKind::Events => request.operation.is_repeatable && request.payload.is_repeatable(),
        BodyKind::Stream => {
            *request.operation.method() == Method::GET && matches!(request.payload, Payload::Nothing)
        }
        BodyKind::Whole | BodyKind::Undeclared => false,
    };
    if is_resumed {
        let client = client.clone();
        response.resend = Some(Box::new(Resend {
            client,
            request,
            kinds,
        }));
    }
}

/// Sends the request, with retries, and reads the response as `kinds` says.
///
/// # Errors
///
/// When there is no response, or its status is not a success.
pub(crate) async fn exchange(
    client: &Client,
    request: &Request,
    kinds: ResponseKinds,
) -> Result<Box<RawResponse>, Box<Failure>> {
    in_runtime(request.operation.id())?;
    let span = CallSpan::new(request.operation);
    let ending = Ending::begin(client.interceptors(), request.operation, client.is_for_tokens());
    let mut attempts = AttemptLoop::new(client, request, kinds, &span);
    let outcome = loop {
        // In its own box, an attempt is not copied with the enclosing futures, and the box has a
        // size that the allocator serves quickly.
        let outcome = span.cover(attempts.attempt()).await;
        if let Some(outcome) = outcome.transpose() {
            break outcome;
        }
    };
    let sent = attempts.sent;
    if let Some(ending) = ending {
        match &outcome {
            Ok(response) => ending.ends(sent, Some(response.status), None),
            Err(failure) => {
                let status = failure.response.as_ref().map(Response::status);
                ending.ends(sent, status, Some(failure.stage));
            }
        }
    }
    match outcome {
        Ok(mut response) => {
            response.attempts = sent;
            // The call ends when its response has been read.
            response.span = Some(span);
            Ok(response)
        }
        Err(mut failure) => {
            span.failed(failure.stage);
            failure.attempts = sent;
            failure.place = Some(attempts.place());
            Err(failure)
        }
    }
}
