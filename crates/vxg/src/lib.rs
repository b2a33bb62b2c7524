#![doc = include_str!("../README.md")]

#[cfg_attr(
    not(any(feature = "v2", feature = "v3", feature = "v4", feature = "v5")),
    allow(dead_code, reason = "nothing else takes one")
)]
mod credential;
mod license;
mod token;

pub use credential::Credential;
pub use license::{Account, LicenseKey};
pub use lorgnette_runtime as runtime;
#[cfg(feature = "admin")]
pub use runtime::ClientCertificate;
pub use runtime::{BuildError as Error, ServerAddress};
pub use token::{AccessToken, GroupToken, Right};
#[cfg(feature = "admin")]
#[doc(inline)]
pub use vxg_admin_v2 as admin;
#[cfg(feature = "v2")]
#[doc(inline)]
pub use vxg_v2 as v2;
#[cfg(feature = "v3")]
#[doc(inline)]
pub use vxg_v3 as v3;
#[cfg(feature = "v4")]
#[doc(inline)]
pub use vxg_v4 as v4;
#[cfg(feature = "v5")]
#[doc(inline)]
pub use vxg_v5 as v5;

/// A client of an API, and its settings: the two functions that each API has.
macro_rules! clients {
    ($($feature:literal $what:literal $name:ident, $builder:ident($credential:ty) $krate:ident $path:literal;)*) => {$(
        #[doc = $what]
        ///
        /// # Errors
        ///
        /// When the credential or the address that it names cannot be used, or TLS cannot be set up.
        #[cfg(feature = $feature)]
        pub fn $name(credential: impl TryInto<$credential, Error: Into<Error>>) -> Result<$krate::Client, Error> {
            $builder(credential)?.build()
        }

        #[doc = concat!("The settings of such a client ([`", stringify!($name), "()`]), to be changed before it is built: timeouts, retries, a proxy.")]
        ///
        /// # Errors
        ///
        /// When the credential or the address that it names cannot be used.
        #[cfg(feature = $feature)]
        pub fn $builder(
            credential: impl TryInto<$credential, Error: Into<Error>>,
        ) -> Result<runtime::ClientBuilder<$krate::Client>, Error> {
            let credential: $credential = credential.try_into().map_err(Into::into)?;
            Credential::try_from(credential)?.builder($path, $krate::Client::builder)
        }
    )*};
}

clients! {
    "v2" "A client of v2 with an [`AccessToken`], a [`GroupToken`], an [`Account`], or a token in the query."
        v2, v2_builder(Credential) vxg_v2 "/api/v2";
    "v3" "A client of v3 with an [`Account`]."
        v3, v3_builder(Account) vxg_v3 "/api/v3";
    "v4" "A client of v4 with an [`AccessToken`], or a channel that came with one."
        v4, v4_builder(AccessToken) vxg_v4 "/api/v4";
    "v5" "A client of v5 with a [`GroupToken`]."
        v5, v5_builder(GroupToken) vxg_v5 "/api/v5";
}

/// A client of the super-admin API with a [`ClientCertificate`]. The port is 9000 if the address names none.
///
/// # Errors
///
/// When the address cannot be used, or TLS cannot be set up.
#[cfg(feature = "admin")]
pub fn admin(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<vxg_admin_v2::Client, Error> {
    admin_builder(certificate, server)?.build()
}

/// The settings of such a client ([`admin()`]), to be changed before it is built. They hold an HTTP client of
/// [`ClientCertificate::http_builder`]: begin with that one where another is wanted.
///
/// # Errors
///
/// When the address or the certificate cannot be used.
#[cfg(feature = "admin")]
pub fn admin_builder(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<runtime::ClientBuilder<vxg_admin_v2::Client>, Error> {
    let server = server.try_into().map_err(Into::into)?.or_port(9000);
    if server.url().scheme() != "https" {
        return Err(Error::settings("a client certificate can be shown by https only"));
    }
    let builder = vxg_admin_v2::Client::builder(&credential::api(&server, "/api/v2/admin")?);
    builder.client_certificate(certificate)
}
