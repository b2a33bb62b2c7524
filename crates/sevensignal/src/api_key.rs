//! The API key and its secret, checked before anything is sent.

use crate::Error;
use lorgnette_runtime::Secret;
use std::fmt;

/// The scopes that the vendor's sample for v1 requests. By default none are requested, as in the
/// vendor's samples for v2: the server then decides by the key. [`ApiKey::scopes`] requests some.
pub const SCOPES: [&str; 3] = [
    "openid",
    "https://login.7signal.com/scopes/user.read",
    "https://login.7signal.com/scopes/user.admin",
];

/// An API key of an organization, with its secret, and the scopes to request.
///
/// In OAuth 2.0's terms, they are a client's id and secret. Neither is printed, and both are wiped
/// from memory when they are dropped.
#[derive(Clone)]
pub struct ApiKey {
    pub(crate) key: Secret,
    pub(crate) secret: Secret,
    /// Separated by spaces, as RFC 6749 requires.
    pub(crate) scope: Option<String>,
}

impl ApiKey {
    /// An API key and its secret.
    ///
    /// # Errors
    ///
    /// When one of them is empty, holds a blank or another invalid character, or is only the
    /// asterisks that are shown in its place.
    pub fn new(key: impl Into<Secret>, secret: impl Into<Secret>) -> Result<Self, Error> {
        Ok(Self {
            key: key.into().single_word("the API key")?,
            secret: secret.into().single_word("the API secret")?,
            scope: None,
        })
    }

    /// The key in the environment variable `SEVENSIGNAL_API_KEY`, and its secret in
    /// `SEVENSIGNAL_API_SECRET`.
    ///
    /// # Errors
    ///
    /// When one of them is not set, is not text, or is rejected by [`ApiKey::new`].
    pub fn from_env() -> Result<Self, Error> {
        let variable = |name| Secret::from_env(name)?.single_word(name);
        Self::new(
            variable("SEVENSIGNAL_API_KEY")?,
            variable("SEVENSIGNAL_API_SECRET")?,
        )
    }

    /// Requests these scopes. Without any, which is the default, the server decides.
    ///
    /// # Errors
    ///
    /// When a scope is empty, or holds a character that RFC 6749 does not allow.
    pub fn scopes<'s>(self, scopes: impl IntoIterator<Item = &'s str>) -> Result<Self, Error> {
        let scopes: Vec<&str> = scopes.into_iter().collect();
        let is_odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\\');
        if scopes
            .iter()
            .any(|scope| scope.is_empty() || scope.bytes().any(is_odd))
        {
            return Err(Error::settings(
                "a scope is empty, or holds a space or another invalid character",
            ));
        }
        let scope = (!scopes.is_empty()).then(|| scopes.join(" "));
        Ok(Self { scope, ..self })
    }
}

impl fmt::Debug for ApiKey {
    /// Shows neither key nor secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CANARY: &str = "c4nary-s3cret";

    #[test]
    fn test_unusable_key_is_refused_without_repeating_it() {
        for (key, secret, expected) in [
            ("", CANARY, "the API key is empty"),
            (CANARY, "", "the API secret is empty"),
            (
                CANARY,
                "********",
                "the API secret is only the asterisks that are shown in its place",
            ),
        ] {
            let error = ApiKey::new(key, secret).unwrap_err();
            assert!(error.is_credentials());
            assert_eq!(error.to_string(), expected);
        }
        let error = ApiKey::new(CANARY, format!("{CANARY} {CANARY}")).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("the API secret holds a space") && !shown.contains(CANARY));
    }

    #[test]
    fn test_scopes_are_joined_and_checked() {
        let key = || ApiKey::new(CANARY, CANARY).unwrap();
        assert_eq!(key().scope, None);
        assert!(key().scopes(SCOPES).unwrap().scope.unwrap().contains("user.read"));
        assert_eq!(key().scopes([]).unwrap().scope, None);
        let two = key().scopes(["a", "https://b/c"]).unwrap();
        assert_eq!(two.scope.as_deref(), Some("a https://b/c"));
        for wrong in ["", "a b", "a\"", "é", "a\n"] {
            assert!(key().scopes(["a", wrong]).unwrap_err().is_settings(), "{wrong:?}");
        }
    }

    #[test]
    fn test_debug_shows_nothing_of_a_key() {
        let key = ApiKey::new(CANARY, CANARY).unwrap().scopes([]).unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey { scope: None, .. }");
    }
}
