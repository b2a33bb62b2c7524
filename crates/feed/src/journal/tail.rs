//! The end of the journal in memory: sinks that keep up read it from here, not from disk.

use super::place::JournalPlace;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The latest writes, up to a limit. Sinks that are further behind read the files.
#[derive(Clone, Debug, Default)]
pub struct Tail(Arc<Mutex<VecDeque<(JournalPlace, Bytes)>>>);

/// The number of bytes that are kept. The last write is kept whatever its length.
const MOST: usize = 2 << 20;

impl Tail {
    /// Adds records that were written to disk at this place.
    pub fn add(&self, place: JournalPlace, records: Bytes) {
        let mut writes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writes.push_back((place, records));
        let mut length: usize = writes.iter().map(|(_, records)| records.len()).sum();
        while length > MOST && writes.len() > 1 {
            length -= writes.pop_front().map_or(0, |(_, records)| records.len());
        }
    }

    /// The records from this place to the end of their write, if they are kept.
    pub fn at(&self, place: JournalPlace) -> Option<Bytes> {
        let writes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writes.iter().find_map(|(start, records)| {
            let offset = place.offset.checked_sub(start.offset)?;
            let offset = usize::try_from(offset).ok()?;
            (place.segment == start.segment && offset < records.len()).then(|| records.slice(offset..))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(offset: u64) -> JournalPlace {
        JournalPlace { segment: 3, offset }
    }

    #[test]
    fn test_the_latest_writes_are_found_by_their_places() {
        let tail = Tail::default();
        tail.add(place(10), Bytes::from_static(b"abc"));
        tail.add(place(13), Bytes::from_static(b"de"));
        for (offset, expected) in [
            (9, None),
            (10, Some(&b"abc"[..])),
            (12, Some(b"c")),
            (13, Some(b"de")),
            (15, None),
        ] {
            assert_eq!(tail.at(place(offset)).as_deref(), expected, "{offset}");
        }
        assert_eq!(tail.at(JournalPlace::start(4)), None);
    }

    #[test]
    fn test_what_is_kept_is_limited() {
        let tail = Tail::default();
        let long = Bytes::from(vec![0; MOST / 2 + 1]);
        let length = long.len() as u64;
        tail.add(place(0), long.clone());
        tail.add(place(length), long);
        assert!(tail.at(place(0)).is_none() && tail.at(place(length)).is_some());
        tail.add(place(2 * length), Bytes::from(vec![0; 2 * MOST]));
        assert!(tail.at(place(length)).is_none() && tail.at(place(2 * length)).is_some());
    }
}
