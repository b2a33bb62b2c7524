//! The store of an object's members that its [`Shape`](super::Shape) does not name.

use super::budget::entry;
use super::decoder::Decoder;
use super::error::Result;
use super::wire::Wire;
use crate::model::unknown::UnknownMembers;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The members of an object that its shape does not name.
pub trait Rest {
    /// Reads one of these members.
    ///
    /// # Errors
    ///
    /// As for [`Wire::decode`].
    fn read(&mut self, name: &str, from: &mut Decoder<'_>) -> Result<()>;
    /// All of these members, in the order in which they are written.
    fn entries(&self) -> Entries<'_>;
    /// Whether there is a member of this name.
    fn has(&self, name: &str) -> bool;
    /// Whether the contract declares that there may be such members, and their type.
    fn is_declared(&self) -> bool;
}

/// Names and values in the order in which they are written.
pub type Entries<'a> = Box<dyn Iterator<Item = (&'a str, &'a dyn Wire)> + 'a>;

impl<T: Wire> Rest for BTreeMap<String, T> {
    fn read(&mut self, name: &str, from: &mut Decoder<'_>) -> Result<()> {
        let value = T::decode(from)?;
        from.source.context().budget.take(entry::<T>(name))?;
        self.insert(name.to_owned(), value);
        Ok(())
    }
    fn entries(&self) -> Entries<'_> {
        Box::new(
            self.iter()
                .map(|(name, value)| (name.as_str(), value as &dyn Wire)),
        )
    }
    fn has(&self, name: &str) -> bool {
        self.contains_key(name)
    }
    fn is_declared(&self) -> bool {
        true
    }
}

impl Rest for UnknownMembers {
    fn read(&mut self, name: &str, from: &mut Decoder<'_>) -> Result<()> {
        let value = from.value()?;
        if self.is_empty() {
            from.charge(size_of::<Map<String, Value>>())?;
        }
        from.source.context().budget.take(entry::<Value>(name))?;
        self.insert(name, value);
        Ok(())
    }
    fn entries(&self) -> Entries<'_> {
        if self.is_empty() {
            // This form allocates nothing.
            return Box::new(std::iter::empty());
        }
        Box::new(self.iter().map(|(name, value)| (name, value as &dyn Wire)))
    }
    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
    fn is_declared(&self) -> bool {
        false
    }
}
