//! The sources of lines: a source returns the events of a window of time.

use crate::error::Setback;
use crate::hash::fingerprint;
use bytes::Bytes;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};

/// A line of a source: JSON as received, with an id that is the same whenever the line is repeated.
#[derive(Debug)]
pub struct Line {
    pub(crate) id: String,
    pub(crate) time: Option<i64>,
    pub(crate) json: Bytes,
}

/// Some sinks limit the length of ids, including a prefix.
const LONGEST: usize = 200;

impl Line {
    /// A line of JSON without line breaks, its id within the source, and the time of its event, in
    /// milliseconds since 1970. Very long ids are replaced by their hash.
    pub fn new(id: String, time: Option<i64>, json: Bytes) -> Self {
        let id = match id.len() {
            1..=LONGEST => id,
            // A line without an id is identified by its text.
            0 => format!("{:032x}", fingerprint(&json)),
            _ => format!("{:032x}", fingerprint(id.as_bytes())),
        };
        Self { id, time, json }
    }

    /// The id of the line.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The JSON of the line.
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}

/// A source of lines.
pub trait Source: Send + Sync {
    /// The name of the source, which is kept in the state: `acme/www`.
    fn name(&self) -> &str;

    /// Fetches all lines from `from` up to, but not including, `until`, page by page. Times are in
    /// seconds since 1970. A failed window is requested again, so lines may be repeated.
    fn window<'s>(&'s self, from: i64, until: i64, to: &'s Pages) -> Fetching<'s>;
}

/// Lists the sources of a feed whose sources come and go.
pub trait Roster: Send + Sync {
    /// All current sources.
    fn list(&self) -> Listing<'_>;
}

/// The pending list of sources.
pub type Listing<'r> = Pin<Box<dyn Future<Output = Result<Vec<Arc<dyn Source>>, Setback>> + Send + 'r>>;

/// The pending fetch of a window.
pub type Fetching<'s> = Pin<Box<dyn Future<Output = Result<(), Setback>> + Send + 's>>;

/// Receives the pages of a window.
#[derive(Debug)]
pub struct Pages {
    source: u16,
    to: mpsc::Sender<Arrived>,
    lines: AtomicUsize,
}

/// A message to the journal.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// A source starts. The sender receives its number, and the start of its next window if it has
    /// one.
    Source(String, oneshot::Sender<(u16, Option<i64>)>),
    Page(u16, Vec<Line>),
    /// A window is complete. The sender is notified when that is recorded on disk.
    Window(u16, i64, oneshot::Sender<()>),
}

impl Pages {
    /// Registers the source of this name. Returns the receiver of its pages, and the start of its
    /// next window if it has one.
    pub(crate) async fn begin(to: mpsc::Sender<Arrived>, name: &str) -> Result<(Self, Option<i64>), Setback> {
        let (known, is_known) = oneshot::channel();
        let sent = to.send(Arrived::Source(name.to_owned(), known)).await;
        sent.map_err(|_| Setback::Ended)?;
        let (source, next) = is_known.await.map_err(|_| Setback::Ended)?;
        let lines = AtomicUsize::new(0);
        Ok((Self { source, to, lines }, next))
    }

    /// Passes on the lines of a page, and waits while the buffer is full.
    ///
    /// # Errors
    ///
    /// When the feed ends.
    pub async fn page(&self, lines: Vec<Line>) -> Result<(), Setback> {
        self.lines.fetch_add(lines.len(), Ordering::Relaxed);
        let sent = self.to.send(Arrived::Page(self.source, lines)).await;
        sent.map_err(|_| Setback::Ended)
    }

    /// The number of lines since the last call of this function.
    pub(crate) fn take_count(&self) -> usize {
        self.lines.swap(0, Ordering::Relaxed)
    }

    pub(crate) async fn complete(&self, next: i64) -> Result<(), Setback> {
        let (done, is_done) = oneshot::channel();
        let sent = self.to.send(Arrived::Window(self.source, next, done)).await;
        sent.map_err(|_| Setback::Ended)?;
        is_done.await.map_err(|_| Setback::Ended)
    }
}
