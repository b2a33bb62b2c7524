//! The sources that are fetched: those that a feed starts with, and those that come and go while it
//! runs.

use crate::error::{Error, Setback};
use crate::fetch::{Fetcher, floor, now};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::source::{Arrived, Pages, Roster, Source};
use crate::wait::Wait;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

/// The sources of a feed.
#[derive(Clone)]
pub struct Sources {
    /// The current sources.
    pub now: Vec<Arc<dyn Source>>,
    /// Lists the sources that come and go, if the feed follows them.
    pub later: Option<Watch>,
}

/// A watch on the sources, and the interval at which they are listed again.
#[derive(Clone)]
pub struct Watch {
    /// The object that lists the sources.
    pub roster: Arc<dyn Roster>,
    /// The interval between lists.
    pub every: Duration,
}

/// The listed sources, and the time of the previous list, which did not contain those that are new.
pub struct SourceList {
    sources: Vec<Arc<dyn Source>>,
    since: i64,
}

/// Lists the sources at every interval, and sooner on request.
pub async fn watch(watch: Watch, found: mpsc::Sender<SourceList>, hurry: Arc<Notify>, metrics: Metrics) {
    let mut since = now();
    loop {
        tokio::select! {
            () = sleep(watch.every) => {}
            () = hurry.notified() => {}
        }
        let mut wait = Wait::new();
        loop {
            let asked = now();
            let why = match watch.roster.list().await {
                Ok(sources) => {
                    if found.send(SourceList { sources, since }).await.is_err() {
                        return;
                    }
                    since = asked;
                    break;
                }
                Err(Setback::Later(why, _) | Setback::Batch(why)) => why,
                Err(Setback::Never(error)) => error.to_string(),
                Err(Setback::Ended) => return,
            };
            metrics.log(&format!("the sources cannot be listed; trying again: {why}"));
            wait.pause(None).await;
        }
    }
}

/// The sources that are being fetched.
pub struct Running {
    settings: Arc<Settings>,
    turns: Arc<Semaphore>,
    pages: mpsc::Sender<Arrived>,
    metrics: Metrics,
    tasks: JoinSet<(String, Result<(), Error>)>,
    handles: BTreeMap<String, AbortHandle>,
    /// Sources that have failed, before it is known whether they still exist.
    failed: BTreeMap<String, Error>,
    /// Sources that have failed although they still exist.
    given_up: BTreeSet<String>,
}

impl Running {
    /// No sources yet; their pages go to `pages`.
    pub fn new(settings: &Settings, pages: mpsc::Sender<Arrived>, metrics: Metrics) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(settings.parallel.max(1))),
            settings: Arc::new(settings.clone()),
            pages,
            metrics,
            tasks: JoinSet::new(),
            handles: BTreeMap::new(),
            failed: BTreeMap::new(),
            given_up: BTreeSet::new(),
        }
    }

    /// Fetches a source, starting where the state says, or else at `from`.
    pub fn begin(&mut self, source: Arc<dyn Source>, from: i64) {
        let name = source.name().to_owned();
        let (pages, named) = (self.pages.clone(), name.clone());
        let (settings, turns) = (Arc::clone(&self.settings), Arc::clone(&self.turns));
        let metrics = self.metrics.clone();
        let handle = self.tasks.spawn(async move {
            let Ok((pages, next)) = Pages::begin(pages, &named).await else {
                return (named, Ok(()));
            };
            let fetcher = Fetcher {
                source,
                pages,
                settings,
                turns,
                metrics,
            };
            (named, fetcher.run(next.unwrap_or(from)).await)
        });
        self.handles.insert(name, handle);
    }

    /// Whether no source is left.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until a source ends, and returns its permanent failure, if that is the reason. With
    /// `is_watched`, a source that fails may simply no longer exist, so its failure is held until
    /// that is known.
    pub async fn ended(&mut self, is_watched: bool) -> Result<(), Error> {
        match self.tasks.join_next().await {
            Some(Ok((name, outcome))) => {
                self.handles.remove(&name);
                match (outcome, is_watched) {
                    (Err(error), true) => {
                        self.failed.insert(name, error);
                        Ok(())
                    }
                    (outcome, _) => outcome,
                }
            }
            Some(Err(error)) if !error.is_cancelled() => {
                Err(Error::refused(format!("a source ended: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Whether it must be found out which sources still exist.
    pub fn is_in_doubt(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Starts new sources, and ends those that no longer exist. Returns the failure of a source
    /// that still exists; it is not started again.
    pub fn update(&mut self, found: SourceList) -> Result<(), Error> {
        let names: BTreeSet<String> = found
            .sources
            .iter()
            .map(|source| source.name().to_owned())
            .collect();
        let known = self.handles.keys().chain(self.failed.keys());
        let gone: Vec<String> = known.filter(|name| !names.contains(*name)).cloned().collect();
        for name in gone {
            if let Some(task) = self.handles.remove(&name) {
                task.abort();
            }
            self.failed.remove(&name);
            self.metrics.source_gone(&name);
        }
        self.given_up.retain(|name| names.contains(name));
        let outcome = self.given_up();
        // The source was missing when the last list was made, and clocks differ.
        let since = floor(found.since - self.settings.lag, self.settings.step.max(1));
        for source in found.sources {
            let name = source.name();
            if !self.handles.contains_key(name) && !self.given_up.contains(name) {
                self.metrics.log(&format!("source {name} is new"));
                self.begin(source, since.max(self.settings.from));
            }
        }
        outcome
    }

    /// The failure of a source that still exists, if there is one.
    pub fn given_up(&mut self) -> Result<(), Error> {
        let mut outcome = Ok(());
        for (name, error) in std::mem::take(&mut self.failed) {
            self.given_up.insert(name);
            outcome = Err(error);
        }
        outcome
    }

    /// Ends all sources.
    pub async fn shutdown(mut self) {
        self.tasks.shutdown().await;
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.now.iter().map(|source| source.name());
        f.debug_list().entries(names).finish()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
