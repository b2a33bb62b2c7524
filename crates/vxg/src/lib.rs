#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
pub mod cli;
#[cfg_attr(
    not(any(
        feature = "v2",
        feature = "v3",
        feature = "v4",
        feature = "v5",
        feature = "v6",
        feature = "gateway"
    )),
    allow(dead_code, reason = "nothing else takes one")
)]
mod credential;
#[cfg(feature = "gateway")]
mod gateway_login;
mod license;
mod token;

pub use credential::Credential;
#[cfg(feature = "gateway")]
pub use gateway_login::{GatewayLogin, GatewayUser};
pub use license::{Account, LicenseKey};
pub use lorgnette_runtime as runtime;
#[cfg(any(feature = "admin", feature = "v6"))]
pub use runtime::ClientCertificate;
pub use runtime::{ClientError as Error, ServerAddress};
pub use token::{AccessToken, GroupToken, Right};

/// A generated crate as a module, so that the compiler's messages use a path that programs can
/// write.
macro_rules! apis {
    ($($feature:literal $what:literal $name:ident $krate:ident;)*) => {$(
        #[doc = $what]
        #[cfg(feature = $feature)]
        pub mod $name {
            #[doc(inline)]
            pub use $krate::*;
        }
    )*};
}

apis! {
    "admin" "The super-admin API: the crate `vxg-admin-v2`." admin vxg_admin_v2;
    "gateway" "The gateway API: the crate `vxg-gateway-v1`." gateway vxg_gateway_v1;
    "v2" "Version 2: the crate `vxg-v2`." v2 vxg_v2;
    "v3" "Version 3, for administration: the crate `vxg-v3`." v3 vxg_v3;
    "v4" "Version 4, for a channel: the crate `vxg-v4`." v4 vxg_v4;
    "v5" "Version 5, for a group of channels: the crate `vxg-v5`." v5 vxg_v5;
    "v6" "Version 6, for servers: the crate `vxg-v6`." v6 vxg_v6;
}

/// Defines the two functions that each API has: a client, and its builder.
macro_rules! clients {
    ($($feature:literal $what:literal $name:ident, $builder:ident($credential:ty) $krate:ident $path:literal;)*) => {$(
        #[doc = $what]
        ///
        /// # Errors
        ///
        /// When the credential or the address that it names cannot be used, or TLS cannot be set
        /// up.
        #[cfg(feature = $feature)]
        pub fn $name(credential: impl TryInto<$credential, Error: Into<Error>>) -> Result<$krate::Client, Error> {
            Ok($builder(credential)?.build()?)
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
    "v6" "A client of v6 with an [`Account`], for the servers of that account."
        v6, v6_builder(Account) vxg_v6 "/api/v6";
}

/// A client of the super-admin API with a [`ClientCertificate`]. The port is 9000 if the address
/// names none.
///
/// # Errors
///
/// When the address cannot be used, or TLS cannot be set up.
#[cfg(feature = "admin")]
pub fn admin(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<vxg_admin_v2::Client, Error> {
    Ok(admin_builder(certificate, server)?.build()?)
}

/// The builder of such a client ([`admin()`]). It has an HTTP client from
/// [`ClientCertificate::http_builder`]; to replace that client, start from the same function.
///
/// # Errors
///
/// When the address or the certificate cannot be used.
#[cfg(feature = "admin")]
pub fn admin_builder(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<runtime::ClientBuilder<vxg_admin_v2::Client>, Error> {
    let server = server.try_into().map_err(Into::into)?;
    with_certificate(
        certificate,
        server,
        "/api/v2/admin",
        vxg_admin_v2::Client::builder,
    )
}

/// A client of v6 with a [`ClientCertificate`], for all servers of an installation. The port is
/// 9000 if the address names none.
///
/// If an account's servers also require the certificate, add it to the license key:
/// `vxg::v6_builder(account)?.client_certificate(&certificate)?`, with the port in the account's
/// address.
///
/// # Errors
///
/// When the address cannot be used, or TLS cannot be set up.
#[cfg(feature = "v6")]
pub fn v6_admin(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<vxg_v6::Client, Error> {
    Ok(v6_admin_builder(certificate, server)?.build()?)
}

/// The builder of such a client ([`v6_admin()`]); see [`v6_builder()`].
///
/// # Errors
///
/// When the address or the certificate cannot be used.
#[cfg(feature = "v6")]
pub fn v6_admin_builder(
    certificate: &ClientCertificate,
    server: impl TryInto<ServerAddress, Error: Into<Error>>,
) -> Result<runtime::ClientBuilder<vxg_v6::Client>, Error> {
    let server = server.try_into().map_err(Into::into)?;
    with_certificate(certificate, server, "/api/v6", vxg_v6::Client::builder)
}

/// A builder for a client that sends a certificate and no other credentials.
#[cfg(any(feature = "admin", feature = "v6"))]
fn with_certificate<C: From<runtime::Client>>(
    certificate: &ClientCertificate,
    server: ServerAddress,
    path: &str,
    builder: fn(&str) -> runtime::ClientBuilder<C>,
) -> Result<runtime::ClientBuilder<C>, Error> {
    let server = server.or_port(9000);
    if server.url().scheme() != "https" {
        return Err(Error::settings("a client certificate can be shown by https only"));
    }
    Ok(builder(&credential::api(&server, path)?).client_certificate(certificate)?)
}

/// A client of the gateway API for a [`GatewayUser`], whose login obtains a bearer token at the
/// first call.
///
/// # Errors
///
/// When the address cannot be used, or TLS cannot be set up. A wrong login fails the first call.
#[cfg(feature = "gateway")]
pub fn gateway(user: impl Into<GatewayUser>) -> Result<vxg_gateway_v1::Client, Error> {
    Ok(gateway_builder(user)?.build()?)
}

/// The builder of such a client ([`gateway()`]), for settings such as timeouts, retries or a proxy.
///
/// # Errors
///
/// When the address cannot be used.
#[cfg(feature = "gateway")]
pub fn gateway_builder(
    user: impl Into<GatewayUser>,
) -> Result<runtime::ClientBuilder<vxg_gateway_v1::Client>, Error> {
    let GatewayUser { login, server } = user.into();
    let builder = vxg_gateway_v1::Client::builder(&server.join("/v1")).conceal(login.secrets());
    Ok(builder.authenticate_with(|client, origin| Ok(gateway_login::bearer(login, client, origin))))
}
