//! Enums that keep unknown values. Each enum is a table; the functions here work on these tables.

use super::codec::{Result, Way, Wire, to_value};
use serde_json::Value;
use std::fmt;

/// The text of a known variant.
pub fn text_of<E: PartialEq>(known: &'static [(E, &'static str)], variant: &E) -> &'static str {
    known
        .iter()
        .find(|(known, _)| known == variant)
        .map_or("", |(_, text)| text)
}

/// The variant of a text.
pub fn from_text<E: Clone>(known: &[(E, &'static str)], text: &str, unknown: fn(String) -> E) -> E {
    let known = known.iter().find(|(_, known)| *known == text);
    known.map_or_else(|| unknown(text.to_owned()), |(variant, _)| variant.clone())
}

/// Reads or writes an enum of text.
///
/// # Errors
///
/// When the value is not text.
pub fn text<E: for<'t> From<&'t str>>(
    way: Way<'_, '_, E>,
    as_str: fn(&E) -> &str,
    is_unknown: fn(&E) -> bool,
) -> Result<()> {
    match way {
        Way::Read(from, slot) => {
            let mut length = 0;
            let value = from.parse("text", |text| {
                length = text.len();
                Some(E::from(text))
            })?;
            if is_unknown(&value) {
                from.kept_unknown();
                from.charge(length)?;
            }
            *slot = Some(value);
            Ok(())
        }
        Way::Write(value, to) => to.text(as_str(value)),
    }
}

/// The value of a known variant, in an enum of numbers or booleans.
pub fn scalar_of<E: PartialEq, V: Copy + Default>(known: &[(E, V)], variant: &E) -> V {
    known
        .iter()
        .find(|(known, _)| known == variant)
        .map_or_else(V::default, |(_, value)| *value)
}

/// The variant of a number or boolean.
pub fn from_scalar<E: Clone, V: Copy + PartialEq>(known: &[(E, V)], value: V, unknown: fn(V) -> E) -> E {
    let known = known.iter().find(|(_, known)| *known == value);
    known.map_or_else(|| unknown(value), |(variant, _)| variant.clone())
}

/// Reads or writes an enum of numbers or booleans.
///
/// # Errors
///
/// When the value has another type.
pub fn scalar<E: From<V>, V: Wire>(
    way: Way<'_, '_, E>,
    value: fn(&E) -> V,
    is_unknown: fn(&E) -> bool,
) -> Result<()> {
    match way {
        Way::Read(from, slot) => {
            let value = match V::decode(from) {
                Ok(value) => E::from(value),
                Err(error) => {
                    // A deferred value is larger than any value of an enum.
                    if error.is_deferred() {
                        from.kept_unknown();
                    }
                    return Err(error);
                }
            };
            if is_unknown(&value) {
                from.kept_unknown();
            }
            *slot = Some(value);
            Ok(())
        }
        Way::Write(variant, to) => value(variant).encode(to),
    }
}

/// The value of a known variant, in an enum of several JSON types.
pub fn value_of<E: PartialEq>(known: &[(E, &'static str)], variant: &E) -> Value {
    known
        .iter()
        .find(|(known, _)| known == variant)
        .map_or(Value::Null, |(_, json)| parsed(json))
}

/// The variant of a value, in an enum of several JSON types.
pub fn from_value<E: Clone>(known: &[(E, &'static str)], value: Value, unknown: fn(Value) -> E) -> E {
    // `2` and `2.0` are the same value, and the codec treats them as such.
    let canonical = to_value(&value).unwrap_or_default();
    let known = known
        .iter()
        .find(|(_, json)| to_value(&parsed(json)).is_ok_and(|known| known == canonical));
    known.map_or_else(|| unknown(value), |(variant, _)| variant.clone())
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// Prints a value of an enum of several JSON types: text unchanged, other values as JSON.
///
/// # Errors
///
/// When the formatter fails.
pub fn print_value(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::String(text) => f.pad(text),
        value => f.pad(&value.to_string()),
    }
}

/// Implements [`Wire`] for a generated enum, as well as conversions, comparison and printing by its
/// values.
///
/// The enum has a variant for each known value, and `Unknown` for all others: a value that the
/// server adds later is kept, compared, printed and sent back unchanged.
///
/// ```
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// pub enum Band {
///     TwoPointFour,
///     Five,
///     Unknown(String),
/// }
/// lorgnette_runtime::open_enum!(Band { TwoPointFour = "2.4", Five = "5" });
///
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// pub enum Width {
///     W20,
///     W40,
///     Unknown(i64),
/// }
/// lorgnette_runtime::open_enum!(Width: i64 { W20 = 20, W40 = 40 });
///
/// assert_eq!(Band::from("5"), Band::Five);
/// assert_eq!(Band::Five, "5");
/// assert_eq!(Band::from("6"), Band::Unknown("6".into()));
/// assert_eq!(serde_json::from_str::<Vec<Width>>("[20, 40.0, 80]")?, [Width::W20, Width::W40, Width::Unknown(80)]);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// The type of the values follows the colon: `i64`, `f64`, `bool`, `str` (as without colon), or
/// `Value` for a mixture, whose values are given as JSON text.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        #[allow(deprecated)]
        impl $name {
            /// The variants that this crate knows, with their text.
            pub const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),*];
            /// The text as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Unknown(text) => text,
                    known => $crate::open_enum::text_of(Self::KNOWN, known),
                }
            }
        }
        #[allow(deprecated)]
        impl $crate::codec::Generated for $name {
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<()> {
                $crate::open_enum::text(way, Self::as_str, |value| matches!(value, Self::Unknown(_)))
            }
        }
        #[allow(deprecated)]
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::open_enum::from_text(Self::KNOWN, text, Self::Unknown)
            }
        }
        #[allow(deprecated)]
        impl ::core::convert::From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }
        #[allow(deprecated)]
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }
        #[allow(deprecated)]
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        #[allow(deprecated)]
        impl ::core::cmp::PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }
        #[allow(deprecated)]
        impl ::core::cmp::PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
        $crate::__serde!($name);
    };
    ($name:ident: str { $($table:tt)* }) => {
        $crate::open_enum!($name { $($table)* });
    };
    ($name:ident: Value { $($variant:ident = $json:literal),* $(,)? }) => {
        #[allow(deprecated)]
        impl $name {
            /// The variants that this crate knows, with their values as JSON text.
            pub const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$variant, $json)),*];
            /// The value as it is sent.
            pub fn value(&self) -> $crate::Value {
                match self {
                    Self::Unknown(value) => value.clone(),
                    known => $crate::open_enum::value_of(Self::KNOWN, known),
                }
            }
        }
        #[allow(deprecated)]
        impl ::core::convert::From<$crate::Value> for $name {
            fn from(value: $crate::Value) -> Self {
                $crate::open_enum::from_value(Self::KNOWN, value, Self::Unknown)
            }
        }
        #[allow(deprecated)]
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::open_enum::print_value(&self.value(), f)
            }
        }
        $crate::open_enum!(scalar $name);
    };
    (scalar $name:ident) => {
        #[allow(deprecated)]
        impl $crate::codec::Generated for $name {
            fn wire(way: $crate::codec::Way<'_, '_, Self>) -> $crate::codec::Result<()> {
                $crate::open_enum::scalar(way, Self::value, |value| matches!(value, Self::Unknown(_)))
            }
        }
        $crate::__serde!($name);
    };
    ($name:ident: $scalar:ident { $($variant:ident = $value:expr),* $(,)? }) => {
        #[allow(deprecated)]
        impl $name {
            /// The variants that this crate knows, with their values.
            pub const KNOWN: &'static [(Self, $scalar)] = &[$((Self::$variant, $value)),*];
            /// The value as it is sent.
            pub fn value(&self) -> $scalar {
                match self {
                    Self::Unknown(value) => *value,
                    known => $crate::open_enum::scalar_of(Self::KNOWN, known),
                }
            }
        }
        #[allow(deprecated)]
        impl ::core::convert::From<$scalar> for $name {
            fn from(value: $scalar) -> Self {
                $crate::open_enum::from_scalar(Self::KNOWN, value, Self::Unknown)
            }
        }
        #[allow(deprecated)]
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.value(), f)
            }
        }
        #[allow(deprecated)]
        impl ::core::cmp::PartialEq<$scalar> for $name {
            fn eq(&self, value: &$scalar) -> bool {
                self.value() == *value
            }
        }
        $crate::open_enum!(scalar $name);
    };
}
