//! Lists that borrow the caller's values.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::wire::{Encoder, Wire};
use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;

/// A list of values or references, which is written without copying them and is never read.
pub struct Borrowed<B, T>(Vec<B>, PhantomData<fn() -> T>);

impl<B: Borrow<T>, T> Borrowed<B, T> {
    /// The list of `items`.
    pub fn of(items: impl IntoIterator<Item = B>) -> Self {
        Self(items.into_iter().collect(), PhantomData)
    }
}

impl<B: Borrow<T>, T: Wire> Wire for Borrowed<B, T> {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        let mut items = self.0.iter();
        to.target
            .list(&mut || items.next().map(|item| item.borrow() as &dyn Wire))
    }
    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Err(Error::new("a list of borrowed values cannot be read"))
    }
}

impl<B, T> fmt::Debug for Borrowed<B, T> {
    /// Shows only the number of items, since they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Borrowed").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::codec::to_json;

    #[test]
    fn test_borrowed_list_is_written_as_its_items() {
        let texts = ["a".to_owned(), "b".to_owned()];
        let written = to_json(&Borrowed::<_, String>::of(&texts));
        assert_eq!(written.ok().as_deref(), Some(&br#"["a","b"]"#[..]));
    }

    #[test]
    fn test_debug_shows_no_items() {
        let list = Borrowed::<_, String>::of(["c4nary".to_owned()]);
        assert_eq!(format!("{list:?}"), "Borrowed(1)");
    }
}
