//! TLS as the features of this crate choose it.

use crate::error::BuildError;

/// Makes an HTTP client, whose TLS may want something of the program. `wrong` says what an error of
/// it means.
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

/// The HTTP client has cryptography of its own if another crate has enabled that, and panics
/// otherwise.
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
