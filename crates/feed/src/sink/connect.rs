//! HTTP clients for sinks.

use crate::error::{Error, Setback};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Client, ClientBuilder, Error as CallError, Secret};
use std::time::Duration;

/// The time limit of a batch.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client for a sink at `url`, with `word` before the secret in `Authorization`, if there is a
/// secret. The client does not retry, since the feed itself retries for as long as necessary.
///
/// # Errors
///
/// When the address or the secret cannot be used.
pub fn client(url: &str, word: &str, secret: Option<&Secret>) -> Result<Client, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::settings(format!("{url}: {error}"));
    let builder = ClientBuilder::new(url, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let mut builder = builder.retry(RetryPolicy::off()).timeout(TIMEOUT);
    if let Some(secret) = secret {
        let fields = Fields::new().header_with_word("authorization", word, secret);
        let address = url.parse().map_err(|_| wrong(&"expected an address"))?;
        let origin = Origin::of(&address).map_err(|error| wrong(&error))?;
        let fields = fields.map_err(|error| wrong(&error))?;
        builder = builder.authenticate(StaticFields::new(origin, fields));
    }
    builder.build().map_err(|error| wrong(&error))
}

/// The meaning of a failed call for the feed. `refuses` are the statuses with which the server
/// rejects the lines permanently; other failures are temporary.
pub fn setback(error: &CallError, refuses: &[u16]) -> Setback {
    let status = error.status().map(|status| status.as_u16());
    if status.is_some_and(|status| refuses.contains(&status)) {
        return Setback::Batch(error.to_string());
    }
    let wait = error.headers().and_then(|headers| headers.get("retry-after"));
    let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
    Setback::Later(error.to_string(), wait.map(Duration::from_secs))
}
