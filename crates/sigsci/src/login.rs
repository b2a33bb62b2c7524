//! Obtains session tokens: an e-mail address and a password, sent to the API's own operation.

use crate::Login;
use crate::v0::Client;
use crate::v0::types::AuthForm;
use lorgnette_runtime::Error;
use lorgnette_runtime::authenticate::AuthError;
use lorgnette_runtime::token::{Token, TokenSource};

/// Logs in.
pub(crate) struct Session {
    /// A client without credentials.
    pub client: Client,
    pub login: Login,
}

impl TokenSource for Session {
    async fn fetch(&self) -> Result<Token, AuthError> {
        let form = AuthForm::new(self.login.email.expose(), self.login.password.clone());
        match self.client.auth_login(&form).send().await {
            Ok(answer) if answer.token.expose().is_empty() => Err(AuthError::invalid(
                "Signal Sciences responded to the login with an empty token",
            )),
            Ok(answer) => Ok(Token::new(answer.into_inner().token)),
            Err(error) => Err(refused(error.untyped())),
        }
    }
}

/// Translates a failed login into the error of the calls that wait for it. The server's message may
/// repeat what was sent, and is left out.
fn refused(error: Error) -> AuthError {
    let Some(status @ (400 | 401 | 403)) = error.status().map(|status| status.as_u16()) else {
        return error.into();
    };
    AuthError::rejected(format!(
        "the e-mail address or the password is wrong, or this user may not log in by password, or not from here \
         (Signal Sciences responded with {status})"
    ))
    .caused_by(error)
}
