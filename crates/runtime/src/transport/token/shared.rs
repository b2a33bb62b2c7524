//! The implementation of the token cache: the current token, the one request in flight, and the
//! background renewal.
//!
//! Tasks hold the cache weakly, so that they end when it is dropped.

use super::expiry::Renewal;
use super::held::Held;
use super::in_flight::{InFlight, TokenReport, Waiting, in_flight};
use crate::error::AuthError;
use crate::transport::platform::{AbortHandle, Handle, Instant, later, sleep, sleep_until, timeout};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard, Weak};
use std::task::Poll;
use std::time::Duration;

type Fetched<V> = Result<(V, Option<Duration>), AuthError>;
type Fetch<V> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Fetched<V>> + Send>> + Send + Sync>;

/// The state that a caller finds when there is no token.
pub(super) enum Look<V> {
    There(Arc<Held<V>>),
    Wait(Waiting<V>),
}

/// The state that the cache and its tasks share.
pub(super) struct SharedToken<V> {
    fetch: Fetch<V>,
    renewal: Renewal,
    /// Locked only to read or write it.
    held: RwLock<Option<Arc<Held<V>>>>,
    serials: AtomicU64,
    state: Mutex<TokenState<V>>,
}

/// Values that change once in the lifetime of a token. The lock is never held across a wait.
struct TokenState<V> {
    request: Option<InFlight<V>>,
    fetching: Option<AbortHandle>,
    renewing: Option<AbortHandle>,
    // The time before which no request starts, after a failure.
    not_before: Option<Instant>,
}

impl<V> SharedToken<V> {
    pub fn new(renewal: Renewal, fetch: Fetch<V>) -> Self {
        Self {
            fetch,
            renewal,
            held: RwLock::new(None),
            serials: AtomicU64::new(1),
            state: Mutex::new(TokenState {
                request: None,
                fetching: None,
                renewing: None,
                not_before: None,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, TokenState<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cached token, valid or not.
    pub fn held(&self) -> Option<Arc<Held<V>>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn held_to_change(&self) -> RwLockWriteGuard<'_, Option<Arc<Held<V>>>> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops the token with this number, if it is the cached one.
    pub fn reject(&self, serial: u64) {
        let mut held = self.held_to_change();
        if held.as_ref().is_some_and(|held| held.serial == serial) {
            *held = None;
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

    /// Stores the result of an attempt. Returns the wait before the next attempt, which follows a
    /// temporary failure while callers wait.
    fn land(
        &self,
        report: &TokenReport<V>,
        asked: Instant,
        fetched: Fetched<V>,
        failures: u32,
    ) -> Option<Duration> {
        let outcome = fetched.map(|(value, lifetime)| {
            Arc::new(Held {
                value,
                serial: self.serials.fetch_add(1, Ordering::Relaxed),
                schedule: self.renewal.schedule(asked, lifetime, fastrand::f64()),
                is_renewing: AtomicBool::new(false),
            })
        });
        let mut state = self.lock();
        match &outcome {
            Ok(held) => {
                *self.held_to_change() = Some(Arc::clone(held));
                state.not_before = None;
            }
            // Callers are counted under the lock, so none joins in between.
            Err(error) if error.is_passing() && report.has_callers() => {
                report.failed(error.clone());
                return Some(self.renewal.retry_after(failures, fastrand::f64()));
            }
            Err(_) => state.not_before = Some(later(Instant::now(), self.renewal.pause)),
        }
        // An abandoned request may still finish while another is in flight.
        if state
            .request
            .as_ref()
            .is_some_and(|request| request.is_of(report))
        {
            state.request = None;
        }
        drop(state);
        report.done(outcome);
        None
    }

    /// Gives up a request whose runtime is no longer driven, so that the next caller starts again.
    pub fn give_up(&self, request: &InFlight<V>) {
        let mut state = self.lock();
        if state.request.as_ref().is_some_and(|known| known.is_same(request)) {
            state.request = None;
            if let Some(task) = state.fetching.take() {
                task.abort();
            }
        }
    }

    pub const fn renewal(&self) -> &Renewal {
        &self.renewal
    }
}

impl<V: Send + Sync + 'static> SharedToken<V> {
    /// The cached token, if it is valid. Starts its renewal if that is due.
    pub fn current(self: &Arc<Self>) -> Option<Arc<Held<V>>> {
        let held = self.held()?;
        let now = Instant::now();
        if !held.is_alive(now) {
            return None;
        }
        if held.is_due(now) && !held.is_renewing.load(Ordering::Relaxed) {
            self.renew_early(&held);
        }
        Some(held)
    }

    /// The token, or else the request for one, which is started if necessary. The caller may want
    /// to give up at the first failure.
    ///
    /// # Errors
    ///
    /// When there is no tokio runtime on which to start it.
    pub fn look_or_join(self: &Arc<Self>, gives_up: bool) -> Result<Look<V>, AuthError> {
        let mut state = self.lock();
        // A request may have finished between the caller's check and the lock.
        match self.held().filter(|held| held.is_alive(Instant::now())) {
            Some(held) => Ok(Look::There(held)),
            None => self
                .join(&mut state)
                .map(|request| Look::Wait(request.wait(gives_up))),
        }
    }

    fn join(self: &Arc<Self>, state: &mut TokenState<V>) -> Result<InFlight<V>, AuthError> {
        // A request without a result whose task is gone was lost with its runtime.
        if let Some(request) = state.request.as_ref().filter(|request| request.is_there()) {
            return Ok(request.clone());
        }
        let runtime = Handle::try_current()
            .map_err(|_| AuthError::internal("tokens can be obtained only within a tokio runtime"))?;
        let (request, report) = in_flight(&runtime);
        let (cache, fetch) = (Arc::downgrade(self), Arc::clone(&self.fetch));
        let (limit, not_before) = (self.renewal.fetch_timeout, state.not_before.take());
        let task = runtime.spawn(async move {
            if let Some(not_before) = not_before {
                report.beating(sleep_until(not_before)).await;
            }
            for failures in 1.. {
                let asked = Instant::now();
                let fetched = report.beating(timeout(limit, guarded(&fetch))).await;
                let fetched = fetched
                    .unwrap_or_else(|_| Err(AuthError::timeout(format!("no answer within {limit:?}"))));
                let Some(cache) = cache.upgrade() else { return };
                let Some(wait) = cache.land(&report, asked, fetched, failures) else {
                    return;
                };
                drop(cache);
                report.beating(sleep(wait)).await;
            }
        });
        state.fetching = Some(task.abort_handle());
        state.request = Some(request.clone());
        Ok(request)
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

/// The right to renew a token before it expires. It is returned when dropped, even if the task is
/// lost.
struct Claim<V>(Arc<Held<V>>);

impl<V> Drop for Claim<V> {
    fn drop(&mut self) {
        self.0.is_renewing.store(false, Ordering::Release);
    }
}

/// Renews a token before it expires, until that succeeds or the token has expired; from then on,
/// callers request a new one.
async fn keep_renewing<V: Send + Sync + 'static>(cache: Weak<SharedToken<V>>, claim: Claim<V>) {
    let old = &claim.0;
    for failures in 1.. {
        let (request, renewal) = {
            let Some(cache) = cache.upgrade() else { return };
            let mut state = cache.lock();
            let is_held = cache.held().is_some_and(|held| Arc::ptr_eq(&held, old));
            if !is_held || !old.is_alive(Instant::now()) {
                return;
            }
            let Ok(request) = cache.join(&mut state) else {
                return;
            };
            (request, cache.renewal.clone())
        };
        if !matches!(request.outcome().await, Some(Err(_))) {
            return;
        }
        let left = old
            .schedule
            .dead_at
            .map(|dead_at| dead_at.saturating_duration_since(Instant::now()));
        sleep(renewal.backoff_after(failures, left, fastrand::f64())).await;
    }
}

/// Requests a token. If the source panics, the request fails, so that waiting callers still get a
/// result.
async fn guarded<V>(fetch: &Fetch<V>) -> Fetched<V> {
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
