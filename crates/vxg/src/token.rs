//! The tokens that VXG issues for one channel or one group. They also name the server.
//!
//! [`content`] reads the content of tokens.

mod content;

pub(crate) use content::is_token;

use crate::{Credential, Error, ServerAddress};
use content::DecodedToken;
use lorgnette_runtime::Secret;
use std::fmt;

/// The rights of a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Right {
    /// Everything (`all`).
    All,
    /// Viewing (`watch`).
    Watch,
    /// A permission that this crate does not know, as written in the token.
    Unknown(String),
}

lorgnette_runtime::open_enum!(Right { All = "all", Watch = "watch" });

/// Methods of both kinds of tokens.
macro_rules! token {
    ($name:ident, $kind:literal, $variable:literal) => {
        impl $name {
            #[doc = concat!("The token in the environment variable `", $variable, "`.")]
            ///
            /// # Errors
            ///
            /// When the variable is not set or empty, and as for [`new`](Self::new).
            pub fn from_env() -> Result<Self, Error> {
                Self::new(Secret::from_env($variable)?)
            }

            /// The token's rights; empty if it does not declare them.
            pub fn rights(&self) -> &[Right] {
                &self.token.rights
            }

            /// The inner token, which addresses carry in their query. It grants access to anyone
            /// who has it.
            pub const fn inner_token(&self) -> &Secret {
                &self.token.inner
            }

            /// The server that requests go to: that of [`at`](Self::at), or the one that the token
            /// names.
            ///
            /// # Errors
            ///
            /// When there is no server, or its address is http and [`allow_http`](Self::allow_http)
            /// was not called.
            pub fn server(&self) -> Result<ServerAddress, Error> {
                self.token.server($kind)
            }

            /// Sets the server, regardless of the address in the token.
            ///
            /// # Errors
            ///
            /// When the server's address is invalid; see [`ServerAddress::new`].
            pub fn at(
                mut self,
                server: impl TryInto<ServerAddress, Error: Into<Error>>,
            ) -> Result<Self, Error> {
                self.token.server = Some(server.try_into().map_err(Into::into)?);
                Ok(self)
            }

            /// Accepts http if the token names it: by its address, or by having a port for http and
            /// none for https. Credentials and video are then readable by everyone on the network.
            /// Use it only for on-premises servers without a certificate.
            #[must_use]
            pub const fn allow_http(mut self) -> Self {
                self.token.is_http_allowed = true;
                self
            }

            /// Sends the token as a query parameter (`?token=`) in place of the header, which v2
            /// also accepts.
            ///
            /// # Errors
            ///
            /// As for [`server`](Self::server).
            pub fn in_query(&self) -> Result<Credential, Error> {
                let credential = Credential::in_query(self.server()?, &self.token.inner)?;
                Ok(credential.concealing([&self.token.encoded, &self.token.inner]))
            }

            pub(crate) const fn encoded(&self) -> &Secret {
                &self.token.encoded
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.token.show(stringify!($name), f)
            }
        }

        impl From<&Self> for $name {
            fn from(token: &Self) -> Self {
                token.clone()
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;
            fn try_from(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<&Secret> for $name {
            type Error = Error;
            fn try_from(secret: &Secret) -> Result<Self, Error> {
                Self::new(secret.clone())
            }
        }
    };
}

/// The access token of one channel, for v4 and v2.
///
/// The token names its server; [`at`](Self::at) sets another one. A v3 channel or a channel of a v5
/// group converts into a token by `try_from`. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct AccessToken {
    token: DecodedToken,
    channel: i64,
}

impl AccessToken {
    /// Sends the inner token as a query parameter (`?token=`) in place of the header.
    ///
    /// v4 accepts the parameter for records, images and live addresses, v2 everywhere.
    #[must_use]
    pub const fn sent_in_query(mut self) -> Self {
        self.token.is_in_query = true;
        self
    }

    /// Reads a token: base64 in the standard or URL-safe alphabet, padded or not, of JSON.
    ///
    /// # Errors
    ///
    /// When it is not base64 of such JSON, is a group's token, holds no inner token, or names an
    /// address that is invalid, has a scheme other than https and http, or holds credentials, a
    /// query or a fragment.
    pub fn new(encoded: impl Into<Secret>) -> Result<Self, Error> {
        let token = DecodedToken::parse(&encoded.into(), "access token")?;
        let channel = token.channel.ok_or_else(|| {
            Error::credentials(
                "the access token names no channel (`camid`): it is a group's token, for `GroupToken`",
            )
        })?;
        Ok(Self { token, channel })
    }

    pub(crate) const fn is_in_query(&self) -> bool {
        self.token.is_in_query
    }

    /// Whether the token names a server.
    #[cfg(feature = "cli")]
    pub(crate) const fn names_server(&self) -> bool {
        self.token.names_server()
    }

    /// The id of the channel, which v2 calls a camera.
    pub const fn camera_id(&self) -> i64 {
        self.channel
    }
}

token!(AccessToken, "access token", "VXG_ACCESS_TOKEN");

/// The access token of a group of channels, for v5 and v2.
///
/// The token names its server; [`at`](Self::at) sets another one. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct GroupToken {
    token: DecodedToken,
}

impl GroupToken {
    /// Reads a token: base64 in the standard or URL-safe alphabet, padded or not, of JSON.
    ///
    /// # Errors
    ///
    /// As for [`AccessToken::new`], and when it is a channel's token.
    pub fn new(encoded: impl Into<Secret>) -> Result<Self, Error> {
        let token = DecodedToken::parse(&encoded.into(), "group token")?;
        if token.channel.is_some() {
            return Err(Error::credentials(
                "the group token names a single channel (`camid`): it is a channel's token, for `AccessToken`",
            ));
        }
        Ok(Self { token })
    }
}

token!(GroupToken, "group token", "VXG_GROUP_TOKEN");

#[cfg(feature = "v3")]
impl TryFrom<&vxg_v3::types::Channel> for AccessToken {
    type Error = Error;
    /// The token that allows everything, or else the one for viewing.
    fn try_from(channel: &vxg_v3::types::Channel) -> Result<Self, Error> {
        let tokens = channel.access_tokens.as_ref();
        let token = tokens.and_then(|tokens| tokens.all.as_ref().or(tokens.watch.as_ref()));
        token.map_or_else(|| Err(no_token()), Self::try_from)
    }
}

#[cfg(feature = "v5")]
impl TryFrom<&vxg_v5::types::Channel> for AccessToken {
    type Error = Error;
    fn try_from(channel: &vxg_v5::types::Channel) -> Result<Self, Error> {
        channel
            .token
            .as_ref()
            .map_or_else(|| Err(no_token()), Self::try_from)
    }
}

#[cfg(any(feature = "v3", feature = "v5"))]
fn no_token() -> Error {
    Error::credentials(
        "the channel came without an access token: ask for it in detail, or read the channel by itself",
    )
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
