//! The journal: fetched lines on disk, until every sink has taken them.
//!
//! It is a sequence of segments, files that are only ever added to. Each sink reads it from its own
//! position, and records that all sinks have read are removed.

mod place;
mod reader;
mod record;
mod tail;
mod writer;

pub use place::{JournalPlace, first};
pub use reader::JournalReader;
pub use record::RecordKind;
pub use tail::Tail;
pub use writer::Writer;
