//! Writes lines to files, each exactly once.
//!
//! Files are append-only. The length of a file and the position in the journal are saved in one
//! step; bytes that a crash leaves after that length are removed, since those lines are written
//! again. A rotating file is called `.part` while it is written, so that files under their final
//! names are complete and can be moved away.

use super::event::{Event, Sink, Taking};
use crate::disk::sync_folder;
use crate::error::{Error, Setback};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Settings of the file sink.
#[derive(Clone, Debug)]
pub struct Files {
    /// The folder, or the single file.
    pub path: PathBuf,
    /// The number of bytes of lines at which the next file begins.
    pub size: Option<u64>,
    /// The age of a file at which the next file begins.
    pub age: Option<Duration>,
    /// Whether files are compressed with gzip.
    pub is_compressed: bool,
}

/// The file sink.
#[derive(Debug)]
pub struct FileSink {
    files: Files,
    state: FileState,
    file: Option<File>,
}

/// The number of bytes written to a file by one system call.
const AT_ONCE: usize = 256 << 10;
/// The size of batches for files with a size limit, since the disk is synced after each batch.
const SHORTEST: usize = 64 << 10;
const LONGEST: usize = 1 << 20;

/// The saved state of the file that is being written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct FileState {
    /// The number of the file.
    number: u64,
    /// The length of the file.
    length: u64,
    /// The length of its lines before compression.
    plain: u64,
    /// When the file was begun, in seconds since 1970.
    begun: u64,
}

impl FileSink {
    /// A sink that writes to these files.
    pub fn new(files: Files) -> Self {
        Self {
            files,
            state: FileState::default(),
            file: None,
        }
    }

    /// Whether files rotate.
    fn rotates(&self) -> bool {
        self.files.size.is_some() || self.files.age.is_some()
    }

    /// The path of a complete file.
    fn complete(&self, number: u64) -> PathBuf {
        let end = if self.files.is_compressed { ".gz" } else { "" };
        self.files.path.join(format!("{number:010}.ndjson{end}"))
    }

    /// The path of the file that is being written.
    fn path(&self) -> PathBuf {
        match self.rotates() {
            false => self.files.path.clone(),
            true => {
                let mut name = self.complete(self.state.number).into_os_string();
                name.push(".part");
                name.into()
            }
        }
    }

    /// The first number after those of all existing files.
    fn free_number(&self) -> u64 {
        let entries = fs::read_dir(&self.files.path).into_iter().flatten().flatten();
        let numbers = entries.filter_map(|entry| {
            let name = entry.file_name();
            name.to_str()?.split_once(".ndjson")?.0.parse::<u64>().ok()
        });
        numbers.max().map_or(0, |last| last + 1)
    }

    fn is_due(&self) -> bool {
        let is_long = self.files.size.is_some_and(|size| self.state.plain >= size);
        let age = Duration::from_secs(now().saturating_sub(self.state.begun));
        let is_old = self.files.age.is_some_and(|limit| age >= limit);
        self.state.length > 0 && (is_long || is_old)
    }

    /// Completes the file; the next line begins the next file.
    fn turn(&mut self) -> Result<(), Error> {
        let (part, path) = (self.path(), self.complete(self.state.number));
        fs::rename(&part, &path).map_err(|error| Error::disk(&part, &error))?;
        sync_folder(&self.files.path);
        self.file = None;
        self.state = FileState {
            number: self.state.number + 1,
            ..FileState::default()
        };
        Ok(())
    }

    fn write(&mut self, events: &[Event]) -> Result<(), Setback> {
        if self.rotates() && self.is_due() {
            self.turn()?;
        }
        if self.state.length == 0 {
            self.state.begun = now();
        }
        let path = self.path();
        let file = match self.file.take() {
            Some(file) => file,
            // The line stays in the journal until the fault is corrected.
            None => self
                .open(&path)
                .map_err(|error| Setback::later(error.to_string()))?,
        };
        let disk = |error: &io::Error| Error::disk(&path, error);
        if !is_still(&file, &path, self.state.length).map_err(|error| disk(&error))? {
            let what = "it was moved, removed or changed; put it back, or name another file";
            return Err(Setback::later(format!("{}: {what}", path.display())));
        }
        // A full disk may leave a partial line, which is removed when the file is reopened.
        let written = match self.files.is_compressed {
            true => member(events).and_then(|member| (&file).write_all(&member).map(|()| member.len())),
            false => write(&file, events),
        };
        let written = written.and_then(|length| file.sync_data().map(|()| length));
        let length = written.map_err(|error| disk(&error))?;
        self.file = Some(file);
        self.state.length += length as u64;
        let plain = events.iter().map(|event| event.text.as_bytes().len() as u64 + 1);
        self.state.plain += plain.sum::<u64>();
        Ok(())
    }

    /// Opens the file, truncated to its saved length.
    fn open(&self, path: &Path) -> Result<File, Error> {
        let disk = |error: io::Error| Error::disk(path, &error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(disk)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(self.state.length == 0).truncate(false);
        let mut file = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::damaged(path, "it is not there any more; put it back"));
            }
            opened => opened.map_err(disk)?,
        };
        if file.metadata().map_err(disk)?.len() < self.state.length {
            return Err(Error::damaged(path, "it is shorter than it was; put it back"));
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
    fn begin(&mut self, state: Option<&Value>) -> Result<(), Error> {
        let Some(state) = state else {
            // Existing content is not the feed's own: it is kept, and lines are appended.
            if self.rotates() {
                self.state.number = self.free_number();
            } else {
                self.state.length = fs::metadata(&self.files.path).map_or(0, |file| file.len());
            }
            return Ok(());
        };
        let state = serde_json::from_value(state.clone());
        let wrong = |_| Error::damaged(&self.files.path, "its state is of another version");
        self.state = state.map_err(wrong)?;
        let is_between = self.rotates() && self.state.length > 0 && !self.path().exists();
        if is_between && self.complete(self.state.number).exists() {
            // The file had just been completed.
            self.state = FileState {
                number: self.state.number + 1,
                ..FileState::default()
            };
        } else if self.state.length > 0 {
            self.file = Some(self.open(&self.path())?);
        }
        Ok(())
    }

    fn state(&self) -> Value {
        serde_json::to_value(&self.state).unwrap_or_default()
    }

    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.write(events).map(|()| Vec::new()) })
    }

    fn batch(&self) -> usize {
        match self.files.size {
            // A file exceeds the limit by one batch at most.
            Some(size) => usize::try_from(size).map_or(LONGEST, |size| size.clamp(SHORTEST, LONGEST)),
            None => 2 * LONGEST,
        }
    }

    fn rest(&mut self, is_end: bool) -> Result<bool, Error> {
        let is_due = self.rotates() && self.state.length > 0 && (is_end || self.is_due());
        if is_due {
            self.turn()?;
        }
        Ok(is_due)
    }
}

/// A separate gzip member, so that the file ends with a complete one: readers accept a sequence of
/// members.
fn member(events: &[Event]) -> io::Result<Vec<u8>> {
    let mut member = GzEncoder::new(Vec::new(), Compression::default());
    for event in events {
        member.write_all(event.text.as_bytes())?;
        member.write_all(b"\n")?;
    }
    member.finish()
}

/// Writes lines, and returns their total length.
fn write(mut file: &File, events: &[Event]) -> io::Result<usize> {
    let (mut buffer, mut length) = (Vec::with_capacity(AT_ONCE), 0);
    for event in events {
        let text = event.text.as_bytes();
        if buffer.len() + text.len() >= AT_ONCE {
            file.write_all(&buffer)?;
            buffer.clear();
        }
        buffer.extend_from_slice(text);
        buffer.push(b'\n');
        length += text.len() + 1;
    }
    file.write_all(&buffer)?;
    Ok(length)
}

/// Whether an open file is still the one at this path, and has at least its former length.
fn is_still(file: &File, path: &Path, length: u64) -> io::Result<bool> {
    let own = file.metadata()?;
    let there = match fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (own.dev(), own.ino()) != (there.dev(), there.ino()) {
            return Ok(false);
        }
    }
    Ok(own.len() == length && there.len() == length)
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;
    use std::io::Read;

    fn event(text: &str) -> Event {
        Event {
            source: "s".into(),
            id: text.to_owned(),
            time: None,
            text: text.to_owned().into(),
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

    /// A sink that continues from this state, if there is one.
    fn begun(files: &Files, state: Option<&Value>) -> FileSink {
        let mut sink = FileSink::new(files.clone());
        sink.begin(state).unwrap();
        sink
    }

    fn read(path: &Path) -> String {
        let mut text = String::new();
        MultiGzDecoder::new(File::open(path).unwrap())
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn test_what_is_behind_the_kept_length_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, "before\n").unwrap();
        let mut sink = begun(&files(&path), None);
        sink.write(&[event("1"), event("2")]).unwrap();
        let kept = sink.state();
        sink.write(&[event("3")]).unwrap();
        let mut sink = begun(&files(&path), Some(&kept));
        sink.write(&[event("3"), event("4")]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\n1\n2\n3\n4\n");
    }

    #[test]
    fn test_the_first_batch_of_a_crash_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        for (settings, path) in [
            (files(&folder.path().join("a")), folder.path().join("a")),
            (
                Files {
                    size: Some(100),
                    ..files(folder.path())
                },
                folder.path().join("0000000000.ndjson.part"),
            ),
        ] {
            let mut sink = begun(&settings, None);
            let kept = sink.state();
            sink.write(&[event("1")]).unwrap();
            let mut sink = begun(&settings, Some(&kept));
            sink.write(&[event("1")]).unwrap();
            assert_eq!(fs::read_to_string(path).unwrap(), "1\n");
        }
    }

    #[test]
    fn test_files_rotate_and_are_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Files {
            size: Some(4),
            is_compressed: true,
            ..files(folder.path())
        };
        let mut sink = begun(&settings, None);
        sink.write(&[event("1")]).unwrap();
        sink.write(&[event("2")]).unwrap();
        let kept = sink.state();
        // The first file is completed, but that fact is lost.
        sink.write(&[event("3")]).unwrap();
        let mut sink = begun(&settings, Some(&kept));
        sink.write(&[event("3")]).unwrap();
        sink.write(&[event("4")]).unwrap();
        let [first, second] = [0, 1].map(|number| folder.path().join(format!("{number:010}.ndjson.gz")));
        assert_eq!(read(&first), "1\n2\n");
        assert!(!second.exists());
        assert!(sink.rest(true).unwrap() && !sink.rest(true).unwrap());
        assert_eq!(read(&second), "3\n4\n");
        // Another feed appends after them.
        let mut other = begun(&settings, None);
        other.write(&[event("5")]).unwrap();
        assert!(folder.path().join("0000000002.ndjson.gz.part").exists());
    }

    #[test]
    fn test_a_file_becomes_complete_with_age_alone() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Files {
            age: Some(Duration::from_secs(3600)),
            ..files(folder.path())
        };
        let mut sink = begun(&settings, None);
        sink.write(&[event("1")]).unwrap();
        assert!(!sink.rest(false).unwrap());
        sink.state.begun -= 3600;
        assert!(sink.rest(false).unwrap());
        assert!(folder.path().join("0000000000.ndjson").exists());
    }

    #[test]
    fn test_a_file_that_was_taken_away_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let mut sink = begun(&files(&path), None);
        sink.write(&[event("1")]).unwrap();
        let other = folder.path().join("b");
        fs::rename(&path, &other).unwrap();
        let setback = sink.write(&[event("2")]).unwrap_err();
        assert!(matches!(setback, Setback::Later(what, _) if what.contains("moved")));
        let error = FileSink::new(files(&path))
            .begin(Some(&sink.state()))
            .unwrap_err();
        assert!(error.to_string().contains("not there any more"), "{error}");
        fs::write(&path, "").unwrap();
        let error = FileSink::new(files(&path))
            .begin(Some(&sink.state()))
            .unwrap_err();
        assert!(error.to_string().contains("shorter"), "{error}");
        // Once restored, it continues.
        fs::rename(&other, &path).unwrap();
        sink.write(&[event("2")]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n2\n");
    }
}
