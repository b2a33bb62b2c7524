//! The logs of a call: the fields of its span, and everything that any crate logs in the meantime.

use crate::guarded::{ITEM, answering, builder, keys, numbered, read};
use crate::support::{answer, json};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, Interest};
use tracing::{Event, Metadata, Subscriber};

/// Keeps everything that is logged on this thread.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Spans>>);

#[derive(Default)]
struct Spans {
    fields: Vec<BTreeMap<String, String>>,
    events: String,
}

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Captured {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::from([("span".to_owned(), span.metadata().name().to_owned())]);
        span.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.fields.push(fields);
        Id::from_u64(spans.fields.len() as u64)
    }
    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap().fields[index]));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().unwrap();
        let _ = writeln!(spans.events, "{} {fields:?}", event.metadata().target());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Subscribes on threads without another subscriber, and records nothing.
///
/// The interest in a span is determined once for all threads; on a thread without a subscriber,
/// there would be none.
struct Idle;

impl Subscriber for Idle {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Captured {
    /// Records everything that is logged on this thread, until the guard is dropped.
    pub fn start() -> (Self, DefaultGuard) {
        static ONCE: OnceLock<()> = OnceLock::new();
        ONCE.get_or_init(|| tracing::subscriber::set_global_default(Idle).unwrap());
        let captured = Self::default();
        let guard = tracing::subscriber::set_default(captured.clone());
        (captured, guard)
    }

    /// The spans of calls.
    fn calls(&self) -> Vec<BTreeMap<String, String>> {
        self.spans("call")
    }

    /// The spans of this name.
    fn spans(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let spans = self.0.lock().unwrap();
        spans
            .fields
            .iter()
            .filter(|fields| fields["span"] == name)
            .cloned()
            .collect()
    }

    /// Everything.
    pub fn text(&self) -> String {
        let spans = self.0.lock().unwrap();
        format!("{:?}\n{}", spans.fields, spans.events)
    }
}

/// Records everything that is logged through the crate `log`, on any thread.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        let _ = writeln!(LOGGED.lock().unwrap(), "{} {}", record.target(), record.args());
    }
    fn flush(&self) {}
}

/// Enables the crate `log`.
pub fn log_everything() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

/// Everything that was logged through the crate `log` so far.
pub fn logged() -> String {
    LOGGED.lock().unwrap().clone()
}

#[tokio::test]
async fn test_span_says_what_became_of_a_call() {
    let (captured, guard) = Captured::start();
    let (server, _) = answering(vec![answer(503, &[], ""), answer(401, &[], ""), json(200, ITEM)]).await;
    let (bearer, _) = numbered(&server.url);
    let client = builder(&server.url).authenticate(bearer).build().unwrap();
    read(&client).q("hunter2").send().await.unwrap();
    drop(guard);
    let calls = captured.calls();
    let expected = [
        ("attempts", "3"),
        ("http.request.method", "\"GET\""),
        ("http.response.status_code", "200"),
        ("operation", "\"read\""),
        ("otel.kind", "\"internal\""),
        ("otel.name", "\"read\""),
        ("span", "call"),
        ("url.template", "\"/items/{id}\""),
    ];
    assert_eq!(calls.len(), 1);
    let attempts = captured.spans("attempt");
    let field = |name: &str| {
        attempts
            .iter()
            .map(|fields| fields.get(name).cloned())
            .collect::<Vec<_>>()
    };
    let texts = |values: [&str; 3]| values.map(|value| Some(value.to_owned()));
    assert_eq!(field("otel.kind"), texts(["\"client\""; 3]));
    assert_eq!(field("otel.name"), texts(["\"GET /items/{id}\""; 3]));
    assert_eq!(field("server.address"), texts(["\"127.0.0.1\""; 3]));
    assert_eq!(field("http.response.status_code"), texts(["503", "401", "200"]));
    assert_eq!(
        field("http.request.resend_count"),
        [None, Some("1".to_owned()), Some("2".to_owned())]
    );
    assert_eq!(
        field("error.type"),
        [Some("\"503\"".to_owned()), Some("\"401\"".to_owned()), None]
    );
    let mut fields = calls[0].clone();
    assert!(fields.remove("duration_ms").unwrap().parse::<u64>().is_ok());
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(fields, expected);
    assert!(captured.text().contains("the request will be sent again"));
    assert!(!captured.text().contains("hunter2"));
}

#[tokio::test]
async fn test_span_says_why_a_call_failed() {
    let (captured, guard) = Captured::start();
    let (server, _) = answering(vec![answer(404, &[], "")]).await;
    let client = builder(&server.url)
        .authenticate(keys(&server.url, "hunter2"))
        .build()
        .unwrap();
    read(&client).send().await.unwrap_err();
    let stalled = answering(vec![vec![crate::support::ServerStep::Wait(Duration::from_secs(
        30,
    ))]])
    .await;
    // The caller stops waiting.
    let call = read(&stalled.1).send();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), call)
            .await
            .is_err()
    );
    read(&stalled.1)
        .timeout(Duration::from_millis(50))
        .send()
        .await
        .unwrap_err();
    let (_wrong, client) = answering(vec![json(200, r#"{"id": "hunter2"}"#)]).await;
    read(&client).send().await.unwrap_err();
    drop(guard);
    let calls = captured.calls();
    let seen = |index: usize, name: &str| calls[index].get(name).cloned().unwrap_or_default();
    assert_eq!(
        (seen(0, "http.response.status_code"), seen(0, "error.type")),
        ("404".into(), "\"status\"".into())
    );
    assert_eq!(
        (seen(1, "http.response.status_code"), seen(1, "attempts")),
        (String::new(), "1".into())
    );
    assert!(seen(1, "duration_ms").parse::<u64>().is_ok_and(|time| time >= 50));
    assert_eq!(seen(2, "error.type"), "\"send\"");
    assert_eq!(
        (seen(3, "http.response.status_code"), seen(3, "error.type")),
        ("200".into(), "\"decode\"".into())
    );
    assert!(seen(3, "duration_ms").parse::<u64>().is_ok());
    assert!(!captured.text().contains("hunter2"));
}
