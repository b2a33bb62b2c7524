#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
pub mod cli;
mod credentials;
mod tokens;

pub use credentials::StreamCredentials;
pub use lorgnette_runtime as runtime;
pub use runtime::ClientError as Error;

/// Version 1 of the Data API: the crate `angus-v1`.
pub mod v1 {
    #[doc(inline)]
    pub use angus_v1::*;
}

use runtime::ClientBuilder;
use runtime::authenticate::Bearer;
use tokens::Tokens;

/// The address of the console, which issues tokens. Data comes from [`v1::Client::BASE_URL`].
pub const CONSOLE_URL: &str = "https://console.angus.ai";

/// A client for version 1 of the Data API, at the vendor's own addresses.
///
/// # Errors
///
/// When TLS cannot be set up. Wrong credentials fail the first call.
pub fn v1(credentials: StreamCredentials) -> Result<v1::Client, Error> {
    Ok(v1_builder(credentials).build()?)
}

/// The builder of such a client ([`v1()`]), for settings such as timeouts, retries, a proxy, or
/// other addresses (`.base_url(..)` for data, `.server(CONSOLE_URL, ..)` for tokens). Addresses are
/// `https`, since credentials go there.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<angus::v1::Client, angus::Error> {
/// let id = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
/// let credentials = angus::StreamCredentials::new("ada@example.com", id, "access-token")?;
/// let client = angus::v1_builder(credentials)
///     .timeout(Duration::from_secs(30))
///     .user_agent("my-program/1.2")
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
pub fn v1_builder(credentials: StreamCredentials) -> ClientBuilder<v1::Client> {
    v1::Client::builder(v1::Client::BASE_URL)
        .https_only()
        .conceal([credentials.secret()])
        .authenticate_with(|client, origin| Ok(Bearer::new(origin, Tokens { client, credentials })))
}
