//! Tracing spans for calls and their attempts, with the feature `tracing`; without it, the
//! functions do nothing.
//!
//! Their names and fields follow OpenTelemetry's semantic conventions for HTTP clients: each
//! attempt is a client span within that of its call. They contain the contract's names of the
//! operation, the server's name, and numbers, but no path with values, query, header or body, so
//! that no secret can leak.

use crate::error::Stage;
use crate::model::Operation;
#[cfg(feature = "tracing")]
use crate::model::operation::OTHER;
use std::time::Duration;
use url::Url;

/// The span of a call, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct CallSpan {
    #[cfg(feature = "tracing")]
    span: ::tracing::Span,
    #[cfg(feature = "tracing")]
    begun: super::platform::SystemInstant,
    #[cfg(feature = "tracing")]
    operation: &'static Operation,
}

/// The span of an attempt, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct AttemptSpan {
    #[cfg(feature = "tracing")]
    span: ::tracing::Span,
}

#[cfg(feature = "tracing")]
impl CallSpan {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        use ::tracing::field::Empty;
        let span = ::tracing::info_span!(
            "call",
            "otel.kind" = "internal",
            "otel.name" = operation.id(),
            "otel.status_code" = Empty,
            operation = operation.id(),
            "http.request.method" = operation.known_method(),
            "url.template" = operation.path(),
            "http.response.status_code" = Empty,
            "error.type" = Empty,
            attempts = Empty,
            duration_ms = Empty,
        );
        let begun = super::platform::SystemInstant::now();
        Self {
            span,
            begun,
            operation,
        }
    }

    /// The future, within the span.
    pub(crate) fn cover<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        ::tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Records the server of this attempt.
    pub(super) fn attempt(&self, server: &Url, number: u32) -> AttemptSpan {
        use ::tracing::field::Empty;
        self.span.record("attempts", number);
        let span = ::tracing::info_span!(
            parent: &self.span,
            "attempt",
            "otel.kind" = "client",
            "otel.name" = Empty,
            "otel.status_code" = Empty,
            "http.request.method" = self.operation.known_method(),
            "http.request.method_original" = Empty,
            "url.template" = self.operation.path(),
            "server.address" = server.host_str(),
            "server.port" = server.port_or_known_default(),
            "http.request.resend_count" = Empty,
            "http.response.status_code" = Empty,
            "error.type" = Empty,
        );
        if !span.is_disabled() {
            let name = format!("{} {}", self.operation.method(), self.operation.path());
            span.record("otel.name", name.as_str());
            if self.operation.known_method() == OTHER {
                span.record("http.request.method_original", self.operation.method().as_str());
            }
            if number > 1 {
                span.record("http.request.resend_count", number - 1);
            }
        }
        AttemptSpan { span }
    }

    /// Records a response. The last one wins.
    pub(crate) fn answered(&self, status: u16) {
        self.span.record("http.response.status_code", status);
    }

    /// Records that the request will be sent again after this time.
    pub(crate) fn waits(&self, wait: Duration) {
        let wait_ms = milliseconds(wait);
        ::tracing::debug!(parent: &self.span, wait_ms, "the request will be sent again");
    }

    /// Records that the call failed.
    pub(crate) fn failed(&self, stage: Stage) {
        self.span.record("error.type", stage.name());
        self.span.record("otel.status_code", "ERROR");
    }
}

#[cfg(feature = "tracing")]
impl AttemptSpan {
    /// Runs `act` within the span.
    pub(super) fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        self.span.in_scope(act)
    }

    /// The future, within the span.
    pub(super) fn cover<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        ::tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Records a response.
    pub(super) fn answered(&self, status: http::StatusCode) {
        self.span.record("http.response.status_code", status.as_u16());
        if status.is_client_error() || status.is_server_error() {
            self.span.record("error.type", status.as_str());
            self.span.record("otel.status_code", "ERROR");
        }
    }

    /// Records that there is no response.
    pub(super) fn failed(&self, stage: Stage, is_timeout: bool) {
        let kind = if is_timeout { "timeout" } else { stage.name() };
        self.span.record("error.type", kind);
        self.span.record("otel.status_code", "ERROR");
    }
}

#[cfg(feature = "tracing")]
impl Drop for CallSpan {
    /// This also runs if the caller gave up.
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

    pub(super) const fn attempt(&self, _: &Url, _: u32) -> AttemptSpan {
        AttemptSpan {}
    }

    pub(crate) const fn answered(&self, _: u16) {}

    pub(crate) const fn waits(&self, _: Duration) {}

    pub(crate) const fn failed(&self, _: Stage) {}
}

#[cfg(not(feature = "tracing"))]
#[expect(clippy::unused_self, reason = "the other half of this module needs it")]
impl AttemptSpan {
    pub(super) fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        act()
    }

    pub(super) fn cover<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) const fn answered(&self, _: http::StatusCode) {}

    pub(super) const fn failed(&self, _: Stage, _: bool) {}
}
