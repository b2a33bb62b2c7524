//! The API key and its secret: what the caller has, checked before anything is sent.
//!
//! This module knows nothing of tokens or of where the key goes.

use crate::Error;
use lorgnette_runtime::Secret;
use std::env::{self, VarError};
use std::fmt;

/// The variable that [`ApiKey::from_env`] takes the key from.
const KEY: &str = "SEVENSIGNAL_API_KEY";
/// The variable that [`ApiKey::from_env`] takes the secret from.
const SECRET: &str = "SEVENSIGNAL_API_SECRET";

/// An API key of an organization, with its secret.
///
/// To OAuth 2.0, they are a client's id and secret. Neither is printed, and both are wiped from memory in the end.
#[derive(Clone)]
pub struct ApiKey {
    key: Secret,
    secret: Secret,
}

impl ApiKey {
    /// A key and its secret.
    ///
    /// # Errors
    ///
    /// When one of them is empty, holds white space, or is only the asterisks that are shown in its place.
    pub fn new(key: impl Into<Secret>, secret: impl Into<Secret>) -> Result<Self, Error> {
        let key = checked("the API key", key.into())?;
        let secret = checked("the API secret", secret.into())?;
        Ok(Self { key, secret })
    }

    /// The key in the environment variable `SEVENSIGNAL_API_KEY`, and its secret in `SEVENSIGNAL_API_SECRET`.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is no text, or is none that [`ApiKey::new`] takes.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var(name))
    }

    fn from_variables(read: impl Fn(&str) -> Result<String, VarError>) -> Result<Self, Error> {
        let variable = |name| match read(name) {
            Ok(value) => checked(name, value.into()),
            Err(VarError::NotPresent) => Err(Error::credentials(format!("{name} is not set"))),
            Err(VarError::NotUnicode(_)) => Err(Error::credentials(format!("{name} is no text"))),
        };
        Ok(Self {
            key: variable(KEY)?,
            secret: variable(SECRET)?,
        })
    }

    pub(crate) const fn key(&self) -> &Secret {
        &self.key
    }

    pub(crate) const fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// Refuses what can be no key: `what` is how the error calls it.
fn checked(what: &str, value: Secret) -> Result<Secret, Error> {
    let text = value.expose();
    let wrong = if text.is_empty() {
        "is empty"
    } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        "holds white space or a line break; check what was pasted"
    } else if value.is_mask() {
        "is only the asterisks that are shown in its place"
    } else {
        return Ok(value);
    };
    Err(Error::credentials(format!("{what} {wrong}")))
}

impl fmt::Debug for ApiKey {
    /// Shows nothing of either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::ffi::OsString;

    const CANARY: &str = "c4nary-s3cret";

    fn shown(error: &Error) -> String {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{shown}");
        error.to_string()
    }

    #[test]
    fn test_unusable_key_is_refused_without_repeating_it() {
        for (key, secret, expected) in [
            ("", CANARY, "the API key is empty"),
            (CANARY, "", "the API secret is empty"),
            (
                CANARY,
                &format!("{CANARY}\n"),
                "the API secret holds white space or a line break; check what was pasted",
            ),
            (
                CANARY,
                "********",
                "the API secret is only the asterisks that are shown in its place",
            ),
        ] {
            let error = ApiKey::new(key, secret).unwrap_err();
            assert!(error.is_credentials());
            assert_eq!(shown(&error), expected);
        }
    }

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        let both = |key: Result<&str, VarError>, secret: Result<&str, VarError>| {
            let error = ApiKey::from_variables(|name| {
                let value = if name == KEY { &key } else { &secret };
                value.clone().map(ToOwned::to_owned)
            });
            shown(&error.unwrap_err())
        };
        let no_text = || VarError::NotUnicode(OsString::from(CANARY));
        assert_eq!(
            both(Err(VarError::NotPresent), Ok(CANARY)),
            "SEVENSIGNAL_API_KEY is not set"
        );
        assert_eq!(both(Ok(""), Ok(CANARY)), "SEVENSIGNAL_API_KEY is empty");
        assert_eq!(
            both(Ok(CANARY), Err(VarError::NotPresent)),
            "SEVENSIGNAL_API_SECRET is not set"
        );
        assert_eq!(both(Ok(CANARY), Ok("")), "SEVENSIGNAL_API_SECRET is empty");
        assert_eq!(
            both(Ok(CANARY), Err(no_text())),
            "SEVENSIGNAL_API_SECRET is no text"
        );
    }

    #[test]
    fn test_variables_are_taken_each_for_its_own() {
        let key = ApiKey::from_variables(|name| Ok(format!("value-of-{name}"))).unwrap();
        assert_eq!(key.key().expose(), "value-of-SEVENSIGNAL_API_KEY");
        assert_eq!(key.secret().expose(), "value-of-SEVENSIGNAL_API_SECRET");
    }

    #[test]
    fn test_debug_shows_nothing_of_a_key() {
        let key = ApiKey::new(CANARY, CANARY).unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey { .. }");
    }
}
