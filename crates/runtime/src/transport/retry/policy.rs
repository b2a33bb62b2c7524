//! The retry policy: where retries are decided, that is whether a failed request is sent again.

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
/// A request is sent again if it may be sent twice: its method is idempotent by HTTP, or its
/// operation is marked, and its body is still available. Failed connections, missing responses, and
/// the statuses 429, 502, 503 and 504 are retried.
///
/// Start from [`RetryPolicy::default`], and change single settings:
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
    /// The maximum number of retries of a call; 0 disables retries, including those of token
    /// requests. Default: 3.
    pub retries: u32,
    /// The longest wait before the first retry; it doubles with each further retry. Each wait is a
    /// random part of it ("full jitter"), so that clients that failed together do not retry
    /// together. Default: 200 milliseconds.
    pub backoff: Duration,
    /// The upper bound of the doubled wait. Default: 10 seconds.
    pub longest_backoff: Duration,
    /// The longest wait for a server's `Retry-After`; after this time the request is sent again
    /// even if the server asks for more. Default: 1 minute.
    pub longest_retry_after: Duration,
    /// The maximum number of retries after refusals by a rate limit; 0 disables them. A refused
    /// request was not processed, so it is sent again regardless of its method, and does not use
    /// the budget. Default: 10.
    pub limit_retries: u32,
    /// The longest wait after the first refusal by a rate limit; it doubles with each further
    /// refusal, and the actual wait is at least half of it. Unless the client has a
    /// [`RateLimiter`](crate::rate_limit::RateLimiter), which is more precise, none of its requests
    /// is sent during the wait, and only a few at once after it. A server's `Retry-After` takes
    /// precedence. Default: 1 second.
    pub limit_backoff: Duration,
    /// The upper bound of the doubled wait after refusals by a rate limit. Default: 15 seconds.
    pub longest_limit_backoff: Duration,
    /// Responses that report a rate limit, in addition to status 429 and to those that the contract
    /// or the adapter declares. Default: none.
    pub limited_by: Vec<LimitResponse>,
    /// The longest total of all waits of a call; a retry that would exceed it is not made. Default:
    /// 2 minutes.
    pub longest_total: Duration,
    /// The number of retries that a client may make at once, over all its calls, to protect a
    /// failing server; 0 disables retries. Default: 10.
    pub budget: u32,
    /// The time until a used retry is available again. Each successful call also returns a tenth of
    /// a retry. Default: 1 second.
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
    /// Disables retries, for calls and for the token requests that they need.
    ///
    /// A token that the server rejects (401) is still renewed once, since that request has other
    /// credentials.
    pub fn off() -> Self {
        Self {
            retries: 0,
            limit_retries: 0,
            ..Self::default()
        }
    }

    /// Sets [`limited_by`](Self#structfield.limited_by).
    #[must_use]
    pub fn limited_by(mut self, responses: impl IntoIterator<Item = LimitResponse>) -> Self {
        self.limited_by = responses.into_iter().collect();
        self
    }

    /// The wait after this many refusals by a rate limit (at least one); `random` is in `0.0..1.0`.
    pub(crate) fn limit_wait(&self, refusals: u32, told: Option<Duration>, random: f64) -> Duration {
        if let Some(told) = told {
            // The wait ends no earlier than the time that the server named.
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
    /// Whether the request is idempotent, by HTTP (see [`is_idempotent`]) or by a mark on the
    /// operation.
    pub is_repeatable: bool,
    /// Statuses that the operation declares as retryable, even if it is not otherwise repeatable. A
    /// 4xx among them counts only in a response with `Retry-After`; without that header it is
    /// final.
    pub retry_on: &'a [u16],
    /// Whether the body can be sent again: there is none, or it is in memory.
    pub can_resend: bool,
    /// The kind of failure.
    pub failure: Failure<'a>,
    /// The number of retries so far.
    pub retries: u32,
    /// The total wait between attempts so far.
    pub waited: Duration,
    /// The time left for the whole call; `None` without a limit.
    pub left: Option<Duration>,
}

/// How an attempt failed.
#[derive(Clone, Copy)]
pub enum Failure<'a> {
    /// The connection failed; nothing was sent.
    Connect,
    /// The connection broke, or time ran out, before a response arrived.
    NoResponse,
    /// The response is not a success.
    Response(StatusCode, &'a HeaderMap),
    /// Any other failure: the request could not be built, or the response could not be read.
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
    /// Send the request again after this time.
    After(Duration),
    /// Do not send the request again.
    Stop(Stop),
}

/// Why a request is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The failure is final.
    Final,
    /// The request is not idempotent.
    NotRepeatable,
    /// The body is no longer available.
    Body,
    /// The maximum number of retries is reached.
    Retries,
    /// The wait would be longer than the call may take.
    Time,
    /// The client has spent its retries.
    Budget,
}

/// Whether HTTP defines a method as idempotent.
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
        // The wait ends no earlier than the time that the server named, plus a random delay, since
        // other clients got the same time.
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

/// Statuses that are retried for any operation.
const fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// A 4xx status means "not yet" only if the server says when to retry.
fn is_final_alone(status: StatusCode) -> bool {
    status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS
}

/// The wait that a response asks for: `Retry-After` in seconds or as a date.
///
/// A date is compared with the response's own `Date`, so that a wrong local clock does not matter;
/// without one, with `now`.
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
    /// A state with this policy and a full budget.
    pub fn new(policy: RetryPolicy) -> Self {
        let budget = RetryBudget::new(policy.budget, policy.budget_refill);
        Self { policy, budget }
    }

    /// The policy.
    pub const fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// Decides about an attempt; a retry uses the budget.
    pub fn decide(&self, attempt: &Attempt<'_>) -> Decision {
        self.decide_by(&self.policy, attempt)
    }

    /// Decides by the policy of a single call, with the client's budget.
    pub fn decide_by(&self, policy: &RetryPolicy, attempt: &Attempt<'_>) -> Decision {
        match decide(policy, attempt, system_time(), fastrand::f64()) {
            Decision::After(_) if !self.budget.take() => Decision::Stop(Stop::Budget),
            decision => decision,
        }
    }

    /// Records that a call succeeded, which refills the budget.
    pub fn succeeded(&self) {
        self.budget.give_back();
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
