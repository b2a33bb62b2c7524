//! The thread that writes the journal and removes what all sinks have read.

use crate::delivery::{Reached, SourceNames};
use crate::error::{Error, Setback};
use crate::journal::JournalPlace;
use crate::metrics::Metrics;
use crate::source::Arrived;
use crate::store::Store;
use crate::wait::Wait;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, timeout};

/// Writes the journal.
pub struct Intake {
    /// The journal, and the state of the sources.
    pub store: Store,
    /// The lines from the sources.
    pub arrived: mpsc::Receiver<Arrived>,
    /// Is notified of the end of the readable part of the journal.
    pub end: watch::Sender<JournalPlace>,
    /// The names of the sources, as sinks see them.
    pub names: SourceNames,
    /// The sinks: their names and their progress.
    pub sinks: Vec<(String, Reached)>,
    /// The number of bytes that may wait for the slowest sink.
    pub buffer: u64,
    /// Metrics and logging.
    pub metrics: Metrics,
}

/// How often records that all sinks have read are removed.
const CLEAN: Duration = Duration::from_millis(200);
/// The approximate number of bytes written at once.
const AT_ONCE: usize = 1 << 20;

impl Intake {
    /// Writes until all sources have ended.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written, permanently.
    pub async fn run(mut self) -> Result<(), Error> {
        let mut cleaned = Instant::now();
        let mut has_room = self.clean()?;
        loop {
            if has_room {
                // Sinks continue while no lines arrive.
                match timeout(CLEAN, self.arrived.recv()).await {
                    Ok(Some(first)) => self.take(first).await?,
                    Ok(None) => return Ok(()),
                    Err(_) => {}
                }
            } else if self.arrived.is_closed() {
                return Ok(());
            } else {
                sleep(CLEAN).await;
            }
            if !has_room || cleaned.elapsed() >= CLEAN {
                has_room = self.clean()?;
                cleaned = Instant::now();
            }
        }
    }

    /// Writes the received lines, with one sync of the disk.
    async fn take(&mut self, first: Arrived) -> Result<(), Error> {
        let mut complete = Vec::new();
        self.add(first, &mut complete).await?;
        while self.store.pending() < AT_ONCE
            && let Ok(next) = self.arrived.try_recv()
        {
            self.add(next, &mut complete).await?;
        }
        self.commit().await?;
        for done in complete {
            let _ = done.send(());
        }
        Ok(())
    }

    async fn add(&mut self, arrived: Arrived, complete: &mut Vec<oneshot::Sender<()>>) -> Result<(), Error> {
        match arrived {
            Arrived::Source(name, known) => {
                // The state of the sources is kept until the journal ends.
                self.commit().await?;
                let number = self.source(&name).await?;
                let _ = known.send((number, self.store.next(number)));
            }
            Arrived::Page(source, lines) => {
                let all = lines.len() as u64;
                let new = lines.iter().filter(|line| self.store.line(source, line)).count() as u64;
                self.metrics.fetched(new, all - new);
            }
            Arrived::Window(source, next, done) => {
                self.store.window(source, next);
                complete.push(done);
            }
        }
        Ok(())
    }

    /// The number of a source, by which sinks identify it when they read its lines.
    async fn source(&mut self, name: &str) -> Result<u16, Error> {
        let number = self.lasting(|store| store.source(name)).await?;
        self.names.add(self.store.names());
        Ok(number)
    }

    /// Writes the additions.
    async fn commit(&mut self) -> Result<(), Error> {
        let place = self.lasting(Store::commit).await?;
        let _ = self.end.send(place);
        Ok(())
    }

    /// Runs an operation on the disk. While the disk is full, the operation and the sources wait.
    async fn lasting<T>(&mut self, act: impl Fn(&mut Store) -> Result<T, Error>) -> Result<T, Error> {
        let mut wait = Wait::new();
        loop {
            let error = match act(&mut self.store) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            match Setback::from(error) {
                Setback::Never(error) => return Err(error),
                Setback::Later(why, _) => self.metrics.log(&format!("the journal fails: {why}")),
                Setback::Batch(_) | Setback::Ended => {}
            }
            wait.pause(None).await;
            // Removing segments frees space.
            self.clean()?;
        }
    }

    /// Removes records that all sinks have read, and returns whether there is room for more.
    fn clean(&self) -> Result<bool, Error> {
        let mut slowest = self.store.end();
        for (name, reached) in &self.sinks {
            let place = reached.place();
            self.metrics.waiting(name, self.store.behind(place));
            slowest = slowest.min(place);
        }
        self.store.remove_before(slowest)?;
        Ok(self.store.behind(slowest) <= self.buffer)
    }
}
