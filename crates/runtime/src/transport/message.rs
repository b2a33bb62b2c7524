//! The message of an attempt: address, header fields and body, in the HTTP client's types.

#[cfg(feature = "multipart")]
use super::multipart;
use super::progress::TransferProgress;
use super::request::Request;
use crate::error::{Failure, Stage};
use crate::model::body::Payload;
use http::HeaderMap;
#[cfg(feature = "gzip")]
use http::HeaderValue;
use http::header::CONTENT_LENGTH;
#[cfg(feature = "gzip")]
use http::header::{ACCEPT_ENCODING, RANGE};
use url::Url;

/// The request in the HTTP client's type.
///
/// # Errors
///
/// When a stream in it was already sent, or a media type is invalid.
pub(super) fn make(
    http: &reqwest::Client,
    request: &Request,
    (url, headers): (Url, HeaderMap),
    progress: &TransferProgress,
) -> Result<reqwest::Request, Box<Failure>> {
    let operation = request.operation;
    let mut message = reqwest::Request::new(operation.method().clone(), url);
    *message.headers_mut() = headers;
    // If the file is sent compressed, its ranges are ranges of the compressed form.
    #[cfg(feature = "gzip")]
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
            "the body is a stream that was already sent",
        )
    };
    match &request.payload {
        Payload::Nothing => {}
        Payload::Body(_, body) => {
            let is_stream = !body.is_repeatable();
            let (body, length) = progress.sendable(body).ok_or_else(gone)?;
            // A stream with a declared length of zero would not be polled at all.
            if let Some(length) = length.filter(|length| *length > 0 || !is_stream) {
                message.headers_mut().insert(CONTENT_LENGTH, length.into());
            }
            *message.body_mut() = Some(body);
        }
        #[cfg(feature = "multipart")]
        Payload::Multipart(media_type, parts) => {
            message = multipart::with_form(http, operation.id, message, (media_type, parts), progress)?;
        }
        #[cfg(not(feature = "multipart"))]
        Payload::Multipart(..) => {
            let _ = http;
            let what = "multipart forms need the feature `multipart` of lorgnette-runtime";
            return Err(Failure::new(operation.id, Stage::Build, what));
        }
    }
    Ok(message)
}
