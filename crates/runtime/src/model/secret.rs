//! Text that must not be seen: passwords, keys, tokens.

use std::cell::RefCell;
use std::fmt;
use zeroize::Zeroizing;

/// Text that is not printed, and that is wiped from memory when it is dropped.
///
/// The header fields built from it, and the JSON and url-encoded bodies that contain it, are wiped
/// as well. Not wiped are: the address that has it as a query parameter, the values of a multipart
/// form, the body of the response that contained it, and the buffers of the HTTP client, TLS and
/// the operating system.
///
/// It has no `Display`, and its `Debug` does not show it. Servers show secrets as asterisks
/// (`********`) in responses; sending such a mask is an error, since it would replace the real
/// secret.
#[derive(Clone, Default)]
pub struct Secret {
    text: Zeroizing<String>,
    is_mask_meant: bool,
}

impl Secret {
    /// A secret with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: Zeroizing::new(text.into()),
            is_mask_meant: false,
        }
    }

    /// A secret that may consist of asterisks only, for servers that take a mask to mean that
    /// nothing changes.
    pub fn masked_on_purpose(text: impl Into<String>) -> Self {
        Self {
            text: Zeroizing::new(text.into()),
            is_mask_meant: true,
        }
    }

    /// The text. The caller is responsible for its destination.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether the text is only the mask that a server shows instead of the secret.
    pub fn is_mask(&self) -> bool {
        !self.is_mask_meant && !self.text.is_empty() && self.text.bytes().all(|byte| byte == b'*')
    }
}

thread_local! {
    /// The secrets that have been written while [`written`] runs.
    static WRITTEN: RefCell<Option<Vec<Secret>>> = const { RefCell::new(None) };
}

/// Runs `write`, and returns the secrets that it wrote in any place.
pub(crate) fn written<R>(write: impl FnOnce() -> R) -> (R, Vec<Secret>) {
    let before = WRITTEN.replace(Some(Vec::new()));
    let outcome = write();
    (outcome, WRITTEN.replace(before).unwrap_or_default())
}

/// Records a secret for [`written`].
pub(crate) fn is_written(secret: &Secret) {
    WRITTEN.with_borrow_mut(|written| {
        if let Some(written) = written {
            written.push(secret.clone());
        }
    });
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PartialEq for Secret {
    /// Compares in constant time; only the lengths can leak.
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
        assert!(crate::model::codec::to_json(&Secret::new("**")).is_err());
        assert_eq!(
            crate::model::codec::to_json(&Secret::masked_on_purpose("**"))
                .ok()
                .as_deref(),
            Some(&b"\"**\""[..])
        );
    }

    #[test]
    fn test_equality_compares_text() {
        assert_eq!(Secret::new("a"), Secret::from("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("ab"));
    }
}
