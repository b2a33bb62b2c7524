#![doc = include_str!("../README.md")]

mod authenticate;
#[cfg(feature = "cli")]
pub mod cli;
mod credentials;
mod login;
#[cfg(feature = "webhooks")]
pub mod webhook;

pub use credentials::{ApiToken, BearerToken, Credentials, FastlyKey, Login};
pub use lorgnette_runtime as runtime;
pub use runtime::ClientError as Error;

/// Version 0 of the API: the crate `sigsci-v0`.
pub mod v0 {
    #[doc(inline)]
    pub use sigsci_v0::*;
}

use runtime::ClientBuilder;
use runtime::reqwest::header::{CONTENT_TYPE, HeaderValue};

/// A client for version 0 of the API with an [`ApiToken`], a [`BearerToken`] or a [`Login`], at the
/// vendor's own address.
///
/// # Errors
///
/// When TLS cannot be set up. Wrong credentials fail the first call.
pub fn v0(credentials: impl Into<Credentials>) -> Result<v0::Client, Error> {
    Ok(v0_builder(credentials).build()?)
}

/// The builder of such a client ([`v0()`]), for settings such as timeouts, retries, a proxy, or
/// another address (with the path of the API, `/api/v0`). Addresses are `https`, since the
/// credentials go there.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<sigsci::v0::Client, sigsci::Error> {
/// let token = sigsci::ApiToken::new("ada@example.com", "token")?;
/// let client = sigsci::v0_builder(token.with_fastly_key(sigsci::FastlyKey::new("key")?))
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
pub fn v0_builder(credentials: impl Into<Credentials>) -> ClientBuilder<v0::Client> {
    let credentials = credentials.into();
    v0::Client::builder(v0::Client::BASE_URL)
        .https_only()
        .conceal(credentials.secrets())
        // As in the vendor's clients, on each request. Bodies of other types declare it themselves.
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .authenticate_with(|client, origin| authenticate::authenticate(credentials, client, origin))
}
