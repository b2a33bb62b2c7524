//! Delays requests according to a model of the server's token bucket.

use super::bucket::{Bucket, Level};
use super::pacing::Pacing;
use crate::transport::platform::{self, Instant, later, sleep_until, timeout_at};
use crate::transport::retry;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The headers that describe an API's bucket. Each may have several spellings, the first of which
/// counts if several occur; names are in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BucketHeaders {
    /// How many requests (more precisely, tokens) are left.
    pub remaining: &'static [&'static str],
    /// How many the bucket holds when it is full.
    pub capacity: &'static [&'static str],
    /// How many are added each second.
    pub replenish_per_second: &'static [&'static str],
    /// The cost of a request; 1 unless a response reports another.
    pub requested: &'static [&'static str],
}

/// Delays requests while the server's bucket is empty. Use one limiter for each key that the server
/// limits; all calls share it.
pub struct RateLimiter {
    // The model; `None` if the limiter is off.
    inner: Option<LimiterInner>,
}

struct LimiterInner {
    names: HeaderNames,
    pacing: Pacing,
    bucket: Mutex<Bucket>,
    // Whether the server is not known to have a limit; no request needs the lock in this case.
    is_unlimited: AtomicBool,
    changed: Notify,
}

/// The names of headers that are read from each response, with their meaning. Of several with the
/// same meaning, the first counts.
struct HeaderNames(Vec<(Says, HeaderName)>);

/// A header's statement about the bucket.
#[derive(Clone, Copy)]
enum Says {
    Remaining,
    Capacity,
    PerSecond,
    Requested,
}

impl HeaderNames {
    /// Text that is not a header name cannot occur in a response either.
    fn new(headers: BucketHeaders) -> Self {
        let names = |says: Says, spellings: &'static [&'static str]| {
            let names = spellings.iter().map(|name| HeaderName::try_from(*name));
            names.filter_map(Result::ok).map(move |name| (says, name))
        };
        let names = names(Says::Remaining, headers.remaining)
            .chain(names(Says::Capacity, headers.capacity))
            .chain(names(Says::PerSecond, headers.replenish_per_second))
            .chain(names(Says::Requested, headers.requested));
        Self(names.collect())
    }
}

impl LimiterInner {
    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RateLimiter {
    /// A limiter for an API with these headers. Without a header for the remaining requests, it is
    /// off.
    pub fn new(headers: BucketHeaders, pacing: Pacing) -> Self {
        if headers.remaining.is_empty() {
            return Self::off();
        }
        let bucket = Mutex::new(Bucket::new(pacing.clone()));
        let (is_unlimited, changed) = (AtomicBool::new(false), Notify::new());
        Self {
            inner: Some(LimiterInner {
                names: HeaderNames::new(headers),
                pacing,
                bucket,
                is_unlimited,
                changed,
            }),
        }
    }

    /// A limiter that never delays a request.
    pub const fn off() -> Self {
        Self { inner: None }
    }

    /// Whether the limiter never delays a request.
    pub(crate) const fn is_off(&self) -> bool {
        self.inner.is_none()
    }

    /// A permit, if a request may be sent at once.
    pub(crate) fn admit_now(&self, now: Instant) -> Option<Permit<'_>> {
        let limiter = self.inner.as_ref();
        let stage = match limiter {
            Some(inner) if !inner.is_unlimited.load(Ordering::Relaxed) => {
                inner.lock().take_now(now)?;
                LimitStage::UnderWay
            }
            _ => LimitStage::Uncounted,
        };
        Some(Permit { limiter, stage })
    }

    /// Waits until a request may be sent. Call this for each attempt, and keep the permit until the
    /// response has arrived.
    ///
    /// The future may be dropped at any time; the request's place goes to the next.
    pub async fn admit(&self) -> Permit<'_> {
        let Some(inner) = self
            .inner
            .as_ref()
            .filter(|inner| !inner.is_unlimited.load(Ordering::Relaxed))
        else {
            return Permit {
                limiter: self.inner.as_ref(),
                stage: LimitStage::Uncounted,
            };
        };
        let asked = Instant::now();
        let (until, cost) = inner.place(asked).await;
        let mut permit = Permit {
            limiter: Some(inner),
            stage: LimitStage::Waiting { cost },
        };
        if let Some(until) = until {
            // Responses to other requests keep the model alive.
            loop {
                let wake = until.min(inner.lock().believed_until(asked));
                if wake <= Instant::now() {
                    break;
                }
                sleep_until(wake).await;
            }
        }
        permit.stage = LimitStage::UnderWay;
        permit
    }
}

impl LimiterInner {
    /// A place for a request: the time from which it may be sent, and its cost.
    async fn place(&self, asked: Instant) -> (Option<Instant>, f64) {
        if let Some(place) = self.lock().take(asked) {
            return place;
        }
        // The bucket is unknown so far: the first response, or the end of a request without one,
        // changes that.
        let limit = later(asked, self.pacing.longest_unknown);
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            if let Some(place) = self.lock().take(now) {
                return place;
            }
            if timeout_at(limit, changed).await.is_err() {
                return self.lock().take_anyway(Instant::now());
            }
        }
    }
}

/// A request's permission to be sent, and its place in the model until the response arrives.
#[must_use = "a permit that is dropped says that the request is over"]
pub struct Permit<'a> {
    limiter: Option<&'a LimiterInner>,
    stage: LimitStage,
}

#[derive(Clone, Copy)]
enum LimitStage {
    /// Holds a place, but has not gone yet.
    Waiting {
        cost: f64,
    },
    UnderWay,
    /// The request is not in the model: the limiter is off, or there is nothing to limit.
    Uncounted,
}

impl Permit<'_> {
    /// Processes the response. (A permit that is dropped without this call belongs to a request
    /// without a response.)
    pub fn answered(self, status: StatusCode, headers: &HeaderMap) {
        let Some(inner) = self.limiter else { return };
        let is_refused = status == StatusCode::TOO_MANY_REQUESTS;
        let level = level(&inner.names, headers);
        if level.is_none() && !is_refused && inner.is_unlimited.load(Ordering::Relaxed) {
            return;
        }
        let told = is_refused
            .then(|| retry::retry_after(headers, platform::system_time()))
            .flatten();
        let (now, is_counted) = (Instant::now(), !matches!(self.stage, LimitStage::Uncounted));
        // The slot is released here, together with the update from the response.
        let mut permit = self;
        permit.limiter = None;
        let is_unlimited = {
            let mut bucket = inner.lock();
            if is_counted {
                bucket.leave();
            }
            bucket.answered(now, level, is_refused, told);
            bucket.is_unlimited(now)
        };
        inner.is_unlimited.store(is_unlimited, Ordering::Relaxed);
        inner.changed.notify_waiters();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let Some(inner) = self.limiter else { return };
        match self.stage {
            LimitStage::Waiting { cost } => inner.lock().leave_unused(cost),
            LimitStage::UnderWay => inner.lock().leave(),
            LimitStage::Uncounted => return,
        }
        inner.changed.notify_one();
    }
}

/// The state of the bucket in a response.
fn level(names: &HeaderNames, headers: &HeaderMap) -> Option<Level> {
    let mut found: [Option<(usize, &HeaderValue)>; 4] = [None; 4];
    for (header, value) in headers {
        let header = header.as_str();
        for (rank, (says, name)) in names.0.iter().enumerate() {
            let place = &mut found[*says as usize];
            if name.as_str() == header && place.is_none_or(|(before, _)| rank < before) {
                *place = Some((rank, value));
            }
        }
    }
    let number = |says: Says| {
        let (_, value) = found[says as usize]?;
        let value = whole(value.as_bytes()).or_else(|| value.to_str().ok()?.trim().parse::<f64>().ok())?;
        // Some servers use a negative number for an unknown value.
        (value.is_finite() && value >= 0.0).then_some(value)
    };
    Some(Level {
        remaining: number(Says::Remaining)?,
        capacity: number(Says::Capacity),
        per_second: number(Says::PerSecond),
        requested: number(Says::Requested),
    })
}

/// A number that consists of digits only, as almost all do. Parsing a float costs far more.
fn whole(digits: &[u8]) -> Option<f64> {
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    let number = digits.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        Some(number * 10 + u32::from(digit))
    });
    number.map(f64::from)
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter")
            .field("is_on", &self.inner.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
