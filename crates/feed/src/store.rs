//! What is kept in the state folder: the journal, a snapshot of what is known of the sources, and how far each sink is.

use crate::error::Error;
use crate::journal::{Entry, Place, Writer, sync_folder};
use crate::recent::{Recent, take};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The journal with what is known of its sources.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    writer: Writer,
    names: Vec<String>,
    recent: Vec<Recent>,
    /// The segment in which the last snapshot was made.
    snapshot: u64,
    /// Held as long as the feed runs, so that no second one does.
    _lock: File,
}

/// What a snapshot begins with.
const MARK: &[u8; 8] = b"feed\x01\0\0\0";

impl Store {
    /// Opens the state in `folder`, for sources of these names. Their numbers are their places in the list that
    /// [`names`](Self::names) gives.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or written, is in use, or what is in it is damaged.
    pub fn open(folder: &Path, sources: &[String], segment: u64) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::disk(folder, error))?;
        let lock = lock(&folder.join("lock"))?;
        let snapshot = folder.join("sources");
        let (place, mut names, mut recent) = match fs::read(&snapshot) {
            Ok(bytes) => read_snapshot(&bytes).ok_or_else(|| Error::damaged(&snapshot, "it is no snapshot of this version"))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Default::default(),
            Err(error) => return Err(Error::disk(&snapshot, error)),
        };
        let known = names.len();
        for source in sources {
            if !names.contains(source) {
                names.push(source.clone());
                recent.push(Recent::default());
            }
        }
        let is_new = names.len() > known;
        let writer = Writer::open(&folder.join("journal"), segment, place, |_, entry| match entry {
            Entry::Line { source, id, .. } => {
                if let Some(recent) = recent.get_mut(usize::from(source)) {
                    recent.is_new(&id);
                }
            }
            Entry::Window { source, next } => {
                if let Some(recent) = recent.get_mut(usize::from(source)) {
                    recent.turn(next);
                }
            }
        })?;
        let mut store = Self {
            folder: folder.to_owned(),
            snapshot: writer.place().segment,
            writer,
            names,
            recent,
            _lock: lock,
        };
        // A number means nothing before its name is kept.
        if is_new {
            store.keep_snapshot()?;
        }
        Ok(store)
    }

    /// The names of the sources.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of a source.
    pub fn number(&self, name: &str) -> Option<u16> {
        let index = self.names.iter().position(|known| known == name)?;
        u16::try_from(index).ok()
    }

    /// Where the next window of a source begins; `None` if it has had none.
    pub fn next(&self, source: u16) -> Option<i64> {
        self.recent.get(usize::from(source))?.next
    }

    /// The folder of the journal.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Where the journal ends.
    pub const fn end(&self) -> Place {
        self.writer.place()
    }

    /// Adds a line unless it was there lately, and says whether it was added.
    pub fn line(&mut self, source: u16, id: &str, text: &[u8]) -> bool {
        let is_new = self.recent.get_mut(usize::from(source)).is_some_and(|recent| recent.is_new(id));
        if is_new {
            self.writer.line(source, id, text);
        }
        is_new
    }

    /// A window of a source is complete.
    pub fn window(&mut self, source: u16, next: i64) {
        if let Some(recent) = self.recent.get_mut(usize::from(source)) {
            recent.turn(next);
            self.writer.window(source, next);
        }
    }

    /// Makes what was added last, and gives the place behind it.
    ///
    /// # Errors
    ///
    /// When it cannot be written; it may be tried again.
    pub fn commit(&mut self) -> Result<Place, Error> {
        let place = self.writer.commit()?;
        if place.segment != self.snapshot {
            self.keep_snapshot()?;
        }
        Ok(place)
    }

    /// Removes what no sink needs any more, and says how many bytes are left.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn remove_before(&self, place: Place) -> Result<u64, Error> {
        let needed = Place {
            segment: place.segment.min(self.snapshot),
            ..place
        };
        self.writer.remove_before(needed)
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

type Snapshot = (Place, Vec<String>, Vec<Recent>);

fn read_snapshot(bytes: &[u8]) -> Option<Snapshot> {
    let mut rest = bytes.strip_prefix(MARK)?;
    let place = Place {
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

/// How far a sink is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Up to where it has taken the journal.
    pub place: Place,
    /// What the sink itself has to know.
    #[serde(default)]
    pub state: Value,
}

/// The file that says how far a sink is.
#[derive(Clone, Debug)]
pub struct ProgressFile(PathBuf);

impl ProgressFile {
    /// The file of the sink of this name.
    pub fn new(folder: &Path, name: &str) -> Self {
        let name: String = name
            .chars()
            .map(|character| if character.is_ascii_alphanumeric() { character } else { '-' })
            .collect();
        Self(folder.join("sinks").join(format!("{name}.json")))
    }

    /// What was kept; the beginning, if nothing was.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is damaged.
    pub fn read(&self) -> Result<Progress, Error> {
        match fs::read(&self.0) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| Error::damaged(&self.0, "it is no JSON of this version")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Progress::default()),
            Err(error) => Err(Error::disk(&self.0, error)),
        }
    }

    /// Keeps it, in one step.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn keep(&self, progress: &Progress) -> Result<(), Error> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::disk(folder, error))?;
        }
        let bytes = serde_json::to_vec(progress).map_err(|error| Error::disk(&self.0, error.into()))?;
        replace(&self.0, &bytes)
    }
}

/// Puts a file in place of another, in one step that a crash does not divide.
///
/// # Errors
///
/// When it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = path.with_extension("new");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| Error::disk(path, error))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// Holds a file that only one process can hold. It is let go when the process ends, however that is.
fn lock(path: &Path) -> Result<File, Error> {
    let file = File::create(path).map_err(|error| Error::disk(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::settings(format!("{} is in use by another feed", path.parent().unwrap_or(path).display())))
        }
        // Some network file systems have no locks; there, whoever starts two feeds is on their own.
        Err(fs::TryLockError::Error(_)) => Ok(file),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::journal::Reader;

    fn lines(store: &Store, from: Place) -> Vec<String> {
        let mut reader = Reader::open(&store.journal(), from).unwrap();
        let mut lines = Vec::new();
        while let Some(entry) = reader.read(store.end()).unwrap() {
            if let Entry::Line { source, id, text } = entry {
                lines.push(format!("{source} {id} {}", String::from_utf8(text).unwrap()));
            }
        }
        lines
    }

    fn open(folder: &Path, sources: &[&str]) -> Store {
        let sources: Vec<String> = sources.iter().map(|name| (*name).to_owned()).collect();
        Store::open(folder, &sources, 200).unwrap()
    }

    #[test]
    fn test_lines_are_there_once_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a", "b"]);
        assert!(store.line(0, "1", b"{}") && store.line(1, "1", b"{}"));
        store.window(0, 60);
        store.commit().unwrap();
        assert!(store.line(0, "2", b"{\"x\":1}"));
        // Not committed: a crash takes it away.
        drop(store);
        let mut store = open(folder.path(), &["a", "b"]);
        assert_eq!((store.next(0), store.next(1)), (Some(60), None));
        assert!(!store.line(0, "1", b"{}") && !store.line(1, "1", b"{}") && store.line(0, "2", b"{}"));
        store.commit().unwrap();
        assert_eq!(lines(&store, Place::default()), ["0 1 {}", "1 1 {}", "0 2 {}"]);
    }

    #[test]
    fn test_what_a_crash_left_unfinished_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a"]);
        store.line(0, "1", b"{}");
        let end = store.commit().unwrap();
        drop(store);
        let path = folder.path().join("journal/000000000000.journal");
        let whole = fs::read(&path).unwrap();
        let mut unfinished = whole.clone();
        unfinished.extend_from_slice(&whole[..whole.len() - 1]);
        fs::write(&path, unfinished).unwrap();
        let mut store = open(folder.path(), &["a"]);
        assert_eq!(store.end(), end);
        assert!(store.line(0, "2", b"{}"));
        store.commit().unwrap();
        assert_eq!(lines(&store, Place::default()), ["0 1 {}", "0 2 {}"]);
    }

    #[test]
    fn test_segments_are_removed_and_numbers_of_sources_stay() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path(), &["a", "b"]);
        for id in 0..20 {
            store.line(1, &id.to_string(), b"{\"some\": \"text\"}");
            store.commit().unwrap();
        }
        store.window(1, 120);
        let end = store.commit().unwrap();
        assert!(end.segment > 2);
        assert!(store.remove_before(end).unwrap() < 400);
        drop(store);
        let mut store = open(folder.path(), &["c", "b"]);
        assert_eq!(store.names(), ["a", "b", "c"]);
        assert_eq!((store.next(1), store.number("c")), (Some(120), Some(2)));
        assert!(!store.line(1, "19", b"{}") && store.line(2, "19", b"{}"));
    }

    #[test]
    fn test_a_folder_is_of_one_feed_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let _store = open(folder.path(), &["a"]);
        let error = Store::open(folder.path(), &["a".to_owned()], 200).unwrap_err();
        assert!(error.to_string().contains("in use"), "{error}");
    }

    #[test]
    fn test_progress_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = ProgressFile::new(folder.path(), "file:/a b");
        assert_eq!(file.read().unwrap(), Progress::default());
        let progress = Progress {
            place: Place { segment: 1, offset: 7 },
            state: serde_json::json!({"length": 5}),
        };
        file.keep(&progress).unwrap();
        assert_eq!(file.read().unwrap(), progress);
    }
}
