//! Writes results in one of several formats, and streams those that arrive in pieces.

mod columns;
mod csv;
mod format;
mod query;
mod rows;
mod sheet;
mod table;
mod target;
mod writer;

pub use format::Format;
pub use query::Query;
#[cfg(feature = "mcp")]
pub use query::{check, confined};
pub use rows::Rows;
pub use target::OutputTarget;
pub use writer::{Output, Style};
