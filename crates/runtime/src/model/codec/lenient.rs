//! Reads the body of a response strictly, or leniently, so that values that do not fit are
//! tolerated.

use super::decoder::{self, Context, Decoder};
use super::error::{Error, Result};
use super::misfits::Misfits;
use super::tolerance::Tolerance;
use super::tree::{Tree, size};
use serde_json::Value;

/// The mode in which a body is read, and the faults found.
///
/// A document is read strictly first. If that fails and faults may be tolerated, it is read again
/// as a tree, whose parts can be examined again after a mismatch.
#[derive(Debug)]
pub struct Reading {
    /// The memory that the value may take.
    limit: usize,
    is_lenient: bool,
    /// The member that holds the items of a page; empty for a list that is the whole document.
    items: Option<&'static str>,
    misfits: Misfits,
    left_out: Vec<(usize, Error)>,
}

impl Reading {
    /// Reads strictly, with a limit on memory.
    pub const fn strict(limit: usize) -> Self {
        Self {
            limit,
            is_lenient: false,
            items: None,
            misfits: Misfits::none(),
            left_out: Vec::new(),
        }
    }

    /// The same; members that do not match their types are kept unchanged if `is_lenient`.
    pub fn leniently(limit: usize, is_lenient: bool) -> Self {
        let mut reading = Self::strict(limit);
        reading.is_lenient = is_lenient;
        reading
    }

    /// Leaves out those items of the list called `items` that cannot be read.
    pub const fn tolerate_items(&mut self, items: &'static str) {
        self.items = Some(items);
    }

    /// The memory that the value may take.
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether members that do not match their types are kept unchanged.
    pub(crate) const fn is_lenient(&self) -> bool {
        self.is_lenient
    }

    /// The values that did not match their types.
    pub fn take_misfits(&mut self) -> Misfits {
        std::mem::take(&mut self.misfits)
    }

    /// The omitted items, with their positions and faults.
    pub(crate) fn take_left_out(&mut self) -> Vec<(usize, Error)> {
        std::mem::take(&mut self.left_out)
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    ///
    /// When the document is not JSON, takes too much memory, or has a fault that is not tolerated.
    pub(super) fn document<T>(&mut self, json: &[u8], read: fn(&mut Decoder<'_>) -> Result<T>) -> Result<T> {
        match decoder::document(json, self.limit, read) {
            Err(error) if !error.is_too_large() && (self.is_lenient || self.items.is_some()) => {
                // For invalid JSON, the first error is kept.
                let tree = decoder::document(json, self.limit, whole)
                    .map_err(|other| if other.is_too_large() { other } else { error })?;
                self.tolerate(&tree, read)
            }
            read => read,
        }
    }

    fn tolerate<T>(&mut self, tree: &Value, read: fn(&mut Decoder<'_>) -> Result<T>) -> Result<T> {
        let items = match self.items {
            Some("") => Some(tree),
            Some(name) => tree.get(name),
            None => None,
        };
        // The tree uses its share of the memory.
        let mut context = Context::of(self.limit.saturating_sub(size(tree)));
        context.tolerance = Tolerance {
            is_lenient: self.is_lenient,
            items: items.map(std::ptr::from_ref),
            ..Tolerance::default()
        };
        let value = read(&mut Decoder {
            source: &mut Tree::new(tree, &context),
        })?;
        self.misfits = context.tolerance.misfits.take();
        let place = |error: Error| match self.items {
            Some(name) if !name.is_empty() => error.in_member(name),
            _ => error,
        };
        let left_out = context.tolerance.left_out.take().into_iter();
        self.left_out = left_out.map(|(at, error)| (at, place(error))).collect();
        Ok(value)
    }
}

/// The whole value, unchanged.
fn whole(from: &mut Decoder<'_>) -> Result<Value> {
    from.value()
}
