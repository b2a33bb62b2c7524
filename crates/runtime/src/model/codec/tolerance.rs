//! The tolerated faults of a document, and those found.
//!
//! Only values of a tree can be read again after a mismatch, see [`super::tree`].

use super::budget::Budget;
use super::error::{Error, Result};
use super::misfits::Misfits;
use serde_json::Value;
use std::cell::RefCell;

/// The tolerated faults while a document is read, and those found.
#[derive(Default)]
pub(super) struct Tolerance {
    /// Whether members that do not match their types are kept unchanged.
    pub is_lenient: bool,
    /// The list, or the object, whose items are left out if they cannot be read.
    pub items: Option<*const Value>,
    /// The mismatches.
    pub misfits: RefCell<Misfits>,
    /// The omitted items, by their index in the list.
    pub left_out: RefCell<Vec<(usize, Error)>>,
}

/// The mismatches at an earlier time.
#[derive(Clone, Copy, Default)]
pub(super) struct Mark {
    count: usize,
    kept: usize,
}

impl Tolerance {
    /// The mismatches so far.
    pub fn mark(&self) -> Mark {
        if !self.is_lenient {
            return Mark::default();
        }
        let misfits = self.misfits.borrow();
        Mark {
            count: misfits.count(),
            kept: misfits.first().len(),
        }
    }

    /// Records that a value did not fit, in place of all misfits within it since the mark. The
    /// enclosing values add its position.
    pub fn misfit(&self, since: Mark, error: Error) {
        let mut misfits = self.misfits.borrow_mut();
        misfits.truncate(since.count, since.kept);
        misfits.add(error);
    }

    /// Adds a position to the misfits since the mark.
    pub fn place(&self, since: Mark, place: impl Fn(Error) -> Error) {
        if self.is_lenient {
            self.misfits.borrow_mut().place(since.kept, place);
        }
    }

    /// Whether an item of this list, or a member of this object, may be left out for this error.
    pub fn leaves_out(&self, node: &Value, error: &Error) -> bool {
        self.items.is_some_and(|items| std::ptr::eq(items, node)) && is_of_the_value(error)
    }

    /// Leaves out the item at `index`, along with the misfits in it since the mark.
    pub fn leave_out(&self, since: Mark, index: usize, error: Error, budget: &Budget) -> Result<()> {
        if self.is_lenient {
            self.misfits.borrow_mut().truncate(since.count, since.kept);
        }
        // The list grows by doubling.
        budget.charge(2 * size_of::<(usize, Error)>() + error.memory())?;
        self.left_out.borrow_mut().push((index, error));
        Ok(())
    }
}

/// Whether an error means that a value does not fit, rather than that it is too large or deferred.
pub(super) fn is_of_the_value(error: &Error) -> bool {
    !error.is_too_large() && !error.is_deferred()
}
