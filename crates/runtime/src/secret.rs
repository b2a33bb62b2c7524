//! Text that must not be seen: passwords, keys, tokens.

use crate::error::BuildError;
use std::env::VarError;
use std::fmt;
use zeroize::Zeroizing;

/// Text that is not printed, and that is wiped from memory when it is dropped.
///
/// It has no `Display`, and its `Debug` shows nothing of it. Servers show secrets as asterisks (`********`) where they
/// are read back; such a mask is an error when it is sent, since it would replace the real secret.
#[derive(Clone, Default)]
pub struct Secret {
    text: Zeroizing<String>,
    is_mask_meant: bool,
}

impl Secret {
    /// A secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: Zeroizing::new(text.into()),
            is_mask_meant: false,
        }
    }

    /// A secret that may consist of asterisks only, for servers that take a mask to mean that nothing changes.
    pub fn masked_on_purpose(text: impl Into<String>) -> Self {
        Self {
            text: Zeroizing::new(text.into()),
            is_mask_meant: true,
        }
    }

    /// The value of an environment variable, without blanks around it.
    ///
    /// # Errors
    ///
    /// When the variable is not set, is empty, or is no text.
    pub fn from_env(name: &str) -> Result<Self, BuildError> {
        match std::env::var(name).map(Zeroizing::new) {
            Ok(value) if value.trim().is_empty() => Err(BuildError::credentials(format!("{name} is empty"))),
            Ok(value) => Ok(Self::new(value.trim())),
            Err(VarError::NotPresent) => Err(BuildError::credentials(format!("{name} is not set"))),
            Err(VarError::NotUnicode(_)) => Err(BuildError::credentials(format!("{name} is no text"))),
        }
    }

    /// The same secret without blanks around it, if it is one word of visible ASCII characters, as keys and tokens are.
    /// `what` is how the error calls it.
    ///
    /// # Errors
    ///
    /// When it is empty, holds a blank or another character that none has, or is a mask.
    pub fn single_word(self, what: &str) -> Result<Self, BuildError> {
        let text = self.expose().trim();
        let wrong = if text.is_empty() {
            "is empty"
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            "holds a space, a line break or another character that none has; check what was pasted, and give it alone"
        } else if self.is_mask() {
            "is only the asterisks that are shown in its place"
        } else {
            return Ok(Self::new(text));
        };
        Err(BuildError::credentials(format!("{what} {wrong}")))
    }

    /// The text. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether the text is only what a server shows instead of the secret.
    pub fn is_mask(&self) -> bool {
        !self.is_mask_meant && !self.text.is_empty() && self.text.bytes().all(|byte| byte == b'*')
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PartialEq for Secret {
    /// Takes the same time wherever the two differ; only their lengths show.
    fn eq(&self, other: &Self) -> bool {
        let (one, two) = (self.text.as_bytes(), other.text.as_bytes());
        one.len() == two.len()
            && one
                .iter()
                .zip(two)
                .fold(0, |differing, (a, b)| differing | (a ^ b))
                == 0
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

crate::__serde!(Secret);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_debug_shows_nothing_of_a_secret() {
        let shown = format!("{:?} {:#?}", Secret::new("hunter2"), Some(Secret::new("hunter2")));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn test_mask_is_refused_unless_meant() {
        assert!(Secret::new("********").is_mask());
        assert!(!Secret::masked_on_purpose("********").is_mask());
        assert!(!Secret::new("").is_mask() && !Secret::new("***a").is_mask());
        assert!(crate::codec::to_json(&Secret::new("**")).is_err());
        assert_eq!(
            crate::codec::to_json(&Secret::masked_on_purpose("**"))
                .ok()
                .as_deref(),
            Some(&b"\"**\""[..])
        );
    }

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        // Variables of the test's own process cannot be set without `unsafe`: cargo sets these.
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

    #[test]
    fn test_equality_compares_text() {
        assert_eq!(Secret::new("a"), Secret::from("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("ab"));
    }
}
