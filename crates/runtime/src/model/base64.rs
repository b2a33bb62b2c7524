//! Bytes that JSON represents as text.

use std::fmt;
use std::ops::Deref;

/// Bytes that are encoded in base64, for the format `byte`.
///
/// They are written in the standard alphabet with padding, and read from that or the URL-safe one,
/// with or without padding. `Debug` shows only their number, since such members hold keys,
/// certificates and files.
///
/// ```
/// use lorgnette_runtime::Base64;
///
/// let bytes: Base64 = serde_json::from_str(r#""aGk=""#)?;
/// assert_eq!(&*bytes, b"hi");
/// assert_eq!(serde_json::to_string(&Base64::from(b"hi"))?, r#""aGk=""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(Vec<u8>);

impl Base64 {
    /// The bytes.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for Base64 {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_owned())
    }
}

impl<const N: usize> From<&[u8; N]> for Base64 {
    fn from(bytes: &[u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<bytes::Bytes> for Base64 {
    fn from(bytes: bytes::Bytes) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_debug_of_bytes_shows_their_number() {
        assert_eq!(format!("{:?}", Base64::from(b"hunter2")), "Base64(7 bytes)");
    }
}
