//! The error of reading or writing a value, with its position in the document.

use std::fmt;

/// The result of reading or writing a value.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a value could not be read or written.
///
/// It names the position and the expected type, and never repeats the value, which may be a secret.
pub struct Error(Box<CodecErrorInner>);

struct CodecErrorInner {
    message: String,
    /// The positions from the innermost to the outermost, in the order in which the error passes
    /// them.
    segments: Vec<Segment>,
    kind: CodecErrorKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CodecErrorKind {
    Invalid,
    /// See [`Error::deferred`].
    Deferred,
    /// See [`Error::is_too_large`].
    TooLarge,
}

enum Segment {
    Member(String),
    /// A member of a map, whose name is the server's.
    Entry,
    Item(usize),
}

impl Error {
    /// An error at the value being read or written; `message` must not contain any part of it.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(CodecErrorInner {
            message: message.into(),
            segments: Vec::new(),
            kind: CodecErrorKind::Invalid,
        }))
    }

    /// Not a failure: the value fits, and will be read later, when the branch of a union has been
    /// chosen.
    pub(super) fn deferred() -> Self {
        let mut error = Self::new("the branch of a union was not decided");
        error.0.kind = CodecErrorKind::Deferred;
        error
    }

    /// Whether this is [`Error::deferred`].
    pub(crate) fn is_deferred(&self) -> bool {
        self.0.kind == CodecErrorKind::Deferred
    }

    /// The error for a decoded value that would take more than `limit` bytes of memory.
    #[cold]
    pub(crate) fn too_large(limit: usize) -> Self {
        let mut error = Self::new(format!(
            "the decoded value takes more than {limit} bytes of memory"
        ));
        error.0.kind = CodecErrorKind::TooLarge;
        error
    }

    /// Whether the memory limit ended decoding, and not the document's content.
    pub fn is_too_large(&self) -> bool {
        self.0.kind == CodecErrorKind::TooLarge
    }

    /// An error for a value of another type than `expected`.
    pub(crate) fn unexpected(found: &str, expected: &str) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    /// An error of the serde format below, without the value that serde would quote.
    pub(crate) fn from_serde(error: &dyn fmt::Display) -> Self {
        let text = error.to_string();
        let Some(rest) = text
            .strip_prefix("invalid type: ")
            .or_else(|| text.strip_prefix("invalid value: "))
        else {
            return Self::new(text);
        };
        let found = rest.split(['`', '"', ',']).next().unwrap_or_default().trim_end();
        // The wording of this codec's own errors.
        let found = match found {
            "string" => "text",
            "boolean" => "a boolean",
            "integer" => "an integer",
            "floating point" => "a number with decimals",
            "sequence" => "a list",
            "map" => "an object",
            other => other,
        };
        let expected = rest
            .rsplit_once(", expected ")
            .map_or("something else", |(_, expected)| expected);
        match expected.rsplit_once(" at line ") {
            Some((expected, line)) => Self::new(format!("expected {expected}, found {found} at line {line}")),
            None => Self::unexpected(found, expected),
        }
    }

    /// The same error inside the member `name`.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        if self.0.kind != CodecErrorKind::Deferred {
            self.0.segments.push(Segment::Member(name.to_owned()));
        }
        self
    }

    /// The same error inside a member of a map. Its name is not repeated: it may be a secret, or a
    /// line of a log.
    #[must_use]
    pub fn in_entry(mut self) -> Self {
        if self.0.kind != CodecErrorKind::Deferred {
            self.0.segments.push(Segment::Entry);
        }
        self
    }

    /// The same error inside the item at `index` of a list.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        self.0.segments.push(Segment::Item(index));
        self
    }

    /// The approximate memory of the error, including one or two further positions.
    pub(super) fn memory(&self) -> usize {
        // A list of positions has space for at least four.
        let places = self.0.segments.len().max(4) * size_of::<Segment>();
        let names = self.0.segments.iter().map(|segment| match segment {
            Segment::Member(name) => name.len().max(16) + 16,
            Segment::Entry | Segment::Item(_) => 0,
        });
        size_of::<CodecErrorInner>() + self.0.message.len() + places + names.sum::<usize>() + 4 * 16
    }

    /// The description of the fault.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The position of the fault, for instance `results[3].location.name`; `[*]` is a member of a
    /// map, and an empty path the whole document.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.0.segments.iter().rev() {
            match segment {
                Segment::Member(name) if path.is_empty() => path.push_str(name),
                Segment::Member(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Segment::Entry => path.push_str("[*]"),
                Segment::Item(index) => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        path
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if path.is_empty() {
            f.write_str(&self.0.message)
        } else {
            write!(f, "{path}: {}", self.0.message)
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "codec::Error({self})")
    }
}

impl std::error::Error for Error {}
