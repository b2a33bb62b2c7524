//! The message of an attempt: address, header fields and body, as the HTTP client takes them.

use super::http_error;
use super::progress::Progress;
use super::request::Request;
use crate::error::{Failure, Stage};
use crate::model::body::{Body, Part, Payload, Sendable};
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue};
use reqwest::multipart;
use std::fmt::Write;
use url::Url;

/// The request as the HTTP client takes it.
///
/// # Errors
///
/// When a stream in it was sent already, or a media type is none.
pub(super) fn make(
    http: &reqwest::Client,
    request: &Request,
    (url, headers): (Url, HeaderMap),
    progress: &Progress,
) -> Result<reqwest::Request, Box<Failure>> {
    let operation = request.operation;
    let mut message = reqwest::Request::new(operation.method().clone(), url);
    *message.headers_mut() = headers;
    // Parts of a file are parts of its compressed form, if that is what is sent.
    if !message.headers().contains_key(RANGE) {
        message
            .headers_mut()
            .entry(ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("gzip"));
    }
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
            let is_stream = !body.is_repeatable();
            let (body, length) = sendable(body, progress).ok_or_else(gone)?;
            // A stream that is announced as empty would not be asked whether it is.
            if let Some(length) = length.filter(|length| *length > 0 || !is_stream) {
                message.headers_mut().insert(CONTENT_LENGTH, length.into());
            }
            *message.body_mut() = Some(body);
        }
        Payload::Multipart(media_type, parts) => {
            // Names are escaped here as browsers do; the other ways to encode them are not for forms (RFC 7578).
            let mut form = multipart::Form::new().percent_encode_noop();
            for (name, part) in parts {
                let part = match part {
                    Part::Text(text) => Ok(multipart::Part::text(text.clone())),
                    Part::Typed(media_type, text) => {
                        multipart::Part::bytes(text.to_vec()).mime_str(media_type)
                    }
                    Part::Json(json) => multipart::Part::bytes(json.clone()).mime_str("application/json"),
                    Part::File(file) => {
                        let (body, length) = sendable(&file.body, progress).ok_or_else(gone)?;
                        let part = match length {
                            Some(length) => multipart::Part::stream_with_length(body, length),
                            None => multipart::Part::stream(body),
                        };
                        part.file_name(file_name(&file.file_name))
                            .mime_str(&file.media_type)
                    }
                };
                let part = part.map_err(|_| {
                    Failure::new(
                        operation.id,
                        Stage::Build,
                        format!("the media type of the part `{name}` is none"),
                    )
                })?;
                form = form.part(field_name(name), part);
            }
            // The form brings its own, and they would stand beside others.
            for own in [CONTENT_TYPE, CONTENT_LENGTH] {
                message.headers_mut().remove(own);
            }
            let kind = format!("{media_type}; boundary={}", form.boundary());
            let builder = reqwest::RequestBuilder::from_parts(http.clone(), message).multipart(form);
            message = builder
                .build()
                .map_err(|error| http_error::failure(operation.id, error))?;
            if let Ok(kind) = HeaderValue::try_from(kind) {
                message.headers_mut().insert(CONTENT_TYPE, kind);
            }
        }
    }
    Ok(message)
}

/// A body as the HTTP client takes it, and its length where that is known; `None` if it is a stream that is gone.
fn sendable(body: &Body, progress: &Progress) -> Option<(reqwest::Body, Option<u64>)> {
    Some(match body.take()? {
        Sendable::Bytes(bytes) => {
            let length = u64::try_from(bytes.len()).ok();
            (progress.of(bytes), length)
        }
        Sendable::Stream(stream, length) => (progress.of_measured(stream, length), length),
    })
}

/// The name of a field of a form, for between quotes.
fn field_name(name: &str) -> String {
    file_name(name).replace('"', "%22")
}

/// The name of a file, for between quotes, which are escaped later. Control characters would end the line or the name.
fn file_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_control() {
            let _ = write!(escaped, "%{:02X}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}
