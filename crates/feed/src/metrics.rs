//! What a feed has done and how it does, for Prometheus and for those who look after it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a feed has done. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    fetched: AtomicU64,
    repeated: AtomicU64,
    windows: AtomicU64,
    journal: AtomicU64,
    sources: Mutex<BTreeMap<String, Part>>,
    sinks: Mutex<BTreeMap<String, Part>>,
}

/// A source or a sink.
#[derive(Debug, Default)]
struct Part {
    done: u64,
    refused: u64,
    failures: u64,
    /// Up to when, or since when it fails, in seconds since 1970.
    at: AtomicI64,
    failing_since: Option<i64>,
    message: String,
}

/// How long something may fail before the feed is not well.
const PATIENCE: i64 = 300;

fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}

impl Metrics {
    pub(crate) fn fetched(&self, lines: u64, repeated: u64) {
        self.0.fetched.fetch_add(lines, Ordering::Relaxed);
        self.0.repeated.fetch_add(repeated, Ordering::Relaxed);
    }

    pub(crate) fn journal(&self, bytes: u64) {
        self.0.journal.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn window(&self, source: &str, next: i64) {
        self.0.windows.fetch_add(1, Ordering::Relaxed);
        part(&self.0.sources, source, |part| {
            part.done += 1;
            part.at.store(next, Ordering::Relaxed);
            part.failing_since = None;
        });
    }

    pub(crate) fn source_failed(&self, source: &str, why: &str) {
        part(&self.0.sources, source, |part| part.fail(why));
    }

    pub(crate) fn delivered(&self, sink: &str, lines: u64, refused: u64) {
        part(&self.0.sinks, sink, |part| {
            part.done += lines;
            part.refused += refused;
            part.failing_since = None;
        });
    }

    pub(crate) fn sink_failed(&self, sink: &str, why: &str) {
        part(&self.0.sinks, sink, |part| part.fail(why));
    }

    /// How many lines have been fetched, without those that came again.
    pub fn lines(&self) -> u64 {
        self.0.fetched.load(Ordering::Relaxed)
    }

    /// What does not work, and for how long; nothing if all is well.
    pub fn troubles(&self) -> Vec<String> {
        let mut troubles = Vec::new();
        for (kind, parts) in [("source", &self.0.sources), ("sink", &self.0.sinks)] {
            for (name, part) in parts.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let since = part.failing_since.map(|since| now() - since);
                if let Some(seconds) = since.filter(|seconds| *seconds >= PATIENCE) {
                    troubles.push(format!("{kind} {name} has failed for {seconds} s: {}", part.message));
                }
            }
        }
        troubles
    }

    /// The metrics as Prometheus reads them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let inner = &self.0;
        for (name, help, value) in [
            ("feed_lines_total", "Lines fetched, each once.", &inner.fetched),
            ("feed_repeated_total", "Lines that came again and were left out.", &inner.repeated),
            ("feed_windows_total", "Windows that are complete.", &inner.windows),
        ] {
            let value = value.load(Ordering::Relaxed);
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");
        }
        let bytes = inner.journal.load(Ordering::Relaxed);
        text.push_str("# HELP feed_journal_bytes Bytes on disk that some sink has not taken.\n");
        let _ = write!(text, "# TYPE feed_journal_bytes gauge\nfeed_journal_bytes {bytes}\n");
        let sources = inner.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let sinks = inner.sinks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut family = |name: &str, kind: &str, help: &str, label: &str, values: Vec<(&String, String)>| {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
            for (of, value) in values {
                let _ = writeln!(text, "{name}{{{label}=\"{}\"}} {value}", escaped(of));
            }
        };
        let of = |parts: &BTreeMap<String, Part>, value: fn(&Part) -> String| -> Vec<(String, String)> {
            parts.iter().map(|(name, part)| (name.clone(), value(part))).collect()
        };
        for (name, kind, help, label, values) in [
            (
                "feed_source_next_seconds",
                "gauge",
                "Up to when a source is fetched, in seconds since 1970.",
                "source",
                of(&sources, |part| part.at.load(Ordering::Relaxed).to_string()),
            ),
            (
                "feed_source_failures_total",
                "counter",
                "Windows of a source that failed.",
                "source",
                of(&sources, |part| part.failures.to_string()),
            ),
            (
                "feed_sink_lines_total",
                "counter",
                "Lines that a sink has taken.",
                "sink",
                of(&sinks, |part| part.done.to_string()),
            ),
            (
                "feed_sink_refused_total",
                "counter",
                "Lines that a sink will never take; they are in the folder `refused`.",
                "sink",
                of(&sinks, |part| part.refused.to_string()),
            ),
            (
                "feed_sink_failures_total",
                "counter",
                "Batches that a sink could not take at once.",
                "sink",
                of(&sinks, |part| part.failures.to_string()),
            ),
        ] {
            family(name, kind, help, label, values.iter().map(|(name, value)| (name, value.clone())).collect());
        }
        text
    }
}

impl Part {
    fn fail(&mut self, why: &str) {
        self.failures += 1;
        self.failing_since.get_or_insert_with(now);
        why.clone_into(&mut self.message);
    }
}

fn part(parts: &Mutex<BTreeMap<String, Part>>, name: &str, change: impl FnOnce(&mut Part)) {
    let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
    change(parts.entry(name.to_owned()).or_default());
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Answers `/metrics` and `/healthz` at this address, until it is dropped.
///
/// Two addresses without parameters, bodies or connections that last: a server for more would be the largest part of the feed.
///
/// # Errors
///
/// When nothing can listen there.
pub async fn serve(address: SocketAddr, metrics: Metrics) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let Ok((mut stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let metrics = metrics.clone();
        let answered = async move {
            let mut request = Vec::with_capacity(1024);
            while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 8192 {
                if stream.read_buf(&mut request).await.unwrap_or_default() == 0 {
                    return;
                }
            }
            let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line).into_owned();
            let (status, kind, body) = answer(&line, &metrics);
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
            let _ = stream.shutdown().await;
        };
        tokio::spawn(async move {
            let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
        });
    }
}

fn answer(line: &str, metrics: &Metrics) -> (&'static str, &'static str, String) {
    let plain = "text/plain; charset=utf-8";
    match line.strip_prefix("GET ").and_then(|rest| rest.split([' ', '?']).next()) {
        Some("/metrics") => ("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics.text()),
        Some("/healthz") => match metrics.troubles().as_slice() {
            [] => ("200 OK", plain, "well\n".to_owned()),
            troubles => ("503 Service Unavailable", plain, format!("{}\n", troubles.join("\n"))),
        },
        Some(_) => ("404 Not Found", plain, "/metrics or /healthz\n".to_owned()),
        None => ("405 Method Not Allowed", plain, "only GET\n".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_metrics_are_text_for_prometheus() {
        let metrics = Metrics::default();
        metrics.fetched(3, 1);
        metrics.window("c/\"s", 60);
        metrics.delivered("file:/a", 2, 1);
        metrics.sink_failed("file:/a", "full");
        let text = metrics.text();
        for line in [
            "feed_lines_total 3",
            "feed_repeated_total 1",
            "feed_source_next_seconds{source=\"c/\\\"s\"} 60",
            "feed_sink_lines_total{sink=\"file:/a\"} 2",
            "feed_sink_failures_total{sink=\"file:/a\"} 1",
            "# TYPE feed_journal_bytes gauge",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }

    #[test]
    fn test_health_is_lost_when_something_fails_for_long() {
        let metrics = Metrics::default();
        metrics.sink_failed("s", "full");
        assert_eq!(answer("GET /healthz HTTP/1.1", &metrics).0, "200 OK");
        part(&metrics.0.sinks, "s", |part| part.failing_since = Some(now() - PATIENCE));
        let (status, _, body) = answer("GET /healthz HTTP/1.1", &metrics);
        assert!(status.starts_with("503") && body.contains("sink s has failed for 300 s: full"), "{body}");
        metrics.delivered("s", 1, 0);
        assert_eq!(answer("GET /healthz HTTP/1.1", &metrics).0, "200 OK");
    }
}
