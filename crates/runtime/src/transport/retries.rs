//! The retries of a call: how often its request was sent again, and whether it will be sent once
//! more.

use super::client::Client;
use super::platform::system_time;
use super::request::Request;
use super::retry::{self, Attempt, Decision, RetryPolicy};
use super::throttle::Pass;
use crate::model::LimitResponse;
use http::HeaderMap;
use std::time::Duration;

/// The numbers of times that the request of a call was sent again.
pub(super) struct Retries<'a> {
    client: &'a Client,
    request: &'a Request,
    policy: &'a RetryPolicy,
    can_resend: bool,
    /// The number of retries after a fault.
    faults: u32,
    /// The number of times the server refused the request because of its rate limit.
    refusals: u32,
    /// The number of retries after a connection had been closed.
    closings: u32,
    /// How long the call waited between attempts.
    waited: Duration,
}

/// The number of closed connections that a call tolerates.
const MOST_CLOSINGS: u32 = 10;

impl<'a> Retries<'a> {
    pub(super) fn new(client: &'a Client, request: &'a Request) -> Self {
        let own = request.settings.retry.as_deref();
        Self {
            client,
            request,
            policy: own.unwrap_or_else(|| client.retry().policy()),
            can_resend: request.payload.is_repeatable(),
            faults: 0,
            refusals: 0,
            closings: 0,
            waited: Duration::ZERO,
        }
    }

    /// Whether nothing is sent again, including requests for tokens.
    pub(super) const fn is_off(&self) -> bool {
        self.policy.retries == 0
    }

    /// The wait before the request is sent again, with `left` until the call ends; `None` if it is
    /// not sent again.
    pub(super) fn after(&mut self, failure: retry::Failure<'_>, left: Option<Duration>) -> Option<Duration> {
        let operation = self.request.operation;
        let attempt = Attempt {
            is_repeatable: operation.is_repeatable,
            retry_on: operation.retry_on,
            can_resend: self.can_resend,
            failure,
            retries: self.faults,
            waited: self.waited,
            left,
        };
        let Decision::After(wait) = self.client.retry().decide_by(self.policy, &attempt) else {
            return None;
        };
        self.faults += 1;
        self.waited += wait;
        Some(wait)
    }

    /// Whether a request whose connection was closed before it was taken up is sent again, on
    /// another connection. That is not a retry: the server is healthy, and sees the request once.
    pub(super) fn after_closing(&mut self) -> bool {
        self.closings += 1;
        let may_be = !self.is_off() && self.request.operation.is_repeatable && self.can_resend;
        may_be && self.closings <= MOST_CLOSINGS
    }

    /// Responses that report a rate limit, from any of the sources.
    pub(super) fn limited_by(&self) -> [&'a [LimitResponse]; 4] {
        [
            &[const { LimitResponse::status(429) }],
            self.request.operation.limited_by,
            self.client.limited_by(),
            &self.policy.limited_by,
        ]
    }

    /// The same as [`after`](Self::after), after a refusal by a rate limit.
    pub(super) fn after_refusal(
        &mut self,
        pass: Option<Pass<'_>>,
        headers: &HeaderMap,
        left: Option<Duration>,
    ) -> Option<Duration> {
        let policy = self.policy;
        if !self.can_resend || self.refusals >= policy.limit_retries {
            return None;
        }
        self.refusals += 1;
        let told = retry::retry_after(headers, system_time());
        let after = |refusals| policy.limit_wait(refusals, told, fastrand::f64());
        let wait = match pass {
            // A limiter delays the other requests by itself.
            Some(pass) if self.client.limiter().is_off() => pass.refused(after),
            _ => after(self.refusals),
        };
        self.waited = self.waited.saturating_add(wait);
        let is_too_late = left.is_some_and(|left| wait >= left);
        (self.waited <= policy.longest_total && !is_too_late).then_some(wait)
    }
}
