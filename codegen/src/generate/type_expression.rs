//! The Rust types that generated code uses, as a small closed vocabulary read from the engine's syntax tree.
//!
//! This module knows types only: no schema, no operation, no file.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::fmt;

/// A Rust type of a member, parameter, body or response.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeExpression {
    /// A type that needs no parameters, by the name under which generated code imports it: `String`, `i64`, `Uuid`.
    Plain(&'static str),
    /// A generated type of the same crate.
    Generated(String),
    /// `Vec<T>`.
    Vec(Box<TypeExpression>),
    /// `BTreeMap<String, T>`.
    Map(Box<TypeExpression>),
    /// `Option<T>`.
    Option(Box<TypeExpression>),
    /// `Box<T>`, where a type holds itself.
    Boxed(Box<TypeExpression>),
    /// `Nullable<T>`, where absent and null mean different things.
    Nullable(Box<TypeExpression>),
}

/// Types without parameters: the last segment of the engine's path, and the name under which generated code imports it.
const PLAIN: [(&str, &str); 20] = [
    ("String", "String"),
    ("bool", "bool"),
    ("i8", "i8"),
    ("i16", "i16"),
    ("i32", "i32"),
    ("i64", "i64"),
    ("u8", "u8"),
    ("u16", "u16"),
    ("u32", "u32"),
    ("u64", "u64"),
    ("f32", "f32"),
    ("f64", "f64"),
    ("Uuid", "Uuid"),
    ("NaiveDate", "NaiveDate"),
    ("NaiveDateTime", "NaiveDateTime"),
    ("DateTime", "DateTime"),
    ("Secret", "Secret"),
    ("Upload", "Upload"),
    ("Value", "Value"),
    ("str", "String"),
];

/// Where a type is written: inside the crate's `types` module, or elsewhere in the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In `types`, where generated types go by their bare names.
    Types,
    /// In any other module, where they are reached through `types::`.
    Elsewhere,
}

impl TypeExpression {
    /// Reads a type of the engine's syntax tree: references are taken off, paths are shortened.
    ///
    /// # Errors
    ///
    /// The type as text, when it is none of the vocabulary.
    pub fn read(ty: &syn::Type) -> Result<Self, String> {
        let unknown = || ty.to_token_stream().to_string();
        match ty {
            syn::Type::Reference(reference) => match &*reference.elem {
                syn::Type::Slice(slice) => Ok(Self::Vec(Box::new(Self::read(&slice.elem)?))),
                inner => Self::read(inner),
            },
            syn::Type::Path(path) => {
                let segments = &path.path.segments;
                let last = segments.last().ok_or_else(unknown)?;
                let name = last.ident.to_string();
                let arguments = generic_arguments(last);
                let qualified_by =
                    |module: &str| segments.iter().rev().nth(1).is_some_and(|s| s.ident == module);
                if qualified_by("types") || qualified_by("super") || segments.len() == 1 && !is_builtin(&name)
                {
                    return Ok(Self::Generated(name));
                }
                match (name.as_str(), arguments.as_slice()) {
                    ("Vec", [item]) => Ok(Self::Vec(Box::new(Self::read(item)?))),
                    ("Option", [inner]) => Ok(Self::Option(Box::new(Self::read(inner)?))),
                    ("Box", [inner]) => Ok(Self::Boxed(Box::new(Self::read(inner)?))),
                    ("BTreeMap" | "Map", [_, value]) => Ok(Self::Map(Box::new(Self::read(value)?))),
                    (plain, _) => {
                        let found = PLAIN
                            .iter()
                            .find(|(last, _)| *last == plain)
                            .ok_or_else(unknown)?;
                        Ok(Self::Plain(found.1))
                    }
                }
            }
            _ => Err(unknown()),
        }
    }

    /// Any JSON value.
    pub const fn any() -> Self {
        Self::Plain("Value")
    }

    /// `Option` of this type; an `Option` stays what it is.
    #[must_use]
    pub fn optional(self) -> Self {
        if matches!(self, Self::Option(_)) {
            self
        } else {
            Self::Option(Box::new(self))
        }
    }

    /// Calls `visit` with the name of every generated type inside.
    pub fn generated(&self, visit: &mut impl FnMut(&str)) {
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

    /// Calls `visit` with the name of every type inside that has to be imported.
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

fn is_builtin(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) || matches!(name, "Vec" | "Option" | "Box" | "String")
}

fn generic_arguments(segment: &syn::PathSegment) -> Vec<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(source: &str) -> String {
        TypeExpression::read(&syn::parse_str(source).unwrap())
            .unwrap()
            .to_string()
    }

    #[test]
    fn test_read_takes_references_off() {
        assert_eq!(read("&'a str"), "String");
        assert_eq!(read("&'a [types::Agent]"), "Vec<Agent>");
        assert_eq!(read("&'a ::uuid::Uuid"), "Uuid");
    }

    #[test]
    fn test_read_shortens_paths() {
        assert_eq!(
            read("::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>"),
            "Vec<DateTime>"
        );
        assert_eq!(
            read("::serde_json::Map<::std::string::String, ::serde_json::Value>"),
            "BTreeMap<String, Value>"
        );
        assert_eq!(
            read("::std::option::Option<::std::boxed::Box<super::Node>>"),
            "Option<Box<Node>>"
        );
    }

    #[test]
    fn test_read_refuses_what_is_not_in_the_vocabulary() {
        assert!(TypeExpression::read(&syn::parse_str("(u8, u8)").unwrap()).is_err());
    }
}
