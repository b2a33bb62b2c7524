//! Limits the memory that a decoded document may take.
//!
//! A few bytes of JSON can become a large value: `{}` becomes an object with all its members, and
//! an item of a list takes the space of its type. So the memory is counted where it is allocated.
//! The count is approximate, but never much too low.

use super::error::{Error, Result};
use std::cell::Cell;

/// The overhead of an allocation, and its minimum.
const ALLOCATION: usize = 16;

/// The memory of a map entry: its name, and its share of half-full nodes.
pub(super) fn entry<T>(name: &str) -> usize {
    2 * (size_of::<String>() + size_of::<T>()) + name.len().max(16) + 16
}

/// The memory left for a document.
pub(super) struct Budget {
    left: Cell<usize>,
    limit: usize,
}

impl Default for Budget {
    /// No limit.
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Budget {
    /// This many bytes.
    pub fn of(limit: usize) -> Self {
        Self {
            left: Cell::new(limit),
            limit,
        }
    }

    /// Takes memory for one allocation of `bytes`.
    pub fn charge(&self, bytes: usize) -> Result<()> {
        self.take(bytes.max(ALLOCATION).saturating_add(ALLOCATION))
    }

    /// Takes memory that is part of an allocation, or several of them.
    pub fn take(&self, bytes: usize) -> Result<()> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                // After that, every allocation exceeds the limit as well, however small.
                self.left.set(0);
                Err(Error::too_large(self.limit))
            }
        }
    }

    /// The memory that is left.
    pub fn left(&self) -> usize {
        self.left.get()
    }

    /// Returns the memory taken since `left` was recorded: the values were dropped.
    pub fn give_back(&self, left: usize) {
        self.left.set(left);
    }
}
