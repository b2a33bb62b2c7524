//! Places in the journal, and the files of its segments.

use crate::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// A place in the journal: the number of a segment, and an offset in it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct JournalPlace {
    /// The number of the segment.
    pub segment: u64,
    /// The offset in it.
    pub offset: u64,
}

impl JournalPlace {
    /// The beginning of a segment.
    pub const fn start(segment: u64) -> Self {
        Self { segment, offset: 0 }
    }
}

/// The file of a segment.
pub fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.journal"))
}

/// The numbers of the existing segments, in order.
pub fn segments(folder: &Path) -> Result<Vec<u64>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::disk(folder, &error))?;
    let mut numbers: Vec<u64> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            name.to_str()?.strip_suffix(".journal")?.parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The first place at or after `place` that still exists: a new sink begins with the oldest record.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn first(folder: &Path, place: JournalPlace) -> Result<JournalPlace, Error> {
    match segments(folder)?.first() {
        Some(segment) if *segment > place.segment => Ok(JournalPlace::start(*segment)),
        _ => Ok(place),
    }
}
