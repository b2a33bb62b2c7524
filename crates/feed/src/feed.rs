//! The feed as a whole: from sources to the journal, and from the journal to sinks.

use crate::delivery::{Delivery, DeliveryState, Reached, SourceNames};
use crate::disk::lock;
use crate::error::Error;
use crate::intake::Intake;
use crate::mapping::Mapping;
use crate::metrics::Metrics;
use crate::serve::{listen, serve};
use crate::settings::Settings;
use crate::sink::Spec;
use crate::source::Arrived;
use crate::sources::{Running, Sources, watch};
use crate::store::Store;
use std::collections::BTreeSet;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch as watched};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// The maximum length of a segment of the journal.
const SEGMENT: u64 = 16 << 20;
/// The number of pages that may wait for the disk.
const PAGES: usize = 2;
/// How often threads are checked for having ended.
const LOOK: Duration = Duration::from_millis(5);

/// Runs a feed until its sources have ended and its sinks have every line, or until `stop`
/// completes. `selection` selects lines for sinks without their own mapping.
///
/// # Errors
///
/// When the state cannot be read, or a source or a sink fails. The others continue to their end,
/// and missing lines are delivered after the next start.
pub async fn run(
    settings: Settings,
    sources: Sources,
    sinks: Vec<Spec>,
    selection: Option<Mapping>,
    metrics: Metrics,
    stop: impl Future<Output = ()>,
) -> Result<(), Error> {
    let mut names = BTreeSet::new();
    if let Some(twice) = sinks.iter().find(|sink| !names.insert(sink.name.clone())) {
        return Err(Error::settings(format!("{} is there twice", twice.name)));
    }
    // Wrong settings are reported before anything is fetched.
    sinks.iter().try_for_each(|sink| sink.sink().map(drop))?;
    let mut beside = JoinSet::new();
    if let Some(address) = settings.metrics {
        beside.spawn(serve(listen(address).await?, metrics.clone()));
    }
    // Sinks continue when the journal has ended: it is kept until all have finished.
    let _held = lock(&settings.state)?;
    let segment = (settings.buffer / 4).clamp(1 << 16, SEGMENT);
    let names: Vec<String> = sources
        .now
        .iter()
        .map(|source| source.name().to_owned())
        .collect();
    let store = Store::open(&settings.state, &names, segment)?;
    let (stopping, mut stop) = (settings.drain, pin!(stop));
    let (pages, arrived) = mpsc::channel(PAGES);
    let mut threads = Threads::start(store, arrived, sinks, selection, &settings, &metrics)?;

    let (tell, mut found) = mpsc::channel(1);
    let hurry = Arc::new(Notify::new());
    // `until` applies to the sources that exist now.
    let is_watched = sources.later.is_some() && settings.until.is_none();
    if let Some(later) = sources.later.filter(|_| is_watched) {
        beside.spawn(watch(later, tell, Arc::clone(&hurry), metrics.clone()));
    }
    let mut running = Running::new(&settings, pages, metrics.clone());
    for source in sources.now {
        running.begin(source, settings.from);
    }
    let mut outcome = Ok(());
    let mut deadline = None;
    while deadline.is_none() && (is_watched || !running.is_empty()) {
        tokio::select! {
            ended = running.ended(is_watched), if !running.is_empty() => {
                outcome = outcome.and(ended);
                if running.is_in_doubt() {
                    hurry.notify_one();
                }
            }
            Some(found) = found.recv(), if is_watched => outcome = outcome.and(running.update(found)),
            () = &mut stop => deadline = Some(Instant::now() + stopping),
            // A sink that has failed permanently: its lines are kept for the next run.
            Some(error) = threads.failures.recv() => {
                outcome = Err(error);
                deadline = Some(Instant::now() + stopping);
            }
        }
    }
    outcome = outcome.and(running.given_up());
    // Windows in progress keep the journal open.
    running.shutdown().await;
    let ended = threads.end(stop, deadline, stopping, &metrics).await;
    outcome.and(ended)
}

/// The threads of the journal and of the sinks. A slow thread, or one that waits for a disk, blocks
/// no other.
struct Threads {
    intake: JoinHandle<()>,
    deliveries: Vec<JoinHandle<()>>,
    done: watched::Sender<bool>,
    failures: mpsc::UnboundedReceiver<Error>,
}

impl Threads {
    fn start(
        store: Store,
        arrived: mpsc::Receiver<Arrived>,
        sinks: Vec<Spec>,
        selection: Option<Mapping>,
        settings: &Settings,
        metrics: &Metrics,
    ) -> Result<Self, Error> {
        let (end, ends) = watched::channel(store.end());
        let (done, is_done) = watched::channel(false);
        let (failed, failures) = mpsc::unbounded_channel();
        let names = SourceNames::default();
        names.add(store.names());
        let shared = DeliveryState {
            state: settings.state.clone(),
            journal: store.journal(),
            tail: store.tail(),
            names: names.clone(),
            end: ends,
            is_done,
            metrics: metrics.clone(),
        };
        let named = sinks.iter().map(|sink| (sink.name.clone(), Reached::default()));
        let intake = Intake {
            store,
            arrived,
            end,
            names,
            sinks: named.collect(),
            buffer: settings.buffer,
            metrics: metrics.clone(),
        };
        let reached: Vec<Reached> = intake.sinks.iter().map(|(_, reached)| reached.clone()).collect();
        let mut deliveries = Vec::new();
        for (spec, reached) in sinks.into_iter().zip(reached) {
            let (shared, selection) = (shared.clone(), selection.clone());
            deliveries.push(start("sink", failed.clone(), move || async move {
                let mapping = spec.mapping.as_ref().or(selection.as_ref());
                Delivery::new(&spec.name, spec.sink()?, mapping, shared, reached)
                    .run()
                    .await
            })?);
        }
        let intake = start("journal", failed, move || intake.run())?;
        Ok(Self {
            intake,
            deliveries,
            done,
            failures,
        })
    }

    /// Waits until the journal is written and the sinks have read it, or until the deadline that is
    /// set when the feed is stopped.
    async fn end(
        mut self,
        mut stop: Pin<&mut impl Future<Output = ()>>,
        mut deadline: Option<Instant>,
        drain: Duration,
        metrics: &Metrics,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        let mut is_written = false;
        loop {
            if !is_written && self.intake.is_finished() {
                is_written = true;
                let _ = self.done.send(true);
            }
            let left = self
                .deliveries
                .iter()
                .filter(|delivery| !delivery.is_finished())
                .count();
            if is_written && left == 0 {
                break;
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                // The rest ends with the process, and is delivered after the next start.
                metrics.log(&format!("{left} sinks have not taken everything yet"));
                break;
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                () = &mut stop, if deadline.is_none() => deadline = Some(Instant::now() + drain),
                Some(error) = self.failures.recv() => {
                    outcome = Err(error);
                    deadline.get_or_insert_with(|| Instant::now() + drain);
                }
            }
        }
        match self.failures.try_recv() {
            Ok(error) => Err(error),
            Err(_) => outcome,
        }
    }
}

/// Starts a thread that runs this on its own runtime.
fn start<F: Future<Output = Result<(), Error>>>(
    name: &str,
    failed: mpsc::UnboundedSender<Error>,
    run: impl FnOnce() -> F + Send + 'static,
) -> Result<JoinHandle<()>, Error> {
    let thread = thread::Builder::new().name(name.to_owned());
    let started = thread.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = match runtime {
            Ok(runtime) => runtime.block_on(run()),
            Err(error) => Err(Error::settings(format!("a thread cannot start: {error}"))),
        };
        if let Err(error) = outcome {
            let _ = failed.send(error);
        }
    });
    started.map_err(|error| Error::settings(format!("a thread cannot be started: {error}")))
}
