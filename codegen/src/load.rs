//! The load stage: combines the files of a contract into one document.
//!
//! A contract may be JSON or YAML, Swagger 2.0 or OpenAPI 3.0 to 3.2, one file or many that refer
//! to each other. Every reference is followed: the document refers to nothing outside itself, and
//! every `$ref` in it leads somewhere. A contract of one file is passed through unchanged. Members
//! beside a `$ref` are kept; a later pass handles them. `roas`, a library for typed documents, is
//! not used here, since its types drop unknown members.

mod bundle;
mod dangling;
mod extensions;
mod files;
pub(crate) mod grammar;
mod identifiers;
mod marks;
mod names;
mod parse;
mod pointers;
mod problem;
mod read;
mod sources;
mod survey;
mod things;
mod trail;
mod version;

pub use dangling::mend;
pub(crate) use extensions::{advice, is_known, remove_unknown, unknown, with_prefix};
pub use files::{Dangling, Files, Links};
pub(crate) use parse::parse;
pub use read::{load, load_for_overlay, load_linked, to_text};
pub use survey::{Survey, Wanted};

#[cfg(test)]
mod tests;
