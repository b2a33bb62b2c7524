//! One source, window by window.

use crate::error::{Error, Setback};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::source::{Pages, Source};
use crate::wait::Wait;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Fetches a source.
pub struct Fetcher {
    /// The source.
    pub source: Arc<dyn Source>,
    /// The destination of its lines.
    pub pages: Pages,
    /// The settings of the feed.
    pub settings: Arc<Settings>,
    /// The semaphore that grants sources their turns, in the order of their requests.
    pub turns: Arc<Semaphore>,
    /// Metrics and logging.
    pub metrics: Metrics,
}

/// How often the clock is checked while there is nothing to fetch: clocks can jump.
const LOOK: Duration = Duration::from_secs(10);
/// The number of lines in a window above which later windows become shorter, since the ids of a
/// window are held in memory.
const MANY: usize = 50_000;

impl Fetcher {
    /// Fetches from `next` on, up to the end if one is set.
    ///
    /// # Errors
    ///
    /// When the source fails permanently.
    pub async fn run(self, mut next: i64) -> Result<(), Error> {
        let settings = Arc::clone(&self.settings);
        let (step, mut window) = (settings.step.max(1), settings.window);
        let mut wait = Wait::new();
        while settings.until.is_none_or(|until| next < until) {
            let youngest = floor(now() - settings.lag, step);
            let limit = settings.until.map_or(youngest, |until| until.min(youngest));
            if next >= limit {
                sleep(LOOK).await;
                continue;
            }
            let until = limit.min(next.saturating_add(window));
            match self.window(next, until).await {
                Ok(()) => {
                    next = until;
                    wait = Wait::new();
                    self.metrics.window(self.source.name(), next);
                    window = match self.pages.take_count() {
                        MANY.. => floor(window / 2, step).max(step),
                        count if count < MANY / 4 => (window * 2).min(settings.window),
                        _ => window,
                    };
                }
                Err(Setback::Later(why, at_least)) => {
                    self.metrics.source_failed(self.source.name(), &why);
                    self.pages.take_count();
                    wait.pause(at_least).await;
                }
                Err(Setback::Batch(why)) => {
                    self.metrics.source_failed(self.source.name(), &why);
                    wait.pause(None).await;
                }
                Err(Setback::Never(error)) => {
                    self.metrics.source_failed(self.source.name(), &error.to_string());
                    return Err(error);
                }
                Err(Setback::Ended) => return Ok(()),
            }
        }
        Ok(())
    }

    async fn window(&self, from: i64, until: i64) -> Result<(), Setback> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| Setback::Ended)?;
        self.source.window(from, until, &self.pages).await?;
        drop(turn);
        self.pages.complete(until).await
    }
}

/// The latest whole step.
pub fn floor(seconds: i64, step: i64) -> i64 {
    seconds - seconds.rem_euclid(step)
}

/// Seconds since 1970, by the clock of this machine.
pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}
