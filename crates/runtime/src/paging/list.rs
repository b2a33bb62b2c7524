//! The member of a page that holds its items.

use crate::model::Nullable;
use std::collections::BTreeMap;

/// A member that holds the items of a page.
pub trait List<I> {
    /// The number of items.
    fn count(&self) -> usize;

    /// The items.
    fn into_vec(self) -> Vec<I>;
}

impl<I> List<I> for Vec<I> {
    fn count(&self) -> usize {
        self.len()
    }
    fn into_vec(self) -> Vec<I> {
        self
    }
}

/// The items of a map are its entries.
impl<V> List<(String, V)> for BTreeMap<String, V> {
    fn count(&self) -> usize {
        self.len()
    }
    fn into_vec(self) -> Vec<(String, V)> {
        self.into_iter().collect()
    }
}

impl<I, L: List<I>> List<I> for Option<L> {
    fn count(&self) -> usize {
        self.as_ref().map_or(0, List::count)
    }
    fn into_vec(self) -> Vec<I> {
        self.map(List::into_vec).unwrap_or_default()
    }
}

impl<I, L: List<I>> List<I> for Nullable<L> {
    fn count(&self) -> usize {
        match self {
            Self::Value(list) => list.count(),
            Self::Absent | Self::Null => 0,
        }
    }
    fn into_vec(self) -> Vec<I> {
        match self {
            Self::Value(list) => list.into_vec(),
            Self::Absent | Self::Null => Vec::new(),
        }
    }
}
