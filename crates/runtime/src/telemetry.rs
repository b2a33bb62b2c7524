//! Traces and metrics through the OpenTelemetry API, with the feature `opentelemetry`.

use crate::model::Operation;
use crate::transport::{AttemptError, AttemptRequest, CallSummary, Interceptor, ResponseHead};
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};
use opentelemetry::propagation::Injector;
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue, global};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Propagates the trace context with each attempt, and measures attempts and calls.
///
/// - **`traceparent`** and whatever else the program's propagator writes
///   ([`set_text_map_propagator`](opentelemetry::global::set_text_map_propagator)) is sent with
///   each attempt to the client's own server. The context is that of the attempt's span if
///   `tracing-opentelemetry` exports spans, or else the current context.
/// - **Metrics**, whose attributes contain no parameter values:
///   - `http.client.request.duration`, a histogram in seconds: each attempt until the head of its
///     response, with `http.request.method`, `url.template`, `server.address`, `server.port`,
///     `http.response.status_code` and `error.type`;
///   - `lorgnette.client.call.duration`, a histogram in seconds: each call with all its attempts
///     and waits, with `lorgnette.operation`, `http.response.status_code` and `error.type`
///     (`canceled` if its caller gave up);
///   - `lorgnette.client.calls.active`: calls in flight;
///   - `lorgnette.client.resends`: how often requests were sent again;
///   - `lorgnette.client.token_requests`: calls that obtain a token.
///
/// ```
/// use lorgnette_runtime::{Client, ClientBuilder, OpenTelemetry};
///
/// let client: Client = ClientBuilder::new("https://api.example.com", "example", "1.0.0")
///     .intercept(OpenTelemetry::new())
///     .build()?;
/// # Ok::<(), lorgnette_runtime::BuildError>(())
/// ```
#[derive(Debug)]
pub struct OpenTelemetry {
    requests: Histogram<f64>,
    calls: Histogram<f64>,
    active: UpDownCounter<i64>,
    resends: Counter<u64>,
    tokens: Counter<u64>,
}

/// The histogram boundaries that the semantic conventions recommend for request durations, in
/// seconds.
const BOUNDARIES: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

impl OpenTelemetry {
    /// Measures with the program's current meter provider
    /// ([`set_meter_provider`](opentelemetry::global::set_meter_provider)).
    pub fn new() -> Self {
        Self::with_meter(&global::meter("lorgnette"))
    }

    /// Measures with this meter.
    pub fn with_meter(meter: &Meter) -> Self {
        let duration = |name: &'static str, description: &'static str| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(BOUNDARIES.to_vec())
                .build()
        };
        let counter = |name: &'static str, unit: &'static str, description: &'static str| {
            let counter = meter.u64_counter(name).with_unit(unit);
            counter.with_description(description).build()
        };
        Self {
            requests: duration(
                "http.client.request.duration",
                "Duration of HTTP client requests.",
            ),
            calls: duration(
                "lorgnette.client.call.duration",
                "Duration of calls with all their attempts.",
            ),
            active: meter
                .i64_up_down_counter("lorgnette.client.calls.active")
                .with_unit("{call}")
                .with_description("Calls in flight.")
                .build(),
            resends: counter(
                "lorgnette.client.resends",
                "{request}",
                "Requests that were sent again.",
            ),
            tokens: counter(
                "lorgnette.client.token_requests",
                "{call}",
                "Calls that obtain a token.",
            ),
        }
    }
}

impl Default for OpenTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl Interceptor for OpenTelemetry {
    fn call_begun(&self, operation: &'static Operation) {
        self.active.add(1, &[of(operation)]);
    }

    fn call_ended(&self, call: &CallSummary) {
        let operation = of(call.operation);
        self.active.add(-1, std::slice::from_ref(&operation));
        let resends = u64::from(call.attempts.saturating_sub(1));
        if resends > 0 {
            self.resends.add(resends, std::slice::from_ref(&operation));
        }
        if call.is_for_token {
            self.tokens.add(1, std::slice::from_ref(&operation));
        }
        let mut attributes = vec![operation];
        if let Some(status) = call.status {
            attributes.push(KeyValue::new(
                "http.response.status_code",
                i64::from(status.as_u16()),
            ));
        }
        match call.error {
            Some(stage) => attributes.push(KeyValue::new("error.type", stage.name())),
            None if call.is_given_up => attributes.push(KeyValue::new("error.type", "canceled")),
            None => {}
        }
        self.calls.record(call.duration.as_secs_f64(), &attributes);
    }

    fn before(&self, request: &mut AttemptRequest) -> Option<http::Response<Bytes>> {
        let of_span = Span::current().context();
        let context = if of_span.span().span_context().is_valid() {
            of_span
        } else {
            Context::current()
        };
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut Headers(request));
        });
        None
    }

    fn after(&self, request: &AttemptRequest, outcome: Result<ResponseHead<'_>, AttemptError<'_>>) {
        let (operation, url) = (request.operation(), request.url());
        let mut attributes = vec![
            KeyValue::new("http.request.method", operation.known_method()),
            KeyValue::new("url.template", operation.path()),
            KeyValue::new("server.address", url.host_str().unwrap_or_default().to_owned()),
        ];
        if let Some(port) = url.port_or_known_default() {
            attributes.push(KeyValue::new("server.port", i64::from(port)));
        }
        match outcome {
            Ok(head) => {
                let status = head.status;
                attributes.push(KeyValue::new(
                    "http.response.status_code",
                    i64::from(status.as_u16()),
                ));
                if status.is_client_error() || status.is_server_error() {
                    attributes.push(KeyValue::new("error.type", status.as_str().to_owned()));
                }
            }
            Err(error) => attributes.push(KeyValue::new("error.type", error.kind())),
        }
        self.requests.record(request.elapsed().as_secs_f64(), &attributes);
    }
}

fn of(operation: &'static Operation) -> KeyValue {
    KeyValue::new("lorgnette.operation", operation.id())
}

/// The headers of an attempt, as the propagator writes to them.
struct Headers<'a>(&'a mut AttemptRequest);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.set_header(name, value);
        }
    }
}
