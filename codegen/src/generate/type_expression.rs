//! The Rust types that generated code uses, as a small closed vocabulary.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::fmt;

/// A Rust type of a member, parameter, body or response.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeExpression {
    /// A type that needs no parameters, by the name under which generated code imports it:
    /// `String`, `i64`, `Uuid`.
    Plain(&'static str),
    /// A generated type of the same crate.
    Generated(String),
    /// `Vec<T>`.
    Vec(Box<TypeExpression>),
    /// `BTreeMap<String, T>`.
    Map(Box<TypeExpression>),
    /// `Option<T>`.
    Option(Box<TypeExpression>),
    /// `Box<T>`, for recursive types.
    Boxed(Box<TypeExpression>),
    /// `Nullable<T>`, if absent and null have different meanings.
    Nullable(Box<TypeExpression>),
}

/// Types without parameters: the last segment of the engine's path, and the name under which
/// generated code imports it.
const PLAIN: [&str; 20] = [
    "String",
    "Base64",
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "Uuid",
    "NaiveDate",
    "NaiveDateTime",
    "DateTime",
    "Secret",
    "Upload",
    "Value",
];

/// The module in which a type is written: `types`, or another module of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In `types`, where generated types are named without a path.
    Types,
    /// In any other module, where generated types are named through `types::`.
    Elsewhere,
}

impl TypeExpression {
    /// The type without parameters for this path in the engine's output, such as
    /// `::chrono::DateTime<::chrono::offset::Utc>`.
    pub fn plain(path: &str) -> Option<Self> {
        let path = path.split('<').next().unwrap_or_default();
        let last = path.rsplit("::").next().unwrap_or_default();
        PLAIN.iter().find(|name| **name == last).copied().map(Self::Plain)
    }

    /// Any JSON value.
    pub const fn any() -> Self {
        Self::Plain("Value")
    }

    /// `Option` of this type; an `Option` stays unchanged.
    #[must_use]
    pub fn optional(self) -> Self {
        if matches!(self, Self::Option(_)) {
            self
        } else {
            Self::Option(Box::new(self))
        }
    }

    /// Calls `visit` with the name of every generated type inside.
    pub fn generated<'s>(&'s self, visit: &mut impl FnMut(&'s str)) {
        match self {
            Self::Plain(_) => {}
            Self::Generated(name) => visit(name),
            Self::Vec(inner)
            | Self::Map(inner)
            | Self::Option(inner)
            | Self::Boxed(inner)
            | Self::Nullable(inner) => {
                inner.generated(visit);
            }
        }
    }

    /// Calls `visit` with the name of every type inside that must be imported.
    pub fn imported(&self, visit: &mut impl FnMut(&'static str)) {
        match self {
            Self::Plain(name) if name.starts_with(|c: char| c.is_ascii_uppercase()) && *name != "String" => {
                visit(name);
            }
            Self::Plain(_) | Self::Generated(_) => {}
            Self::Map(inner) => {
                visit("BTreeMap");
                inner.imported(visit);
            }
            Self::Nullable(inner) => {
                visit("Nullable");
                inner.imported(visit);
            }
            Self::Vec(inner) | Self::Option(inner) | Self::Boxed(inner) => inner.imported(visit),
        }
    }

    /// The type as Rust source for `place`.
    pub fn tokens(&self, place: Place) -> TokenStream {
        match self {
            Self::Plain(name) => format_ident!("{name}").to_token_stream(),
            Self::Generated(name) => {
                let name = format_ident!("{name}");
                match place {
                    Place::Types => quote!(#name),
                    Place::Elsewhere => quote!(types::#name),
                }
            }
            Self::Vec(inner) => {
                let inner = inner.tokens(place);
                quote!(Vec<#inner>)
            }
            Self::Map(inner) => {
                let inner = inner.tokens(place);
                quote!(BTreeMap<String, #inner>)
            }
            Self::Option(inner) => {
                let inner = inner.tokens(place);
                quote!(Option<#inner>)
            }
            Self::Boxed(inner) => {
                let inner = inner.tokens(place);
                quote!(Box<#inner>)
            }
            Self::Nullable(inner) => {
                let inner = inner.tokens(place);
                quote!(Nullable<#inner>)
            }
        }
    }
}

impl fmt::Display for TypeExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(name) => f.write_str(name),
            Self::Generated(name) => f.write_str(name),
            Self::Vec(inner) => write!(f, "Vec<{inner}>"),
            Self::Map(inner) => write!(f, "BTreeMap<String, {inner}>"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::Boxed(inner) => write!(f, "Box<{inner}>"),
            Self::Nullable(inner) => write!(f, "Nullable<{inner}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_plain_takes_the_last_segment_of_a_path() {
        let shown = |path: &str| TypeExpression::plain(path).map(|ty| ty.to_string());
        assert_eq!(
            shown("::chrono::DateTime<::chrono::offset::Utc>").as_deref(),
            Some("DateTime")
        );
        assert_eq!(shown("i64").as_deref(), Some("i64"));
        assert_eq!(shown("::std::net::Ipv4Addr"), None);
    }
}
