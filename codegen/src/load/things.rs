//! The targets of references to other files, and their places in the document.

use super::grammar::Kind;
use super::sources::Target;
use serde_json::Value;
use std::collections::HashMap;

/// A node of another file that is the target of references.
pub struct Thing {
    /// Its place in its file.
    pub target: Target,
    /// Its kind.
    pub kind: Kind,
    /// The component of the entry file that is only a reference to this node, which takes over its
    /// place and name.
    pub adopted: Option<String>,
    /// Its content, once copied.
    pub content: Value,
}

/// The place of a node in the bundled document: in a thing or in the entry file, and the pointer
/// within it.
pub type PlacedNodes = HashMap<Target, (Option<usize>, String)>;

/// Where a thing is in the bundled document.
pub struct BundlePlace {
    /// Its pointer.
    pub pointer: String,
    /// Whether the place belongs to it alone, and not to another thing that contains it.
    pub own: bool,
}
