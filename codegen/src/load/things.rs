//! What references to other files lead to, and where it goes.

use super::grammar::Kind;
use super::sources::Target;
use serde_json::Value;
use std::collections::HashMap;

/// A node of another file that references lead to.
pub struct Thing {
    /// Where it is written.
    pub target: Target,
    /// What it is.
    pub kind: Kind,
    /// The component of the entry file that is nothing but a reference to it: it takes that place
    /// and name.
    pub adopted: Option<String>,
    /// What it holds, once that is copied.
    pub content: Value,
}

/// The place that some node of a file has been given: in a thing, or in the entry file, and where
/// in there.
pub type Placed = HashMap<Target, (Option<usize>, String)>;

/// Where a thing is in the bundled document.
pub struct Place {
    /// Its pointer.
    pub pointer: String,
    /// Whether it has that place to itself, and is not part of another thing.
    pub own: bool,
}
