//! Determines how well a value fits the types of a union, once for each value and type.
//!
//! The branches of an untagged union are tried in order. Branches that share a recursive member
//! would each read it, which would double the work at every level of nesting. Therefore no value is
//! read as the same type twice while branches are tried: the second time its [`Fit`] is remembered,
//! and the branch is *deferred*: it is known to fit and how well, but has no value. If a deferred
//! branch is chosen, it is read once more when all branches have been decided. So reading is linear
//! in the size of the input.

use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// The part of a value that a type cannot express. Less is better; unnamed members weigh more than
/// unknown values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Misses {
    /// Members that the type does not name, whether it keeps them or not.
    pub unnamed: usize,
    /// Values that were kept although the type does not know them.
    pub unknown: usize,
}

impl Misses {
    fn plus(self, other: Self) -> Self {
        Self {
            unnamed: self.unnamed.saturating_add(other.unnamed),
            unknown: self.unknown.saturating_add(other.unknown),
        }
    }
}

/// Whether and how well a value can be read as a type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fit {
    /// Reading fails.
    Fails,
    /// Reading works; `branch` is the branch of a union that was chosen, if one fits.
    Reads { misses: Misses, branch: Option<usize> },
}

/// The memory of a recorded fit.
pub(super) const REMEMBERED: usize = 2 * (size_of::<Key>() + size_of::<Fit>());

/// A value by its address in the tree, and a type by the name that its macro gave it.
type Key = (*const Value, *const u8, usize);

/// The state of the document that is being read.
#[derive(Default)]
pub(super) struct Fits {
    misses: Cell<Misses>,
    trying: Cell<bool>,
    known: RefCell<HashMap<Key, Fit>>,
}

impl Fits {
    /// Counts a member that the type does not name.
    pub fn unnamed(&self) {
        self.add(Misses {
            unnamed: 1,
            unknown: 0,
        });
    }

    /// Counts a value that is kept as an unknown one.
    pub fn unknown(&self) {
        self.add(Misses {
            unnamed: 0,
            unknown: 1,
        });
    }

    /// Counts what reading a part of the document missed.
    pub fn add(&self, misses: Misses) {
        self.misses.set(self.misses.get().plus(misses));
    }

    /// Runs `read`, and returns what it missed without counting it.
    pub fn missed<T>(&self, read: impl FnOnce() -> T) -> (T, Misses) {
        let before = self.misses.take();
        let outcome = read();
        (outcome, self.misses.replace(before))
    }

    /// Whether a union's branches are being tried, so that values need not be built.
    pub fn trying(&self) -> bool {
        self.trying.get()
    }

    /// Runs `read` as part of trying a union's branches.
    pub fn while_trying<T>(&self, read: impl FnOnce() -> T) -> T {
        let before = self.trying.replace(true);
        let outcome = read();
        self.trying.set(before);
        outcome
    }

    /// The recorded fit of a value and a type.
    pub fn recall(&self, node: &Value, ty: &'static str) -> Option<Fit> {
        self.known.borrow().get(&key(node, ty)).copied()
    }

    /// Records how a value fits a type.
    pub fn remember(&self, node: &Value, ty: &'static str, fit: Fit) {
        self.known.borrow_mut().insert(key(node, ty), fit);
    }

    /// Forgets all recorded fits, before the tree with the values is dropped.
    pub fn forget(&self) {
        self.known.borrow_mut().clear();
    }
}

/// Names at the same address are the same, so types need not be compared letter by letter.
fn key(node: &Value, ty: &'static str) -> Key {
    (std::ptr::from_ref(node), ty.as_ptr(), ty.len())
}

/// Whether a value contains others, so that reading it can take long.
pub(super) fn is_container(node: &Value) -> bool {
    matches!(node, Value::Array(_) | Value::Object(_))
}

/// Whether a value has so few parts that copying it takes no longer than recording its fit.
pub(super) fn is_small(node: &Value) -> bool {
    fn rest(node: &Value, left: usize) -> Option<usize> {
        let left = left.checked_sub(1)?;
        match node {
            Value::Array(items) => items.iter().try_fold(left, |left, item| rest(item, left)),
            Value::Object(members) => members.values().try_fold(left, |left, member| rest(member, left)),
            _ => Some(left),
        }
    }
    const PARTS: usize = 16;
    rest(node, PARTS).is_some()
}
