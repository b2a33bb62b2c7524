//! Logins of the gateway API: an e-mail address and a password obtain a bearer token.

use crate::{Error, ServerAddress};
use lorgnette_runtime::authenticate::{AuthError, Bearer, Origin};
use lorgnette_runtime::token::{Token, TokenSource};
use lorgnette_runtime::{Error as CallError, Secret};
use std::fmt;
use vxg_gateway_v1::Client;
use vxg_gateway_v1::types::Login;

/// The e-mail address and the password of a user of the gateway API. It does not name a server;
/// [`at`](Self::at) sets one. Its `Debug` shows neither.
#[derive(Clone)]
pub struct GatewayLogin {
    email: Secret,
    password: Secret,
}

impl GatewayLogin {
    /// An e-mail address and a password.
    ///
    /// # Errors
    ///
    /// When one of them is empty.
    pub fn new(email: impl Into<Secret>, password: impl Into<Secret>) -> Result<Self, Error> {
        let email = email.into().single_word("the e-mail address")?;
        let password = password.into();
        if password.expose().is_empty() {
            return Err(Error::credentials("the password is empty"));
        }
        Ok(Self { email, password })
    }

    /// The address in the environment variable `VXG_GATEWAY_EMAIL` and the password in
    /// `VXG_GATEWAY_PASSWORD`.
    ///
    /// # Errors
    ///
    /// When one of them is not set or empty.
    pub fn from_env() -> Result<Self, Error> {
        Self::new(
            Secret::from_env("VXG_GATEWAY_EMAIL")?,
            Secret::from_env("VXG_GATEWAY_PASSWORD")?,
        )
    }

    /// The user with this login on a server, the host of the gateway API.
    ///
    /// # Errors
    ///
    /// When the server's address is invalid; see [`ServerAddress::new`].
    pub fn at(self, server: impl TryInto<ServerAddress, Error: Into<Error>>) -> Result<GatewayUser, Error> {
        let server = server.try_into().map_err(Into::into)?;
        Ok(GatewayUser { login: self, server })
    }
}

impl GatewayLogin {
    /// The secrets that no error may quote.
    pub(crate) fn secrets(&self) -> [Secret; 2] {
        [self.email.clone(), self.password.clone()]
    }
}

/// A user of the gateway API: a login and the server that it is for.
#[derive(Clone, Debug)]
pub struct GatewayUser {
    pub(crate) login: GatewayLogin,
    pub(crate) server: ServerAddress,
}

impl From<&Self> for GatewayUser {
    fn from(user: &Self) -> Self {
        user.clone()
    }
}

impl fmt::Debug for GatewayLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayLogin").finish_non_exhaustive()
    }
}

/// Adds bearer tokens to requests to this origin. `client`, which has no credentials, obtains them.
pub(crate) fn bearer(login: GatewayLogin, client: Client, origin: Origin) -> Bearer {
    Bearer::new(origin, Session { client, login })
}

/// Logs in.
struct Session {
    client: Client,
    login: GatewayLogin,
}

impl TokenSource for Session {
    async fn fetch(&self) -> Result<Token, AuthError> {
        let body = Login::new(self.login.email.expose(), self.login.password.clone());
        match self.client.auth_login(&body).send().await {
            Ok(session) if session.access_token.expose().is_empty() => Err(AuthError::invalid(
                "VXG responded to the login with an empty token",
            )),
            Ok(session) => Ok(Token::new(session.into_inner().access_token)),
            Err(error) => Err(refused(error.untyped())),
        }
    }
}

/// Translates a failed login into the error of the calls that wait for it. The server's message may
/// repeat what was sent, and is left out.
fn refused(error: CallError) -> AuthError {
    let Some(status @ (400 | 401 | 403)) = error.status().map(|status| status.as_u16()) else {
        return error.into();
    };
    AuthError::rejected(format!(
        "the e-mail address or the password is wrong, or this user may not log in (VXG responded with {status})"
    ))
    .caused_by(error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_login_and_user_show_no_secret() {
        let login = GatewayLogin::new("c4nary@example.com", "c4nary-s3cret").unwrap();
        let shown = format!("{login:?}");
        let user: GatewayUser = login.at("gateway.example.com").unwrap();
        let shown = format!("{shown}{user:?}");
        assert!(
            shown.contains("GatewayUser") && !shown.contains("c4nary"),
            "{shown}"
        );
    }
}
