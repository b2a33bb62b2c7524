//! The exchange itself: one function, the same for all operations, so that it is compiled once.

use crate::answer::{Kind, Reply, ReplyBody};
use crate::body::{Part, Payload};
use crate::client::Client;
use crate::error::{Answered, Failure, Stage};
use crate::operation::Operation;
use crate::stream::Chunks;
use reqwest::header::HeaderMap;
use reqwest::{Url, multipart};
use std::time::Duration;

/// How much of an error's body is kept.
const ERROR_BODY: usize = 64 * 1024;

/// All that is sent for a call.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
}

/// Sends the request and takes the answer, whose body `kind` tells how to take.
///
/// # Errors
///
/// When there is no answer, or its status is none of those that `kind` knows.
pub(crate) async fn exchange(
    client: &Client,
    request: Request,
    kind: fn(u16) -> Kind,
) -> Result<Reply, Box<Failure>> {
    let operation = request.operation.id;
    // How long a stream takes to be sent is the caller's affair.
    let default = request.payload.is_repeatable().then_some(client.timeout());
    match request.timeout.or(default) {
        None => attempt(client, &request, kind).await,
        Some(limit) => match tokio::time::timeout(limit, attempt(client, &request, kind)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::timeout(operation, "timeout", limit)),
        },
    }
}

async fn attempt(client: &Client, request: &Request, kind: fn(u16) -> Kind) -> Result<Reply, Box<Failure>> {
    let operation = request.operation.id;
    let message = message(client, request)?;
    let patience = request.read_timeout.unwrap_or(client.read_timeout());
    let answer = if request.payload.is_repeatable() {
        match tokio::time::timeout(patience, client.http().execute(message)).await {
            Ok(answer) => answer,
            Err(_) => return Err(Failure::timeout(operation, "read_timeout", patience)),
        }
    } else {
        client.http().execute(message).await
    };
    let mut answer = answer.map_err(|error| Failure::http(operation, error))?;
    let status = answer.status();
    let headers = std::mem::take(answer.headers_mut());
    let kind = kind(status.as_u16());
    let patience = if kind == Kind::Events {
        request.read_timeout
    } else {
        Some(patience)
    };
    let chunks = Chunks::new(operation, answer.bytes_stream(), patience);
    let body = match kind {
        Kind::Stream | Kind::Events => ReplyBody::Stream(chunks),
        Kind::Whole => ReplyBody::Whole(chunks.collect(client.body_limit(), false).await?),
        Kind::Undeclared => {
            let body = chunks.collect(ERROR_BODY, true).await?;
            return Err(Failure::status(
                operation,
                Answered {
                    status,
                    headers,
                    body,
                },
            ));
        }
    };
    Ok(Reply {
        operation,
        status,
        headers,
        body,
    })
}

/// The answer of a failure, to be read as one of the declared errors.
pub(crate) fn reply_of(operation: &'static str, answer: &Answered) -> Reply {
    let body = ReplyBody::Whole(answer.body.clone());
    Reply {
        operation,
        status: answer.status,
        headers: answer.headers.clone(),
        body,
    }
}

/// The request as the HTTP client takes it.
fn message(client: &Client, request: &Request) -> Result<reqwest::Request, Box<Failure>> {
    let operation = request.operation;
    let mut message = reqwest::Request::new(operation.method.clone(), request.url.clone());
    message.headers_mut().clone_from(&request.headers);
    let gone = || {
        Failure::new(
            operation.id,
            Stage::Send,
            "the body is a stream that was sent already",
        )
    };
    match &request.payload {
        Payload::Nothing => {}
        Payload::Body(_, body) => {
            let (body, length) = body.take().ok_or_else(gone)?;
            if let Some(length) = length {
                message
                    .headers_mut()
                    .insert(reqwest::header::CONTENT_LENGTH, length.into());
            }
            *message.body_mut() = Some(body);
        }
        Payload::Multipart(parts) => {
            let mut form = multipart::Form::new();
            for (name, part) in parts {
                let part = match part {
                    Part::Text(text) => Ok(multipart::Part::text(text.clone())),
                    Part::Json(json) => multipart::Part::bytes(json.clone()).mime_str("application/json"),
                    Part::File(file) => {
                        let (body, length) = file.body.take().ok_or_else(gone)?;
                        let part = match length {
                            Some(length) => multipart::Part::stream_with_length(body, length),
                            None => multipart::Part::stream(body),
                        };
                        part.file_name(file.file_name.clone()).mime_str(&file.media_type)
                    }
                };
                let part = part.map_err(|_| {
                    Failure::new(
                        operation.id,
                        Stage::Build,
                        format!("the media type of the part `{name}` is none"),
                    )
                })?;
                form = form.part(name.clone(), part);
            }
            let builder = reqwest::RequestBuilder::from_parts(client.http().clone(), message).multipart(form);
            message = builder
                .build()
                .map_err(|error| Failure::http(operation.id, error))?;
        }
    }
    Ok(message)
}
