//! The places of constructs in their contract.

use crate::document::{METHODS, child};
use serde::Serialize;

/// The place of a construct in its contract: a JSON pointer, never empty.
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

    /// The place of the member `token` of the construct at this place.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        Self(child(&self.0, token))
    }

    /// The contract's name for the construct: the last part of the place that is a name, not a
    /// structural token.
    pub fn called(&self) -> Option<&str> {
        let is_name = |part: &str| {
            !part.contains('~')
                && !part.bytes().all(|byte| byte.is_ascii_digit())
                && !STRUCTURE.contains(&part)
        };
        let inside = self.0.strip_prefix("/paths/").unwrap_or(&self.0);
        let part = inside.rsplit('/').find(|part| is_name(part))?;
        // An unnamed part of an operation is named by its location in the operation.
        (!METHODS.contains(&part)).then_some(part)
    }
}

/// Segments of a pointer that do not describe their content.
const STRUCTURE: [&str; 9] = [
    "items",
    "schema",
    "additionalProperties",
    "content",
    "parameters",
    "requestBody",
    "responses",
    "allOf",
    "oneOf",
];
