//! Computes an upper bound for the size of generated types on a target with 64-bit pointers.
//!
//! Rustc may use less space: it finds places for the tags of enums that this module does not
//! consider.

use crate::generate::TypeExpression;
use crate::refine::model::{Def, Payload, StatusResponse};
use std::collections::HashMap;

/// The size of a type in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes.
    pub size: u64,
    /// The alignment in bytes.
    align: u64,
    /// The minimum number of bit patterns that no value has, which an enclosing enum can use.
    unused: u64,
}

/// The layouts of generated types, by name.
pub type Layouts = HashMap<String, Layout>;

/// Represents more bit patterns than any enum uses.
const MANY: u64 = 1 << 32;

/// The external types in generated code: name, size, alignment, unused bit patterns.
///
/// `Value` depends on features of serde_json that other crates of a program may turn on; this is
/// the larger one.
const PLAIN: [(&str, u64, u64, u64); 20] = [
    ("String", 24, 8, MANY),
    ("Base64", 24, 8, MANY),
    ("bool", 1, 1, 254),
    ("i8", 1, 1, 0),
    ("i16", 2, 2, 0),
    ("i32", 4, 4, 0),
    ("i64", 8, 8, 0),
    ("u8", 1, 1, 0),
    ("u16", 2, 2, 0),
    ("u32", 4, 4, 0),
    ("u64", 8, 8, 0),
    ("f32", 4, 4, 0),
    ("f64", 8, 8, 0),
    ("Uuid", 16, 1, 0),
    ("NaiveDate", 4, 4, 1),
    ("NaiveDateTime", 12, 4, 1),
    ("DateTime", 16, 4, 1),
    ("Secret", 32, 8, MANY),
    ("Upload", 88, 8, MANY),
    ("Value", 72, 8, 1),
];

/// The space that every struct is given in addition to its members.
const SPARE: u64 = 8;

const POINTER: Layout = Layout {
    size: 8,
    align: 8,
    unused: 1,
};

impl Layout {
    const fn new(size: u64, align: u64, unused: u64) -> Self {
        Self { size, align, unused }
    }

    /// An external type without parameters.
    pub fn plain(name: &str) -> Self {
        let found = PLAIN.iter().find(|(plain, ..)| *plain == name);
        found.map_or(Self::new(72, 8, 0), |(_, size, align, unused)| {
            Self::new(*size, *align, *unused)
        })
    }

    /// A type. Its generated types must be in `known`.
    pub fn of(ty: &TypeExpression, known: &Layouts) -> Self {
        match ty {
            TypeExpression::Plain(name) => Self::plain(name),
            TypeExpression::Generated(name) => {
                known.get(name.as_str()).copied().unwrap_or(Self::new(0, 8, 0))
            }
            TypeExpression::Vec(_) => Self::new(24, 8, MANY),
            TypeExpression::Map(_) => Self::new(24, 8, 0),
            TypeExpression::Boxed(_) => POINTER,
            TypeExpression::Option(inner) => Self::of(inner, known).with_more_values(1),
            TypeExpression::Nullable(inner) => Self::of(inner, known).with_more_values(2),
        }
    }

    /// An enum of this type and `count` variants without data.
    fn with_more_values(self, count: u64) -> Self {
        if self.unused >= count {
            return Self {
                unused: self.unused - count,
                ..self
            };
        }
        Self::new(self.size + self.align, self.align, 255 - count)
    }

    /// A struct of these members.
    fn together(members: impl Iterator<Item = Self>) -> Self {
        let mut whole = Self::new(SPARE, 1, 0);
        for member in members {
            whole.size += member.size;
            whole.align = whole.align.max(member.align);
            whole.unused = whole.unused.max(member.unused);
        }
        whole.size = whole.size.next_multiple_of(whole.align);
        whole
    }

    /// An enum of these variants.
    fn either(variants: impl Iterator<Item = Self>) -> Self {
        let largest = variants.map(|variant| variant.size).max().unwrap_or_default();
        Self::new(largest.next_multiple_of(8) + 8, 8, 0)
    }

    /// A generated type. The types of its members must be in `known`.
    pub fn shape(shape: &Def, known: &Layouts) -> Self {
        match shape {
            Def::Object {
                members,
                rest,
                unknown,
                ..
            } => {
                let members = members.iter().map(|member| Self::of(&member.ty, known));
                let rest = rest.iter().map(|_| Self::new(24, 8, 0));
                let unknown = unknown.iter().map(|_| Self::new(8, 8, 0));
                Self::together(members.chain(rest).chain(unknown))
            }
            Def::Enum { wire, values } => {
                let count = u64::try_from(values.len()).unwrap_or(MANY);
                match *wire {
                    "str" => Self::plain("String").with_more_values(count),
                    "bool" => Self::plain("bool").with_more_values(count),
                    wire => Self::either(std::iter::once(Self::plain(wire))),
                }
            }
            Def::Union { branches, .. } => {
                let branches = branches.iter().map(|branch| Self::of(&branch.ty, known));
                Self::either(branches.chain([Self::plain("Value")]))
            }
        }
    }

    /// An enum of responses, with a variant for each status.
    pub fn statuses(responses: &[StatusResponse], known: &Layouts) -> Self {
        Self::either(responses.iter().map(|response| match &response.payload {
            Payload::Json(ty) => Self::of(ty, known),
            Payload::Empty => Self::new(0, 1, 0),
            Payload::Text => Self::plain("String"),
            Payload::Bytes | Payload::Events(_) | Payload::Lines(_) => STREAM,
        }))
    }
}

/// A stream of bytes or events.
pub const STREAM: Layout = Layout::new(168, 8, 0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refine::model::{Branch, Member, Presence};
    use crate::text::Markdown;

    fn size(ty: TypeExpression) -> u64 {
        Layout::of(&ty, &Layouts::new()).size
    }

    fn member(ty: TypeExpression) -> Member {
        Member {
            wire: String::new(),
            field: String::new(),
            setter: String::new(),
            ty,
            presence: Presence::Plain,
            required: false,
            implied: None,
            docs: Markdown::default(),
            deprecated: false,
        }
    }

    #[test]
    fn test_option_takes_room_only_where_the_type_has_no_unused_pattern() {
        assert_eq!(size(TypeExpression::Plain("String").optional()), 24);
        assert_eq!(size(TypeExpression::Plain("i64").optional()), 16);
        assert_eq!(size(TypeExpression::Plain("DateTime").optional()), 16);
        let nullable = TypeExpression::Nullable(Box::new(TypeExpression::Plain("DateTime")));
        assert_eq!(size(nullable), 20);
        let boxed = TypeExpression::Boxed(Box::new(TypeExpression::Generated("A".into())));
        assert_eq!(size(boxed.optional()), 8);
    }

    #[test]
    fn test_struct_is_the_sum_of_its_members_and_a_spare() {
        let members = [
            TypeExpression::Plain("String"),
            TypeExpression::Plain("bool"),
            TypeExpression::Plain("i32"),
        ];
        let shape = Def::Object {
            members: members.map(member).into(),
            rest: Some(("rest".into(), TypeExpression::any())),
            unknown: Some("unknown".into()),
            aliases: Vec::new(),
        };
        assert_eq!(
            Layout::shape(&shape, &Layouts::new()).size,
            24 + 5 + 24 + 8 + SPARE + 3
        );
    }

    #[test]
    fn test_union_is_its_largest_branch_and_a_tag() {
        let known = Layouts::from([("Large".to_string(), Layout::new(100, 4, 0))]);
        let shape = Def::Union {
            tag: None,
            branches: vec![Branch {
                variant: "Large".into(),
                ty: TypeExpression::Generated("Large".into()),
                tags: Vec::new(),
            }],
        };
        assert_eq!(Layout::shape(&shape, &known).size, 104 + 8);
    }
}
