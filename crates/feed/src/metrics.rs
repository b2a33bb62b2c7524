//! Metrics and health of a feed, for Prometheus and for operators.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The counters of a feed. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<MetricsInner>);

struct MetricsInner {
    fetched: AtomicU64,
    repeated: AtomicU64,
    windows: AtomicU64,
    sources: Mutex<BTreeMap<String, MeteredPart>>,
    sinks: Mutex<BTreeMap<String, MeteredPart>>,
    log: Box<dyn Fn(&str) + Send + Sync>,
}

/// A source or a sink.
#[derive(Debug, Default)]
struct MeteredPart {
    done: u64,
    refused: u64,
    failures: u64,
    /// For a source, the time up to which its records have been fetched, in seconds since 1970; for
    /// a sink, the number of unread bytes in the journal.
    at: i64,
    trouble: Option<CurrentFailures>,
}

/// The current failures.
#[derive(Debug)]
struct CurrentFailures {
    since: Instant,
    said: Instant,
    message: String,
}

/// How long something may fail before the feed counts as unhealthy.
const PATIENCE: Duration = Duration::from_secs(300);
/// The interval at which the log repeats that something still fails.
const AGAIN: Duration = Duration::from_secs(300);

impl Metrics {
    /// Metrics of a feed that has not started. `log` receives a line when something starts to fail,
    /// while it fails, and when it recovers.
    pub fn new(log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(MetricsInner {
            fetched: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            windows: AtomicU64::new(0),
            sources: Mutex::default(),
            sinks: Mutex::default(),
            log: Box::new(log),
        }))
    }

    /// Writes a line to the log.
    pub(crate) fn log(&self, line: &str) {
        (self.0.log)(line);
    }

    pub(crate) fn fetched(&self, lines: u64, repeated: u64) {
        self.0.fetched.fetch_add(lines, Ordering::Relaxed);
        self.0.repeated.fetch_add(repeated, Ordering::Relaxed);
    }

    pub(crate) fn window(&self, source: &str, next: i64) {
        self.0.windows.fetch_add(1, Ordering::Relaxed);
        self.change("source", source, |part| {
            part.done += 1;
            part.at = next;
            part.recovered()
        });
    }

    pub(crate) fn source_failed(&self, source: &str, why: &str) {
        self.change("source", source, |part| part.failed(why));
    }

    /// Removes a source that no longer exists, so that it counts neither as healthy nor as failing.
    pub(crate) fn source_gone(&self, source: &str) {
        let mut sources = self.0.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.remove(source);
        drop(sources);
        self.log(&format!("source {source} no longer exists and is not fetched"));
    }

    pub(crate) fn delivered(&self, sink: &str, lines: u64, refused: u64) {
        self.change("sink", sink, |part| {
            part.done += lines;
            part.refused += refused;
            part.recovered()
        });
    }

    pub(crate) fn sink_failed(&self, sink: &str, why: &str) {
        self.change("sink", sink, |part| part.failed(why));
    }

    pub(crate) fn waiting(&self, sink: &str, bytes: u64) {
        self.change("sink", sink, |part| {
            part.at = i64::try_from(bytes).unwrap_or(i64::MAX);
            None
        });
    }

    fn parts(&self, kind: &str) -> &Mutex<BTreeMap<String, MeteredPart>> {
        match kind {
            "source" => &self.0.sources,
            _ => &self.0.sinks,
        }
    }

    /// Changes a part, and logs the change.
    fn change(&self, kind: &str, name: &str, change: impl FnOnce(&mut MeteredPart) -> Option<String>) {
        let said = {
            let mut parts = self.parts(kind).lock().unwrap_or_else(PoisonError::into_inner);
            change(parts.entry(name.to_owned()).or_default())
        };
        if let Some(said) = said {
            self.log(&format!("{kind} {name} {said}"));
        }
    }

    /// The current failures with their durations; empty if there are none.
    pub fn troubles(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        for kind in ["source", "sink"] {
            let parts = self.parts(kind).lock().unwrap_or_else(PoisonError::into_inner);
            for (name, part) in parts.iter() {
                let Some(trouble) = &part.trouble else { continue };
                let lasts = trouble.since.elapsed();
                if lasts >= PATIENCE {
                    let (seconds, message) = (lasts.as_secs(), &trouble.message);
                    troubles.push(format!("{kind} {name} has failed for {seconds} s: {message}"));
                }
            }
        }
        troubles
    }

    /// The metrics in Prometheus's text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let inner = &self.0;
        for (name, help, value) in [
            ("feed_lines_total", "Lines fetched, each once.", &inner.fetched),
            (
                "feed_repeated_total",
                "Repeated lines that were left out.",
                &inner.repeated,
            ),
            ("feed_windows_total", "Windows that are complete.", &inner.windows),
        ] {
            let value = value.load(Ordering::Relaxed);
            head(&mut text, name, "counter", help);
            let _ = writeln!(text, "{name} {value}");
        }
        for (of, name, kind, help, value) in FAMILIES {
            let name = format!("feed_{of}_{name}");
            head(&mut text, &name, kind, help);
            let parts = self.parts(of).lock().unwrap_or_else(PoisonError::into_inner);
            for (part, values) in parts.iter() {
                let _ = writeln!(text, "{name}{{{of}=\"{}\"}} {}", escaped(part), value(values));
            }
        }
        text
    }
}

/// A metric with a value for each source or sink.
type Family = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    fn(&MeteredPart) -> i128,
);

const FAMILIES: [Family; 6] = [
    (
        "source",
        "next_seconds",
        "gauge",
        "The time up to which a source is fetched, in seconds since 1970.",
        |part| part.at.into(),
    ),
    (
        "source",
        "failures_total",
        "counter",
        "Windows of a source that failed.",
        |part| part.failures.into(),
    ),
    (
        "sink",
        "lines_total",
        "counter",
        "Lines that a sink has taken.",
        |part| part.done.into(),
    ),
    (
        "sink",
        "refused_total",
        "counter",
        "Lines that a sink will never take; they are in the folder `refused` of the state.",
        |part| part.refused.into(),
    ),
    (
        "sink",
        "failures_total",
        "counter",
        "Batches that a sink could not take at once.",
        |part| part.failures.into(),
    ),
    (
        "sink",
        "waiting_bytes",
        "gauge",
        "Bytes on disk that a sink has not taken.",
        |part| part.at.into(),
    ),
];

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

impl MeteredPart {
    fn failed(&mut self, why: &str) -> Option<String> {
        self.failures += 1;
        let now = Instant::now();
        let trouble = self.trouble.get_or_insert_with(|| CurrentFailures {
            since: now,
            said: now,
            message: String::new(),
        });
        why.clone_into(&mut trouble.message);
        let is_said = trouble.since == now || trouble.said.elapsed() >= AGAIN;
        is_said.then(|| {
            trouble.said = now;
            format!("fails, and is tried again: {why}")
        })
    }

    fn recovered(&mut self) -> Option<String> {
        let trouble = self.trouble.take()?;
        Some(format!(
            "works again after {} s",
            trouble.since.elapsed().as_secs()
        ))
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_metrics_are_text_for_prometheus() {
        let metrics = Metrics::new(|_| {});
        metrics.fetched(3, 1);
        metrics.window("c/\"s", 60);
        metrics.delivered("file:/a", 2, 1);
        metrics.sink_failed("file:/a", "full");
        metrics.waiting("file:/a", 7);
        let text = metrics.text();
        for line in [
            "feed_lines_total 3",
            "feed_repeated_total 1",
            "feed_source_next_seconds{source=\"c/\\\"s\"} 60",
            "feed_sink_lines_total{sink=\"file:/a\"} 2",
            "feed_sink_failures_total{sink=\"file:/a\"} 1",
            "# TYPE feed_sink_waiting_bytes gauge",
            "feed_sink_waiting_bytes{sink=\"file:/a\"} 7",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }

    #[test]
    fn test_what_fails_is_logged_once_until_it_works() {
        let log = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&log);
        let metrics = Metrics::new(move |line| {
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.to_owned());
        });
        metrics.sink_failed("s", "full");
        metrics.sink_failed("s", "full");
        metrics.delivered("s", 1, 0);
        metrics.delivered("s", 1, 0);
        assert_eq!(
            *log.lock().unwrap_or_else(PoisonError::into_inner),
            [
                "sink s fails, and is tried again: full",
                "sink s works again after 0 s"
            ]
        );
    }

    #[test]
    fn test_health_is_lost_when_something_fails_for_long() {
        let metrics = Metrics::new(|_| {});
        metrics.sink_failed("s", "full");
        assert!(metrics.troubles().is_empty());
        metrics.change("sink", "s", |part| {
            let trouble = part.trouble.as_mut()?;
            trouble.since = trouble.since.checked_sub(PATIENCE)?;
            None
        });
        assert_eq!(metrics.troubles(), ["sink s has failed for 300 s: full"]);
        metrics.delivered("s", 1, 0);
        assert!(metrics.troubles().is_empty());
    }
}
