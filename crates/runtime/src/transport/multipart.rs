//! Multipart forms, in the HTTP client's types.

use super::http_error;
use super::progress::TransferProgress;
use crate::error::{Failure, Stage};
use crate::model::body::FormPart;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::multipart;
use std::fmt::Write;

/// The message with a form of these parts as its body.
///
/// # Errors
///
/// When a stream in it was already sent, or a media type is invalid.
pub(super) fn with_form(
    http: &reqwest::Client,
    operation: &'static str,
    mut message: reqwest::Request,
    (media_type, parts): (&str, &[(String, FormPart)]),
    progress: &TransferProgress,
) -> Result<reqwest::Request, Box<Failure>> {
    // Names are escaped as in browsers; the other encodings are not allowed in forms (RFC 7578).
    let mut form = multipart::Form::new().percent_encode_noop();
    for (name, part) in parts {
        let part = match part {
            FormPart::Text(text) => Ok(multipart::Part::text(text.clone())),
            FormPart::Typed(media_type, text) => multipart::Part::bytes(text.to_vec()).mime_str(media_type),
            FormPart::Json(json) => multipart::Part::bytes(json.clone()).mime_str("application/json"),
            FormPart::File(file) => {
                let Some((body, length)) = progress.sendable(&file.body) else {
                    let what = "the body is a stream that was already sent";
                    return Err(Failure::new(operation, Stage::Send, what));
                };
                let part = match length {
                    Some(length) => multipart::Part::stream_with_length(body, length),
                    None => multipart::Part::stream(body),
                };
                part.file_name(file_name(&file.file_name))
                    .mime_str(&file.media_type)
            }
        };
        let part = part.map_err(|_| {
            let what = format!("the media type of the part `{name}` is invalid");
            Failure::new(operation, Stage::Build, what)
        })?;
        form = form.part(field_name(name), part);
    }
    // The form sets its own content type, which would otherwise be duplicated.
    for own in [CONTENT_TYPE, CONTENT_LENGTH] {
        message.headers_mut().remove(own);
    }
    let kind = format!("{media_type}; boundary={}", form.boundary());
    let builder = reqwest::RequestBuilder::from_parts(http.clone(), message).multipart(form);
    let mut message = builder
        .build()
        .map_err(|error| http_error::failure(operation, error))?;
    if let Ok(kind) = HeaderValue::try_from(kind) {
        message.headers_mut().insert(CONTENT_TYPE, kind);
    }
    Ok(message)
}

/// The name of a form field, escaped for quotes.
fn field_name(name: &str) -> String {
    file_name(name).replace('"', "%22")
}

/// The name of a file without control characters, which would end the line or the name. Quotes are
/// escaped later.
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
