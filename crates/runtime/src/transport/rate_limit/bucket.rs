//! The model of a server's token bucket: its level, as far as it can be computed between two
//! responses.

use super::pacing::Pacing;
use crate::transport::platform::{Instant, later};
use std::time::Duration;

/// The state of the bucket in a response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub remaining: f64,
    pub capacity: Option<f64>,
    pub per_second: Option<f64>,
    pub requested: Option<f64>,
}

/// A time beyond the validity of the model that can be added to any time without overflow.
const FAR: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug)]
pub(super) struct Bucket {
    pacing: Pacing,
    kind: BucketKind,
    /// Requests that hold a place: they wait for their turn or for their response.
    outstanding: u32,
    /// The level after all of these are sent. If it is below zero, requests wait.
    level: f64,
    /// The time up to which refills are included in `level`.
    filled_at: Instant,
    capacity: f64,
    per_second: f64,
    cost: f64,
    /// The time of the last response with a level.
    learned_at: Instant,
    /// The time before which the server asked for no requests.
    blocked_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BucketKind {
    /// There was no response yet.
    Unknown,
    /// Responses report the level.
    Limited,
    /// Responses do not report the level, or not completely.
    Unlimited,
}

impl Bucket {
    pub fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            kind: BucketKind::Unknown,
            outstanding: 0,
            level: 0.0,
            filled_at: Instant::now(),
            learned_at: Instant::now(),
            capacity: f64::INFINITY,
            per_second: 0.0,
            cost: 1.0,
            blocked_until: None,
        }
    }

    /// Whether requests may be sent without consulting the model.
    pub fn is_unlimited(&self, now: Instant) -> bool {
        self.kind == BucketKind::Unlimited && self.blocked_until.is_none_or(|until| until <= now)
    }

    /// The time until which a call waiting since `asked` relies on the model without a response.
    pub fn believed_until(&self, asked: Instant) -> Instant {
        later(self.learned_at.max(asked), self.pacing.longest_wait)
    }

    /// A place for one more request: the time from which it may be sent, and its cost. `None` if
    /// the bucket is unknown and enough requests are in flight to find out.
    pub fn take(&mut self, now: Instant) -> Option<(Option<Instant>, f64)> {
        (!self.is_enough()).then(|| self.take_anyway(now))
    }

    /// Whether the maximum number of requests for an unknown limit is in flight.
    fn is_enough(&self) -> bool {
        self.kind == BucketKind::Unknown && self.outstanding >= self.pacing.unknown.max(1)
    }

    /// A place for one more request, if it may be sent at once; otherwise `None`, and no place is
    /// taken.
    pub fn take_now(&mut self, now: Instant) -> Option<()> {
        let is_blocked = self.blocked_until.is_some_and(|until| until > now);
        if is_blocked || self.is_enough() {
            return None;
        }
        if self.kind == BucketKind::Limited {
            self.fill(now);
            if self.level < self.cost {
                return None;
            }
        }
        self.take_anyway(now);
        Some(())
    }

    /// A place for one more request, even if the bucket is unknown.
    pub fn take_anyway(&mut self, now: Instant) -> (Option<Instant>, f64) {
        self.outstanding += 1;
        let blocked = self.blocked_until.filter(|until| *until > now);
        if self.kind != BucketKind::Limited {
            return (blocked, 0.0);
        }
        self.fill(now);
        self.level -= self.cost;
        let paced = (self.level < 0.0).then(|| self.when_filled(-self.level));
        (paced.max(blocked), self.cost)
    }

    /// The refill of a step; no step adds more than the bucket holds.
    fn gain(&self, step: f64) -> f64 {
        (self.per_second * step).min(self.capacity)
    }

    /// The time after which this much more will be available.
    fn when_filled(&self, missing: f64) -> Instant {
        let step = self.pacing.step.as_secs_f64();
        let seconds = if step > 0.0 {
            (missing / self.gain(step)).ceil() * step
        } else {
            missing / self.per_second
        };
        self.filled_at + Duration::try_from_secs_f64(seconds).unwrap_or(FAR).min(FAR)
    }

    /// Adds the refills since the last time, as far as they are certain.
    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.filled_at);
        let (step, seconds) = (self.pacing.step.as_secs_f64(), elapsed.as_secs_f64());
        let (gain, seconds) = if step > 0.0 {
            let steps = (seconds / step).floor();
            (steps * self.gain(step), steps * step)
        } else {
            (seconds * self.per_second, seconds)
        };
        if seconds > 0.0 {
            self.level = (self.level + gain).min(self.capacity);
            self.filled_at += Duration::try_from_secs_f64(seconds)
                .unwrap_or(elapsed)
                .min(elapsed);
        }
    }

    /// Records that a request has ended.
    pub fn leave(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
    }

    /// Records that a request gave up its place before it was sent.
    pub fn leave_unused(&mut self, cost: f64) {
        self.leave();
        self.level = (self.level + cost).min(self.capacity);
    }

    /// Processes a response, after [`leave`](Self::leave) for its request.
    pub fn answered(&mut self, now: Instant, level: Option<Level>, is_refused: bool, told: Option<Duration>) {
        if let Some(told) = told {
            self.learned_at = now;
            let until = later(now, told.min(self.pacing.longest_wait));
            self.blocked_until = self.blocked_until.max(Some(until));
        }
        match level {
            Some(level) => self.learn(now, level, is_refused),
            // A refusal without headers comes from an intermediary.
            None if self.kind == BucketKind::Unknown && !is_refused => self.kind = BucketKind::Unlimited,
            None => {}
        }
    }

    fn learn(&mut self, now: Instant, level: Level, is_refused: bool) {
        self.learned_at = now;
        if let Some(capacity) = level.capacity.filter(|capacity| *capacity > 0.0) {
            self.capacity = capacity;
        }
        if let Some(requested) = level.requested {
            self.cost = requested;
        }
        if let Some(per_second) = level.per_second {
            self.per_second = per_second;
        }
        if self.per_second <= 0.0 {
            // Without knowing when more will be available, there is nothing to wait for.
            self.kind = BucketKind::Unlimited;
            return;
        }
        // The response counts some of the outstanding requests but not others, so the true level
        // lies between these two.
        let most = if is_refused { 0.0 } else { level.remaining };
        let least = most - f64::from(self.outstanding) * self.cost;
        if self.kind != BucketKind::Limited {
            self.kind = BucketKind::Limited;
            (self.level, self.filled_at) = (least, now);
            return;
        }
        self.fill(now);
        if self.level < least {
            // The server has refilled before the model did: its next refill is at most one interval
            // away.
            (self.level, self.filled_at) = (least, now);
        } else {
            // Other clients use the same bucket.
            self.level = self.level.min(most);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp, clippy::unnecessary_wraps)]
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn level(remaining: f64) -> Option<Level> {
        Some(Level {
            remaining,
            capacity: Some(20.0),
            per_second: Some(10.0),
            requested: Some(2.0),
        })
    }

    fn known(start: Instant, remaining: f64) -> Bucket {
        let mut bucket = Bucket::new(Pacing::default());
        bucket.answered(start, level(remaining), false, None);
        bucket
    }

    #[tokio::test(start_paused = true)]
    async fn test_requests_go_at_once_until_the_bucket_is_empty() {
        let start = Instant::now();
        let mut bucket = known(start, 6.0);
        let waits: Vec<_> = (0..14)
            .map(|_| bucket.take(start).unwrap().0.map(|at| at - start))
            .collect();
        // Three have two tokens each; five more go with each second's ten.
        assert_eq!(waits[..3], [None; 3]);
        assert_eq!(waits[3..8], [Some(SECOND); 5]);
        assert_eq!(waits[8..13], [Some(2 * SECOND); 5]);
        assert_eq!(waits[13], Some(3 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn test_extreme_times_do_no_harm() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Pacing {
            longest_wait: Duration::MAX,
            step: Duration::MAX,
            longest_unknown: Duration::MAX,
            ..Pacing::default()
        });
        bucket.answered(start, level(0.0), true, Some(Duration::MAX));
        let (until, _) = bucket.take_anyway(start);
        assert!(until.unwrap() - start > 1_000_000 * SECOND);
        assert!(bucket.believed_until(start) > start);
    }

    #[tokio::test(start_paused = true)]
    async fn test_continuous_bucket_is_paced_evenly() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Pacing {
            step: Duration::ZERO,
            ..Pacing::default()
        });
        bucket.answered(start, level(0.0), false, None);
        let waits: Vec<_> = (0..3)
            .map(|_| bucket.take(start).unwrap().0.map(|at| (at - start).as_millis()))
            .collect();
        assert_eq!(waits, [Some(200), Some(400), Some(600)]);
    }

    #[tokio::test(start_paused = true)]
    async fn test_no_step_brings_more_than_the_bucket_holds() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Pacing::default());
        let small = Level {
            capacity: Some(4.0),
            ..level(0.0).unwrap()
        };
        bucket.answered(start, Some(small), false, None);
        let waits: Vec<_> = (0..4)
            .map(|_| bucket.take(start).unwrap().0.map(|at| at - start))
            .collect();
        assert_eq!(
            waits,
            [Some(SECOND), Some(SECOND), Some(2 * SECOND), Some(2 * SECOND)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn test_bucket_fills_with_time_up_to_its_capacity() {
        let start = Instant::now();
        let mut bucket = known(start, 0.0);
        let later = start + 100 * SECOND;
        assert_eq!(
            (0..50)
                .take_while(|_| bucket.take(later).unwrap().0.is_none())
                .count(),
            10
        );
    }

    #[tokio::test(start_paused = true)]
    async fn test_answers_correct_the_model() {
        let start = Instant::now();
        let mut bucket = known(start, 20.0);
        for _ in 0..4 {
            bucket.take(start).unwrap();
        }
        assert_eq!(bucket.level, 12.0);
        // One response has arrived, three requests are in flight: anything from 8 to 14 is
        // possible.
        bucket.leave();
        bucket.answered(start, level(14.0), false, None);
        assert_eq!(bucket.level, 12.0);
        // Other clients have used the bucket.
        bucket.leave();
        bucket.answered(start, level(9.0), false, None);
        assert_eq!(bucket.level, 9.0);
        // The server has refilled.
        bucket.leave();
        bucket.answered(start, level(17.0), false, None);
        assert_eq!(bucket.level, 15.0);
        // The server refused the request, whatever its headers say.
        bucket.answered(start, level(17.0), true, None);
        assert_eq!(bucket.level, 0.0);
    }

    #[tokio::test(start_paused = true)]
    async fn test_place_that_is_given_up_goes_to_the_next() {
        let start = Instant::now();
        let mut bucket = known(start, 2.0);
        assert_eq!(bucket.take(start).unwrap().0, None);
        for _ in 0..1000 {
            let (until, cost) = bucket.take(start).unwrap();
            assert_eq!(until, Some(start + SECOND));
            bucket.leave_unused(cost);
        }
        assert_eq!((bucket.level, bucket.outstanding), (0.0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn test_absurd_numbers_do_no_harm() {
        let start = Instant::now();
        let absurd = |per_second, requested| {
            let mut bucket = Bucket::new(Pacing::default());
            let (per_second, requested) = (Some(per_second), Some(requested));
            bucket.answered(
                start,
                Some(Level {
                    remaining: 0.0,
                    capacity: Some(0.0),
                    per_second,
                    requested,
                }),
                false,
                None,
            );
            let first = bucket.take(start).unwrap().0;
            (first, bucket.take(start + 1_000_000 * SECOND).unwrap().0)
        };
        assert_eq!(absurd(0.0, 1.0), (None, None));
        assert_eq!(absurd(1.0, 0.0), (None, None));
        assert_eq!(absurd(1e-300, 1e300).0, Some(start + FAR));
        assert_eq!(absurd(1e300, 1.0).1, None);
    }

    #[test]
    fn test_place_at_once_is_the_same_as_one_without_a_wait() {
        let bucket = || Bucket::new(Pacing::default());
        let (mut one, mut other, mut now) = (bucket(), bucket(), Instant::now());
        let mut random = fastrand::Rng::with_seed(5);
        let mut counts = [0, 0];
        for _ in 0..2000 {
            now += Duration::from_millis(random.u64(..300));
            if random.u8(..3) == 0 {
                let level = level(f64::from(random.u8(..20)));
                let is_refused = random.u8(..9) == 0;
                for bucket in [&mut one, &mut other] {
                    bucket.leave();
                    bucket.answered(now, level, is_refused, is_refused.then_some(SECOND));
                }
            } else {
                let place = one.take(now);
                let is_at_once = other.take_now(now).is_some();
                assert_eq!(is_at_once, matches!(place, Some((None, _))), "{place:?}");
                if !is_at_once {
                    assert_eq!(other.take(now), place);
                }
                counts[usize::from(is_at_once)] += 1;
            }
            assert_eq!((one.outstanding, one.level), (other.outstanding, other.level));
        }
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
    }
}
