#![doc = include_str!("../README.md")]

mod api_key;
#[cfg(feature = "cli")]
pub mod cli;
mod tokens;

pub use api_key::{ApiKey, SCOPES};
pub use lorgnette_runtime as runtime;
pub use runtime::ClientError as Error;

/// Version 2 of the Platform API: the crate `sevensignal-v2`.
pub mod v2 {
    #[doc(inline)]
    pub use sevensignal_v2::*;
}

use runtime::ClientBuilder;
use runtime::authenticate::Bearer;
use runtime::rate_limit::{BucketHeaders, Pacing, RateLimiter};
use tokens::Tokens;

/// The headers with the number of requests that the API key has left, in both spellings.
pub const BUCKET_HEADERS: BucketHeaders = BucketHeaders {
    remaining: &["ratelimit-remaining", "x-ratelimit-remaining"],
    capacity: &["ratelimit-burst-capacity", "x-ratelimit-burst-capacity"],
    replenish_per_second: &["ratelimit-replenish-rate", "x-ratelimit-replenish-rate"],
    requested: &["ratelimit-requested-tokens", "x-ratelimit-requested-tokens"],
};

/// A client for version 2 of the Platform API, at the vendor's own address.
///
/// # Errors
///
/// When TLS cannot be set up. A wrong key fails the first call.
pub fn v2(key: ApiKey) -> Result<v2::Client, Error> {
    Ok(v2_builder(key).build()?)
}

/// The builder of such a client ([`v2()`]), for settings such as another address, timeouts, retries
/// or a proxy.
///
/// Addresses are `https`, since the API secret goes there. Requests wait while the API key's rate
/// limit is exhausted; with `.rate_limit(RateLimiter::off())` they are sent at once, and 7SIGNAL
/// refuses excess requests with 429.
///
/// ```
/// use std::time::Duration;
///
/// # fn client() -> Result<sevensignal::v2::Client, sevensignal::Error> {
/// let key = sevensignal::ApiKey::new("key", "secret")?;
/// let client = sevensignal::v2_builder(key)
///     .timeout(Duration::from_secs(30))
///     .user_agent("my-program/1.2")
///     .build()?;
/// # Ok(client) }
/// # client().unwrap();
/// ```
pub fn v2_builder(key: ApiKey) -> ClientBuilder<v2::Client> {
    v2::Client::builder(v2::Client::BASE_URL)
        .https_only()
        .conceal([key.secret.clone()])
        .rate_limit(RateLimiter::new(BUCKET_HEADERS, Pacing::default()))
        .authenticate_with(|client, origin| Ok(Bearer::new(origin, Tokens { client, key })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_headers_are_lower_case_in_both_spellings() {
        let BucketHeaders {
            remaining,
            capacity,
            replenish_per_second,
            requested,
        } = BUCKET_HEADERS;
        for names in [remaining, capacity, replenish_per_second, requested] {
            let [name, prefixed] = names else {
                unreachable!("two spellings")
            };
            assert_eq!(*prefixed, format!("x-{name}"));
            assert_eq!(*name, name.to_lowercase());
        }
    }
}
