//! A request for a token in flight, from the view of its waiters.

use super::held::TokenResult;
use crate::error::AuthError;
use crate::transport::platform::{Handle, Id, Instant, SystemInstant, timeout, timeout_at};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// How often the task of a request signals that its runtime is driven.
const BEAT: Duration = Duration::from_millis(100);

/// The time without a signal after which a request on another runtime is given up. If that runtime
/// was merely busy, the only cost is a second request.
const STALLED: Duration = Duration::from_secs(1);

/// A request for a token in flight.
pub(super) struct InFlight<V> {
    progress: watch::Receiver<TokenProgress<V>>,
    status: Arc<Status>,
}

/// The state of a request.
struct TokenProgress<V> {
    /// The number of attempts that have failed.
    failures: u32,
    /// The last error.
    failure: Option<AuthError>,
    /// The result of the request.
    outcome: Option<TokenResult<V>>,
}

/// The shared knowledge of waiting callers about the task of a request.
struct Status {
    runtime: Id,
    started: SystemInstant,
    /// Milliseconds from `started` to the last signal. They are not measured by tokio's clock,
    /// which differs between runtimes.
    last_beat: AtomicU64,
    /// The number of callers for whom attempts are repeated, as opposed to background renewal and
    /// callers that want no second attempt.
    callers: AtomicUsize,
}

/// The side of the task that makes the request.
pub(super) struct TokenReport<V> {
    progress: watch::Sender<TokenProgress<V>>,
    status: Arc<Status>,
}

/// How a wait ended.
pub(super) enum Waited<V> {
    Outcome(TokenResult<V>),
    /// The task is gone, or its runtime is no longer driven. `is_own` says whether that is the
    /// caller's runtime.
    Lost {
        is_own: bool,
    },
    /// The caller's time is up; the last attempt failed with this error, if one has ended.
    TimeUp(Option<AuthError>),
}

/// A request on this runtime, and the side of its task.
pub(super) fn in_flight<V>(runtime: &Handle) -> (InFlight<V>, TokenReport<V>) {
    let (sender, receiver) = watch::channel(TokenProgress {
        failures: 0,
        failure: None,
        outcome: None,
    });
    let status = Arc::new(Status {
        runtime: runtime.id(),
        started: SystemInstant::now(),
        last_beat: AtomicU64::new(0),
        callers: AtomicUsize::new(0),
    });
    let report = TokenReport {
        progress: sender,
        status: Arc::clone(&status),
    };
    let progress = receiver;
    (InFlight { progress, status }, report)
}

impl<V> InFlight<V> {
    /// Whether its task exists or has left a result.
    pub(super) fn is_there(&self) -> bool {
        self.progress.has_changed().is_ok()
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.status, &other.status)
    }

    /// Whether this is the request that `report` belongs to.
    pub(super) fn is_of(&self, report: &TokenReport<V>) -> bool {
        Arc::ptr_eq(&self.status, &report.status)
    }

    /// Counts a caller, until the guard is dropped. Unless it `gives_up` at the first failure from
    /// now on, attempts are repeated for it.
    pub(super) fn wait(self, gives_up: bool) -> Waiting<V> {
        let gives_up_after = gives_up.then(|| self.progress.borrow().failures);
        if !gives_up {
            self.status.callers.fetch_add(1, Ordering::AcqRel);
        }
        Waiting {
            request: self,
            gives_up_after,
        }
    }

    /// The result; `None` if the task is gone.
    pub(super) async fn outcome(mut self) -> Option<TokenResult<V>> {
        let is_done = |progress: &TokenProgress<V>| progress.outcome.is_some();
        let progress = self.progress.wait_for(is_done).await.ok()?;
        progress.outcome.clone()
    }
}

impl<V> Clone for InFlight<V> {
    fn clone(&self) -> Self {
        Self {
            progress: self.progress.clone(),
            status: Arc::clone(&self.status),
        }
    }
}

/// A caller that waits for a request.
pub(super) struct Waiting<V> {
    request: InFlight<V>,
    /// The number of failures after which the caller receives the next one.
    gives_up_after: Option<u32>,
}

impl<V> Drop for Waiting<V> {
    fn drop(&mut self) {
        if self.gives_up_after.is_none() {
            self.request.status.callers.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl<V> Waiting<V> {
    pub(super) const fn request(&self) -> &InFlight<V> {
        &self.request
    }

    /// Waits for the result, no longer than until `deadline`.
    pub(super) async fn outcome(&mut self, deadline: Instant) -> Waited<V> {
        let status = Arc::clone(&self.request.status);
        let gives_up_after = self.gives_up_after;
        let is_over = |progress: &TokenProgress<V>| {
            let is_failed = gives_up_after.is_some_and(|before| progress.failures > before);
            progress.outcome.is_some() || is_failed
        };
        let is_own = Handle::try_current().is_ok_and(|runtime| runtime.id() == status.runtime);
        loop {
            let now = Instant::now();
            // A runtime that polls its caller polls its tasks as well.
            let until = if is_own {
                deadline
            } else {
                deadline.min(now.checked_add(STALLED / 2).unwrap_or(deadline))
            };
            match timeout_at(until, self.request.progress.wait_for(is_over)).await {
                Ok(Ok(progress)) => {
                    return match (&progress.outcome, &progress.failure) {
                        (Some(outcome), _) => Waited::Outcome(outcome.clone()),
                        (None, Some(failure)) => Waited::Outcome(Err(failure.clone())),
                        (None, None) => Waited::Lost { is_own },
                    };
                }
                Ok(Err(_)) => return Waited::Lost { is_own },
                Err(_) => {}
            }
            if Instant::now() >= deadline {
                return Waited::TimeUp(self.request.progress.borrow().failure.clone());
            }
            if !is_own && status.is_stalled() {
                return Waited::Lost { is_own };
            }
        }
    }
}

impl Status {
    fn is_stalled(&self) -> bool {
        let last_beat = Duration::from_millis(self.last_beat.load(Ordering::Acquire));
        self.started.elapsed().saturating_sub(last_beat) >= STALLED
    }
}

impl<V> TokenReport<V> {
    /// Whether a caller waits that prefers another attempt to an error.
    pub(super) fn has_callers(&self) -> bool {
        self.status.callers.load(Ordering::Acquire) > 0
    }

    /// Keeps the error of an attempt for callers that want no other attempt, and for those whose
    /// time ends before the next attempt does.
    pub(super) fn failed(&self, error: AuthError) {
        self.progress.send_modify(|progress| {
            progress.failures = progress.failures.saturating_add(1);
            progress.failure = Some(error);
        });
    }

    pub(super) fn done(&self, outcome: TokenResult<V>) {
        self.progress
            .send_modify(|progress| progress.outcome = Some(outcome));
    }

    /// Awaits a future of the task, and signals meanwhile that the task is polled.
    pub(super) async fn beating<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        loop {
            let elapsed = self.status.started.elapsed().as_millis();
            let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
            self.status.last_beat.store(elapsed, Ordering::Release);
            if let Ok(output) = timeout(BEAT, future.as_mut()).await {
                return output;
            }
        }
    }
}
