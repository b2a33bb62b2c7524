//! Writing the journal.

use super::place::{JournalPlace, path, segments};
use super::reader::JournalReader;
use super::record::{self, RecordKind};
use super::tail::Tail;
use crate::disk::sync_folder;
use crate::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The end of the journal, where records are added.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    file: File,
    place: JournalPlace,
    /// The length at which a segment is complete.
    segment: u64,
    buffer: Vec<u8>,
    /// The latest records on disk.
    tail: Tail,
    /// Whether bytes of a failed write follow the end.
    is_torn: bool,
}

impl Writer {
    /// Opens the journal in `folder`, which is created if it is missing. `found` receives every
    /// existing record, from `from` on. An incomplete record at the end is removed.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or written, or a record before the end is damaged.
    pub fn open(
        folder: &Path,
        segment: u64,
        from: JournalPlace,
        mut found: impl FnMut(RecordKind),
    ) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::disk(folder, &error))?;
        let there = segments(folder)?;
        let mut place = from;
        if there.is_empty() && from == JournalPlace::default() {
            let made = File::create(path(folder, 0));
            made.map_err(|error| Error::disk(folder, &error))?;
        }
        let last = there.last().copied().unwrap_or_default().max(from.segment);
        for number in from.segment..=last {
            if number > from.segment {
                place = JournalPlace::start(number);
            }
            let mut reader = JournalReader::open(folder, place, Tail::default())?;
            while let Some(entry) = reader.read_within()? {
                found(entry);
            }
            place = reader.place();
            if number < last && !reader.is_at_end()? {
                return Err(Error::damaged(&path(folder, number), "a record is damaged"));
            }
        }
        let path = path(folder, place.segment);
        let opened = OpenOptions::new().write(true).open(&path);
        let mut file = opened.map_err(|error| Error::disk(&path, &error))?;
        let length = file.metadata().map_err(|error| Error::disk(&path, &error))?.len();
        if length < place.offset {
            return Err(Error::damaged(&path, "it is shorter than it was"));
        }
        let cut = cut(&mut file, place.offset).and_then(|()| file.sync_all());
        cut.map_err(|error| Error::disk(&path, &error))?;
        sync_folder(folder);
        Ok(Self {
            folder: folder.to_owned(),
            file,
            place,
            segment,
            buffer: Vec::new(),
            tail: Tail::default(),
            is_torn: false,
        })
    }

    /// The end of the last write.
    pub const fn place(&self) -> JournalPlace {
        self.place
    }

    /// The latest records in memory, for readers.
    pub fn tail(&self) -> Tail {
        self.tail.clone()
    }

    /// The number of bytes that were added and are not written yet.
    pub const fn pending(&self) -> usize {
        self.buffer.len()
    }

    /// Adds a line.
    pub fn line(&mut self, source: u16, id: &str, time: Option<i64>, text: &[u8]) {
        record::line(&mut self.buffer, source, id, time, text);
    }

    /// Adds the mark of a complete window.
    pub fn window(&mut self, source: u16, next: i64) {
        record::window(&mut self.buffer, source, next);
    }

    /// Writes the added records durably, and returns the place after them.
    ///
    /// # Errors
    ///
    /// When the records cannot be written. None of them is in the journal then, and the call may be
    /// repeated.
    pub fn commit(&mut self) -> Result<JournalPlace, Error> {
        if !self.buffer.is_empty() {
            let path = path(&self.folder, self.place.segment);
            self.append().map_err(|error| Error::disk(&path, &error))?;
            let length = self.buffer.len();
            let records = std::mem::replace(&mut self.buffer, Vec::with_capacity(length));
            self.tail.add(self.place, records.into());
            self.place.offset += length as u64;
        }
        if self.place.offset >= self.segment {
            self.turn()?;
        }
        Ok(self.place)
    }

    fn append(&mut self) -> io::Result<()> {
        // A full disk may write only part of a record.
        if self.is_torn {
            cut(&mut self.file, self.place.offset)?;
        }
        self.is_torn = true;
        self.file.write_all(&self.buffer)?;
        self.file.sync_data()?;
        self.is_torn = false;
        Ok(())
    }

    /// Begins the next segment.
    fn turn(&mut self) -> Result<(), Error> {
        let next = JournalPlace::start(self.place.segment + 1);
        let path = path(&self.folder, next.segment);
        self.file = File::create(&path).map_err(|error| Error::disk(&path, &error))?;
        sync_folder(&self.folder);
        self.place = next;
        Ok(())
    }

    /// Removes segments that are no longer needed.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn remove_before(&self, segment: u64) -> Result<(), Error> {
        for number in segments(&self.folder)? {
            if number < segment.min(self.place.segment) {
                // Segments that cannot be removed now are removed later.
                let _ = fs::remove_file(path(&self.folder, number));
            }
        }
        Ok(())
    }

    /// The number of bytes from a place to the end.
    pub fn behind(&self, place: JournalPlace) -> u64 {
        let whole = (place.segment..self.place.segment).map(|number| {
            let length = fs::metadata(path(&self.folder, number));
            length.map_or(0, |length| length.len())
        });
        let all: u64 = whole.sum::<u64>() + self.place.offset;
        all.saturating_sub(place.offset)
    }
}

/// Truncates the file to this length. Writing continues there.
fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}
