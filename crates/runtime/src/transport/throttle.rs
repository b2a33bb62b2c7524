//! Paces the requests of a client whose server enforces a rate limit without reporting it.
//!
//! After a refusal, nothing is sent for a while. Then one request is sent; each accepted request
//! allows more in flight, until the limit no longer applies.

use super::platform::{Instant, later, sleep_until, timeout_at};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The number of requests in flight beyond which they are no longer counted.
const MANY: u32 = 64;

/// Decides whether requests may be sent.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    /// A server that refuses nothing costs no lock.
    is_limiting: AtomicBool,
    state: Mutex<ThrottleState>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct ThrottleState {
    /// The time before which no request is sent.
    until: Option<Instant>,
    /// The number of requests that may be in flight.
    window: u32,
    in_flight: u32,
    /// The number of consecutive refusals, not counting requests that were in flight together.
    streak: u32,
    refused_at: Option<Instant>,
}

/// A request that may be sent, until its response arrives.
#[must_use = "a pass that is dropped says that the request is over"]
pub(super) struct Pass<'a> {
    throttle: &'a Throttle,
    begun: Instant,
    is_counted: bool,
}

impl Throttle {
    fn lock(&self) -> MutexGuard<'_, ThrottleState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A pass, if no limit is known.
    pub(super) fn admit_now(&self, now: Instant) -> Option<Pass<'_>> {
        (!self.is_limiting.load(Ordering::Relaxed)).then(|| Pass {
            throttle: self,
            begun: now,
            is_counted: false,
        })
    }

    /// Waits until a request may be sent. The future may be dropped at any time.
    pub(super) async fn admit(&self) -> Pass<'_> {
        let mut is_counted = false;
        while self.is_limiting.load(Ordering::Relaxed) {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let until = {
                let mut state = self.lock();
                let until = state.until.filter(|until| *until > Instant::now());
                if until.is_none() && state.in_flight < state.window {
                    state.in_flight += 1;
                    is_counted = true;
                    break;
                }
                until
            };
            match until {
                // The time may be postponed in the meantime.
                Some(until) => drop(timeout_at(until, sleep_until(until)).await),
                None => changed.await,
            }
        }
        Pass {
            throttle: self,
            begun: Instant::now(),
            is_counted,
        }
    }
}

impl Pass<'_> {
    /// Records that the request was refused, and returns how long nothing is sent. `wait` maps a
    /// number of refusals to that time.
    pub(super) fn refused(self, wait: impl FnOnce(u32) -> Duration) -> Duration {
        let now = Instant::now();
        let mut state = self.throttle.lock();
        // Requests that were in flight together are refused together, and count as one refusal.
        if state.refused_at.is_none_or(|refused_at| refused_at <= self.begun) {
            state.streak = state.streak.saturating_add(1);
            state.window = 1;
            state.refused_at = Some(now);
            let until = later(now, wait(state.streak));
            state.until = state.until.max(Some(until));
        }
        self.throttle.is_limiting.store(true, Ordering::Relaxed);
        state
            .until
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    /// Records that the request got another response.
    pub(super) fn answered(self) {
        if !self.is_counted {
            return;
        }
        let mut state = self.throttle.lock();
        state.streak = 0;
        state.window = state.window.saturating_add(1);
        if state.window > MANY {
            self.throttle.is_limiting.store(false, Ordering::Relaxed);
            *state = ThrottleState::default();
            // This pass leaves the count at its start.
            state.in_flight = 1;
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.is_counted {
            let mut state = self.throttle.lock();
            state.in_flight = state.in_flight.saturating_sub(1);
            drop(state);
            self.throttle.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use tokio::task::JoinSet;
    use tokio::time::{advance, timeout};

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn test_nothing_is_counted_before_a_refusal() {
        let throttle = Throttle::default();
        let passes = [throttle.admit().await, throttle.admit().await];
        for pass in passes {
            assert!(!pass.is_counted);
            pass.answered();
        }
        assert!(!throttle.is_limiting.load(Ordering::Relaxed));
    }

    #[tokio::test(start_paused = true)]
    async fn test_one_request_goes_after_a_refusal_and_then_more() {
        let throttle = Throttle::default();
        assert_eq!(throttle.admit().await.refused(|streak| streak * SECOND), SECOND);
        assert!(timeout(SECOND / 2, throttle.admit()).await.is_err());
        let first = throttle.admit().await;
        assert!(timeout(SECOND, throttle.admit()).await.is_err());
        first.answered();
        let pair = [throttle.admit().await, throttle.admit().await];
        assert!(timeout(SECOND, throttle.admit()).await.is_err());
        for pass in pair {
            pass.answered();
        }
        for _ in 0..MANY {
            throttle.admit().await.answered();
        }
        assert!(!throttle.admit().await.is_counted, "the limit is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn test_refusals_of_requests_sent_together_are_one() {
        let throttle = Throttle::default();
        let together = [
            throttle.admit().await,
            throttle.admit().await,
            throttle.admit().await,
        ];
        advance(SECOND / 10).await;
        let waits = together.map(|pass| pass.refused(|streak| streak * SECOND));
        assert_eq!(waits, [SECOND; 3]);
        advance(SECOND).await;
        assert_eq!(
            throttle.admit().await.refused(|streak| streak * SECOND),
            2 * SECOND
        );
    }

    /// A server that accepts ten requests per second and refuses the others, and 200 callers.
    #[tokio::test(start_paused = true)]
    async fn test_callers_share_what_a_server_takes_with_few_refusals() {
        let throttle = Arc::new(Throttle::default());
        let taken = Arc::new(Mutex::new((Instant::now(), 0)));
        let refused = Arc::new(AtomicU32::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..200 {
            let (throttle, taken, refused) =
                (Arc::clone(&throttle), Arc::clone(&taken), Arc::clone(&refused));
            callers.spawn(async move {
                loop {
                    let pass = throttle.admit().await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let is_taken = {
                        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                        if taken.0.elapsed() >= SECOND {
                            *taken = (Instant::now(), 0);
                        }
                        taken.1 += 1;
                        taken.1 <= 10
                    };
                    if is_taken {
                        pass.answered();
                        return;
                    }
                    refused.fetch_add(1, Ordering::Relaxed);
                    let wait = pass.refused(|streak| streak.min(8) * SECOND);
                    tokio::time::sleep(wait).await;
                }
            });
        }
        while callers.join_next().await.is_some() {}
        // All were sent at once at first; after that, few requests are refused.
        let refused = refused.load(Ordering::Relaxed);
        assert!(refused < 190 + 100, "{refused} refusals");
    }
}
