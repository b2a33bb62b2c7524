//! The files of a contract as a caller hands them over, and what becomes of references that lead
//! nowhere.

use std::collections::BTreeMap;

/// The files of a contract: path, relative to a common folder, to text.
pub type Files = BTreeMap<String, String>;

/// Which file a reference leads to, where that cannot be told from the names of the two: by the
/// file that refers, and the reference as it is written there, up to its `#`.
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
    /// Whether a reference may be left that leads nowhere; `within` where it stands in the entry
    /// file and names no other.
    pub(super) fn allows(self, within: bool) -> bool {
        self == Dangling::Left || within && self == Dangling::LeftInEntry
    }
}
