//! What compositions look at: types and aliases as far as they are merged, and pairs that are still to be.

use crate::ir::{Alias, TypeDef};
use indexmap::IndexMap;
use std::collections::HashMap;

/// The types as far as they are merged.
pub(super) struct Known<'a> {
    pub(super) types: &'a mut IndexMap<String, TypeDef>,
    pub(super) aliases: &'a mut IndexMap<String, Alias>,
    /// What the pairs that were made are made of.
    pub(super) parts: HashMap<String, Vec<String>>,
}

/// Two or more objects that are all said of one member: a composition that the merger has to make.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) parts: Vec<String>,
    pub(super) owner: String,
    pub(super) hint: String,
}
