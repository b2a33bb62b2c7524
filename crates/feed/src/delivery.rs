//! One sink and its way through the journal.

use crate::error::{Error, Kind, Setback};
use crate::journal::{Entry, Place, Reader};
use crate::mapping::Mapping;
use crate::metrics::Metrics;
use crate::sink::{Event, Refused, Sink};
use crate::store::{Progress, ProgressFile};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What all deliveries share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The state folder.
    pub state: PathBuf,
    /// The folder of the journal.
    pub journal: PathBuf,
    /// The names of the sources, by their numbers.
    pub names: Arc<Vec<String>>,
    /// Up to where the journal can be read.
    pub end: watch::Receiver<Place>,
    /// Whether nothing more will be added.
    pub is_done: watch::Receiver<bool>,
    /// The member of a line that says when it happened.
    pub time: &'static str,
    pub metrics: Metrics,
}

/// How far a sink is, as others see it.
pub type Reached = Arc<Mutex<Place>>;

/// How many bytes of lines a batch has at most.
const BATCH: usize = 4 << 20;
/// Between two tries.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(60);

/// Takes the journal to a sink, until all of it is there and nothing more comes.
///
/// # Errors
///
/// When it will never work.
pub async fn deliver(
    name: &str,
    mut sink: Box<dyn Sink>,
    mapping: Option<&Mapping>,
    mut shared: Shared,
    reached: Reached,
) -> Result<(), Error> {
    let file = ProgressFile::new(&shared.state, name);
    let mut progress = file.read()?;
    sink.restore(&progress.state)?;
    *reached.lock().unwrap_or_else(PoisonError::into_inner) = progress.place;
    let mut reader = Reader::open(&shared.journal, first(&shared.journal, progress.place))?;
    loop {
        let end = *shared.end.borrow_and_update();
        let events = batch(&mut reader, end, sink.as_ref(), mapping, &shared)?;
        if events.is_empty() {
            if reader.place() != progress.place {
                progress.place = reader.place();
                keep(&file, &progress, name, &shared.metrics).await?;
                *reached.lock().unwrap_or_else(PoisonError::into_inner) = progress.place;
            }
            if *shared.is_done.borrow_and_update() && reader.place() >= *shared.end.borrow() {
                return Ok(());
            }
            // Either of them ends the wait; a sender that has gone means that nothing more comes.
            tokio::select! {
                changed = shared.end.changed() => if changed.is_err() && *shared.is_done.borrow() { return Ok(()) },
                changed = shared.is_done.changed() => if changed.is_err() { return Ok(()) },
            }
            continue;
        }
        let refused = take(&mut *sink, &events, name, &shared.metrics).await?;
        if !refused.is_empty() {
            keep_refused(&shared, name, &events, &refused).await?;
        }
        progress = Progress {
            place: reader.place(),
            state: sink.state(),
        };
        keep(&file, &progress, name, &shared.metrics).await?;
        *reached.lock().unwrap_or_else(PoisonError::into_inner) = progress.place;
        let (all, none) = (events.len() as u64, refused.len() as u64);
        shared.metrics.delivered(name, all - none, none);
    }
}

/// The first place at or behind `place` that is still there: a sink that is new begins with what there is.
fn first(journal: &std::path::Path, place: Place) -> Place {
    let entries = std::fs::read_dir(journal).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".journal")?.parse::<u64>().ok());
    match numbers.min() {
        Some(segment) if segment > place.segment => Place { segment, offset: 0 },
        _ => place,
    }
}

fn batch(
    reader: &mut Reader,
    end: Place,
    sink: &dyn Sink,
    mapping: Option<&Mapping>,
    shared: &Shared,
) -> Result<Vec<Event>, Error> {
    let (mut events, mut bytes) = (Vec::new(), 0);
    while events.len() < sink.batch() && bytes < BATCH {
        let Some(entry) = reader.read(end)? else { break };
        let Entry::Line { source, id, text } = entry else { continue };
        let Ok(text) = String::from_utf8(text) else { continue };
        bytes += text.len();
        let source = shared.names.get(usize::from(source)).cloned().unwrap_or_default();
        let time = sink.needs_time().then(|| time(&text, shared.time)).flatten();
        let text = match mapping {
            // What is no JSON goes as it is.
            Some(mapping) => mapping.apply(&text).unwrap_or(text),
            None => text,
        };
        events.push(Event {
            id: format!("{source}/{id}"),
            source,
            time,
            text,
        });
    }
    Ok(events)
}

/// When a line happened, in milliseconds since 1970.
fn time(text: &str, member: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Usual<'l> {
        #[serde(borrow)]
        timestamp: Option<std::borrow::Cow<'l, str>>,
    }
    let named = match member {
        "timestamp" => serde_json::from_str::<Usual<'_>>(text).ok()?.timestamp?.into_owned(),
        other => {
            let line: Value = serde_json::from_str(text).ok()?;
            line.get(other)?.as_str()?.to_owned()
        }
    };
    let time = chrono::DateTime::parse_from_rfc3339(&named).ok()?;
    Some(time.timestamp_millis())
}

/// Hands lines to the sink until it has them.
async fn take(sink: &mut dyn Sink, events: &[Event], name: &str, metrics: &Metrics) -> Result<Vec<Refused>, Error> {
    let mut wait = SHORTEST;
    loop {
        match sink.take(events).await {
            Ok(refused) => return Ok(refused),
            Err(Setback::Never(error)) => return Err(error),
            Err(Setback::Later(why, at_least)) => {
                metrics.sink_failed(name, &why);
                pause(&mut wait, at_least).await;
            }
        }
    }
}

/// Waits, and longer the next time.
pub async fn pause(wait: &mut Duration, at_least: Option<Duration>) {
    let jitter = wait.mul_f64(0.5 + fastrand::f64() / 2.0);
    tokio::time::sleep(jitter.max(at_least.unwrap_or_default())).await;
    *wait = (*wait * 2).min(LONGEST);
}

/// Keeps how far a sink is. A disk that is full holds the sink up; what it took is not taken again.
async fn keep(file: &ProgressFile, progress: &Progress, name: &str, metrics: &Metrics) -> Result<(), Error> {
    let mut wait = SHORTEST;
    while let Err(error) = file.keep(progress) {
        if error.kind() != Kind::Disk {
            return Err(error);
        }
        metrics.sink_failed(name, &error.to_string());
        pause(&mut wait, None).await;
    }
    Ok(())
}

/// Keeps lines that a sink will never take, with the reasons, so that nothing is lost.
async fn keep_refused(shared: &Shared, name: &str, events: &[Event], refused: &[Refused]) -> Result<(), Error> {
    let folder = shared.state.join("refused");
    let name_of_file: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let path = folder.join(format!("{name_of_file}.ndjson"));
    let mut lines = String::new();
    for refused in refused {
        if let Some(event) = events.get(refused.index) {
            let line: Value = serde_json::from_str(&event.text).unwrap_or_else(|_| event.text.as_str().into());
            lines.push_str(&format!("{}\n", json!({"id": event.id, "why": refused.why, "line": line})));
        }
    }
    let mut wait = SHORTEST;
    loop {
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        });
        match written {
            Ok(()) => return Ok(()),
            Err(error) => {
                shared.metrics.sink_failed(name, &Error::disk(&path, error).to_string());
                pause(&mut wait, None).await;
            }
        }
    }
}
