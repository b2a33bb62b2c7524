//! The journal: what was fetched, on disk, until every sink has taken it.
//!
//! It is a sequence of segments, files that are only ever added to. A record is a line of the feed with its stable id, or a mark
//! that a window of a source is complete. Each has a length and a checksum in front, so that what a crash left unfinished is
//! told from what is whole. Sinks read it from places of their own, and what all of them have read is removed.
//!
//! ```text
//! length u32 | checksum u32 | kind u8 | source u16 | id length u16 | id | text
//! ```

use crate::error::Error;
use crc32fast::Hasher;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A place in the journal: the number of a segment, and an offset in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The number of the segment.
    pub segment: u64,
    /// The offset in it.
    pub offset: u64,
}

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A line of the feed.
    Line {
        /// The source that it is of.
        source: u16,
        /// Its stable id.
        id: String,
        /// JSON on one line.
        text: Vec<u8>,
    },
    /// A window of a source is complete.
    Window {
        /// The source.
        source: u16,
        /// Where its next window begins.
        next: i64,
    },
}

/// The length of what stands in front of a record.
const HEAD: usize = 8;
/// The length of kind, source and length of the id.
const INNER: usize = 5;
/// A record is no longer than this: a longer length is damage.
const LONGEST: usize = 64 << 20;
const LINE: u8 = 1;
const WINDOW: u8 = 2;

/// The end of the journal, where records are added.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    file: File,
    place: Place,
    /// How long a segment gets.
    segment: u64,
    buffer: Vec<u8>,
}

impl Writer {
    /// Opens the journal in `folder`, which is made if it is not there. `found` hears of every record that is there already, from
    /// `from` on. What is unfinished at the end is cut off.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or written, or a record before the end is damaged.
    pub fn open(
        folder: &Path,
        segment: u64,
        from: Place,
        mut found: impl FnMut(Place, Entry),
    ) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::disk(folder, error))?;
        let segments = segments(folder)?;
        let first = from.segment.max(segments.first().copied().unwrap_or_default());
        let mut place = Place { segment: first, offset: 0 };
        if from.segment == first {
            place.offset = from.offset;
        }
        let last = segments.last().copied().unwrap_or(first).max(first);
        for number in first..=last {
            let begin = if number == place.segment { place.offset } else { 0 };
            place = Place { segment: number, offset: begin };
            let mut reader = Reader::open(folder, place)?;
            while let Some((next, entry)) = reader.read_within()? {
                found(place, entry);
                place = next;
            }
        }
        let path = path(folder, place.segment);
        let disk = |error| Error::disk(&path, error);
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(disk)?;
        let length = file.metadata().map_err(disk)?.len();
        if length < place.offset {
            return Err(Error::damaged(&path, "it is shorter than it was"));
        }
        file.set_len(place.offset).map_err(disk)?;
        file.seek(SeekFrom::Start(place.offset)).map_err(disk)?;
        file.sync_all().map_err(disk)?;
        sync_folder(folder);
        Ok(Self {
            folder: folder.to_owned(),
            file,
            place,
            segment,
            buffer: Vec::new(),
        })
    }

    /// Where the next record goes.
    pub const fn place(&self) -> Place {
        Place {
            segment: self.place.segment,
            offset: self.place.offset + self.buffer.len() as u64,
        }
    }

    /// Adds a line.
    pub fn line(&mut self, source: u16, id: &str, text: &[u8]) {
        push(&mut self.buffer, LINE, source, id.as_bytes(), text);
    }

    /// Adds the mark of a complete window.
    pub fn window(&mut self, source: u16, next: i64) {
        push(&mut self.buffer, WINDOW, source, &[], &next.to_le_bytes());
    }

    /// Writes what was added, so that it is still there after a crash, and gives the place behind it.
    ///
    /// # Errors
    ///
    /// When it cannot be written; none of it is there then, and it may be tried again.
    pub fn commit(&mut self) -> Result<Place, Error> {
        if !self.buffer.is_empty() {
            self.append()?;
            self.buffer.clear();
        }
        if self.place.offset >= self.segment {
            self.turn()?;
        }
        Ok(self.place)
    }

    fn append(&mut self) -> Result<(), Error> {
        let path = path(&self.folder, self.place.segment);
        let written = self.file.write_all(&self.buffer).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A disk that is full takes part of a record.
            let cut = self.file.set_len(self.place.offset);
            let _ = cut.and_then(|()| self.file.seek(SeekFrom::Start(self.place.offset)));
            return Err(Error::disk(&path, error));
        }
        self.place.offset += self.buffer.len() as u64;
        Ok(())
    }

    /// Begins the next segment.
    fn turn(&mut self) -> Result<(), Error> {
        let next = Place {
            segment: self.place.segment + 1,
            offset: 0,
        };
        let path = path(&self.folder, next.segment);
        let made = OpenOptions::new().create(true).truncate(true).write(true).open(&path);
        self.file = made.map_err(|error| Error::disk(&path, error))?;
        sync_folder(&self.folder);
        self.place = next;
        Ok(())
    }

    /// Drops what was added and not yet written.
    pub fn discard(&mut self) {
        self.buffer.clear();
    }

    /// Removes segments of which nothing is needed any more, and says how many bytes are left.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn remove_before(&self, place: Place) -> Result<u64, Error> {
        let mut left = 0;
        for number in segments(&self.folder)? {
            let path = path(&self.folder, number);
            if number < place.segment && fs::remove_file(&path).is_ok() {
                continue;
            }
            left += fs::metadata(&path).map_or(0, |metadata| metadata.len());
        }
        Ok(left)
    }
}

/// Reads the journal from a place on.
#[derive(Debug)]
pub struct Reader {
    folder: PathBuf,
    file: BufReader<File>,
    place: Place,
    buffer: Vec<u8>,
}

impl Reader {
    /// Begins at a place. A segment that is not there yet has no records.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn open(folder: &Path, place: Place) -> Result<Self, Error> {
        let path = path(folder, place.segment);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|error| Error::disk(&path, error))?;
        file.seek(SeekFrom::Start(place.offset)).map_err(|error| Error::disk(&path, error))?;
        Ok(Self {
            folder: folder.to_owned(),
            file: BufReader::with_capacity(256 << 10, file),
            place,
            buffer: Vec::new(),
        })
    }

    /// The place of the next record.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The next record before `end`; `None` if there is none yet.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is damaged.
    pub fn read(&mut self, end: Place) -> Result<Option<Entry>, Error> {
        while self.place < end {
            if let Some((next, entry)) = self.read_within()? {
                self.place = next;
                return Ok(Some(entry));
            }
            if self.place.segment >= end.segment {
                let path = path(&self.folder, self.place.segment);
                return Err(Error::damaged(&path, "a record is missing or damaged"));
            }
            *self = Self::open(&self.folder, Place { segment: self.place.segment + 1, offset: 0 })?;
        }
        Ok(None)
    }

    /// The next record of this segment, and the place behind it; `None` where no whole record follows.
    fn read_within(&mut self) -> Result<Option<(Place, Entry)>, Error> {
        let path = path(&self.folder, self.place.segment);
        let disk = |error| Error::disk(&path, error);
        let mut head = [0; HEAD];
        if !fill(&mut self.file, &mut head).map_err(disk)? {
            return Ok(None);
        }
        let [a, b, c, d, e, f, g, h] = head;
        let (length, checksum) = (u32::from_le_bytes([a, b, c, d]) as usize, u32::from_le_bytes([e, f, g, h]));
        if !(INNER..=LONGEST).contains(&length) {
            return Ok(None);
        }
        self.buffer.resize(length, 0);
        if !fill(&mut self.file, &mut self.buffer).map_err(disk)? || sum(&self.buffer) != checksum {
            return Ok(None);
        }
        let Some(entry) = entry(&self.buffer) else {
            return Ok(None);
        };
        let next = Place {
            segment: self.place.segment,
            offset: self.place.offset + (HEAD + length) as u64,
        };
        self.place = next;
        Ok(Some((next, entry)))
    }
}

/// Fills `buffer`, or says that the file ends before.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn push(buffer: &mut Vec<u8>, kind: u8, source: u16, id: &[u8], text: &[u8]) {
    let id = &id[..id.len().min(usize::from(u16::MAX))];
    let length = INNER + id.len() + text.len();
    let begin = buffer.len();
    buffer.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    buffer.extend_from_slice(&[0; 4]);
    buffer.push(kind);
    buffer.extend_from_slice(&source.to_le_bytes());
    buffer.extend_from_slice(&u16::try_from(id.len()).unwrap_or(u16::MAX).to_le_bytes());
    buffer.extend_from_slice(id);
    buffer.extend_from_slice(text);
    let checksum = sum(&buffer[begin + HEAD..]);
    buffer[begin + 4..begin + HEAD].copy_from_slice(&checksum.to_le_bytes());
}

fn sum(bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finalize()
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let [kind, a, b, c, d, rest @ ..] = bytes else {
        return None;
    };
    let source = u16::from_le_bytes([*a, *b]);
    let (id, text) = rest.split_at_checked(usize::from(u16::from_le_bytes([*c, *d])))?;
    match *kind {
        LINE => Some(Entry::Line {
            source,
            id: str::from_utf8(id).ok()?.to_owned(),
            text: text.to_vec(),
        }),
        WINDOW => Some(Entry::Window {
            source,
            next: i64::from_le_bytes(text.try_into().ok()?),
        }),
        _ => None,
    }
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.journal"))
}

/// The numbers of the segments that are there.
fn segments(folder: &Path) -> Result<Vec<u64>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::disk(folder, error))?;
    let mut numbers: Vec<u64> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".journal")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Makes the names in a folder last. Where that is not possible the platform does so itself.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
