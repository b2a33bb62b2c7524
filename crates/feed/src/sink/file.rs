//! Lines in files, each once whatever happens.
//!
//! A file is only added to. How long it is, is kept with the place in the journal, in one step; what a crash left behind that is cut
//! off, since those lines come again.

use super::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use crate::journal::sync_folder;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Settings of files.
#[derive(Clone, Debug)]
pub struct Files {
    /// The folder, or the file itself where it does not turn.
    pub path: PathBuf,
    /// How long a file gets, before compression.
    pub size: Option<u64>,
    /// How old a file gets.
    pub age: Option<Duration>,
    /// Whether it is compressed by gzip.
    pub is_compressed: bool,
}

/// Lines in files.
#[derive(Debug)]
pub struct FileSink {
    files: Files,
    state: State,
    file: Option<File>,
}

/// What is kept of the file that is being written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    /// Its number.
    number: u64,
    /// How long it is.
    length: u64,
    /// How long it is before compression.
    plain: u64,
    /// When it was begun, in seconds since 1970.
    begun: u64,
}

impl FileSink {
    /// Writes to these files.
    pub fn new(files: Files) -> Self {
        Self {
            files,
            state: State::default(),
            file: None,
        }
    }

    fn turns(&self) -> bool {
        self.files.size.is_some() || self.files.age.is_some()
    }

    fn path(&self, number: u64) -> PathBuf {
        match self.turns() {
            false => self.files.path.clone(),
            true => {
                let end = if self.files.is_compressed { ".gz" } else { "" };
                self.files.path.join(format!("{number:010}.ndjson{end}"))
            }
        }
    }

    fn is_full(&self, now: u64) -> bool {
        let is_long = self.files.size.is_some_and(|size| self.state.plain >= size);
        let is_old = self
            .files
            .age
            .is_some_and(|age| now.saturating_sub(self.state.begun) >= age.as_secs());
        self.state.length > 0 && (is_long || is_old)
    }

    fn write(&mut self, events: &[Event]) -> Result<(), Setback> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        if self.is_full(now) {
            self.file = None;
            self.state = State {
                number: self.state.number + 1,
                ..State::default()
            };
        }
        if self.state.length == 0 {
            self.state.begun = now;
        }
        let path = self.path(self.state.number);
        let disk = |error| Error::disk(&path, error);
        let mut text = Vec::with_capacity(events.iter().map(|event| event.text.len() + 1).sum());
        for event in events {
            text.extend_from_slice(event.text.as_bytes());
            text.push(b'\n');
        }
        let plain = text.len() as u64;
        if self.files.is_compressed {
            // A member by itself, so that the file ends with a whole one: readers take them one after the other.
            let mut member = GzEncoder::new(Vec::new(), Compression::default());
            member.write_all(&text).map_err(disk)?;
            text = member.finish().map_err(disk)?;
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        let written = file.write_all(&text).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // A disk that is full takes part of a line; it is cut off when the file is opened again.
            return Err(disk(error).into());
        }
        self.file = Some(file);
        self.state.length += text.len() as u64;
        self.state.plain += plain;
        Ok(())
    }

    /// Opens the file, as long as it should be.
    fn open(&self) -> Result<File, Error> {
        let path = self.path(self.state.number);
        let disk = |error| Error::disk(&path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(disk)?;
        }
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let mut file = opened.map_err(disk)?;
        let length = file.metadata().map_err(disk)?.len();
        if length < self.state.length {
            return Err(Error::damaged(&path, "it is shorter than it was; put it back, or begin with another state"));
        }
        file.set_len(self.state.length).map_err(disk)?;
        file.seek(SeekFrom::Start(self.state.length)).map_err(disk)?;
        file.sync_all().map_err(disk)?;
        if let Some(folder) = path.parent() {
            sync_folder(folder);
        }
        Ok(file)
    }
}

impl Sink for FileSink {
    fn state(&self) -> Value {
        serde_json::to_value(&self.state).unwrap_or_default()
    }

    fn restore(&mut self, state: &Value) -> Result<(), Error> {
        if state.is_null() {
            // A file that is there already is of somebody else, and is added to.
            let path = self.path(0);
            self.state.length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
            self.state.plain = self.state.length;
            return Ok(());
        }
        self.state = serde_json::from_value(state.clone())
            .map_err(|_| Error::damaged(&self.files.path, "its state is of another version"))?;
        // What was begun after that was never said to be there.
        if self.turns() {
            let _ = fs::remove_file(self.path(self.state.number + 1));
        }
        self.file = Some(self.open()?);
        Ok(())
    }

    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.write(events).map(|()| Vec::new()) })
    }

    fn batch(&self) -> usize {
        5000
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;
    use std::io::Read;
    use std::path::Path;

    fn event(text: &str) -> Event {
        Event {
            source: "s".to_owned(),
            id: text.to_owned(),
            time: None,
            text: text.to_owned(),
        }
    }

    fn files(path: &Path) -> Files {
        Files {
            path: path.to_owned(),
            size: None,
            age: None,
            is_compressed: false,
        }
    }

    #[test]
    fn test_what_is_behind_the_kept_length_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, "before\n").unwrap();
        let mut sink = FileSink::new(files(&path));
        sink.restore(&Value::Null).unwrap();
        sink.write(&[event("1"), event("2")]).unwrap();
        let kept = sink.state();
        sink.write(&[event("3")]).unwrap();
        drop(sink);
        let mut sink = FileSink::new(files(&path));
        sink.restore(&kept).unwrap();
        sink.write(&[event("3"), event("4")]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\n1\n2\n3\n4\n");
    }

    #[test]
    fn test_files_turn_and_are_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Files {
            size: Some(4),
            is_compressed: true,
            ..files(folder.path())
        };
        let mut sink = FileSink::new(settings.clone());
        sink.restore(&Value::Null).unwrap();
        sink.write(&[event("1")]).unwrap();
        sink.write(&[event("2")]).unwrap();
        let kept = sink.state();
        sink.write(&[event("3")]).unwrap();
        drop(sink);
        let mut sink = FileSink::new(settings);
        sink.restore(&kept).unwrap();
        sink.write(&[event("3")]).unwrap();
        sink.write(&[event("4")]).unwrap();
        let read = |number: u64| {
            let file = File::open(folder.path().join(format!("{number:010}.ndjson.gz"))).unwrap();
            let mut text = String::new();
            MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!((read(0).as_str(), read(1).as_str()), ("1\n2\n", "3\n4\n"));
    }

    #[test]
    fn test_a_file_that_became_shorter_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let mut sink = FileSink::new(files(&path));
        sink.restore(&Value::Null).unwrap();
        sink.write(&[event("1")]).unwrap();
        fs::write(&path, "").unwrap();
        let error = FileSink::new(files(&path)).restore(&sink.state()).unwrap_err();
        assert!(error.to_string().contains("shorter"), "{error}");
    }
}
