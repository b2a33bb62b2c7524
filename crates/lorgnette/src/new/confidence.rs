//! The confidence of a draft.

use std::fmt;

/// The confidence of a draft. Drafts with less than high confidence should be reviewed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// One sign supports the draft.
    Low,
    /// Several signs support the draft.
    Medium,
    /// The draft follows from the contract.
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
