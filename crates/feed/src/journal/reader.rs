//! Reading the journal.

use super::place::{JournalPlace, path};
use super::record::{self, HEAD, RecordKind};
use crate::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Reads the journal from a place on.
#[derive(Debug)]
pub struct JournalReader {
    folder: PathBuf,
    path: PathBuf,
    file: BufReader<File>,
    place: JournalPlace,
    buffer: Vec<u8>,
}

/// The number of bytes read from disk at once.
const AT_ONCE: usize = 128 << 10;

impl JournalReader {
    /// Begins at a place.
    ///
    /// # Errors
    ///
    /// When its segment is not there, or cannot be read.
    pub fn open(folder: &Path, place: JournalPlace) -> Result<Self, Error> {
        let path = path(folder, place.segment);
        let opened = File::open(&path).and_then(|mut file| {
            file.seek(SeekFrom::Start(place.offset))?;
            Ok(file)
        });
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::damaged(&path, "this part of the journal is missing"),
            _ => Error::disk(&path, &error),
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            path,
            file: BufReader::with_capacity(AT_ONCE, file),
            place,
            buffer: Vec::new(),
        })
    }

    /// The place of the next record.
    pub const fn place(&self) -> JournalPlace {
        self.place
    }

    /// The next record before `end`; `None` if there is none yet.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is damaged.
    pub fn read(&mut self, end: JournalPlace) -> Result<Option<RecordKind>, Error> {
        while self.place < end {
            if let Some(entry) = self.read_within()? {
                return Ok(Some(entry));
            }
            if self.place.segment >= end.segment || !self.is_at_end()? {
                return Err(Error::damaged(&self.path, "a record is missing or damaged"));
            }
            *self = Self::open(&self.folder, JournalPlace::start(self.place.segment + 1))?;
        }
        Ok(None)
    }

    /// The next record of this segment; `None` where no whole record follows.
    pub(super) fn read_within(&mut self) -> Result<Option<RecordKind>, Error> {
        let mut head = [0; HEAD];
        if !self.fill(&mut head)? {
            return Ok(None);
        }
        let Some((length, checksum)) = record::head(head) else {
            return Ok(None);
        };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(length, 0);
        let entry = match self.fill(&mut buffer)? {
            true => record::entry(&buffer, checksum),
            false => None,
        };
        self.buffer = buffer;
        if entry.is_some() {
            self.place.offset += (HEAD + length) as u64;
        }
        Ok(entry)
    }

    /// Whether the segment ends here.
    pub(super) fn is_at_end(&self) -> Result<bool, Error> {
        let length = self.file.get_ref().metadata();
        let length = length.map_err(|error| Error::disk(&self.path, &error))?;
        Ok(length.len() == self.place.offset)
    }

    /// Fills `buffer`, or says that the file ends before.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<bool, Error> {
        match self.file.read_exact(buffer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Error::disk(&self.path, &error)),
        }
    }
}
