//! The files of a contract as a caller passes them, and the treatment of unresolvable references.

use std::collections::BTreeMap;

/// The files of a contract: path, relative to a common folder, to text.
pub type Files = BTreeMap<String, String>;

/// The file of a reference, if the two names do not determine it: by the referring file, and the
/// reference as it is written there, up to its `#`.
pub type Links = BTreeMap<String, BTreeMap<String, String>>;

/// The handling of unresolvable references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dangling {
    /// They are errors.
    Refused,
    /// Those within the entry file stay as they are; to other files they are errors.
    LeftInEntry,
    /// They stay as they are.
    Left,
}

impl Dangling {
    /// Whether an unresolvable reference may stay; `within` if it is in the entry file and names no
    /// other.
    pub(super) fn allows(self, within: bool) -> bool {
        self == Dangling::Left || within && self == Dangling::LeftInEntry
    }
}
