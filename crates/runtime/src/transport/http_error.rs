//! Translates errors of the HTTP client.

use super::retry;
use crate::error::{BuildError, Failure, Stage, root_cause};
use std::error::Error as StdError;
use std::io;

/// An error of the HTTP client, without the address, which may contain private data.
pub(super) fn failure(operation: &'static str, error: reqwest::Error) -> Box<Failure> {
    let error = error.without_url();
    let cause = root_cause(&error);
    let (stage, what) = match (error.is_connect(), error.is_timeout(), error.is_builder()) {
        (true, true, _) => (Stage::Connect, "no connection to the server in time".to_owned()),
        (true, false, _) => (Stage::Connect, format!("no connection to the server ({cause})")),
        (_, true, _) => (Stage::Send, "the server took too long".to_owned()),
        (_, _, true) => (Stage::Build, format!("the request cannot be built ({cause})")),
        _ if is_not_http(&error) => (
            Stage::Send,
            format!("what the server sent is not HTTP ({cause}); check the address and its port"),
        ),
        _ => (
            Stage::Send,
            format!("the exchange with the server broke off ({cause})"),
        ),
    };
    let mut failure = Failure::new(operation, stage, what);
    failure.is_timeout = error.is_timeout();
    failure.is_lasting = error.is_connect() && is_refused_by_tls(&error) || is_not_http(&error);
    failure.source = Some(Box::new(error));
    failure
}

/// The failure for connections that belong to a runtime that is no longer driven. `has_others` says
/// whether the next attempt has other connections.
pub(super) fn stalled(operation: &'static str, has_others: bool) -> Box<Failure> {
    let what = "the client was used in another tokio runtime, which is no longer driven, and its connections hang; \
                use each client in one runtime, or drop the runtime that is done";
    let mut failure = Failure::new(operation, Stage::Connect, what);
    failure.is_closed = has_others;
    failure.is_lasting = !has_others;
    failure
}

/// The reason why the HTTP client could not be built.
pub(super) fn build_error(error: reqwest::Error) -> BuildError {
    let what = format!("the HTTP client cannot be built ({})", root_cause(&error));
    BuildError::settings(what).with_source(error.without_url())
}

/// The consequence for a retry.
pub(super) fn cause(failure: &Failure) -> retry::Failure<'static> {
    match failure.stage {
        _ if failure.is_lasting => retry::Failure::Other,
        Stage::Connect => retry::Failure::Connect,
        Stage::Send => retry::Failure::NoResponse,
        _ => retry::Failure::Other,
    }
}

/// Whether TLS could not read the received data, or rejected it. A certificate that does not verify
/// will not verify the next time either.
fn is_refused_by_tls(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|error| {
        // rustls reports this with errors of this kind.
        let is_garbage = error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
        is_garbage || is_refused_by_platform(error)
    })
}

/// Whether this is an error of the platform's TLS itself, rather than of the underlying connection.
#[cfg(feature = "native-tls")]
fn is_refused_by_platform(error: &(dyn StdError + 'static)) -> bool {
    // A connection that ends during the handshake is an error without a kind: only its text
    // identifies it.
    const ENDED: [&str; 3] = ["eof", "closed", "reset"];
    let is_ended = || {
        let text = error.to_string().to_ascii_lowercase();
        ENDED.iter().any(|word| text.contains(word))
    };
    error.is::<native_tls::Error>() && !causes(error).any(|cause| cause.is::<io::Error>()) && !is_ended()
}

#[cfg(not(feature = "native-tls"))]
const fn is_refused_by_platform(_: &(dyn StdError + 'static)) -> bool {
    false
}

/// An error and its causes, in order.
fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        // The wrapped error is not the source of such an error.
        Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    })
}

/// Whether the error means that the head of a response is not HTTP. The next response will not be
/// HTTP either.
fn is_not_http(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|error| {
        error
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
    })
}
