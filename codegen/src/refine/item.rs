//! Types of a crate: structs, enums and unions with their members and branches.

use crate::generate::TypeExpression;
use crate::text::Markdown;
use std::collections::BTreeSet;

/// A generated type.
#[derive(Clone, Debug)]
pub struct CrateType {
    /// The type's name.
    pub name: String,
    /// Documentation as Markdown.
    pub docs: Markdown,
    /// The tags whose operations reach it.
    pub tags: BTreeSet<usize>,
    /// Whether a request contains it.
    pub sent: bool,
    /// Whether a response contains it.
    pub received: bool,
    /// The kind of the type.
    pub shape: Def,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
    /// Whether its values are always equal to themselves, so that it can implement `Eq` and `Hash`.
    pub is_eq: bool,
}

/// The kind of a type.
#[derive(Clone, Debug)]
pub enum Def {
    /// A struct.
    Object {
        /// Its members, in the contract's order.
        members: Vec<Member>,
        /// The member that holds additional properties, and the type of their values.
        rest: Option<(String, TypeExpression)>,
        /// The private field for undeclared members; `None` if there can be none, or `rest` holds
        /// them.
        unknown: Option<String>,
        /// Other spellings of members: name on the wire and index into `members`.
        aliases: Vec<(String, usize)>,
    },
    /// An enum whose values are open.
    Enum {
        /// The type of the values on the wire: `str`, `i64`, `f64`, `bool`, or `Value` for a
        /// mixture.
        wire: &'static str,
        /// Variants, with their values on the wire.
        values: Vec<(String, serde_json::Value)>,
    },
    /// One of several types.
    Union {
        /// The member that determines the branch, with the values of each branch.
        tag: Option<String>,
        /// The branches.
        branches: Vec<Branch>,
    },
}

/// A branch of a union.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The variant.
    pub variant: String,
    /// The type that it holds.
    pub ty: TypeExpression,
    /// The values of the tag that select this branch.
    pub tags: Vec<String>,
}

/// How a member that is absent or null is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The member is required, or its type expresses absence (`Option`).
    Plain,
    /// Absent and null mean the type's default (an empty list or map).
    Default,
    /// Null is written for `None`, and may be absent when read.
    Nullable,
}

/// The only value that a required member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Implied {
    /// A variant of the member's enum.
    Variant(String),
    /// A text.
    Text(String),
}

/// A member of a struct.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name on the wire.
    pub wire: String,
    /// The field.
    pub field: String,
    /// The method that sets it, in types that are sent.
    pub setter: String,
    /// The type, `Option` included.
    pub ty: TypeExpression,
    /// How absence is treated.
    pub presence: Presence,
    /// Whether a value is required to create the struct.
    pub required: bool,
    /// Its value, if it is the same in all values of the struct, so that callers need not set it.
    pub implied: Option<Implied>,
    /// Documentation as Markdown.
    pub docs: Markdown,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
}
