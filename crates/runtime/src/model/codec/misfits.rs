//! The members of a response that did not match the contract.

use super::error::Error;
use std::fmt;

/// Members of a response that did not fit their types.
///
/// If the contract was not written by the vendor, a member that does not match is not an error: it
/// is kept unchanged among the unknown members of its object, read as absent, and written back. A
/// client or a call that is [strict](crate::CallOptions::strict) refuses it.
#[derive(Default)]
pub struct Misfits {
    count: usize,
    first: Vec<Error>,
}

/// The maximum number of errors that are kept.
const KEPT: usize = 16;

impl Misfits {
    pub(crate) const fn none() -> Self {
        Self {
            count: 0,
            first: Vec::new(),
        }
    }

    /// The number of misfits.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether all members fit.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first misfits, at most sixteen, each with its position and the expected type.
    pub fn first(&self) -> &[Error] {
        &self.first
    }

    pub(super) fn add(&mut self, error: Error) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(error);
        }
    }

    pub(super) fn truncate(&mut self, count: usize, kept: usize) {
        self.count = count;
        self.first.truncate(kept);
    }

    pub(super) fn place(&mut self, before: usize, place: impl Fn(Error) -> Error) {
        let placed = self.first.split_off(before.min(self.first.len()));
        self.first.extend(placed.into_iter().map(place));
    }
}

impl fmt::Debug for Misfits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Misfits")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
