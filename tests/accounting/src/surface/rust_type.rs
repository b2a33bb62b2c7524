//! Rust types in the spelling of the source, without modules unless those distinguish two types.

use std::fmt;

/// A Rust type: a name with arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RustType {
    /// The last segment of the path; `types::X` and `responses::X` keep their module. `()`, `&`,
    /// `impl Into` and `impl IntoIterator` represent these types.
    pub name: String,
    /// Type arguments; lifetimes are left out.
    pub arguments: Vec<RustType>,
}

impl RustType {
    /// The type `name` without arguments.
    pub fn plain(name: &str) -> Self {
        Self {
            name: name.to_string(),
            arguments: Vec::new(),
        }
    }

    /// Reads a type from its syntax.
    ///
    /// # Errors
    ///
    /// When it is of a kind that generated code does not use.
    pub fn read(ty: &syn::Type) -> Result<Self, String> {
        match ty {
            syn::Type::Path(path) => Self::path(&path.path),
            syn::Type::Reference(reference) => Ok(Self {
                name: "&".into(),
                arguments: vec![Self::read(&reference.elem)?],
            }),
            syn::Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Self::plain("()")),
            syn::Type::ImplTrait(bounds) => {
                let bound = bounds.bounds.iter().find_map(|bound| match bound {
                    syn::TypeParamBound::Trait(bound) => Some(&bound.path),
                    _ => None,
                });
                let inner = Self::path(bound.ok_or("an `impl` without a trait")?)?;
                // The runtime's trait for dates and times in any time zone.
                if inner.name == "IntoDateTime" {
                    return Ok(Self {
                        name: "impl Into".into(),
                        arguments: vec![Self::plain("DateTime")],
                    });
                }
                Ok(Self {
                    name: format!("impl {}", inner.name),
                    arguments: inner.arguments,
                })
            }
            _ => Err(format!(
                "a type of an unexpected kind: {}",
                quote::ToTokens::to_token_stream(ty)
            )),
        }
    }

    fn path(path: &syn::Path) -> Result<Self, String> {
        let last = path.segments.last().ok_or("an empty path")?;
        let module = path
            .segments
            .iter()
            .rev()
            .nth(1)
            .map(|segment| segment.ident.to_string());
        let name = match module.as_deref() {
            Some(module @ ("types" | "responses")) => format!("{module}::{}", last.ident),
            _ => last.ident.to_string(),
        };
        let mut arguments = Vec::new();
        if let syn::PathArguments::AngleBracketed(list) = &last.arguments {
            for argument in &list.args {
                match argument {
                    syn::GenericArgument::Type(ty) => arguments.push(Self::read(ty)?),
                    syn::GenericArgument::AssocType(item) => arguments.push(Self::read(&item.ty)?),
                    _ => {}
                }
            }
        }
        Ok(Self { name, arguments })
    }

    /// The type without wrappers that only state how a value is passed or whether it may be absent.
    pub fn bare(&self) -> &Self {
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("Option" | "Box" | "Nullable" | "&" | "impl Into" | "impl Borrow", [inner]) => inner.bare(),
            _ => self,
        }
    }

    /// The type of the items of a list.
    pub fn item(&self) -> Option<&Self> {
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("Vec" | "impl IntoIterator", [item]) => Some(item),
            _ => None,
        }
    }

    /// The type of the values of a map.
    pub fn map_value(&self) -> Option<&Self> {
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("BTreeMap", [_, value]) => Some(value),
            _ => None,
        }
    }

    /// The name of the generated type, if this is one.
    pub fn generated(&self) -> Option<&str> {
        self.name.strip_prefix("types::")
    }

    /// The same type with `types::` before every name that `is_generated`.
    #[must_use]
    pub fn qualified(&self, is_generated: &impl Fn(&str) -> bool) -> Self {
        let name = if is_generated(&self.name) {
            format!("types::{}", self.name)
        } else {
            self.name.clone()
        };
        Self {
            name,
            arguments: self
                .arguments
                .iter()
                .map(|argument| argument.qualified(is_generated))
                .collect(),
        }
    }
}

impl fmt::Display for RustType {
    /// Prints the type for readers of the surface: generated types have their bare names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.strip_prefix("types::").unwrap_or(&self.name);
        match (name, self.arguments.as_slice()) {
            ("&", [inner]) => write!(f, "&{inner}"),
            ("impl IntoIterator", [item]) => write!(f, "impl IntoIterator<{item}>"),
            (_, []) => f.write_str(name),
            (_, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                write!(f, "{name}<{}>", arguments.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> RustType {
        RustType::read(&syn::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn test_read_keeps_the_module_that_tells_types_apart() {
        assert_eq!(read("crate::types::X").name, "types::X");
        assert_eq!(read("responses::X").name, "responses::X");
        assert_eq!(read("lorgnette_runtime::Value").name, "Value");
    }

    #[test]
    fn test_bare_takes_off_presence_and_passing() {
        assert_eq!(
            read("&Option<Box<Nullable<types::X>>>").bare().generated(),
            Some("X")
        );
        assert_eq!(read("impl Into<String>").bare().name, "String");
    }

    #[test]
    fn test_item_finds_what_a_list_holds() {
        assert_eq!(
            read("impl IntoIterator<Item = impl Into<String>>")
                .item()
                .unwrap()
                .bare()
                .name,
            "String"
        );
        assert_eq!(
            read("BTreeMap<String, Vec<i64>>")
                .map_value()
                .unwrap()
                .item()
                .unwrap()
                .name,
            "i64"
        );
    }
}
