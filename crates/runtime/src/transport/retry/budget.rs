//! Limits the retries that a client may still make.

use crate::transport::platform::Instant;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A bucket of retries that fills with time and with every call that succeeds, so that a failing
/// server sees little more load than without retries.
#[derive(Debug)]
pub struct RetryBudget {
    start: Instant,
    /// The cost of a retry, in nanoseconds: the time until it is available again.
    cost: u64,
    /// The bucket's size, in nanoseconds.
    size: u64,
    /// When the bucket will be full again, in nanoseconds since `start`. One number says it all, so
    /// that no lock is needed.
    full_at: AtomicU64,
}

impl RetryBudget {
    /// A full bucket of this many retries, each of which is available again after `refill`.
    pub fn new(retries: u32, refill: Duration) -> Self {
        let retries = u64::from(retries);
        // This value can be added to any time without overflow: 2^62 nanoseconds are 146 years.
        let most = (1 << 62) / retries.max(1);
        let cost = u64::try_from(refill.as_nanos()).unwrap_or(most).clamp(1, most);
        Self {
            start: Instant::now(),
            cost,
            size: cost * retries,
            full_at: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Takes a retry, if there is one.
    pub fn take(&self) -> bool {
        let now = self.now();
        self.full_at
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                let after = full_at.max(now).saturating_add(self.cost);
                (after - now <= self.size).then_some(after)
            })
            .is_ok()
    }

    /// Gives back a tenth of a retry.
    pub fn give_back(&self) {
        // Usually the bucket was never touched, or filled up long ago.
        let full_at = self.full_at.load(Ordering::Relaxed);
        if full_at != 0 && full_at > self.now() {
            let share = self.cost / 10;
            let less = |full_at: u64| Some(full_at.saturating_sub(share));
            // Never fails: the function always returns a number.
            let _ = self
                .full_at
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const SECOND: Duration = Duration::from_secs(1);

    fn spend(budget: &RetryBudget) -> usize {
        (0..1000).take_while(|_| budget.take()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn test_budget_is_spent_and_comes_back_with_time() {
        let budget = RetryBudget::new(20, SECOND);
        assert_eq!(spend(&budget), 20);
        advance(5 * SECOND).await;
        assert_eq!(spend(&budget), 5);
        advance(1000 * SECOND).await;
        assert_eq!(spend(&budget), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn test_success_gives_back_a_tenth_and_never_more_than_was_spent() {
        let budget = RetryBudget::new(20, 100 * SECOND);
        for _ in 0..1000 {
            budget.give_back();
        }
        assert_eq!(spend(&budget), 20);
        for _ in 0..30 {
            budget.give_back();
        }
        assert_eq!(spend(&budget), 3);
        advance(SECOND).await;
        for _ in 0..1000 {
            budget.give_back();
        }
        assert_eq!(spend(&budget), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn test_extreme_budgets_do_no_harm() {
        assert_eq!(spend(&RetryBudget::new(0, SECOND)), 0);
        assert_eq!(spend(&RetryBudget::new(1, Duration::MAX)), 1);
        assert_eq!(spend(&RetryBudget::new(u32::MAX, Duration::ZERO)), 1000);
    }
}
