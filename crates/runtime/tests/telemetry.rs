//! Traces and metrics as the real OpenTelemetry SDK exports them.
//!
//! There is only one test, since a program's propagator and subscriber are global.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use lorgnette_runtime::authenticate::Bearer;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::token::Token;
use lorgnette_runtime::{Call, Client, ClientBuilder, OpenTelemetry, Undeclared, Value};
use opentelemetry::trace::{SpanKind, Status, TracerProvider};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{TestServer, answer, json};
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

lorgnette_runtime::operation!(READ: "read" GET "/items/{id}", path "id", query "q"; security(&[&["bearer"]]));
lorgnette_runtime::operation!(ISSUE: "issue" POST "/token");

type Attributes = BTreeMap<String, String>;

fn attributes<'a>(all: impl IntoIterator<Item = &'a opentelemetry::KeyValue>) -> Attributes {
    let all = all.into_iter();
    all.map(|one| (one.key.to_string(), one.value.to_string()))
        .collect()
}

/// The attributes, without those that differ from run to run.
fn shown(span: &SpanData, names: &[&str]) -> Vec<String> {
    let all = attributes(&span.attributes);
    let found = |name: &&str| all.get(*name).cloned().unwrap_or_default();
    names.iter().map(found).collect()
}

fn client(server: &TestServer, telemetry: OpenTelemetry) -> Client {
    ClientBuilder::new(&server.url, "telemetry", "1.0.0")
        .retry(RetryPolicy::default().backoff(Duration::from_millis(1)))
        .intercept(telemetry)
        .authenticate_with(|client: Client, origin| {
            let source = move || {
                let client = client.clone();
                async move {
                    let issued = Call::new(&client, &ISSUE).send::<Value, Undeclared>().await?;
                    Ok(Token::new(issued["token"].as_str().unwrap_or_default()))
                }
            };
            Ok(Bearer::new(origin, source))
        })
        .build()
        .unwrap()
}

#[tokio::test]
async fn test_spans_and_metrics_reach_the_sdk() {
    let spans = InMemorySpanExporter::default();
    let tracers = SdkTracerProvider::builder()
        .with_simple_exporter(spans.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("test"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let metrics = InMemoryMetricExporter::default();
    let meters = SdkMeterProvider::builder()
        .with_periodic_exporter(metrics.clone())
        .build();
    opentelemetry::global::set_meter_provider(meters.clone());

    let count = AtomicUsize::new(0);
    let server = TestServer::start(move |request| match request.target.as_str() {
        "/token" => json(200, r#"{"token": "hunter2-token"}"#),
        _ => match count.fetch_add(1, Ordering::Relaxed) {
            0 => answer(503, &[], ""),
            1 => json(200, "{}"),
            _ => answer(404, &[], ""),
        },
    })
    .await;
    let client = client(&server, OpenTelemetry::new());
    let read = |id: &str| {
        let mut call = Call::new(&client, &READ);
        call.set(0, &id.to_owned());
        call.set(1, &"hunter2-query".to_owned());
        call.send::<Value, Undeclared>()
    };
    let caller = tracing::info_span!("caller");
    read("hunter2-id").instrument(caller.clone()).await.unwrap();
    read("hunter2-id").instrument(caller.clone()).await.unwrap_err();
    drop(caller);
    tracers.force_flush().unwrap();
    meters.force_flush().unwrap();

    let spans = spans.get_finished_spans().unwrap();
    assert!(!format!("{spans:?}").contains("hunter2"));
    let named = |name: &str| -> Vec<&SpanData> {
        let mut found: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
        found.sort_by_key(|span| span.start_time);
        found
    };
    let (caller, calls, attempts) = (named("caller"), named("read"), named("GET /items/{id}"));
    assert_eq!((caller.len(), calls.len(), attempts.len()), (1, 2, 3));
    let trace = caller[0].span_context.trace_id();
    for call in &calls {
        assert_eq!(call.span_context.trace_id(), trace);
        assert_eq!(call.parent_span_id, caller[0].span_context.span_id());
        assert_eq!(call.span_kind, SpanKind::Internal);
    }
    let names = [
        "http.request.method",
        "url.template",
        "server.address",
        "http.response.status_code",
        "http.request.resend_count",
        "error.type",
    ];
    let expected = [
        (calls[0], ["503", "", "503"]),
        (calls[0], ["200", "1", ""]),
        (calls[1], ["404", "", "404"]),
    ];
    for (attempt, (call, [status, resends, error])) in attempts.iter().zip(expected) {
        assert_eq!(attempt.span_kind, SpanKind::Client);
        assert_eq!(attempt.parent_span_id, call.span_context.span_id());
        let values = ["GET", "/items/{id}", "127.0.0.1", status, resends, error];
        assert_eq!(shown(attempt, &names), values);
        assert_eq!(matches!(attempt.status, Status::Error { .. }), !error.is_empty());
    }
    assert_eq!(calls[0].status, Status::Unset);
    assert!(matches!(calls[1].status, Status::Error { .. }));
    assert_eq!(named("issue").len(), 1);
    assert_eq!(named("POST /token").len(), 1);

    // Each attempt is the parent of the server's spans.
    let received = server.received();
    let sent: Vec<&str> = received
        .iter()
        .filter(|request| request.target != "/token")
        .map(|request| request.header("traceparent"))
        .collect();
    let parents: Vec<String> = attempts
        .iter()
        .map(|attempt| format!("00-{trace}-{}-01", attempt.span_context.span_id()))
        .collect();
    assert_eq!(sent, parents);

    let metrics = metrics.get_finished_metrics().unwrap();
    assert!(!format!("{metrics:?}").contains("hunter2"));
    let points = points(&metrics);
    let of = |name: &str| points.get(name).cloned().unwrap_or_default();
    let requests = of("http.client.request.duration");
    assert_eq!(requests.iter().map(|(_, count)| count).sum::<i64>(), 4);
    let refused = requests
        .iter()
        .find(|(attributes, _)| attributes.get("error.type").is_some_and(|error| error == "503"));
    assert_eq!(refused.unwrap().0["url.template"], "/items/{id}");
    let calls = of("lorgnette.client.call.duration");
    assert_eq!(calls.iter().map(|(_, count)| count).sum::<i64>(), 3);
    let of_read = |name: &str| {
        let is_read = |attributes: &Attributes| attributes["lorgnette.operation"] == "read";
        of(name)
            .iter()
            .find_map(|(attributes, value)| is_read(attributes).then_some(*value))
    };
    assert_eq!(of_read("lorgnette.client.calls.active"), Some(0));
    assert_eq!(of_read("lorgnette.client.resends"), Some(1));
    let tokens = of("lorgnette.client.token_requests");
    assert_eq!(tokens.len(), 1);
    assert_eq!(
        (tokens[0].0["lorgnette.operation"].as_str(), tokens[0].1),
        ("issue", 1)
    );
}

/// The points of each metric with their attributes: sums, and the counts of histograms.
fn points(metrics: &[ResourceMetrics]) -> BTreeMap<String, Vec<(Attributes, i64)>> {
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let scopes = metrics.iter().flat_map(ResourceMetrics::scope_metrics);
    for metric in scopes.flat_map(ScopeMetrics::metrics) {
        let points = found.entry(metric.name().to_owned()).or_default();
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                points.extend(histogram.data_points().map(|point| {
                    let count = i64::try_from(point.count()).unwrap();
                    (attributes(point.attributes()), count)
                }));
            }
            AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                points.extend(
                    sum.data_points()
                        .map(|point| (attributes(point.attributes()), point.value())),
                );
            }
            AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                points.extend(sum.data_points().map(|point| {
                    let value = i64::try_from(point.value()).unwrap();
                    (attributes(point.attributes()), value)
                }));
            }
            _ => {}
        }
    }
    found
}
