//! Determines when a token is renewed, when it counts as expired, and how long to wait after a
//! failure.

use crate::model::setters::setters;
use crate::transport::platform::Instant;
use std::time::Duration;

/// The rules by which a [`TokenCache`](super::TokenCache) renews.
///
/// Start from [`Renewal::default`], and change single settings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Renewal {
    /// How long before its expiry a token is renewed in the background: the smaller of this time
    /// and a tenth of its lifetime, multiplied by a random factor between 1 and 2, so that many
    /// clients do not renew at the same moment. Default: 5 minutes.
    pub ahead: Duration,
    /// How long a request for a token may take. Default: 30 seconds.
    pub fetch_timeout: Duration,
    /// How long a caller waits for a token that cannot be obtained for now, if nothing else limits
    /// its time; calls have their own limit
    /// ([`ClientBuilder::timeout`](crate::ClientBuilder::timeout)). Default: 2 minutes.
    pub patience: Duration,
    /// The minimum time between a failed request for a token and the next. It doubles with each
    /// further failure while callers wait, up to 1 second. Default: 100 milliseconds.
    pub pause: Duration,
    /// The wait after the first failed renewal ahead of time; it doubles with each further failure.
    /// Default: 1 second.
    pub backoff: Duration,
    /// The longest wait between two renewals ahead of time. Default: 1 minute.
    pub longest_backoff: Duration,
}

setters!(Renewal {
    ahead: Duration,
    fetch_timeout: Duration,
    patience: Duration,
    pause: Duration,
    backoff: Duration,
    longest_backoff: Duration,
});

impl Default for Renewal {
    fn default() -> Self {
        Self {
            ahead: Duration::from_secs(300),
            fetch_timeout: Duration::from_secs(30),
            patience: Duration::from_secs(120),
            pause: Duration::from_millis(100),
            backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(60),
        }
    }
}

/// No token is used in the last moments before its expiry, since it could expire in transit.
const LAST_MOMENTS: Duration = Duration::from_secs(10);

/// The longest wait between two attempts while callers wait.
const LONGEST_RETRY: Duration = Duration::from_secs(1);

/// The minimum, regardless of the settings.
const LEAST_RETRY: Duration = Duration::from_millis(1);

/// The times of a token; `None` if its expiry is not known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Schedule {
    pub renew_at: Option<Instant>,
    pub dead_at: Option<Instant>,
}

impl Renewal {
    /// The times of a token that was requested at `asked` and is valid for `lifetime`; `random` is
    /// in `0.0..1.0`.
    pub(super) fn schedule(&self, asked: Instant, lifetime: Option<Duration>, random: f64) -> Schedule {
        let Some(lifetime) = lifetime else {
            return Schedule::default();
        };
        let usable = lifetime.saturating_sub(LAST_MOMENTS.min(lifetime / 20));
        let ahead = self.ahead.min(lifetime / 10).mul_f64(1.0 + random);
        // An expiry too far away to compute counts as none.
        Schedule {
            renew_at: asked.checked_add(usable.saturating_sub(ahead)),
            dead_at: asked.checked_add(usable),
        }
    }

    /// The wait after this many failures in a row (at least one), while callers wait for a token.
    pub(super) fn retry_after(&self, failures: u32, random: f64) -> Duration {
        let doubled = self.pause.saturating_mul(1 << failures.saturating_sub(1).min(20));
        let longest = LONGEST_RETRY.max(self.pause);
        doubled.min(longest).mul_f64(0.5 + random / 2.0).max(LEAST_RETRY)
    }

    /// The wait after this many failures in a row (at least one), while the old token is valid for
    /// another `left`.
    pub(super) fn backoff_after(&self, failures: u32, left: Option<Duration>, random: f64) -> Duration {
        let doubled = self
            .backoff
            .saturating_mul(1 << failures.saturating_sub(1).min(20));
        let wait = doubled.min(self.longest_backoff).mul_f64(0.5 + random / 2.0);
        // Attempts become more frequent towards the expiry, so that a short failure at that time
        // does not reach callers.
        left.map_or(wait, |left| wait.min(left / 2)).max(self.pause)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn test_renewal_is_ahead_of_the_end_and_jittered() {
        let (renewal, asked) = (Renewal::default(), Instant::now());
        for (lifetime, earliest, latest, dead) in [
            (86_400, 85_790, 86_090, 86_390),
            (300, 230, 260, 290),
            (100, 75, 85, 95),
        ] {
            let first = renewal
                .schedule(asked, Some(SECOND * lifetime), 0.999_999)
                .renew_at
                .unwrap();
            let last = renewal
                .schedule(asked, Some(SECOND * lifetime), 0.0)
                .renew_at
                .unwrap();
            assert_eq!((first - asked + SECOND / 2).as_secs(), earliest, "{lifetime}");
            assert_eq!(last - asked, SECOND * latest);
            let schedule = renewal.schedule(asked, Some(SECOND * lifetime), 0.5);
            assert_eq!(schedule.dead_at.unwrap() - asked, SECOND * dead);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn test_extreme_lifetimes_do_no_harm() {
        let (renewal, asked) = (Renewal::default(), Instant::now());
        assert_eq!(
            renewal.schedule(asked, Some(Duration::ZERO), 0.9).dead_at,
            Some(asked)
        );
        let schedule = renewal.schedule(asked, Some(Duration::MAX), 0.9);
        assert!(schedule.dead_at.is_none() && schedule.renew_at.is_none());
        assert!(renewal.schedule(asked, None, 0.0).dead_at.is_none());
    }

    #[test]
    fn test_backoff_doubles_up_to_a_cap_and_shrinks_towards_the_end() {
        let renewal = Renewal::default();
        assert_eq!(renewal.backoff_after(1, None, 1.0), SECOND);
        assert_eq!(renewal.backoff_after(1, None, 0.0), SECOND / 2);
        assert_eq!(renewal.backoff_after(4, None, 1.0), 8 * SECOND);
        assert_eq!(renewal.backoff_after(u32::MAX, None, 1.0), 60 * SECOND);
        assert_eq!(renewal.backoff_after(7, Some(10 * SECOND), 1.0), 5 * SECOND);
        assert_eq!(renewal.backoff_after(7, Some(Duration::ZERO), 1.0), renewal.pause);
    }
}
