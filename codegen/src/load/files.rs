//! The files of a contract as a caller passes them, and the treatment of unresolvable references.

use std::collections::BTreeMap;

/// The files of a contract: path, relative to a common folder, to text.
pub type Files = BTreeMap<String, String>;

/// The file of a reference, if the two names do not determine it. The key is the referring file and
/// the reference as written there, up to its `#`.
pub type Links = BTreeMap<String, BTreeMap<String, String>>;

/// The handling of unresolvable references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dangling {
    /// They are errors.
    Refused,
    /// References within the entry file are kept; to other files they are errors.
    LeftInEntry,
    /// They are kept.
    Left,
}

impl Dangling {
    /// Whether an unresolvable reference may be kept; `within` says that it is in the entry file
    /// and names no other.
    pub(super) fn allows(self, within: bool) -> bool {
        self == Dangling::Left || within && self == Dangling::LeftInEntry
    }
}
