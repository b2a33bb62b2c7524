//! License keys: one for each account, valid for all of its channels.

use crate::{Error, ServerAddress, token};
use lorgnette_runtime::Secret;

/// The license key of an account. It does not name a server; [`at`](Self::at) sets one.
#[derive(Clone, Debug)]
pub struct LicenseKey {
    key: Secret,
}

impl LicenseKey {
    /// A license key.
    ///
    /// # Errors
    ///
    /// When it is empty, is not a single word of ASCII, or is a channel's or a group's token.
    pub fn new(key: impl Into<Secret>) -> Result<Self, Error> {
        let key = key.into().single_word("the license key")?;
        if token::is_token(key.expose()) {
            return Err(Error::credentials(
                "the license key is a channel's or a group's token, for `AccessToken` or `GroupToken`",
            ));
        }
        Ok(Self { key })
    }

    /// The license key in the environment variable `VXG_LICENSE_KEY`.
    ///
    /// # Errors
    ///
    /// When the variable is not set or empty, and as for [`new`](Self::new).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Secret::from_env("VXG_LICENSE_KEY")?)
    }

    /// The account with this key on a server.
    ///
    /// # Errors
    ///
    /// When the server's address is invalid; see [`ServerAddress::new`].
    pub fn at(self, server: impl TryInto<ServerAddress, Error: Into<Error>>) -> Result<Account, Error> {
        let server = server.try_into().map_err(Into::into)?;
        Ok(Account {
            key: self.key,
            server,
        })
    }
}

/// An account, for v3 and v2: a license key and its server.
#[derive(Clone, Debug)]
pub struct Account {
    pub(crate) key: Secret,
    pub(crate) server: ServerAddress,
}

impl From<&Self> for Account {
    fn from(account: &Self) -> Self {
        account.clone()
    }
}
