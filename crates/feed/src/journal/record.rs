//! Records of the journal: lines of the feed, and marks that a window of a source is complete. Each
//! starts with a length and a checksum, so that a record left incomplete by a crash is recognized.
//!
//! ```text
//! length u32 | checksum u32 | kind u8 | source u16 | time i64 | id length u16 | id | text
//! ```

use bytes::Bytes;

/// The kind of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// A line of the feed.
    Line {
        /// The source of the line.
        source: u16,
        /// Its stable id.
        id: String,
        /// The time of the event, in milliseconds since 1970.
        time: Option<i64>,
        /// JSON on one line, UTF-8.
        text: Bytes,
    },
    /// A window of a source is complete.
    Window {
        /// The source.
        source: u16,
        /// The start of its next window, in seconds since 1970.
        next: i64,
    },
}

/// The length of a record's head.
pub const HEAD: usize = 8;
/// The combined length of kind, source, time and the length of the id.
const INNER: usize = 13;
/// The maximum length of a record: a greater length means damage.
const LONGEST: usize = 80 << 20;
const LINE: u8 = 1;
const WINDOW: u8 = 2;
/// The value that stands for an unknown time.
const NEVER: i64 = i64::MIN;

/// Appends the record of a line.
pub fn line(to: &mut Vec<u8>, source: u16, id: &str, time: Option<i64>, text: &[u8]) {
    push(to, LINE, source, time.unwrap_or(NEVER), id.as_bytes(), text);
}

/// Appends the record of a complete window.
pub fn window(to: &mut Vec<u8>, source: u16, next: i64) {
    push(to, WINDOW, source, next, &[], &[]);
}

fn push(to: &mut Vec<u8>, kind: u8, source: u16, time: i64, id: &[u8], text: &[u8]) {
    let (begin, length) = (to.len(), INNER + id.len() + text.len());
    to.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(&[0; 4]);
    to.push(kind);
    to.extend_from_slice(&source.to_le_bytes());
    to.extend_from_slice(&time.to_le_bytes());
    to.extend_from_slice(&u16::try_from(id.len()).unwrap_or(u16::MAX).to_le_bytes());
    to.extend_from_slice(id);
    to.extend_from_slice(text);
    let checksum = crc32fast::hash(&to[begin + HEAD..]);
    to[begin + 4..begin + HEAD].copy_from_slice(&checksum.to_le_bytes());
}

/// The length and the checksum of the record after this head; `None` if the head is invalid.
pub fn head(head: [u8; HEAD]) -> Option<(usize, u32)> {
    let (length, rest) = head.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let is_possible = (INNER..=LONGEST).contains(&length);
    is_possible.then_some((length, u32::from_le_bytes(*rest.first_chunk()?)))
}

/// The record in these bytes; `None` if the checksum does not match.
pub fn checked(bytes: &Bytes, checksum: u32) -> Option<RecordKind> {
    (crc32fast::hash(bytes) == checksum).then(|| entry(bytes))?
}

/// The record in these bytes; `None` if they are not a record.
pub fn entry(bytes: &Bytes) -> Option<RecordKind> {
    let (kind, rest) = bytes.split_first()?;
    let (source, rest) = rest.split_first_chunk()?;
    let (time, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (source, time) = (u16::from_le_bytes(*source), i64::from_le_bytes(*time));
    let (id, text) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    match *kind {
        LINE => Some(RecordKind::Line {
            source,
            id: str::from_utf8(id).ok()?.to_owned(),
            time: (time != NEVER).then_some(time),
            text: bytes.slice_ref(str::from_utf8(text).ok()?.as_bytes()),
        }),
        WINDOW => Some(RecordKind::Window { source, next: time }),
        _ => None,
    }
}
