//! Clients for sinks that are reached by HTTP.

use crate::error::{Error, Setback};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Client, ClientBuilder, Error as CallError, Secret};
use std::time::Duration;

/// How long a batch may be under way.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client for a sink at `url`, with these words before the secret in `Authorization`, if there is one. The feed itself tries again,
/// for as long as it takes.
///
/// # Errors
///
/// When the address or the secret cannot be used.
pub fn client(url: &str, word: &str, secret: Option<&Secret>) -> Result<Client, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::settings(error.to_string());
    let mut builder = ClientBuilder::new(url, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
        .retry(RetryPolicy::off())
        .timeout(TIMEOUT);
    if let Some(secret) = secret {
        let value = Secret::new(format!("{word} {}", secret.expose()));
        let fields = Fields::new().header("authorization", &value).map_err(|error| wrong(&error))?;
        let address = url.parse().map_err(|_| Error::settings("the address of a sink is none"))?;
        let origin = Origin::of(&address).map_err(|error| wrong(&error))?;
        builder = builder.authenticate(StaticFields::new(origin, fields));
    }
    builder.build().map_err(|error| wrong(&error))
}

/// What a failed call means for the feed: what the server refuses as it stands is refused for good, all else may pass.
pub fn setback(error: &CallError) -> Setback {
    let wait = error.headers().and_then(|headers| headers.get("retry-after"));
    let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
    let said = error.message().map_or_else(String::new, |said| format!(": {said}"));
    Setback::Later(format!("{error}{said}"), wait)
}
