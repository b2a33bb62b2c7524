//! How a method or a setter accepts a value: as its own type, or as any type that converts into it.
//!
//! Programs often have values of a type other than the contract's: `&str`, a date in some time
//! zone, an array, a reference to a body. Each kind is printed by `write`, and compared as text by
//! `diff`.

use super::model::{BodyKind, CrateBody};
use crate::generate::TypeExpression;
use std::fmt;

/// How a value is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument<'t> {
    /// As the type itself.
    Value(&'t TypeExpression),
    /// `impl Into<T>`.
    Into(&'t TypeExpression),
    /// `impl IntoDateTime`: a date and time in any time zone.
    DateTime,
    /// `impl Borrow<T>`: a value or a reference to one.
    Borrow(&'t TypeExpression),
    /// `impl IntoIterator<Item = ..>`.
    List(&'t TypeExpression, Box<Argument<'t>>),
    /// `impl Into<String>`, sent as text.
    Text,
    /// `impl Into<CrateBody>`: bytes, or a stream of them.
    Raw,
}

impl<'t> Argument<'t> {
    /// How a parameter of this type is accepted.
    pub fn of_parameter(ty: &'t TypeExpression) -> Self {
        match ty {
            TypeExpression::Vec(item) => Self::List(item, Box::new(Self::of_item(item))),
            TypeExpression::Plain("String" | "Secret" | "Value") | TypeExpression::Generated(_) => {
                Self::Into(ty)
            }
            TypeExpression::Plain("DateTime") => Self::DateTime,
            _ => Self::Value(ty),
        }
    }

    /// How an item of a list is accepted.
    fn of_item(ty: &'t TypeExpression) -> Self {
        match ty {
            // Numeric literals are `i32` and `f64`, which these types accept.
            TypeExpression::Plain("i32" | "i64" | "f64" | "Uuid") => Self::Into(ty),
            TypeExpression::Vec(_) => Self::Value(ty),
            _ => Self::of_parameter(ty),
        }
    }

    /// How a body is accepted.
    pub fn of_body(body: &'t CrateBody) -> Self {
        match (body.kind, &body.ty) {
            (BodyKind::Json, Some(TypeExpression::Vec(item))) => {
                let of_item = match **item {
                    // This avoids a copy of each item.
                    TypeExpression::Generated(_) => Self::Borrow(item),
                    _ => Self::of_item(item),
                };
                Self::List(item, Box::new(of_item))
            }
            (BodyKind::Json, Some(ty @ TypeExpression::Plain(name))) if *name != "Value" => {
                Self::of_parameter(ty)
            }
            (BodyKind::Json | BodyKind::Form, Some(ty)) => Self::Borrow(ty),
            // The files of a form are streams, which can be sent only once.
            (BodyKind::Multipart, Some(ty)) => Self::Value(ty),
            (BodyKind::Text, _) => Self::Text,
            _ => Self::Raw,
        }
    }
}

impl fmt::Display for Argument<'_> {
    /// Prints the type of the argument in Rust syntax.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(ty) => write!(f, "{ty}"),
            Self::Into(ty) => write!(f, "impl Into<{ty}>"),
            Self::DateTime => f.write_str("impl IntoDateTime"),
            Self::Borrow(ty) => write!(f, "impl Borrow<{ty}>"),
            Self::List(_, item) => write!(f, "impl IntoIterator<Item = {item}>"),
            Self::Text => f.write_str("impl Into<String>"),
            Self::Raw => f.write_str("impl Into<Body>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(item: TypeExpression) -> String {
        Argument::of_parameter(&TypeExpression::Vec(Box::new(item))).to_string()
    }

    #[test]
    fn test_parameters_are_taken_as_what_becomes_them() {
        let shown = |ty: TypeExpression| Argument::of_parameter(&ty).to_string();
        assert_eq!(shown(TypeExpression::Plain("String")), "impl Into<String>");
        assert_eq!(shown(TypeExpression::Plain("DateTime")), "impl IntoDateTime");
        assert_eq!(shown(TypeExpression::Plain("i64")), "i64");
        let union = TypeExpression::Generated("Either".to_string());
        assert_eq!(shown(union), "impl Into<Either>");
    }

    #[test]
    fn test_lists_are_taken_from_what_can_be_gone_through() {
        assert_eq!(
            list(TypeExpression::Plain("i64")),
            "impl IntoIterator<Item = impl Into<i64>>"
        );
        // An integer literal would be `i32`, not `u64`.
        assert_eq!(
            list(TypeExpression::Plain("u64")),
            "impl IntoIterator<Item = u64>"
        );
        assert_eq!(
            list(TypeExpression::Plain("DateTime")),
            "impl IntoIterator<Item = impl IntoDateTime>"
        );
    }
}
