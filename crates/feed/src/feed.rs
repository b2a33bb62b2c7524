//! The whole: sources into the journal, the journal into sinks.

use crate::delivery::{self, Reached, Shared, deliver, pause};
use crate::error::{Error, Setback};
use crate::journal::Place;
use crate::mapping::Mapping;
use crate::metrics::Metrics;
use crate::sink::Spec;
use crate::source::{Arrived, Line, Pages, Source};
use crate::store::Store;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// Settings of a feed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for what has to outlast the process.
    pub state: PathBuf,
    /// Where sources begin that have not begun yet, in seconds since 1970.
    pub from: i64,
    /// Where they end; `None` to follow them.
    pub until: Option<i64>,
    /// How long a window is, in seconds.
    pub window: i64,
    /// What windows begin and end with, in seconds: whole minutes, for instance.
    pub step: i64,
    /// What is younger than this cannot be asked for yet, in seconds.
    pub lag: i64,
    /// How many windows are fetched at once.
    pub parallel: usize,
    /// How many bytes may wait on disk for the slowest sink.
    pub buffer: u64,
    /// Which lines are wanted; all, if there is none.
    pub filter: Option<fn(&Line, &[String]) -> bool>,
    /// What the filter is given.
    pub wanted: Vec<String>,
    /// The member of a line that says when it happened.
    pub time: &'static str,
    /// How long sinks have to take the rest when the feed is stopped.
    pub drain: Duration,
}

/// A segment of the journal.
const SEGMENT: u64 = 16 << 20;
/// How often what all sinks have is removed.
const CLEAN: Duration = Duration::from_millis(500);
/// Pages that wait for the disk.
const PAGES: usize = 4;

/// Runs a feed until its sources have come to their end and its sinks have everything, or until `stop` is.
///
/// # Errors
///
/// When the state cannot be read, or no source or no sink can go on.
pub async fn run(
    settings: Settings,
    sources: Vec<Arc<dyn Source>>,
    sinks: Vec<Spec>,
    selection: Option<Mapping>,
    metrics: Metrics,
    stop: impl Future<Output = ()>,
) -> Result<(), Error> {
    let names: Vec<String> = sources.iter().map(|source| source.name().to_owned()).collect();
    let store = Store::open(&settings.state, &names, SEGMENT)?;
    let known = Arc::new(store.names().to_vec());
    let begun: Vec<(u16, i64)> = names
        .iter()
        .map(|name| {
            let number = store.number(name).unwrap_or_default();
            (number, store.next(number).unwrap_or(settings.from))
        })
        .collect();
    let (end, ends) = watch::channel(store.end());
    let (done, is_done) = watch::channel(false);
    let (room, rooms) = watch::channel(true);
    let shared = Shared {
        state: settings.state.clone(),
        journal: store.journal(),
        names: known,
        end: ends,
        is_done,
        time: settings.time,
        metrics: metrics.clone(),
    };
    let (failed, mut failures) = mpsc::unbounded_channel();
    let mut reached = Vec::new();
    let mut deliveries = Vec::new();
    for spec in sinks {
        let place = Reached::default();
        reached.push(Arc::clone(&place));
        let (shared, failed, selection) = (shared.clone(), failed.clone(), selection.clone());
        // A thread of its own: a sink that is slow, or that waits for a disk, holds up no other.
        let delivery = thread::Builder::new().name("sink".to_owned()).spawn(move || {
            let outcome = run_sink(&spec, selection.as_ref(), shared, place);
            if let Err(error) = outcome {
                let _ = failed.send(error);
            }
        });
        deliveries.push(delivery.map_err(|error| Error::settings(format!("a thread cannot be started: {error}")))?);
    }
    drop(failed);
    let (pages, arrived) = mpsc::channel(PAGES);
    let journal = Journal {
        store,
        arrived,
        end,
        room,
        reached,
        settings: settings.clone(),
        metrics: metrics.clone(),
    };
    let writing = thread::Builder::new().name("journal".to_owned()).spawn(move || journal.run());
    let writing = writing.map_err(|error| Error::settings(format!("a thread cannot be started: {error}")))?;
    let settings = Arc::new(settings);
    let turns = Arc::new(Semaphore::new(settings.parallel.max(1)));
    let mut fetching = JoinSet::new();
    for (source, (number, next)) in sources.into_iter().zip(begun) {
        let pages = Pages {
            source: number,
            to: pages.clone(),
        };
        let fetcher = Fetcher {
            source,
            pages,
            settings: Arc::clone(&settings),
            turns: Arc::clone(&turns),
            room: rooms.clone(),
            metrics: metrics.clone(),
        };
        fetching.spawn(fetcher.run(next));
    }
    drop(pages);
    let all = fetching.len();
    let fetched = async {
        let mut errors = Vec::new();
        while let Some(outcome) = fetching.join_next().await {
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(error)) => errors.push(error),
                Err(error) => errors.push(Error::refused(format!("a source ended: {error}"))),
            }
        }
        match errors.pop() {
            Some(error) if errors.len() + 1 == all => Err(error),
            _ => Ok(()),
        }
    };
    let (outcome, is_stopped) = tokio::select! {
        outcome = fetched => (outcome, false),
        () = stop => (Ok(()), true),
        // A sink that will never work again: what it should have is kept for the next time.
        Some(error) = failures.recv() => (Err(error), true),
    };
    // Those that are under way hold the journal open.
    fetching.shutdown().await;
    let written = join(writing, None).await;
    let _ = done.send(true);
    let limit = is_stopped.then_some(settings.drain);
    let begun = Instant::now();
    for delivery in deliveries {
        let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
        join(delivery, left).await;
    }
    outcome?;
    written.unwrap_or(Ok(()))?;
    failures.try_recv().map_or(Ok(()), Err)
}

/// Waits for a thread, for so long at most. One that is stuck is left: it ends with the process.
async fn join<T>(handle: thread::JoinHandle<T>, limit: Option<Duration>) -> Option<T> {
    let begun = Instant::now();
    while !handle.is_finished() {
        if limit.is_some_and(|limit| begun.elapsed() >= limit) {
            return None;
        }
        sleep(Duration::from_millis(10)).await;
    }
    handle.join().ok()
}

fn run_sink(spec: &Spec, selection: Option<&Mapping>, shared: Shared, reached: Reached) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::settings(format!("a sink cannot be started: {error}")))?;
    let mapping = spec.mapping.as_ref().or(selection);
    runtime.block_on(async { deliver(&spec.name, spec.sink()?, mapping, shared, reached).await })
}

/// The thread that writes the journal.
struct Journal {
    store: Store,
    arrived: mpsc::Receiver<Arrived>,
    end: watch::Sender<Place>,
    room: watch::Sender<bool>,
    reached: Vec<Reached>,
    settings: Settings,
    metrics: Metrics,
}

impl Journal {
    fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| Error::settings(format!("the journal cannot be started: {error}")))?;
        runtime.block_on(self.write())
    }

    async fn write(mut self) -> Result<(), Error> {
        let mut cleaned = Instant::now();
        loop {
            // Sinks go on while nothing comes, and sources may wait for the room that they make.
            let first = timeout(CLEAN, self.arrived.recv()).await;
            if let Ok(Some(first)) = first {
                let mut complete = Vec::new();
                self.add(first, &mut complete);
                // What has come meanwhile is written with it: the disk is waited for once.
                while let Ok(next) = self.arrived.try_recv() {
                    self.add(next, &mut complete);
                }
                self.commit().await?;
                complete.into_iter().for_each(|done: oneshot::Sender<()>| drop(done.send(())));
            } else if first.is_ok() {
                return self.clean();
            }
            if cleaned.elapsed() >= CLEAN {
                self.clean()?;
                cleaned = Instant::now();
            }
        }
    }

    fn add(&mut self, arrived: Arrived, complete: &mut Vec<oneshot::Sender<()>>) {
        match arrived {
            Arrived::Page(source, lines) => {
                let (mut new, mut repeated) = (0, 0);
                for line in lines {
                    if self.settings.filter.is_some_and(|filter| !filter(&line, &self.settings.wanted)) {
                        continue;
                    }
                    match self.store.line(source, &line.id, line.json.get().as_bytes()) {
                        true => new += 1,
                        false => repeated += 1,
                    }
                }
                self.metrics.fetched(new, repeated);
            }
            Arrived::Window(source, next, done) => {
                self.store.window(source, next);
                complete.push(done);
            }
        }
    }

    /// Writes what was added. A disk that is full is waited for: sources are not asked for more meanwhile.
    async fn commit(&mut self) -> Result<(), Error> {
        let mut wait = Duration::from_millis(200);
        loop {
            match self.store.commit() {
                Ok(place) => {
                    let _ = self.end.send(place);
                    return Ok(());
                }
                Err(error) => match Setback::from(error) {
                    Setback::Later(why, _) => {
                        self.metrics.sink_failed("journal", &why);
                        sleep(wait).await;
                        wait = (wait * 2).min(Duration::from_secs(10));
                        self.clean()?;
                    }
                    Setback::Never(error) => return Err(error),
                },
            }
        }
    }

    /// Removes what all sinks have, and says whether there is room for more.
    fn clean(&self) -> Result<(), Error> {
        let reached = self.reached.iter();
        let places = reached.map(|place| *place.lock().unwrap_or_else(PoisonError::into_inner));
        let left = self.store.remove_before(places.min().unwrap_or_else(|| self.store.end()))?;
        self.metrics.journal(left);
        let has_room = left <= self.settings.buffer;
        let _ = self.room.send_if_modified(|room| std::mem::replace(room, has_room) != has_room);
        Ok(())
    }
}

/// Fetches a source, window by window.
struct Fetcher {
    source: Arc<dyn Source>,
    pages: Pages,
    settings: Arc<Settings>,
    turns: Arc<Semaphore>,
    room: watch::Receiver<bool>,
    metrics: Metrics,
}

/// How often the clock is looked at while there is nothing to fetch: clocks jump.
const LOOK: Duration = Duration::from_secs(10);

impl Fetcher {
    async fn run(mut self, mut next: i64) -> Result<(), Error> {
        let mut wait = Duration::from_millis(500);
        loop {
            let settings = &self.settings;
            let youngest = floor(now() - settings.lag, settings.step);
            let limit = settings.until.map_or(youngest, |until| until.min(youngest));
            if settings.until.is_some_and(|until| next >= until) {
                return Ok(());
            }
            if next >= limit {
                sleep(LOOK.min(Duration::from_secs(settings.step.unsigned_abs()))).await;
                continue;
            }
            let until = limit.min(next + settings.window);
            while !*self.room.borrow_and_update() {
                if self.room.changed().await.is_err() {
                    return Ok(());
                }
            }
            let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else {
                return Ok(());
            };
            let fetched = self.source.window(next, until, &self.pages).await;
            drop(turn);
            let outcome = match fetched {
                Ok(()) => self.pages.complete(until).await,
                Err(setback) => Err(setback),
            };
            match outcome {
                Ok(()) => {
                    next = until;
                    wait = Duration::from_millis(500);
                    self.metrics.window(self.source.name(), next);
                }
                Err(Setback::Later(why, at_least)) => {
                    self.metrics.source_failed(self.source.name(), &why);
                    pause(&mut wait, at_least).await;
                }
                Err(Setback::Never(error)) => {
                    self.metrics.source_failed(self.source.name(), &error.to_string());
                    return Err(error);
                }
            }
        }
    }
}

fn floor(seconds: i64, step: i64) -> i64 {
    seconds - seconds.rem_euclid(step.max(1))
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}
