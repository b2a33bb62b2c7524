//! The results of a comparison so far.

use super::{Finding, Meeting};
use crate::surface::{RustType, SurfaceBranch};
use std::collections::{BTreeMap, BTreeSet};

/// The Rust side of a place: a type, and if it is a union's branch, the tag that the union keeps
/// for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RustPlace {
    pub(super) ty: RustType,
    pub(super) tag: Option<(String, Vec<String>)>,
}

impl RustPlace {
    /// The place of a value of type `ty`.
    pub(super) fn of(ty: &RustType) -> Self {
        Self {
            ty: ty.bare().clone(),
            tag: None,
        }
    }

    /// The place of a union's branch.
    pub(super) fn branch(branch: &SurfaceBranch, tag: Option<&String>) -> Self {
        Self {
            tag: tag.map(|tag| (tag.clone(), branch.tags.clone())),
            ..Self::of(&branch.ty)
        }
    }

    /// The name of a union's alternative.
    pub(super) fn variant(&self, branch: &SurfaceBranch) -> String {
        format!("{}::{}", self.ty, branch.variant)
    }
}

/// The results of a comparison so far. A log only grows.
#[derive(Default)]
pub(super) struct Log {
    /// The counts of the comparison.
    pub(super) seen: BTreeSet<(String, RustPlace)>,
    /// The parts of the crate that a schema requires.
    pub(super) used: BTreeSet<String>,
    pub(super) properties: BTreeSet<String>,
    pub(super) values: BTreeSet<String>,
    pub(super) types: BTreeMap<String, BTreeSet<Meeting>>,
    pub(super) findings: BTreeSet<Finding>,
}

impl Log {
    /// Notes that a schema is compared with the type of this name.
    pub(super) fn meet(&mut self, name: &str, meeting: Meeting) {
        self.types.entry(name.to_string()).or_default().insert(meeting);
    }

    /// Adds the results of another comparison.
    pub(super) fn add(&mut self, other: Self) {
        self.seen.extend(other.seen);
        self.used.extend(other.used);
        self.properties.extend(other.properties);
        self.values.extend(other.values);
        self.findings.extend(other.findings);
        for (name, meetings) in other.types {
            self.types.entry(name).or_default().extend(meetings);
        }
    }
}
