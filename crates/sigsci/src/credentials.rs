//! What the caller has: an API token, or an e-mail address and a password, and perhaps a Fastly key. Checked before
//! anything is sent.
//!
//! This module knows nothing of where they go.

use crate::Error;
use lorgnette_runtime::Secret;
use std::env::{self, VarError};
use std::fmt;

/// A personal API access token, with the e-mail address of the user whose it is.
///
/// Its `Debug` shows neither.
#[derive(Clone)]
pub struct ApiToken {
    pub(crate) email: Secret,
    pub(crate) token: Secret,
}

/// An e-mail address and a password, which buy a session token.
///
/// Scripts do better with an [`ApiToken`], which does not open the dashboard. Its `Debug` shows neither.
#[derive(Clone)]
pub struct Login {
    pub(crate) email: Secret,
    pub(crate) password: Secret,
}

/// An API key of Fastly, for the operations that change a Fastly service.
#[derive(Clone)]
pub struct FastlyKey {
    pub(crate) key: Secret,
}

/// An [`ApiToken`] or a [`Login`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Headers `x-api-user` and `x-api-token`.
    ApiToken(ApiToken),
    /// A session token as `Authorization: Bearer`.
    Login(Login),
}

impl ApiToken {
    /// A token and the e-mail address of its user.
    ///
    /// # Errors
    ///
    /// When one of them is empty, holds a character that no header can hold, or is only the asterisks that are shown in its
    /// place; when the address has no `@`.
    pub fn new(email: impl Into<Secret>, token: impl Into<Secret>) -> Result<Self, Error> {
        let email = address("the e-mail address", email.into())?;
        let token = word("the API token", token.into())?;
        Ok(Self { email, token })
    }

    /// The address in the environment variable `SIGSCI_EMAIL` and the token in `SIGSCI_TOKEN`.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is no text, or is none that [`ApiToken::new`] takes.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var(name))
    }

    fn from_variables(read: impl Fn(&str) -> Result<String, VarError>) -> Result<Self, Error> {
        Ok(Self {
            email: address("SIGSCI_EMAIL", variable("SIGSCI_EMAIL", &read)?)?,
            token: word("SIGSCI_TOKEN", variable("SIGSCI_TOKEN", &read)?)?,
        })
    }
}

impl Login {
    /// An e-mail address and a password.
    ///
    /// # Errors
    ///
    /// When one of them is empty, or the address has no `@`.
    pub fn new(email: impl Into<Secret>, password: impl Into<Secret>) -> Result<Self, Error> {
        let email = address("the e-mail address", email.into())?;
        let password = password.into();
        if password.expose().is_empty() {
            return Err(Error::credentials("the password is empty"));
        }
        Ok(Self { email, password })
    }
}

impl FastlyKey {
    /// A key.
    ///
    /// # Errors
    ///
    /// When it is empty, or holds a character that no header can hold.
    pub fn new(key: impl Into<Secret>) -> Result<Self, Error> {
        let key = word("the Fastly key", key.into())?;
        Ok(Self { key })
    }

    /// The key in the environment variable `FASTLY_API_KEY`.
    ///
    /// # Errors
    ///
    /// When it is not set, is no text, or is none that [`FastlyKey::new`] takes.
    pub fn from_env() -> Result<Self, Error> {
        let key = variable("FASTLY_API_KEY", |name| env::var(name))?;
        Ok(Self {
            key: word("FASTLY_API_KEY", key)?,
        })
    }
}

fn variable(name: &str, read: impl Fn(&str) -> Result<String, VarError>) -> Result<Secret, Error> {
    match read(name) {
        Ok(value) => Ok(value.into()),
        Err(VarError::NotPresent) => Err(Error::credentials(format!("{name} is not set"))),
        Err(VarError::NotUnicode(_)) => Err(Error::credentials(format!("{name} is no text"))),
    }
}

/// Refuses what can be no token: `what` is how the error calls it.
fn word(what: &str, value: Secret) -> Result<Secret, Error> {
    let text = value.expose().trim();
    let wrong = if text.is_empty() {
        "is empty"
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        "holds a space, a line break or another character that none has; check what was pasted"
    } else if value.is_mask() {
        "is only the asterisks that are shown in its place"
    } else {
        return Ok(Secret::new(text));
    };
    Err(Error::credentials(format!("{what} {wrong}")))
}

fn address(what: &str, value: Secret) -> Result<Secret, Error> {
    let value = word(what, value)?;
    if value.expose().contains('@') {
        Ok(value)
    } else {
        Err(Error::credentials(format!("{what} is none: it has no `@`")))
    }
}

impl From<ApiToken> for Credentials {
    fn from(token: ApiToken) -> Self {
        Self::ApiToken(token)
    }
}

impl From<Login> for Credentials {
    fn from(login: Login) -> Self {
        Self::Login(login)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiToken").finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

impl fmt::Debug for FastlyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FastlyKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::ffi::OsString;

    const CANARY: &str = "c4nary-s3cret";
    const EMAIL: &str = "c4nary@example.com";

    fn shown<T: fmt::Debug>(outcome: Result<T, Error>) -> String {
        let error = outcome.unwrap_err();
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("c4nary"), "{shown}");
        assert!(error.is_credentials());
        error.to_string()
    }

    #[test]
    fn test_unusable_credentials_are_refused_without_repeating_them() {
        for (outcome, expected) in [
            (ApiToken::new("", CANARY), "the e-mail address is empty"),
            (
                ApiToken::new(CANARY, CANARY),
                "the e-mail address is none: it has no `@`",
            ),
            (ApiToken::new(EMAIL, " "), "the API token is empty"),
            (
                ApiToken::new(EMAIL, format!("{CANARY}\nx-injected: 1")),
                "the API token holds a space, a line break or another character that none has; check what was pasted",
            ),
            (
                ApiToken::new(EMAIL, "********"),
                "the API token is only the asterisks that are shown in its place",
            ),
        ] {
            assert_eq!(shown(outcome), expected);
        }
        assert_eq!(shown(Login::new(EMAIL, "")), "the password is empty");
        assert_eq!(shown(Login::new("", CANARY)), "the e-mail address is empty");
        assert_eq!(shown(FastlyKey::new("")), "the Fastly key is empty");
    }

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        let both = |email: Result<&str, VarError>, token: Result<&str, VarError>| {
            shown(ApiToken::from_variables(|name| {
                let value = if name == "SIGSCI_EMAIL" { &email } else { &token };
                value.clone().map(ToOwned::to_owned)
            }))
        };
        let no_text = || VarError::NotUnicode(OsString::from(CANARY));
        assert_eq!(
            both(Err(VarError::NotPresent), Ok(CANARY)),
            "SIGSCI_EMAIL is not set"
        );
        assert_eq!(both(Ok(""), Ok(CANARY)), "SIGSCI_EMAIL is empty");
        assert_eq!(both(Ok(EMAIL), Ok("")), "SIGSCI_TOKEN is empty");
        assert_eq!(both(Ok(EMAIL), Err(no_text())), "SIGSCI_TOKEN is no text");
    }

    #[test]
    fn test_space_around_a_token_is_taken_off() {
        let token = ApiToken::new(format!(" {EMAIL}\n"), format!("{CANARY}\r\n")).unwrap();
        assert_eq!((token.email.expose(), token.token.expose()), (EMAIL, CANARY));
    }

    #[test]
    fn test_debug_shows_nothing_of_credentials() {
        let token = ApiToken::new(EMAIL, CANARY).unwrap();
        let login = Login::new(EMAIL, CANARY).unwrap();
        let both = [Credentials::from(token), Credentials::from(login)];
        let shown = format!("{both:?} {both:#?} {:?}", FastlyKey::new(CANARY).unwrap());
        assert!(!shown.contains("c4nary"), "{shown}");
    }
}
