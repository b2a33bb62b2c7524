//! The caller's credentials, checked before anything is sent: an API token, a bearer token, or an
//! e-mail address and a password, and optionally a Fastly key.

use crate::Error;
use lorgnette_runtime::Secret;
use std::fmt;

/// A personal API access token, with the e-mail address of its user.
///
/// Its `Debug` shows neither.
#[derive(Clone)]
pub struct ApiToken {
    pub(crate) email: Secret,
    pub(crate) token: Secret,
}

/// An e-mail address and a password, which obtain a session token.
///
/// Prefer an [`ApiToken`] in scripts: it does not open the dashboard. Its `Debug` shows
/// neither.
#[derive(Clone)]
pub struct Login {
    pub(crate) email: Secret,
    pub(crate) password: Secret,
}

/// A bearer token that was obtained elsewhere, by `POST /auth`.
///
/// It is sent unchanged and never renewed: once the server refuses it, calls fail. A [`Login`]
/// obtains new ones by itself, from an e-mail address and a password. Its `Debug` does not show it.
#[derive(Clone)]
pub struct BearerToken {
    pub(crate) token: Secret,
}

/// An API key of Fastly, for the operations that change a Fastly service.
#[derive(Clone)]
pub struct FastlyKey {
    pub(crate) key: Secret,
}

/// An [`ApiToken`], a [`BearerToken`] or a [`Login`], and a [`FastlyKey`] if there is one.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(crate) user: User,
    pub(crate) fastly: Option<FastlyKey>,
}

/// The user whose requests these are.
#[derive(Clone, Debug)]
pub(crate) enum User {
    /// Headers `x-api-user` and `x-api-token`.
    ApiToken(ApiToken),
    /// The caller's token as `Authorization: Bearer`.
    BearerToken(BearerToken),
    /// A session token as `Authorization: Bearer`.
    Login(Login),
}

impl Credentials {
    /// Adds the key for the operations that change a Fastly service. Without one, they fail before
    /// anything is sent.
    #[must_use]
    pub fn with_fastly_key(self, key: FastlyKey) -> Self {
        let fastly = Some(key);
        Self { fastly, ..self }
    }

    /// The secrets that no error may quote.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let user = match &self.user {
            User::ApiToken(token) => [Some(&token.email), Some(&token.token)],
            User::BearerToken(bearer) => [Some(&bearer.token), None],
            User::Login(login) => [Some(&login.email), Some(&login.password)],
        };
        let fastly = self.fastly.as_ref().map(|fastly| &fastly.key);
        user.into_iter().flatten().chain(fastly).cloned().collect()
    }
}

impl ApiToken {
    /// A token and the e-mail address of its user.
    ///
    /// # Errors
    ///
    /// When one of them is empty, holds a character that is invalid in a header, or is only the
    /// asterisks that are shown in its place, or when the address has no `@`.
    pub fn new(email: impl Into<Secret>, token: impl Into<Secret>) -> Result<Self, Error> {
        let email = address("the e-mail address", email.into())?;
        let token = token.into().single_word("the API token")?;
        Ok(Self { email, token })
    }

    /// The address in the environment variable `SIGSCI_EMAIL` and the token in `SIGSCI_TOKEN`, or
    /// in `SIGSCI_API_TOKEN` if the former is not set: the vendor's programs use both names.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is not text, or is rejected by [`ApiToken::new`].
    pub fn from_env() -> Result<Self, Error> {
        let variable = first_set(["SIGSCI_TOKEN", "SIGSCI_API_TOKEN"]);
        Ok(Self {
            email: address("SIGSCI_EMAIL", Secret::from_env("SIGSCI_EMAIL")?)?,
            token: Secret::from_env(variable)?.single_word(variable)?,
        })
    }

    /// Adds the key for the operations that change a Fastly service.
    #[must_use]
    pub fn with_fastly_key(self, key: FastlyKey) -> Credentials {
        Credentials::from(self).with_fastly_key(key)
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

impl BearerToken {
    /// A token, without the word `Bearer`.
    ///
    /// # Errors
    ///
    /// When it is empty, holds a character that is invalid in a header, or is only the asterisks
    /// that are shown in its place.
    pub fn new(token: impl Into<Secret>) -> Result<Self, Error> {
        let token = token.into().single_word("the bearer token")?;
        Ok(Self { token })
    }

    /// Adds the key for the operations that change a Fastly service.
    #[must_use]
    pub fn with_fastly_key(self, key: FastlyKey) -> Credentials {
        Credentials::from(self).with_fastly_key(key)
    }
}

impl FastlyKey {
    /// A key.
    ///
    /// # Errors
    ///
    /// When it is empty, or holds a character that is invalid in a header.
    pub fn new(key: impl Into<Secret>) -> Result<Self, Error> {
        let key = key.into().single_word("the Fastly key")?;
        Ok(Self { key })
    }

    /// The key in the environment variable `FASTLY_API_KEY`.
    ///
    /// # Errors
    ///
    /// When it is not set, is not text, or is rejected by [`FastlyKey::new`].
    pub fn from_env() -> Result<Self, Error> {
        let key = Secret::from_env("FASTLY_API_KEY")?.single_word("FASTLY_API_KEY")?;
        Ok(Self { key })
    }
}

/// The first of these environment variables that is set; if none is set, the first of all, which
/// errors then name.
fn first_set(variables: [&'static str; 2]) -> &'static str {
    let set = variables
        .into_iter()
        .find(|name| std::env::var_os(name).is_some());
    set.unwrap_or(variables[0])
}

fn address(what: &str, value: Secret) -> Result<Secret, Error> {
    let value = value.single_word(what)?;
    if value.expose().contains('@') {
        Ok(value)
    } else {
        Err(Error::credentials(format!("{what} is invalid: it has no `@`")))
    }
}

impl From<ApiToken> for Credentials {
    fn from(token: ApiToken) -> Self {
        let user = User::ApiToken(token);
        Self { user, fastly: None }
    }
}

impl From<BearerToken> for Credentials {
    fn from(token: BearerToken) -> Self {
        let user = User::BearerToken(token);
        Self { user, fastly: None }
    }
}

impl From<Login> for Credentials {
    fn from(login: Login) -> Self {
        let user = User::Login(login);
        Self { user, fastly: None }
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiToken").finish_non_exhaustive()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerToken").finish_non_exhaustive()
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
                "the e-mail address is invalid: it has no `@`",
            ),
            (ApiToken::new(EMAIL, " "), "the API token is empty"),
            (
                ApiToken::new(EMAIL, format!("{CANARY}\nx-injected: 1")),
                "the API token holds a space, a line break or another invalid character; check the pasted text, and give only the value",
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
        assert_eq!(shown(BearerToken::new("")), "the bearer token is empty");
        assert!(shown(BearerToken::new(format!("Bearer {CANARY}"))).contains("give only the value"));
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
        let bearer = BearerToken::new(CANARY).unwrap();
        let all = [
            Credentials::from(token),
            Credentials::from(bearer),
            Credentials::from(login),
        ];
        let shown = format!("{all:?} {all:#?} {:?}", FastlyKey::new(CANARY).unwrap());
        assert!(!shown.contains("c4nary"), "{shown}");
    }
}
