//! Ids that were seen recently: windows overlap, windows are fetched again, and feeds repeat lines.

use crate::hash::fingerprint;
use std::collections::HashSet;

/// The state of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// The start of its next window; `None` before the first is complete.
    pub next: Option<i64>,
    /// The ids of the window that is being fetched.
    this: HashSet<u128>,
    /// The ids of the previous window: lines of the minute between the two may be in both.
    last: HashSet<u128>,
}

impl Recent {
    /// Remembers an id, and returns whether it is new.
    pub fn is_new(&mut self, id: &str) -> bool {
        let hash = fingerprint(id.as_bytes());
        !self.last.contains(&hash) && self.this.insert(hash)
    }

    /// Completes the window; the next one starts here.
    pub fn turn(&mut self, next: i64) {
        self.next = Some(next);
        self.last = std::mem::take(&mut self.this);
    }

    /// Serializes the state.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.next.unwrap_or(i64::MIN).to_le_bytes());
        for ids in [&self.this, &self.last] {
            to.extend_from_slice(&(ids.len() as u64).to_le_bytes());
            for id in ids {
                to.extend_from_slice(&id.to_le_bytes());
            }
        }
    }

    /// Reads a serialized state; `None` if the bytes are not one.
    pub fn read(from: &mut &[u8]) -> Option<Self> {
        let next = i64::from_le_bytes(take(from)?);
        let mut ids = || {
            let count = u64::from_le_bytes(take(from)?);
            (0..count)
                .map(|_| Some(u128::from_le_bytes(take(from)?)))
                .collect::<Option<HashSet<u128>>>()
        };
        Some(Self {
            this: ids()?,
            last: ids()?,
            next: Some(next).filter(|next| *next != i64::MIN),
        })
    }
}

/// The next bytes.
pub fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_ids_are_known_over_two_windows() {
        let mut recent = Recent::default();
        assert!(recent.is_new("a") && recent.is_new("b") && !recent.is_new("a"));
        recent.turn(60);
        assert!(!recent.is_new("b") && recent.is_new("c"));
        recent.turn(120);
        assert!(recent.is_new("a") && !recent.is_new("c"));
        assert_eq!(
            (recent.next, recent.this.len() + recent.last.len()),
            (Some(120), 2)
        );
    }

    #[test]
    fn test_what_is_written_is_read_back() {
        let mut recent = Recent::default();
        let mut bytes = Vec::new();
        recent.write(&mut bytes);
        recent.is_new("a");
        recent.turn(60);
        recent.is_new("b");
        recent.write(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(Recent::read(&mut rest), Some(Recent::default()));
        assert_eq!(Recent::read(&mut rest), Some(recent));
        assert_eq!(Recent::read(&mut rest), None);
        let mut torn = &bytes[..bytes.len() - 1];
        assert_eq!(Recent::read(&mut torn), Some(Recent::default()));
        assert_eq!(Recent::read(&mut torn), None);
    }
}
