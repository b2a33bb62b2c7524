//! The kinds of values of parameters and of members in bodies and responses.

/// The kind of a value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Text.
    Text,
    /// A secret text.
    Secret,
    /// A date: `2025-01-31`.
    Date,
    /// A date and time with its offset from UTC, as RFC 3339 writes it.
    DateTime,
    /// A date and time in UTC that is written without an offset.
    NaiveDateTime,
    /// A time in whole seconds since 1970-01-01T00:00:00Z.
    Seconds,
    /// A time in whole milliseconds since 1970-01-01T00:00:00Z.
    Millis,
    /// A UUID.
    Uuid,
    /// A file in a multipart form.
    File,
    /// Any JSON value.
    Any,
    /// A list.
    List(&'static Kind),
    /// An object with names of the caller's choice.
    Map(&'static Kind),
    /// A type of the contract.
    Of(&'static Type),
}

impl Kind {
    /// The contract's type, if the kind is one.
    pub const fn named(&self) -> Option<&'static Type> {
        match self {
            Self::Of(ty) => Some(ty),
            _ => None,
        }
    }

    /// The members that values of this kind have; none unless they are objects that the contract
    /// describes.
    pub const fn members(&self) -> &'static [Member] {
        match self {
            Self::Of(ty) => match ty.shape {
                Shape::Object { members, .. } => members,
                Shape::Values(_) | Shape::Union { .. } => &[],
            },
            _ => &[],
        }
    }

    /// The values that the contract lists, each as JSON; empty if it lists none. Other values may
    /// be sent as well.
    pub const fn values(&self) -> &'static [&'static str] {
        match self {
            Self::Of(ty) => match ty.shape {
                Shape::Values(values) => values,
                Shape::Object { .. } | Shape::Union { .. } => &[],
            },
            _ => &[],
        }
    }
}

/// A type of the contract.
#[derive(Debug)]
pub struct Type {
    /// The name of the type in the generated crate.
    pub name: &'static str,
    /// The contract's description; empty if there is none.
    pub about: &'static str,
    /// The kind of the type.
    pub shape: Shape,
}

/// The kind of a type.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// An object.
    Object {
        /// The members that the contract describes.
        members: &'static [Member],
        /// The kind of all other members, if the contract allows them.
        rest: Option<Kind>,
    },
    /// One of these values, each as JSON.
    Values(&'static [&'static str]),
    /// One of several kinds.
    Union {
        /// The member that determines the kind.
        tag: Option<&'static str>,
        /// The kinds, each with the values of the tag that select it.
        branches: &'static [(Kind, &'static [&'static str])],
    },
}

impl Type {
    /// An object with these members.
    pub const fn object(name: &'static str, about: &'static str, members: &'static [Member]) -> Self {
        let shape = Shape::Object { members, rest: None };
        Self { name, about, shape }
    }

    /// An object with these members and others, whose values are of this kind.
    #[must_use]
    pub const fn rest(mut self, kind: Kind) -> Self {
        if let Shape::Object { members, .. } = self.shape {
            let rest = Some(kind);
            self.shape = Shape::Object { members, rest };
        }
        self
    }

    /// One of these values, each as JSON.
    pub const fn values(name: &'static str, about: &'static str, values: &'static [&'static str]) -> Self {
        let shape = Shape::Values(values);
        Self { name, about, shape }
    }

    /// One of several kinds, each with the values of the member `tag` that select it. If `tag` is
    /// empty, no member selects the kind.
    pub const fn union(
        name: &'static str,
        about: &'static str,
        tag: &'static str,
        branches: &'static [(Kind, &'static [&'static str])],
    ) -> Self {
        let tag = if tag.is_empty() { None } else { Some(tag) };
        let shape = Shape::Union { tag, branches };
        Self { name, about, shape }
    }
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The name in JSON.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// The contract's description; empty if there is none, or if only responses have the member.
    pub about: &'static str,
    /// Whether an object without it is rejected.
    pub is_required: bool,
}

impl Member {
    /// An optional member.
    pub const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            about,
            is_required: false,
        }
    }

    /// A required member.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }
}
