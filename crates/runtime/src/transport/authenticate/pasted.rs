//! Reads secrets that users provide in an environment variable or by pasting.

use crate::error::BuildError;
use crate::model::Secret;
use std::env::VarError;
use zeroize::Zeroizing;

impl Secret {
    /// The value of an environment variable, without surrounding whitespace.
    ///
    /// # Errors
    ///
    /// When the variable is not set, is empty, or is not text.
    pub fn from_env(name: &str) -> Result<Self, BuildError> {
        match std::env::var(name).map(Zeroizing::new) {
            Ok(value) if value.trim().is_empty() => Err(BuildError::credentials(format!("{name} is empty"))),
            Ok(value) => Ok(Self::new(value.trim())),
            Err(VarError::NotPresent) => Err(BuildError::credentials(format!("{name} is not set"))),
            Err(VarError::NotUnicode(_)) => Err(BuildError::credentials(format!("{name} is not text"))),
        }
    }

    /// The same secret without surrounding whitespace, if it is one word of visible ASCII
    /// characters, as keys and tokens are. `what` names the secret in errors.
    ///
    /// # Errors
    ///
    /// When it is empty, contains a blank or another invalid character, or is a mask.
    pub fn single_word(self, what: &str) -> Result<Self, BuildError> {
        let text = self.expose().trim();
        let wrong = if text.is_empty() {
            "is empty"
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            "holds a space, a line break or another invalid character; check the pasted text, and give only the value"
        } else if self.is_mask() {
            "is only the asterisks that are shown in its place"
        } else {
            return Ok(Self::new(text));
        };
        Err(BuildError::credentials(format!("{what} {wrong}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        // A test cannot set variables of its own process without `unsafe`, so the test uses
        // variables that cargo sets.
        let read = |name| Secret::from_env(name).map(|secret| secret.expose().to_owned());
        let wrong = |name| read(name).map_err(|error| (error.is_credentials(), error.to_string()));
        assert_eq!(wrong("CARGO_PKG_NAME"), Ok("lorgnette-runtime".to_owned()));
        assert_eq!(
            wrong("CARGO_PKG_HOMEPAGE"),
            Err((true, "CARGO_PKG_HOMEPAGE is empty".to_owned()))
        );
        assert_eq!(
            wrong("NO_SUCH_VARIABLE"),
            Err((true, "NO_SUCH_VARIABLE is not set".to_owned()))
        );
    }

    #[test]
    fn test_secret_that_is_no_single_word_is_refused_without_repeating_it() {
        let word = |text: &str| Secret::new(text).single_word("the key");
        assert_eq!(word(" hunter2\n").ok(), Some(Secret::new("hunter2")));
        for (text, expected) in [
            ("", "the key is empty"),
            (" \n", "the key is empty"),
            (
                "********",
                "the key is only the asterisks that are shown in its place",
            ),
        ] {
            assert_eq!(
                word(text).map_err(|error| error.to_string()),
                Err(expected.to_owned())
            );
        }
        for text in [
            "hunter2 x",
            "hunter2\nx-injected: 1",
            "hunter2\u{e9}",
            "Bearer hunter2",
        ] {
            let error = word(text).map_err(|error| format!("{error} {error:?}"));
            assert!(error.is_err_and(|error| error.contains("holds a space") && !error.contains("hunter2")));
        }
    }
}
