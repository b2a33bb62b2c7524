//! The member of a page that holds its items.

use crate::model::Nullable;
use std::collections::BTreeMap;

/// A member that holds the items of a page.
pub trait List<I> {
    /// Whether there are none.
    fn is_empty(&self) -> bool;

    /// The items.
    fn into_vec(self) -> Vec<I>;
}

impl<I> List<I> for Vec<I> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
    fn into_vec(self) -> Vec<I> {
        self
    }
}

/// The items of a map are its entries.
impl<V> List<(String, V)> for BTreeMap<String, V> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
    fn into_vec(self) -> Vec<(String, V)> {
        self.into_iter().collect()
    }
}

impl<I, L: List<I>> List<I> for Option<L> {
    fn is_empty(&self) -> bool {
        self.as_ref().is_none_or(List::is_empty)
    }
    fn into_vec(self) -> Vec<I> {
        self.map(List::into_vec).unwrap_or_default()
    }
}

impl<I, L: List<I>> List<I> for Nullable<L> {
    fn is_empty(&self) -> bool {
        !matches!(self, Self::Value(list) if !list.is_empty())
    }
    fn into_vec(self) -> Vec<I> {
        match self {
            Self::Value(list) => list.into_vec(),
            Self::Absent | Self::Null => Vec::new(),
        }
    }
}
