//! The journal: what was fetched, on disk, until every sink has taken it.
//!
//! It is a sequence of segments, files that are only ever added to. Sinks read it from places of
//! their own, and what all of them have read is removed.

mod place;
mod reader;
mod record;
mod writer;

pub use place::{Place, first};
pub use reader::Reader;
pub use record::Entry;
pub use writer::Writer;
