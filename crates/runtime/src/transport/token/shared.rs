//! The machinery of the token cache: the token that is held, the one request that is under way, and the background renewal.
//!
//! Tasks know the cache weakly only, so that dropping it is their end. It knows nothing of what a token is or how one is
//! asked for.

use super::expiry::{Renewal, Schedule};
use crate::error::AuthError;
use arc_swap::ArcSwapOption;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// A token, or what was made of it, with its times.
pub struct Held<V> {
    value: V,
    serial: u64,
    schedule: Schedule,
    is_renewing: AtomicBool,
}

impl<V> Held<V> {
    /// The token, or what was made of it.
    pub const fn value(&self) -> &V {
        &self.value
    }

    /// Its number, unique in its cache; newer ones are higher.
    pub const fn serial(&self) -> u64 {
        self.serial
    }

    fn is_alive(&self, now: Instant) -> bool {
        self.schedule.dead_at.is_none_or(|dead_at| now < dead_at)
    }

    fn is_due(&self, now: Instant) -> bool {
        self.schedule.renew_at.is_some_and(|renew_at| now >= renew_at)
    }
}

impl<V> fmt::Debug for Held<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self
            .schedule
            .dead_at
            .map(|dead_at| dead_at.saturating_duration_since(Instant::now()));
        f.debug_struct("Held")
            .field("serial", &self.serial)
            .field("left", &left)
            .finish_non_exhaustive()
    }
}

type Outcome<V> = Result<Arc<Held<V>>, AuthError>;
type Fetched<V> = Result<(V, Option<Duration>), AuthError>;
type Fetch<V> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Fetched<V>> + Send>> + Send + Sync>;

/// A request for a token that is under way, as those who wait for it have it.
pub(super) type Flight<V> = watch::Receiver<Option<Outcome<V>>>;

/// The outcome of a request; `None` if it was lost with the runtime that it ran on.
pub(super) async fn outcome<V>(mut flight: Flight<V>) -> Option<Outcome<V>> {
    flight
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|outcome| outcome.clone())
}

/// What an asker finds who saw no token.
pub(super) enum Look<V> {
    There(Arc<Held<V>>),
    Wait(Flight<V>),
}

/// What the cache and its tasks share.
pub(super) struct Shared<V> {
    fetch: Fetch<V>,
    renewal: Renewal,
    held: ArcSwapOption<Held<V>>,
    serials: AtomicU64,
    state: Mutex<State<V>>,
}

/// What happens once a token's life; the lock on it is never held across a wait.
struct State<V> {
    flight: Option<Flight<V>>,
    fetching: Option<AbortHandle>,
    renewing: Option<AbortHandle>,
    // After a failure, no request starts before this.
    not_before: Option<Instant>,
}

impl<V> Shared<V> {
    pub fn new(renewal: Renewal, fetch: Fetch<V>) -> Self {
        Self {
            fetch,
            renewal,
            held: ArcSwapOption::empty(),
            serials: AtomicU64::new(1),
            state: Mutex::new(State {
                flight: None,
                fetching: None,
                renewing: None,
                not_before: None,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that is held, alive or not.
    pub fn held(&self) -> Option<Arc<Held<V>>> {
        self.held.load_full()
    }

    /// Forgets the token with this number, and no other.
    pub fn reject(&self, serial: u64) {
        let held = self.held.load();
        if held.as_ref().is_some_and(|held| held.serial == serial) {
            // If another has taken its place since, that one stays.
            self.held.compare_and_swap(&held, None);
        }
    }

    /// Ends the tasks.
    pub fn stop(&self) {
        let (fetching, renewing) = {
            let mut state = self.lock();
            (state.fetching.take(), state.renewing.take())
        };
        for task in [fetching, renewing].into_iter().flatten() {
            task.abort();
        }
    }

    /// Takes in what a request brought.
    fn land(&self, asked: Instant, fetched: Fetched<V>) -> Outcome<V> {
        let outcome = fetched.map(|(value, lifetime)| {
            Arc::new(Held {
                value,
                serial: self.serials.fetch_add(1, Ordering::Relaxed),
                schedule: self.renewal.schedule(asked, lifetime, fastrand::f64()),
                is_renewing: AtomicBool::new(false),
            })
        });
        let mut state = self.lock();
        if let Ok(held) = &outcome {
            self.held.store(Some(Arc::clone(held)));
            state.not_before = None;
        } else {
            state.not_before = Some(Instant::now() + self.renewal.pause);
        }
        state.flight = None;
        outcome
    }
}

impl<V: Send + Sync + 'static> Shared<V> {
    /// The token that is held, if it is alive. Starts its renewal if it is time for that.
    pub fn current(self: &Arc<Self>) -> Option<Arc<Held<V>>> {
        let held = self.held.load();
        let held = held.as_ref()?;
        let now = Instant::now();
        if !held.is_alive(now) {
            return None;
        }
        if held.is_due(now) && !held.is_renewing.load(Ordering::Relaxed) {
            self.renew_early(held);
        }
        Some(Arc::clone(held))
    }

    /// The token, or the request for one, which is started if there is none.
    ///
    /// # Errors
    ///
    /// When there is no tokio runtime to start it on.
    pub fn look_or_join(self: &Arc<Self>) -> Result<Look<V>, AuthError> {
        let mut state = self.lock();
        // A request may have landed between the asker's look and the lock.
        match self.held().filter(|held| held.is_alive(Instant::now())) {
            Some(held) => Ok(Look::There(held)),
            None => self.join(&mut state).map(Look::Wait),
        }
    }

    fn join(self: &Arc<Self>, state: &mut State<V>) -> Result<Flight<V>, AuthError> {
        // A request without outcome whose sender is gone was lost with its runtime.
        if let Some(flight) = state
            .flight
            .as_ref()
            .filter(|flight| flight.has_changed().is_ok())
        {
            return Ok(flight.clone());
        }
        let runtime = Handle::try_current()
            .map_err(|_| AuthError::internal("tokens are obtained within a tokio runtime only"))?;
        let (report, flight) = watch::channel(None);
        let (cache, fetch) = (Arc::downgrade(self), Arc::clone(&self.fetch));
        let (limit, not_before) = (self.renewal.fetch_timeout, state.not_before.take());
        let task = runtime.spawn(async move {
            if let Some(not_before) = not_before {
                sleep_until(not_before).await;
            }
            let asked = Instant::now();
            let fetched = timeout(limit, guarded(fetch))
                .await
                .unwrap_or_else(|_| Err(AuthError::timeout(format!("no answer within {limit:?}"))));
            if let Some(cache) = cache.upgrade() {
                report.send_replace(Some(cache.land(asked, fetched)));
            }
        });
        state.fetching = Some(task.abort_handle());
        state.flight = Some(flight.clone());
        Ok(flight)
    }

    fn renew_early(self: &Arc<Self>, held: &Arc<Held<V>>) {
        if held.is_renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let claim = Claim(Arc::clone(held));
        if let Ok(runtime) = Handle::try_current() {
            let mut state = self.lock();
            let task = runtime.spawn(keep_renewing(Arc::downgrade(self), claim));
            state.renewing = Some(task.abort_handle());
        }
    }
}

/// The right to renew a token ahead of its end. Given back when dropped, so that a lost task does not take it along.
struct Claim<V>(Arc<Held<V>>);

impl<V> Drop for Claim<V> {
    fn drop(&mut self) {
        self.0.is_renewing.store(false, Ordering::Release);
    }
}

/// Renews a token ahead of its end, until that succeeds or the token is dead; from then on it is the askers' business.
async fn keep_renewing<V: Send + Sync + 'static>(cache: Weak<Shared<V>>, claim: Claim<V>) {
    let old = &claim.0;
    for failures in 1.. {
        let (flight, renewal) = {
            let Some(cache) = cache.upgrade() else { return };
            let mut state = cache.lock();
            let is_held = cache
                .held
                .load()
                .as_ref()
                .is_some_and(|held| Arc::ptr_eq(held, old));
            if !is_held || !old.is_alive(Instant::now()) {
                return;
            }
            let Ok(flight) = cache.join(&mut state) else {
                return;
            };
            (flight, cache.renewal.clone())
        };
        if !matches!(outcome(flight).await, Some(Err(_))) {
            return;
        }
        let left = old
            .schedule
            .dead_at
            .map(|dead_at| dead_at.saturating_duration_since(Instant::now()));
        sleep(renewal.backoff_after(failures, left, fastrand::f64())).await;
    }
}

/// Fetches; a source that panics fails, rather than leaving those who wait without an outcome.
async fn guarded<V>(fetch: Fetch<V>) -> Fetched<V> {
    let panicked = || Err(AuthError::internal("the source of tokens panicked"));
    let Ok(mut future) = catch_unwind(AssertUnwindSafe(|| fetch())) else {
        return panicked();
    };
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)))
            .unwrap_or_else(|_| Poll::Ready(panicked()))
    })
    .await
}
