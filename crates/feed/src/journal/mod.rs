//! The journal: fetched lines on disk, until every sink has taken them.
//!
//! It is a sequence of segments, files that are only ever added to. Each sink reads it from its own
//! position, and records that all sinks have read are removed.

mod place;
mod reader;
mod record;
mod writer;

pub use place::{Place, first};
pub use reader::Reader;
pub use record::Entry;
pub use writer::Writer;
