//! Selects the TLS implementation by the features of this crate.

use crate::error::BuildError;

/// Builds an HTTP client, whose TLS implementation may require a setup by the program. `wrong`
/// converts its error.
///
/// # Errors
///
/// When TLS cannot be set up; with `rustls-no-provider` when the program has installed no
/// cryptography for rustls.
pub(super) fn build(
    builder: reqwest::ClientBuilder,
    wrong: impl FnOnce(reqwest::Error) -> BuildError,
) -> Result<reqwest::Client, BuildError> {
    #[cfg(all(
        feature = "rustls-no-provider",
        not(feature = "rustls"),
        not(feature = "native-tls")
    ))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return build_without_provider(builder, wrong);
    }
    builder.build().map_err(wrong)
}

/// The HTTP client has a cryptography provider of its own if another crate has enabled it, and
/// panics otherwise.
#[cfg(all(
    feature = "rustls-no-provider",
    not(feature = "rustls"),
    not(feature = "native-tls")
))]
fn build_without_provider(
    builder: reqwest::ClientBuilder,
    wrong: impl FnOnce(reqwest::Error) -> BuildError,
) -> Result<reqwest::Client, BuildError> {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    match catch_unwind(AssertUnwindSafe(|| builder.build())) {
        Ok(built) => built.map_err(wrong),
        Err(_) => Err(BuildError::settings(
            "rustls has no cryptography: install some at the start of the program, for instance by \
             `rustls::crypto::ring::default_provider().install_default()`, or enable the feature `rustls`",
        )),
    }
}
