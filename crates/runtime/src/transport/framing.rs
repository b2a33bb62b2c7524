//! Header fields by which HTTP itself delimits and routes messages. They follow from a request's
//! address and body: with another value, two servers on the path could read two different requests.

use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderName, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};

/// Whether this header field is reserved for HTTP, so that neither a contract nor a caller may set
/// it.
pub(crate) fn is_framing(name: &HeaderName) -> bool {
    [
        CONNECTION,
        CONTENT_LENGTH,
        HOST,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ]
    .contains(name)
        || ["keep-alive", "proxy-connection", "http2-settings"].contains(&name.as_str())
}

/// The error for a header field for which [`is_framing`] holds.
pub(crate) fn refused(name: &HeaderName) -> String {
    format!("the header `{name}` cannot be set: HTTP sets it from the request's address and body")
}
