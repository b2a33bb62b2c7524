//! Secrets in what is written for people: servers repeat what was sent.

use lorgnette_runtime::Secret;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// The secrets of one run, whose places are shown and nothing else. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Mask(Arc<Mutex<Vec<Secret>>>);

/// A text shorter than this says little, and would mask half of what is written.
const SHORTEST: usize = 4;

/// What is shown instead.
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

    /// `text` without secrets, as they are or as they stand in an address.
    pub fn apply(&self, text: &str) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        for secret in secrets.iter().map(Secret::expose) {
            let encoded: String = url_encoded(secret);
            for form in [secret, encoded.as_str()] {
                if masked.contains(form) {
                    masked = masked.replace(form, MASKED);
                }
            }
        }
        masked
    }
}

fn url_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            match is_plain(byte) {
                true => encoded.push(char::from(byte)),
                // Writing to text never fails.
                false => drop(write!(encoded, "%{byte:02X}")),
            }
            encoded
        })
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
