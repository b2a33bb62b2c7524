//! Enums that keep values they do not know: a table per enum, and here everything that is done with it.

use crate::codec::{Decoder, Encoder, Result, Wire, to_value};
use serde_json::Value;
use std::fmt;

/// An enum whose values are text.
pub trait TextEnum: Wire + Clone + PartialEq + 'static {
    /// The variants with their text.
    const TABLE: &'static [(Self, &'static str)];
    /// The variant for text that is not in the table.
    fn unknown(text: String) -> Self;
    /// The text of that variant.
    fn unknown_text(&self) -> Option<&str>;
}

/// The text of a variant.
pub fn text_of<E: TextEnum>(variant: &E) -> &str {
    match variant.unknown_text() {
        Some(text) => text,
        None => E::TABLE
            .iter()
            .find(|(known, _)| known == variant)
            .map_or("", |(_, text)| text),
    }
}

/// The variant of a text.
pub fn from_text<E: TextEnum>(text: &str) -> E {
    let known = E::TABLE.iter().find(|(_, known)| *known == text);
    known.map_or_else(|| E::unknown(text.to_owned()), |(variant, _)| variant.clone())
}

/// An enum whose values are numbers or booleans.
pub trait ScalarEnum: Wire + Clone + PartialEq + 'static {
    /// The type of the values.
    type Scalar: Wire + Copy + PartialEq + Default + fmt::Display + 'static;
    /// The variants with their values.
    const TABLE: &'static [(Self, Self::Scalar)];
    /// The variant for a value that is not in the table.
    fn unknown(value: Self::Scalar) -> Self;
    /// The value of that variant.
    fn unknown_value(&self) -> Option<Self::Scalar>;
}

/// The value of a variant.
pub fn scalar_of<E: ScalarEnum>(variant: &E) -> E::Scalar {
    let known = || {
        E::TABLE
            .iter()
            .find(|(known, _)| known == variant)
            .map(|(_, value)| *value)
    };
    variant.unknown_value().or_else(known).unwrap_or_default()
}

/// The variant of a value.
pub fn from_scalar<E: ScalarEnum>(value: E::Scalar) -> E {
    let known = E::TABLE.iter().find(|(_, known)| *known == value);
    known.map_or_else(|| E::unknown(value), |(variant, _)| variant.clone())
}

/// An enum whose values are of several JSON types.
pub trait MixedEnum: Wire + Clone + PartialEq + 'static {
    /// The variants with their values as JSON text.
    const TABLE: &'static [(Self, &'static str)];
    /// The variant for a value that is not in the table.
    fn unknown(value: Value) -> Self;
    /// The value of that variant.
    fn unknown_value(&self) -> Option<&Value>;
}

/// The value of a variant.
pub fn value_of<E: MixedEnum>(variant: &E) -> Value {
    match variant.unknown_value() {
        Some(value) => value.clone(),
        None => E::TABLE
            .iter()
            .find(|(known, _)| known == variant)
            .map_or(Value::Null, |(_, json)| parsed(json)),
    }
}

/// The variant of a value.
pub fn from_mixed<E: MixedEnum>(value: Value) -> E {
    // `2` and `2.0` are the same value, which is what the codec makes of them too.
    let canonical = to_value(&value).unwrap_or_default();
    let known = E::TABLE
        .iter()
        .find(|(_, json)| to_value(&parsed(json)).is_ok_and(|known| known == canonical));
    known.map_or_else(|| E::unknown(value), |(variant, _)| variant.clone())
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// Reads an enum of text.
///
/// # Errors
///
/// When there is something else than text.
pub fn decode_text<E: TextEnum>(from: &mut Decoder<'_>) -> Result<E> {
    from.parse("text", |text| Some(from_text(text)))
}

/// Reads an enum of numbers or booleans.
///
/// # Errors
///
/// When there is something else.
pub fn decode_scalar<E: ScalarEnum>(from: &mut Decoder<'_>) -> Result<E> {
    Wire::decode(from).map(from_scalar)
}

/// Reads an enum of several JSON types.
///
/// # Errors
///
/// When the input is not JSON.
pub fn decode_mixed<E: MixedEnum>(from: &mut Decoder<'_>) -> Result<E> {
    from.value().map(from_mixed)
}

/// Writes an enum of several JSON types.
///
/// # Errors
///
/// When the value cannot be written.
pub fn encode_mixed<E: MixedEnum>(variant: &E, to: &mut Encoder<'_>) -> Result<()> {
    value_of(variant).encode(to)
}

/// Prints an enum of several JSON types: text as it is, other values as JSON.
///
/// # Errors
///
/// When the formatter fails.
pub fn print_mixed<E: MixedEnum>(variant: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value_of(variant) {
        Value::String(text) => f.pad(&text),
        value => f.pad(&value.to_string()),
    }
}

/// Makes a generated enum [`Wire`], and gives it conversions, comparison and printing by its values.
///
/// The enum has a variant for each value that is known, and `Unknown` for all others: a value that the server learns
/// tomorrow is kept, compares, prints and is sent back unchanged.
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
/// After the colon stands what the values are: `i64`, `f64`, `bool`, `str` (as without colon), or `Value` for a mixture,
/// whose values are given as JSON text.
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $crate::open_enum::TextEnum for $name {
            const TABLE: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),*];
            fn unknown(text: String) -> Self {
                Self::Unknown(text)
            }
            fn unknown_text(&self) -> Option<&str> {
                if let Self::Unknown(text) = self { Some(text) } else { None }
            }
        }
        impl $name {
            /// The text, as it is sent.
            pub fn as_str(&self) -> &str {
                $crate::open_enum::text_of(self)
            }
            /// The variants that this crate knows, with their text.
            pub const fn known() -> &'static [(Self, &'static str)] {
                <Self as $crate::open_enum::TextEnum>::TABLE
            }
        }
        impl $crate::Wire for $name {
            fn encode(&self, to: &mut $crate::codec::Encoder<'_>) -> $crate::codec::Result<()> {
                to.text(self.as_str())
            }
            fn decode(from: &mut $crate::codec::Decoder<'_>) -> $crate::codec::Result<Self> {
                $crate::open_enum::decode_text(from)
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                Ok($crate::open_enum::from_text(text))
            }
        }
        impl ::core::cmp::PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }
        impl ::core::cmp::PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::open_enum::from_text(text)
            }
        }
        impl ::core::convert::From<String> for $name {
            fn from(text: String) -> Self {
                $crate::open_enum::from_text(&text)
            }
        }
        $crate::__serde!($name);
    };
    ($name:ident: str { $($table:tt)* }) => {
        $crate::open_enum!($name { $($table)* });
    };
    ($name:ident: Value { $($variant:ident = $json:literal),* $(,)? }) => {
        impl $crate::open_enum::MixedEnum for $name {
            const TABLE: &'static [(Self, &'static str)] = &[$((Self::$variant, $json)),*];
            fn unknown(value: $crate::Value) -> Self {
                Self::Unknown(value)
            }
            fn unknown_value(&self) -> Option<&$crate::Value> {
                if let Self::Unknown(value) = self { Some(value) } else { None }
            }
        }
        impl $name {
            /// The value, as it is sent.
            pub fn value(&self) -> $crate::Value {
                $crate::open_enum::value_of(self)
            }
            /// The variants that this crate knows, with their values as JSON text.
            pub const fn known() -> &'static [(Self, &'static str)] {
                <Self as $crate::open_enum::MixedEnum>::TABLE
            }
        }
        impl $crate::Wire for $name {
            fn encode(&self, to: &mut $crate::codec::Encoder<'_>) -> $crate::codec::Result<()> {
                $crate::open_enum::encode_mixed(self, to)
            }
            fn decode(from: &mut $crate::codec::Decoder<'_>) -> $crate::codec::Result<Self> {
                $crate::open_enum::decode_mixed(from)
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::open_enum::print_mixed(self, f)
            }
        }
        impl ::core::convert::From<$crate::Value> for $name {
            fn from(value: $crate::Value) -> Self {
                $crate::open_enum::from_mixed(value)
            }
        }
        $crate::__serde!($name);
    };
    ($name:ident: $scalar:ident { $($variant:ident = $value:expr),* $(,)? }) => {
        impl $crate::open_enum::ScalarEnum for $name {
            type Scalar = $scalar;
            const TABLE: &'static [(Self, $scalar)] = &[$((Self::$variant, $value)),*];
            fn unknown(value: $scalar) -> Self {
                Self::Unknown(value)
            }
            fn unknown_value(&self) -> Option<$scalar> {
                if let Self::Unknown(value) = self { Some(*value) } else { None }
            }
        }
        impl $name {
            /// The value, as it is sent.
            pub fn value(&self) -> $scalar {
                $crate::open_enum::scalar_of(self)
            }
            /// The variants that this crate knows, with their values.
            pub const fn known() -> &'static [(Self, $scalar)] {
                <Self as $crate::open_enum::ScalarEnum>::TABLE
            }
        }
        impl $crate::Wire for $name {
            fn encode(&self, to: &mut $crate::codec::Encoder<'_>) -> $crate::codec::Result<()> {
                $crate::Wire::encode(&self.value(), to)
            }
            fn decode(from: &mut $crate::codec::Decoder<'_>) -> $crate::codec::Result<Self> {
                $crate::open_enum::decode_scalar(from)
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.value(), f)
            }
        }
        impl ::core::convert::From<$scalar> for $name {
            fn from(value: $scalar) -> Self {
                $crate::open_enum::from_scalar(value)
            }
        }
        impl ::core::cmp::PartialEq<$scalar> for $name {
            fn eq(&self, value: &$scalar) -> bool {
                self.value() == *value
            }
        }
        $crate::__serde!($name);
    };
}
