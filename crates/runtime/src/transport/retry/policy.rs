//! The rules by which requests are sent again, and the decision about an attempt.

use super::budget::RetryBudget;
use crate::model::LimitResponse;
use crate::model::setters::setters;
use crate::transport::platform::{SystemTime, system_time};
use chrono::{DateTime, NaiveDateTime};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

/// The rules by which requests are sent again.
///
/// Sent again is what may be sent twice: a request whose method HTTP calls idempotent, or whose
/// operation is marked, and whose body is still there. Worth another try are connections that fail,
/// answers that never come, and the statuses 429, 502, 503 and 504.
///
/// Start from [`RetryPolicy::default`] and change what should be different:
///
/// ```
/// use lorgnette_runtime::retry::RetryPolicy;
/// use std::time::Duration;
///
/// let policy = RetryPolicy::default().retries(5).backoff(Duration::from_millis(50));
/// assert_eq!(policy.retries, 5);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a call's request is sent again at most; 0 switches retry off, that of requests for
    /// tokens too. 3 times.
    pub retries: u32,
    /// The longest wait before the first retry; it doubles with each that follows. Each wait is a
    /// random part of that ("full jitter"), so that clients which failed together do not come back
    /// together. 200 milliseconds.
    pub backoff: Duration,
    /// The longest wait that doubling leads to. 10 seconds.
    pub longest_backoff: Duration,
    /// The longest wait because a server said `Retry-After`; one that asks for more is asked again
    /// after this. 1 minute.
    pub longest_retry_after: Duration,
    /// How often a request is sent again at most because the server refused it for its rate limit;
    /// 0 switches that off. Such a request was not processed, so it is sent again whatever its
    /// method, and draws nothing from the budget. 10 times.
    pub limit_retries: u32,
    /// The longest wait after the first refusal by a rate limit; it doubles with each that follows,
    /// and at least half of it is waited. Unless the client has a
    /// [`RateLimiter`](crate::rate_limit::RateLimiter), which knows better, none of its requests is
    /// sent meanwhile, and then few at once. A server that says `Retry-After` is asked again when
    /// it says. 1 second.
    pub limit_backoff: Duration,
    /// The longest wait that doubling leads to after refusals by a rate limit. 15 seconds.
    pub longest_limit_backoff: Duration,
    /// Responses that mean that a rate limit is reached, besides those with status 429 and those
    /// that the contract or the adapter names. None.
    pub limited_by: Vec<LimitResponse>,
    /// The longest that all waits of a call may take together; a retry beyond that does not happen.
    /// 2 minutes.
    pub longest_total: Duration,
    /// How many retries a client may spend at once, over all its calls, so that a broken server is
    /// not hammered; 0 switches retry off. 10 retries.
    pub budget: u32,
    /// How long it takes until a spent retry is there again. Each call that succeeds gives back a
    /// tenth of one, too. 1 second.
    pub budget_refill: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 3,
            backoff: Duration::from_millis(200),
            longest_backoff: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(60),
            limit_retries: 10,
            limit_backoff: Duration::from_secs(1),
            longest_limit_backoff: Duration::from_secs(15),
            limited_by: Vec::new(),
            longest_total: Duration::from_secs(120),
            budget: 10,
            budget_refill: Duration::from_secs(1),
        }
    }
}

setters!(RetryPolicy {
    retries: u32,
    backoff: Duration,
    longest_backoff: Duration,
    longest_retry_after: Duration,
    limit_retries: u32,
    limit_backoff: Duration,
    longest_limit_backoff: Duration,
    longest_total: Duration,
    budget: u32,
    budget_refill: Duration,
});

impl RetryPolicy {
    /// No request is sent again, be it for the call itself or for a token that it needs.
    ///
    /// A token that the server rejects (401) is renewed all the same, once: that is not a
    /// repetition but a request with other credentials.
    pub fn off() -> Self {
        Self {
            retries: 0,
            limit_retries: 0,
            ..Self::default()
        }
    }

    /// With these [`limited_by`](Self#structfield.limited_by).
    #[must_use]
    pub fn limited_by(mut self, responses: impl IntoIterator<Item = LimitResponse>) -> Self {
        self.limited_by = responses.into_iter().collect();
        self
    }

    /// How long to wait after so many refusals by a rate limit (at least one); `random` is in
    /// `0.0..1.0`.
    pub(crate) fn limit_wait(&self, refusals: u32, told: Option<Duration>, random: f64) -> Duration {
        if let Some(told) = told {
            // Not before the server said.
            return told
                .min(self.longest_retry_after)
                .saturating_add(self.backoff.mul_f64(random));
        }
        self.limit_backoff
            .saturating_mul(1 << refusals.saturating_sub(1).min(20))
            .min(self.longest_limit_backoff)
            .mul_f64(0.5 + random / 2.0)
    }
}

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Sending it twice does what sending it once does: by HTTP (see [`is_idempotent`]) or by a
    /// mark on the operation.
    pub is_repeatable: bool,
    /// Statuses for which the operation is marked. They are worth another try, even if it is not
    /// repeatable otherwise. One of the 4xx among them counts only in an answer with `Retry-After`;
    /// without, it is final.
    pub retry_on: &'a [u16],
    /// The body can be sent again: there is none, or it is in memory.
    pub can_resend: bool,
    /// How it failed.
    pub failure: Failure<'a>,
    /// How often the request was sent again already.
    pub retries: u32,
    /// How long the call waited between attempts already.
    pub waited: Duration,
    /// What is left of the time for the whole call; `None` without limit.
    pub left: Option<Duration>,
}

/// How an attempt failed.
#[derive(Clone, Copy)]
pub enum Failure<'a> {
    /// No connection came about; nothing was sent.
    Connect,
    /// The connection broke, or time ran out, before an answer came.
    NoResponse,
    /// The answer is not a success.
    Response(StatusCode, &'a HeaderMap),
    /// Anything else: the request could not be built, the answer could not be read.
    Other,
}

impl fmt::Debug for Failure<'_> {
    /// Shows no headers, which may hold cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("Connect"),
            Self::NoResponse => f.write_str("NoResponse"),
            Self::Response(status, _) => write!(f, "Response({}, ..)", status.as_u16()),
            Self::Other => f.write_str("Other"),
        }
    }
}

/// Whether an attempt is followed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send it again after this time.
    After(Duration),
    /// Do not.
    Stop(Stop),
}

/// Why a request is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// What happened is final.
    Final,
    /// Sending it twice could do something twice.
    NotRepeatable,
    /// The body is gone.
    Body,
    /// It was sent often enough.
    Retries,
    /// The wait would be longer than the call may take.
    Time,
    /// The client has spent its retries.
    Budget,
}

/// Whether HTTP calls a method idempotent.
pub fn is_idempotent(method: &http::Method) -> bool {
    method.is_idempotent()
}

/// Decides about an attempt by a policy, without the client's budget. `random` is in `0.0..1.0`.
pub fn decide(policy: &RetryPolicy, attempt: &Attempt<'_>, now: SystemTime, random: f64) -> Decision {
    let (told, is_marked) = match attempt.failure {
        Failure::Connect | Failure::NoResponse => (None, false),
        Failure::Response(status, headers) => {
            let told = retry_after(headers, now);
            let is_marked =
                attempt.retry_on.contains(&status.as_u16()) && (told.is_some() || !is_final_alone(status));
            if !is_marked && !is_transient(status) {
                return Decision::Stop(Stop::Final);
            }
            (told, is_marked)
        }
        Failure::Other => return Decision::Stop(Stop::Final),
    };
    if !attempt.is_repeatable && !is_marked {
        return Decision::Stop(Stop::NotRepeatable);
    }
    if !attempt.can_resend {
        return Decision::Stop(Stop::Body);
    }
    if attempt.retries >= policy.retries {
        return Decision::Stop(Stop::Retries);
    }
    let wait = match told {
        // Not before the server said; a little after, by chance, since it said the same to others.
        Some(told) => told
            .min(policy.longest_retry_after)
            .saturating_add(policy.backoff.mul_f64(random)),
        None => policy
            .backoff
            .saturating_mul(1 << attempt.retries.min(20))
            .min(policy.longest_backoff)
            .mul_f64(random),
    };
    let is_too_long = attempt.waited.saturating_add(wait) > policy.longest_total;
    if is_too_long || attempt.left.is_some_and(|left| wait >= left) {
        return Decision::Stop(Stop::Time);
    }
    Decision::After(wait)
}

/// Statuses that are worth another try on any operation.
const fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// A client's error means "not yet" only where the server says when.
fn is_final_alone(status: StatusCode) -> bool {
    status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS
}

/// How long an answer says to wait: `Retry-After` in seconds or as a date.
///
/// A date is compared with the answer's own `Date`, so that a clock that is wrong here does not
/// matter; without one, with `now`.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        let is_time = seconds.is_finite() && seconds >= 0.0;
        return is_time.then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let date = |name: HeaderName| http_date(headers.get(name)?.to_str().ok()?.trim());
    let until = date(RETRY_AFTER)?;
    Some(
        until
            .duration_since(date(DATE).unwrap_or(now))
            .unwrap_or_default(),
    )
}

/// A date in one of the three forms of HTTP (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
fn http_date(text: &str) -> Option<SystemTime> {
    let in_old_form = |form| {
        let date = NaiveDateTime::parse_from_str(text, form).ok()?;
        Some(date.and_utc().timestamp())
    };
    let seconds = DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|date| date.timestamp())
        .or_else(|| in_old_form("%A, %d-%b-%y %H:%M:%S GMT"))
        .or_else(|| in_old_form("%a %b %e %H:%M:%S %Y"))?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds.try_into().ok()?))
}

/// A client's policy and budget together.
#[derive(Debug)]
pub struct Retry {
    policy: RetryPolicy,
    budget: RetryBudget,
}

impl Retry {
    /// By this policy, with a full budget.
    pub fn new(policy: RetryPolicy) -> Self {
        let budget = RetryBudget::new(policy.budget, policy.budget_refill);
        Self { policy, budget }
    }

    /// The policy.
    pub const fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// Decides about an attempt; a retry is taken from the budget.
    pub fn decide(&self, attempt: &Attempt<'_>) -> Decision {
        self.decide_by(&self.policy, attempt)
    }

    /// The same by the rules of a single call. The budget stays that of the client.
    pub fn decide_by(&self, policy: &RetryPolicy, attempt: &Attempt<'_>) -> Decision {
        match decide(policy, attempt, system_time(), fastrand::f64()) {
            Decision::After(_) if !self.budget.take() => Decision::Stop(Stop::Budget),
            decision => decision,
        }
    }

    /// Hears that a call succeeded, which gives something back to the budget.
    pub fn succeeded(&self) {
        self.budget.give_back();
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
