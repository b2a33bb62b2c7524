//! One sink and its progress through the journal.

use crate::error::{Error, FeedErrorKind, Setback};
use crate::hash::file_name;
use crate::journal::{JournalPlace, JournalReader, RecordKind, Tail, first};
use crate::mapping::Mapping;
use crate::metrics::Metrics;
use crate::progress::{Progress, ProgressFile};
use crate::sink::{Event, Refused, Sink, Text};
use crate::wait::Wait;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

/// The state that all deliveries share.
#[derive(Clone, Debug)]
pub struct DeliveryState {
    /// The state folder.
    pub state: PathBuf,
    /// The folder of the journal.
    pub journal: PathBuf,
    /// Its latest records.
    pub tail: Tail,
    /// The names of the sources.
    pub names: SourceNames,
    /// The end of the readable part of the journal.
    pub end: watch::Receiver<JournalPlace>,
    /// Whether the journal is complete.
    pub is_done: watch::Receiver<bool>,
    /// Metrics and logging.
    pub metrics: Metrics,
}

/// The names of the sources, by number. More may be added later.
#[derive(Clone, Debug, Default)]
pub struct SourceNames(Arc<RwLock<Vec<Arc<str>>>>);

impl SourceNames {
    /// Adds the names that are not in the list yet.
    pub fn add(&self, names: &[String]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let new = names.iter().skip(known.len()).map(|name| name.as_str().into());
        let new: Vec<Arc<str>> = new.collect();
        known.extend(new);
    }

    fn get(&self, number: u16) -> Arc<str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let name = known.get(usize::from(number)).cloned();
        name.unwrap_or_else(|| "unknown".into())
    }
}

/// A sink's published progress: the records before this position may be removed.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<JournalPlace>>);

impl Reached {
    /// The place.
    pub fn place(&self) -> JournalPlace {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, place: JournalPlace) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

/// One sink and its progress through the journal.
pub struct Delivery<'d> {
    name: &'d str,
    sink: Box<dyn Sink>,
    mapping: Option<&'d Mapping>,
    shared: DeliveryState,
    reached: Reached,
    file: ProgressFile,
}

/// The maximum number of lines in a batch.
const LINES: usize = 10_000;
/// The interval at which an idle sink is asked whether periodic work is due.
const REST: Duration = Duration::from_secs(1);

impl<'d> Delivery<'d> {
    /// Creates the delivery to the sink of this name.
    pub fn new(
        name: &'d str,
        sink: Box<dyn Sink>,
        mapping: Option<&'d Mapping>,
        shared: DeliveryState,
        reached: Reached,
    ) -> Self {
        let file = ProgressFile::new(&shared.state, name);
        Self {
            name,
            sink,
            mapping,
            shared,
            reached,
            file,
        }
    }

    /// Moves the journal's lines to the sink, until all are there and no more will come.
    ///
    /// # Errors
    ///
    /// When the sink fails permanently.
    pub async fn run(mut self) -> Result<(), Error> {
        let mut place = self.begin().await?;
        let mut reader = JournalReader::open(&self.shared.journal, place, self.shared.tail.clone())?;
        loop {
            // Checked first, since delivery is done only after the end that is read next.
            let is_done = *self.shared.is_done.borrow_and_update();
            let end = *self.shared.end.borrow_and_update();
            let events = self.batch(&mut reader, end)?;
            if !events.is_empty() {
                let refused = self.take(&events).await?;
                self.keep_refused(&events, &refused).await;
                let (all, none) = (events.len() as u64, refused.len() as u64);
                self.shared.metrics.delivered(self.name, all - none, none);
            }
            if reader.place() != place {
                place = reader.place();
                self.keep(place).await?;
            }
            if reader.place() < end {
                continue;
            }
            if self.rest(is_done).await? {
                self.keep(place).await?;
            }
            if is_done {
                return Ok(());
            }
            tokio::select! {
                changed = self.shared.end.changed() => if changed.is_err() {
                    // The journal's thread has ended; the next lines determine whether it is done.
                    let _ = self.shared.is_done.wait_for(|is_done| *is_done).await;
                },
                changed = self.shared.is_done.changed() => if changed.is_err() { return Ok(()) },
                () = tokio::time::sleep(REST) => {}
            }
        }
    }

    /// The position from which the sink continues.
    async fn begin(&mut self) -> Result<JournalPlace, Error> {
        let (kept, end) = (self.file.read()?, *self.shared.end.borrow());
        self.sink.begin(kept.as_ref().map(|kept| &kept.state))?;
        let from = kept.as_ref().map(|kept| kept.place).unwrap_or_default();
        if from > end {
            return Err(Error::damaged(
                &self.shared.journal,
                "a sink has taken more than is in it; put the journal back, or begin with another state",
            ));
        }
        let place = first(&self.shared.journal, from)?;
        // After a crash within the first batch, the file's earlier length must be known.
        self.keep(place).await?;
        Ok(place)
    }

    /// The next lines.
    fn batch(&self, reader: &mut JournalReader, end: JournalPlace) -> Result<Vec<Event>, Error> {
        let (mut events, mut bytes, most) = (Vec::new(), 0, self.sink.batch());
        while events.len() < LINES && bytes < most {
            let Some(entry) = reader.read(end)? else { break };
            let RecordKind::Line {
                source,
                id,
                time,
                text,
            } = entry
            else {
                continue;
            };
            bytes += text.len();
            let source = self.shared.names.get(source);
            let text = Text::new(text);
            // Values other than objects are passed unchanged.
            let mapped = self.mapping.and_then(|mapping| mapping.apply(text.as_str()).ok());
            let text = mapped.map_or(text, Text::from);
            let id = format!("{source}/{id}");
            events.push(Event {
                source,
                id,
                time,
                text,
            });
        }
        Ok(events)
    }

    /// Hands lines to the sink until it has them. A refused batch is split in halves, until the
    /// refused lines are isolated.
    async fn take(&mut self, events: &[Event]) -> Result<Vec<Refused>, Error> {
        let mut refused = Vec::new();
        // The first of them comes last.
        let mut parts = vec![(0, events.len())];
        let mut wait = Wait::new();
        while let Some((start, end)) = parts.pop() {
            let lines = events.get(start..end).unwrap_or_default();
            match self.sink.take(lines).await {
                Ok(more) => {
                    wait = Wait::new();
                    refused.extend(more.into_iter().map(|line| Refused {
                        index: line.index + start,
                        ..line
                    }));
                }
                Err(Setback::Batch(why)) if lines.len() <= 1 => refused.push(Refused { index: start, why }),
                Err(Setback::Batch(_)) => {
                    let middle = start + lines.len() / 2;
                    parts.extend([(middle, end), (start, middle)]);
                }
                Err(Setback::Later(why, at_least)) => {
                    self.shared.metrics.sink_failed(self.name, &why);
                    parts.push((start, end));
                    wait.pause(at_least).await;
                }
                Err(Setback::Never(error)) => return Err(error),
                Err(Setback::Ended) => return Ok(refused),
            }
        }
        Ok(refused)
    }

    /// Lets the sink do its periodic work, and returns whether its state has changed. A full disk
    /// is tried again the next time, except at the end.
    async fn rest(&mut self, is_end: bool) -> Result<bool, Error> {
        let mut wait = Wait::new();
        loop {
            match self.sink.rest(is_end) {
                Err(error) if error.kind() == FeedErrorKind::Disk => {
                    self.shared.metrics.sink_failed(self.name, &error.to_string());
                    if !is_end {
                        return Ok(false);
                    }
                    wait.pause(None).await;
                }
                done => return done,
            }
        }
    }

    /// Saves the sink's progress. A full disk blocks it; lines that the sink has taken are not
    /// delivered again.
    async fn keep(&self, place: JournalPlace) -> Result<(), Error> {
        let state = self.sink.state();
        let progress = Progress { place, state };
        let mut wait = Wait::new();
        while let Err(error) = self.file.keep(&progress) {
            if error.kind() != FeedErrorKind::Disk {
                return Err(error);
            }
            self.shared.metrics.sink_failed(self.name, &error.to_string());
            wait.pause(None).await;
        }
        self.reached.set(place);
        Ok(())
    }

    /// Stores lines that the sink rejected permanently, with the reasons, so that nothing is lost.
    async fn keep_refused(&self, events: &[Event], refused: &[Refused]) {
        let Some(first) = refused.first() else { return };
        let folder = self.shared.state.join("refused");
        let path = folder.join(format!("{}.ndjson", file_name(self.name)));
        let mut lines = String::new();
        for line in refused {
            if let Some(event) = events.get(line.index) {
                let text = event.text.as_str();
                let json = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
                let kept = json!({"id": event.id, "why": line.why, "line": json});
                let _ = writeln!(lines, "{kept}");
            }
        }
        let mut wait = Wait::new();
        while let Err(error) = append(&folder, &path, &lines) {
            let why = Error::disk(&path, &error).to_string();
            self.shared.metrics.sink_failed(self.name, &why);
            wait.pause(None).await;
        }
        self.shared.metrics.log(&format!(
            "sink {} refuses {} lines for good, which are in {}: {}",
            self.name,
            refused.len(),
            path.display(),
            first.why
        ));
    }
}

fn append(folder: &Path, path: &Path, lines: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}
