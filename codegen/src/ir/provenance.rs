//! Where things stand in their contract.

use serde::Serialize;

/// The place of a thing in its contract: a JSON pointer, never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Provenance(String);

impl Provenance {
    /// The place at `pointer`.
    pub fn new(pointer: impl Into<String>) -> Self {
        Self(pointer.into())
    }

    /// The JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.0
    }

    /// The place of the member `token` of what stands here.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        Self(crate::document::child(&self.0, token))
    }
}
