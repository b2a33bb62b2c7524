//! How sure a draft is.

use std::fmt;

/// How sure a draft is. A person must check drafts with less than high confidence first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// One sign speaks for it.
    Low,
    /// Several do.
    Medium,
    /// It follows from what the contract says.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}
