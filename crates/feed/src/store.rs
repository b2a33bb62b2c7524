//! The state of sources in the state folder: the journal, and a snapshot.

use crate::disk::replace;
use crate::error::Error;
use crate::journal::{JournalPlace, RecordKind, Tail, Writer};
use crate::recent::{Recent, take};
use crate::source::Line;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The journal and the state of its sources.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    writer: Writer,
    names: Vec<String>,
    recent: Vec<Recent>,
    /// The segment in which the last snapshot was made.
    snapshot: u64,
}

/// The first bytes of a snapshot.
const MARK: &[u8; 8] = b"feed\x01\0\0\0";

impl Store {
    /// Opens the state in `folder`, for sources of these names.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or written, or its content is damaged.
    pub fn open(folder: &Path, sources: &[String], segment: u64) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::disk(folder, &error))?;
        let snapshot = folder.join("sources");
        let (place, names, mut recent) = match fs::read(&snapshot) {
            Ok(bytes) => {
                let wrong = || Error::damaged(&snapshot, "it is not a snapshot of this version");
                read_snapshot(&bytes).ok_or_else(wrong)?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Default::default(),
            Err(error) => return Err(Error::disk(&snapshot, &error)),
        };
        let writer = Writer::open(&folder.join("journal"), segment, place, |entry| match entry {
            RecordKind::Line { source, id, .. } => {
                if let Some(recent) = recent.get_mut(usize::from(source)) {
                    recent.is_new(&id);
                }
            }
            RecordKind::Window { source, next } => {
                if let Some(recent) = recent.get_mut(usize::from(source)) {
                    recent.turn(next);
                }
            }
        })?;
        let mut store = Self {
            folder: folder.to_owned(),
            snapshot: place.segment,
            writer,
            names,
            recent,
        };
        store.add(sources)?;
        Ok(store)
    }

    /// Registers sources of these names. Nothing may be [`pending`](Self::pending).
    fn add(&mut self, sources: &[String]) -> Result<(), Error> {
        let known = self.names.len();
        for source in sources {
            if !self.names.contains(source) {
                self.names.push(source.clone());
                self.recent.push(Recent::default());
            }
        }
        // A number has no meaning before its name is stored.
        let kept = match self.names.len() {
            count if count > usize::from(u16::MAX) => {
                Err(Error::settings("there are more than 65,535 sources"))
            }
            count if count > known => self.keep_snapshot(),
            _ => return Ok(()),
        };
        if kept.is_err() {
            self.names.truncate(known);
            self.recent.truncate(known);
        }
        kept
    }

    /// The names of the sources, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of the source of this name, which is registered if it is new. Nothing may be
    /// [`pending`](Self::pending).
    ///
    /// # Errors
    ///
    /// When the name cannot be stored, in which case the call may be repeated, or there are too
    /// many sources.
    pub fn source(&mut self, name: &str) -> Result<u16, Error> {
        self.add(&[name.to_owned()])?;
        let index = self.names.iter().position(|known| known == name);
        let number = index.and_then(|index| u16::try_from(index).ok());
        number.ok_or_else(|| Error::settings("a source has no number"))
    }

    /// The start of a source's next window; `None` if no window is complete.
    pub fn next(&self, source: u16) -> Option<i64> {
        self.recent.get(usize::from(source))?.next
    }

    /// The folder of the journal.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// The latest records of the journal, in memory.
    pub fn tail(&self) -> Tail {
        self.writer.tail()
    }

    /// The end of the journal.
    pub const fn end(&self) -> JournalPlace {
        self.writer.place()
    }

    /// Adds a line unless it was seen recently, and returns whether it was added.
    pub fn line(&mut self, source: u16, line: &Line) -> bool {
        let recent = self.recent.get_mut(usize::from(source));
        let is_new = recent.is_some_and(|recent| recent.is_new(&line.id));
        if is_new {
            self.writer.line(source, &line.id, line.time, &line.json);
        }
        is_new
    }

    /// The number of bytes added since the last [`commit`](Self::commit).
    pub const fn pending(&self) -> usize {
        self.writer.pending()
    }

    /// Completes a window of a source.
    pub fn window(&mut self, source: u16, next: i64) {
        if let Some(recent) = self.recent.get_mut(usize::from(source)) {
            recent.turn(next);
            self.writer.window(source, next);
        }
    }

    /// Syncs the added records, and returns the place after them.
    ///
    /// # Errors
    ///
    /// When the records cannot be written; the call may be repeated.
    pub fn commit(&mut self) -> Result<JournalPlace, Error> {
        let place = self.writer.commit()?;
        if place.segment != self.snapshot {
            self.keep_snapshot()?;
        }
        Ok(place)
    }

    /// Removes the records before this position, which no sink needs any longer.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn remove_before(&self, place: JournalPlace) -> Result<(), Error> {
        // The state of the sources is read from the last snapshot on.
        self.writer.remove_before(place.segment.min(self.snapshot))
    }

    /// The number of bytes from a place to the end of the journal.
    pub fn behind(&self, place: JournalPlace) -> u64 {
        self.writer.behind(place)
    }

    fn keep_snapshot(&mut self) -> Result<(), Error> {
        let place = self.writer.place();
        let mut bytes = MARK.to_vec();
        bytes.extend_from_slice(&place.segment.to_le_bytes());
        bytes.extend_from_slice(&place.offset.to_le_bytes());
        for (name, recent) in self.names.iter().zip(&self.recent) {
            bytes.extend_from_slice(&(name.len() as u64).to_le_bytes());
            bytes.extend_from_slice(name.as_bytes());
            recent.write(&mut bytes);
        }
        replace(&self.folder.join("sources"), &bytes)?;
        self.snapshot = place.segment;
        Ok(())
    }
}

type Snapshot = (JournalPlace, Vec<String>, Vec<Recent>);

fn read_snapshot(bytes: &[u8]) -> Option<Snapshot> {
    let mut rest = bytes.strip_prefix(MARK)?;
    let place = JournalPlace {
        segment: u64::from_le_bytes(take(&mut rest)?),
        offset: u64::from_le_bytes(take(&mut rest)?),
    };
    let (mut names, mut recent) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let length = usize::try_from(u64::from_le_bytes(take(&mut rest)?)).ok()?;
        let (name, after) = rest.split_at_checked(length)?;
        names.push(str::from_utf8(name).ok()?.to_owned());
        rest = after;
        recent.push(Recent::read(&mut rest)?);
    }
    Some((place, names, recent))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::journal::JournalReader;

    /// The lines on disk, which must equal those in memory, as far as memory holds them.
    fn lines(store: &Store, from: JournalPlace) -> Vec<String> {
        let lines = lines_of(store, from, Tail::default());
        assert_eq!(lines_of(store, from, store.tail()), lines);
        lines
    }

    fn lines_of(store: &Store, from: JournalPlace, tail: Tail) -> Vec<String> {
        let mut reader = JournalReader::open(&store.journal(), from, tail).unwrap();
        let mut lines = Vec::new();
        while let Some(entry) = reader.read(store.end()).unwrap() {
            if let RecordKind::Line {
                source,
                id,
                time,
                text,
            } = entry
            {
                assert_eq!(time, Some(7));
                lines.push(format!("{source} {id} {}", str::from_utf8(&text).unwrap()));
            }
        }
        lines
    }

    fn add(store: &mut Store, source: u16, id: &str, text: &'static str) -> bool {
        let line = Line::new(id.to_owned(), Some(7), text.into());
        store.line(source, &line)
    }

    fn open(folder: &Path, sources: &[&str]) -> Store {
        let sources: Vec<String> = sources.iter().map(|name| (*name).to_owned()).collect();
        Store::open(folder, &sources, 200).unwrap()
    }

    #[test]
    fn test_lines_are_there_once_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a", "b"]);
        assert!(add(&mut store, 0, "1", "{}") && add(&mut store, 1, "1", "{}"));
        store.window(0, 60);
        store.commit().unwrap();
        assert!(add(&mut store, 0, "2", "{\"x\":1}"));
        // The line is not committed: a crash discards it.
        drop(store);
        let mut store = open(folder.path(), &["a", "b"]);
        assert_eq!((store.next(0), store.next(1)), (Some(60), None));
        assert!(
            !add(&mut store, 0, "1", "{}") && !add(&mut store, 1, "1", "{}") && add(&mut store, 0, "2", "{}")
        );
        store.commit().unwrap();
        assert_eq!(
            lines(&store, JournalPlace::default()),
            ["0 1 {}", "1 1 {}", "0 2 {}"]
        );
    }

    #[test]
    fn test_what_a_crash_left_unfinished_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a"]);
        add(&mut store, 0, "1", "{}");
        let end = store.commit().unwrap();
        drop(store);
        let path = folder.path().join("journal/000000000000.journal");
        let whole = fs::read(&path).unwrap();
        let mut unfinished = whole.clone();
        unfinished.extend_from_slice(&whole[..whole.len() - 1]);
        fs::write(&path, unfinished).unwrap();
        let mut store = open(folder.path(), &["a"]);
        assert_eq!(store.end(), end);
        assert!(add(&mut store, 0, "2", "{}"));
        store.commit().unwrap();
        assert_eq!(lines(&store, JournalPlace::default()), ["0 1 {}", "0 2 {}"]);
    }

    #[test]
    fn test_segments_are_removed_and_numbers_of_sources_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a", "b"]);
        for id in 0..20 {
            add(&mut store, 1, &id.to_string(), "{\"some\": \"text\"}");
            store.commit().unwrap();
        }
        store.window(1, 120);
        let end = store.commit().unwrap();
        assert!(end.segment > 2);
        assert!(store.behind(JournalPlace::default()) > 700);
        store.remove_before(end).unwrap();
        assert!(store.behind(JournalPlace::default()) < 400);
        drop(store);
        let mut store = open(folder.path(), &["c", "b"]);
        assert_eq!(store.names(), ["a", "b", "c"]);
        assert_eq!((store.next(1), store.source("c").unwrap()), (Some(120), 2));
        assert!(!add(&mut store, 1, "19", "{}") && add(&mut store, 2, "19", "{}"));
    }
}
