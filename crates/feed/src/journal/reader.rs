//! Reading the journal.

use super::place::{JournalPlace, path};
use super::record::{self, HEAD, RecordKind};
use super::tail::Tail;
use crate::error::Error;
use bytes::{Buf, Bytes};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Reads the journal from a given place.
#[derive(Debug)]
pub struct JournalReader {
    folder: PathBuf,
    path: PathBuf,
    file: BufReader<File>,
    /// The place that corresponds to the position of `file`.
    offset: u64,
    place: JournalPlace,
    tail: Tail,
    /// Records from `place` on that are in memory.
    memory: Bytes,
}

/// The number of bytes read from disk at once.
const AT_ONCE: usize = 128 << 10;

impl JournalReader {
    /// Starts at a place. Records in `tail` are not read from disk.
    ///
    /// # Errors
    ///
    /// When the segment does not exist or cannot be read.
    pub fn open(folder: &Path, place: JournalPlace, tail: Tail) -> Result<Self, Error> {
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
            offset: place.offset,
            place,
            tail,
            memory: Bytes::new(),
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
    /// When the record cannot be read or is damaged.
    pub fn read(&mut self, end: JournalPlace) -> Result<Option<RecordKind>, Error> {
        while self.place < end {
            if let Some(entry) = self.recall() {
                return Ok(Some(entry));
            }
            if let Some(entry) = self.read_within()? {
                return Ok(Some(entry));
            }
            if self.place.segment >= end.segment || !self.is_at_end()? {
                return Err(Error::damaged(&self.path, "a record is missing or damaged"));
            }
            let next = JournalPlace::start(self.place.segment + 1);
            *self = Self::open(&self.folder, next, self.tail.clone())?;
        }
        Ok(None)
    }

    /// The next record, if it is in memory.
    fn recall(&mut self) -> Option<RecordKind> {
        if self.memory.is_empty() {
            self.memory = self.tail.at(self.place)?;
        }
        let mut records = std::mem::take(&mut self.memory);
        let (length, _) = record::head(*records.first_chunk()?)?;
        let end = HEAD + length;
        let record = records.slice_ref(records.get(HEAD..end)?);
        let entry = record::entry(&record)?;
        records.advance(end);
        self.memory = records;
        self.place.offset += end as u64;
        Some(entry)
    }

    /// The next record of this segment on disk; `None` where no whole record follows.
    pub(super) fn read_within(&mut self) -> Result<Option<RecordKind>, Error> {
        if self.offset != self.place.offset {
            let place = SeekFrom::Start(self.place.offset);
            let sought = self.file.seek(place);
            self.offset = sought.map_err(|error| Error::disk(&self.path, &error))?;
        }
        let mut head = [0; HEAD];
        if !self.fill(&mut head)? {
            return Ok(None);
        }
        let Some((length, checksum)) = record::head(head) else {
            return Ok(None);
        };
        let mut record = vec![0; length];
        let entry = match self.fill(&mut record)? {
            true => record::checked(&record.into(), checksum),
            false => None,
        };
        if entry.is_some() {
            self.place.offset += (HEAD + length) as u64;
            self.offset = self.place.offset;
        }
        Ok(entry)
    }

    /// Whether the segment ends here.
    pub(super) fn is_at_end(&self) -> Result<bool, Error> {
        let length = self.file.get_ref().metadata();
        let length = length.map_err(|error| Error::disk(&self.path, &error))?;
        Ok(length.len() == self.place.offset)
    }

    /// Fills `buffer`, and returns whether the file had enough bytes.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<bool, Error> {
        match self.file.read_exact(buffer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Error::disk(&self.path, &error)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::journal::Writer;

    #[test]
    fn test_records_are_read_from_memory_and_from_disk_in_turn() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path(), 1 << 20, JournalPlace::default(), |_| ()).unwrap();
        let tail = Tail::default();
        for id in ["0", "1", "2", "3", "4"] {
            let place = writer.place();
            writer.line(0, id, None, b"disk");
            writer.commit().unwrap();
            if matches!(id, "1" | "2" | "4") {
                let mut records = Vec::new();
                record::line(&mut records, 0, id, None, b"mem.");
                tail.add(place, records.into());
            }
        }
        let mut reader = JournalReader::open(folder.path(), JournalPlace::default(), tail).unwrap();
        let mut texts = Vec::new();
        while let Some(RecordKind::Line { id, text, .. }) = reader.read(writer.place()).unwrap() {
            texts.push((id, text));
        }
        let texts: Vec<(&str, &[u8])> = texts.iter().map(|(id, text)| (id.as_str(), &**text)).collect();
        assert_eq!(
            texts,
            [
                ("0", &b"disk"[..]),
                ("1", b"mem."),
                ("2", b"mem."),
                ("3", b"disk"),
                ("4", b"mem.")
            ]
        );
    }
}
