//! Where lines come from: something that gives what happened in a window of time.

use crate::error::Setback;
use serde_json::value::RawValue;
use std::pin::Pin;
use tokio::sync::mpsc;

/// A line of a source: JSON as it came, with an id that is the same whenever the line comes again.
#[derive(Debug)]
pub struct Line {
    /// The id within the source.
    pub id: String,
    /// The JSON, to the last character.
    pub json: Box<RawValue>,
}

/// What gives lines.
pub trait Source: Send + Sync {
    /// Its name, which is kept in the state: `corp/site`.
    fn name(&self) -> &str;

    /// Gives all lines from `from` on and before `until`, times in seconds since 1970, page by page. A window is asked for again if
    /// that fails, so lines may come twice.
    fn window<'s>(&'s self, from: i64, until: i64, to: &'s Pages) -> Fetching<'s>;
}

/// A window that is being fetched.
pub type Fetching<'s> = Pin<Box<dyn Future<Output = Result<(), Setback>> + Send + 's>>;

/// Takes the pages of a window.
#[derive(Debug)]
pub struct Pages {
    pub(crate) source: u16,
    pub(crate) to: mpsc::Sender<Arrived>,
}

/// What goes to the journal.
#[derive(Debug)]
pub(crate) enum Arrived {
    Page(u16, Vec<Line>),
    /// A window is complete; the sender hears when that is on disk.
    Window(u16, i64, tokio::sync::oneshot::Sender<()>),
}

impl Pages {
    /// Hands over the lines of a page. It waits while there is no room.
    ///
    /// # Errors
    ///
    /// When the feed ends.
    pub async fn page(&self, lines: Vec<Line>) -> Result<(), Setback> {
        let sent = self.to.send(Arrived::Page(self.source, lines)).await;
        sent.map_err(|_| Setback::later("the feed ends"))
    }

    pub(crate) async fn complete(&self, next: i64) -> Result<(), Setback> {
        let ended = |_| Setback::later("the feed ends");
        let (done, is_done) = tokio::sync::oneshot::channel();
        let sent = self.to.send(Arrived::Window(self.source, next, done)).await;
        sent.map_err(|_| Setback::later("the feed ends"))?;
        is_done.await.map_err(ended)
    }
}
