//! Masks secrets in messages, since servers repeat what was sent.

use lorgnette_runtime::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::{Arc, Mutex, PoisonError};

/// The secrets of one run. Messages show a mask in their place. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Mask(Arc<Mutex<Vec<Secret>>>);

/// The minimum length of a masked text: a shorter one is too common, and would mask unrelated
/// words.
const SHORTEST: usize = 4;

/// The characters that are percent-encoded in an address: all but RFC 3986's unreserved ones.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The mask.
pub const MASKED: &str = "[masked]";

impl Mask {
    /// Adds a secret.
    pub fn add(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Secret::new(secret));
        }
    }

    /// `text` without secrets, whether in plain or percent-encoded form.
    pub fn apply(&self, text: &str) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        for secret in secrets.iter().map(Secret::expose) {
            let encoded = utf8_percent_encode(secret, RESERVED).to_string();
            for form in [secret, encoded.as_str()] {
                if masked.contains(form) {
                    masked = masked.replace(form, MASKED);
                }
            }
        }
        masked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_secrets_are_masked_however_they_are_written() {
        let mask = Mask::default();
        mask.add("c4nary/s3cret");
        mask.add("abc");
        let other = mask.clone();
        assert_eq!(
            other.apply("key c4nary/s3cret at /x?k=c4nary%2Fs3cret, abc"),
            "key [masked] at /x?k=[masked], abc"
        );
    }
}
