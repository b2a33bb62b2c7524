//! Boxed values: those of recursive types, and those that would make the enclosing type large.

use super::decoder::Decoder;
use super::error::Result;
use super::generated::{Generated, Way};
use super::wire::{Encoder, Wire};
use crate::model::secret::Secret;
use serde_json::Value;
use std::collections::BTreeMap;

impl<T: Generated> Generated for Box<T> {
    fn wire(way: Way<'_, '_, Self>) -> Result<()> {
        match way {
            Way::Read(from, slot) => {
                from.charge(size_of::<T>())?;
                let mut value = None;
                T::wire(Way::Read(from, &mut value))?;
                enclose(&mut value, slot);
                Ok(())
            }
            Way::Write(value, to) => T::wire(Way::Write(value, to)),
        }
    }
}

fn enclose<T>(value: &mut Option<T>, slot: &mut Option<Box<T>>) {
    *slot = value.take().map(Box::new);
}

/// Boxes what no macro makes [`Generated`].
macro_rules! boxed {
    ($([$($parameter:ident)?] $ty:ty),*) => {$(
        impl$(<$parameter: Wire>)? Wire for Box<$ty> {
            fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
                (**self).encode(to)
            }
            fn decode(from: &mut Decoder<'_>) -> Result<Self> {
                from.charge(size_of::<$ty>())?;
                <$ty>::decode(from).map(Box::new)
            }
            fn decode_member(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
                from.charge(size_of::<$ty>())?;
                let mut value = None;
                <$ty>::decode_member(from, &mut value)?;
                enclose(&mut value, slot);
                Ok(())
            }
            fn decode_or_null(from: &mut Decoder<'_>, slot: &mut Option<Self>) -> Result<()> {
                from.charge(size_of::<$ty>())?;
                let mut value = None;
                <$ty>::decode_or_null(from, &mut value)?;
                enclose(&mut value, slot);
                Ok(())
            }
            fn absent() -> Option<Self> {
                <$ty>::absent().map(Box::new)
            }
            fn empty() -> Option<Self> {
                <$ty>::empty().map(Box::new)
            }
            fn null() -> Option<Self> {
                <$ty>::null().map(Box::new)
            }
            fn is_absent(&self) -> bool {
                (**self).is_absent()
            }
            fn is_nothing(&self) -> bool {
                (**self).is_nothing()
            }
        }
    )*};
}

boxed!([] String, [] Secret, [] Value, [T] Vec<T>, [T] BTreeMap<String, T>);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::model::codec::{from_json, to_json};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Address {
        city: Option<String>,
        country: Option<String>,
        line_1: Option<String>,
        line_2: Option<String>,
        line_3: Option<String>,
        line_4: Option<String>,
        line_5: Option<String>,
        line_6: Option<String>,
        line_7: Option<String>,
        name: Option<String>,
        phone: Option<String>,
        state: Option<String>,
    }
    crate::object!(Address {
        0 city: "city", 1 country: "country", 2 line_1: "line1", 3 line_2: "line2", 4 line_3: "line3",
        5 line_4: "line4", 6 line_5: "line5", 7 line_6: "line6", 8 line_7: "line7", 9 name: "name",
        10 phone: "phone", 11 state: "state"
    });

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Details {
        billing: Address,
        shipping: Option<Address>,
        origin: Option<Address>,
    }
    crate::object!(Details { 0 billing: "billing", 1 shipping: "shipping", 2 origin: "origin" });

    #[derive(Clone, Debug, Default, PartialEq)]
    #[expect(clippy::box_collection, reason = "types with hundreds of texts have them")]
    struct Charge {
        details: Option<Details>,
        payer: Option<Details>,
        receipt: Option<Box<String>>,
        parent: Option<Box<Charge>>,
        refunds: Vec<Charge>,
    }
    crate::object!(Charge {
        0 details: "details", 1 payer: "payer", 2 receipt: "receipt", 3 parent: "parent", 4 refunds: "refunds" default
    });

    fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test);
        thread.unwrap().join().unwrap();
    }

    #[test]
    fn test_large_types_that_hold_each_other_are_read_on_a_small_stack() {
        assert!(size_of::<Charge>() > 1700, "{}", size_of::<Charge>());
        on_a_small_stack(|| {
            // The depth is the same as in serde_json.
            let mut json = r#"{"details": {"billing": {"city": "Ulm"}}}"#.to_string();
            for level in 0..60 {
                json = match level % 2 {
                    0 => format!(r#"{{"payer": {{"billing": {{"name": "Ada"}}}}, "parent": {json}}}"#),
                    _ => format!(r#"{{"receipt": "r", "refunds": [{json}]}}"#),
                };
            }
            let charge: Charge = from_json(json.as_bytes()).unwrap();
            let again: Charge = from_json(&to_json(&charge).unwrap()).unwrap();
            assert_eq!(charge, again);
        });
    }

    #[test]
    fn test_boxed_text_is_text() {
        let charge: Charge = from_json(br#"{"receipt": "r"}"#).unwrap();
        assert_eq!(charge.receipt.as_deref().map(String::as_str), Some("r"));
        let charge: Charge = from_json(br#"{"receipt": null}"#).unwrap();
        assert_eq!(charge.receipt, None);
    }
}
