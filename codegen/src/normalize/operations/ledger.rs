//! Collects the notes of one pass, so that a repair in a thousand places gives one note and not a
//! thousand.

use crate::diagnostics::Notes;
use indexmap::IndexMap;

/// The notes of one pass; equal ones are counted at the first of their places.
pub struct Ledger {
    pass: &'static str,
    entries: IndexMap<(String, &'static str), LedgerEntry>,
}

/// A note without its text.
struct LedgerEntry {
    places: Vec<String>,
    omits: bool,
}

impl Ledger {
    /// An empty ledger of the pass in the module `pass`.
    pub fn new(pass: &'static str) -> Self {
        Self {
            pass,
            entries: IndexMap::new(),
        }
    }

    /// Adds a note.
    pub fn add(&mut self, pointer: impl Into<String>, what: impl Into<String>, why: &'static str) {
        self.enter(pointer.into(), what.into(), why, false);
    }

    /// Adds a note on something that the crate lacks.
    pub fn omit(&mut self, pointer: impl Into<String>, what: impl Into<String>, why: &'static str) {
        self.enter(pointer.into(), what.into(), why, true);
    }

    fn enter(&mut self, place: String, what: String, why: &'static str, omits: bool) {
        let places = Vec::new();
        let entry = self.entries.entry((what, why));
        let entry = entry.or_insert(LedgerEntry { places, omits });
        entry.places.push(place);
    }

    /// Passes on the notes, each with the number of its further places.
    pub fn write(self, notes: &mut Notes) {
        for ((what, why), entry) in self.entries {
            notes.add_all(self.pass, entry.places, what, why);
            if entry.omits {
                notes.last_omits();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_write_counts_equal_notes_at_the_first_place() {
        let mut ledger = Ledger::new("pass");
        for pointer in ["/a", "/b", "/c"] {
            ledger.omit(pointer, "x is dropped", "why");
        }
        ledger.add("/d", "y is another", "why");
        let mut notes = Notes::default();
        ledger.write(&mut notes);
        let shown: Vec<String> = notes
            .iter()
            .map(|note| format!("{} {}", note.pointer, note.what))
            .collect();
        assert_eq!(
            shown,
            ["/a x is dropped (and at 2 more places)", "/d y is another"]
        );
        let omits: Vec<bool> = notes.iter().map(|note| note.omits).collect();
        assert_eq!(omits, [true, false]);
    }
}
