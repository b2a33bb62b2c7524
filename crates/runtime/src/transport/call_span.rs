//! The tracing span of a call, under the feature `tracing`; without it, nothing.
//!
//! Of a call it sees what the contract says of its operation, and numbers. No address, header or body gets here, so that
//! no secret can get out.

use crate::error::Stage;
use crate::model::Operation;
use std::time::Duration;

/// The span of a call, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct CallSpan {
    #[cfg(feature = "tracing")]
    span: ::tracing::Span,
    #[cfg(feature = "tracing")]
    begun: std::time::Instant,
}

#[cfg(feature = "tracing")]
impl CallSpan {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        use ::tracing::field::Empty;
        let span = ::tracing::info_span!(
            "call",
            operation = operation.id(),
            method = operation.method().as_str(),
            path = operation.path(),
            attempts = Empty,
            status = Empty,
            error = Empty,
            duration_ms = Empty,
        );
        let begun = std::time::Instant::now();
        Self { span, begun }
    }

    /// The future, within the span.
    pub(crate) fn cover<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        ::tracing::Instrument::instrument(future, self.span.clone())
    }

    /// The request is sent, for so many times.
    pub(crate) fn sent(&self, attempts: u32) {
        self.span.record("attempts", attempts);
    }

    /// A response is there. The last one stands.
    pub(crate) fn answered(&self, status: u16) {
        self.span.record("status", status);
    }

    /// The request will be sent again after this time.
    pub(crate) fn waits(&self, wait: Duration) {
        let wait_ms = milliseconds(wait);
        ::tracing::debug!(parent: &self.span, wait_ms, "the request will be sent again");
    }

    /// The call failed.
    pub(crate) fn failed(&self, stage: Stage) {
        self.span.record("error", ::tracing::field::debug(stage));
    }
}

#[cfg(feature = "tracing")]
impl Drop for CallSpan {
    /// Also where the caller gave up.
    fn drop(&mut self) {
        self.span
            .record("duration_ms", milliseconds(self.begun.elapsed()));
    }
}

#[cfg(feature = "tracing")]
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(not(feature = "tracing"))]
#[expect(clippy::unused_self, reason = "the other half of this module needs it")]
impl CallSpan {
    pub(crate) const fn new(_: &'static Operation) -> Self {
        Self {}
    }

    pub(crate) fn cover<F: Future>(&self, future: F) -> F {
        future
    }

    pub(crate) const fn sent(&self, _: u32) {}

    pub(crate) const fn answered(&self, _: u16) {}

    pub(crate) const fn waits(&self, _: Duration) {}

    pub(crate) const fn failed(&self, _: Stage) {}
}
