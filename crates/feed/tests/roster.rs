//! Sources that come and go while a feed runs.

#![allow(missing_docs, clippy::unwrap_used)]

use bytes::Bytes;
use lorgnette_feed::{
    Error, Fetching, Line, Listing, Metrics, Pages, Roster, Setback, Settings, Source, Sources, Spec, Watch,
};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// A source that returns one line per window, unless it fails.
struct Lamp {
    name: &'static str,
    asked: Arc<Mutex<Vec<(&'static str, i64)>>>,
    refuses: Arc<AtomicBool>,
}

impl Source for Lamp {
    fn name(&self) -> &str {
        self.name
    }

    fn window<'s>(&'s self, from: i64, _: i64, to: &'s Pages) -> Fetching<'s> {
        Box::pin(async move {
            if self.refuses.load(Ordering::SeqCst) {
                return Err(Setback::Never(Error::refused("there is no such lamp")));
            }
            self.asked.lock().unwrap().push((self.name, from));
            let json = format!("{{\"lamp\": \"{}\", \"from\": {from}}}", self.name);
            to.page(vec![Line::new(String::new(), None, Bytes::from(json))])
                .await
        })
    }
}

/// Lists lamps, of which some exist only later.
#[derive(Clone, Default)]
struct House {
    there: Arc<Mutex<Vec<&'static str>>>,
    asked: Arc<Mutex<Vec<(&'static str, i64)>>>,
    refuses: Arc<AtomicBool>,
}

impl House {
    fn sources(&self) -> Vec<Arc<dyn Source>> {
        let there = self.there.lock().unwrap();
        let lamp = |name: &&'static str| -> Arc<dyn Source> {
            Arc::new(Lamp {
                name,
                asked: Arc::clone(&self.asked),
                refuses: match *name {
                    "broken" => Arc::clone(&self.refuses),
                    _ => Arc::default(),
                },
            })
        };
        there.iter().map(lamp).collect()
    }
}

impl Roster for House {
    fn list(&self) -> Listing<'_> {
        Box::pin(async { Ok(self.sources()) })
    }
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

fn settings(state: &Path, from: i64) -> Settings {
    Settings {
        state: state.to_owned(),
        from,
        until: None,
        window: 1,
        step: 1,
        lag: 0,
        parallel: 4,
        buffer: 1 << 20,
        drain: Duration::from_secs(10),
        metrics: None,
    }
}

/// Runs a feed of `house` into a file until `is_over`, and returns its log and its output.
async fn run(house: &House, every: Duration, is_over: impl Fn(&str) -> bool) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::<Mutex<String>>::default();
    let said = Arc::clone(&log);
    let metrics = Metrics::new(move |line| said.lock().unwrap().extend([line, "\n"]));
    let file = folder.path().join("lines");
    let sinks = vec![Spec::parse(&format!("file:{}", file.display()), &[]).unwrap()];
    let sources = Sources {
        now: house.sources(),
        later: Some(Watch {
            roster: Arc::new(house.clone()),
            every,
        }),
    };
    let stop = async {
        while !is_over(&log.lock().unwrap()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let settings = settings(&folder.path().join("state"), now() - 3);
    lorgnette_feed::run(settings, sources, sinks, None, metrics, stop)
        .await
        .unwrap();
    let log = log.lock().unwrap().clone();
    (log, fs::read_to_string(file).unwrap())
}

#[tokio::test]
async fn test_new_sources_begin_and_those_that_are_gone_end() {
    let house = House::default();
    *house.there.lock().unwrap() = vec!["hall", "attic"];
    let begun = now();
    let asked = Arc::clone(&house.asked);
    let there = Arc::clone(&house.there);
    let has = move |name: &str| asked.lock().unwrap().iter().any(|(known, _)| *known == name);
    let (log, lines) = run(&house, Duration::from_millis(1100), move |log| {
        if has("hall") && has("attic") {
            *there.lock().unwrap() = vec!["hall", "garden"];
        }
        has("garden") && log.contains("attic")
    })
    .await;
    assert!(log.contains("source garden is new"), "{log}");
    assert!(log.contains("source attic no longer exists"), "{log}");
    assert!(!log.contains("hall"), "{log}");
    assert!(lines.contains("garden"), "{lines}");
    let asked = house.asked.lock().unwrap();
    // The source starts at the last list that did not contain it.
    let (_, from) = asked.iter().find(|(name, _)| *name == "garden").unwrap();
    assert!((begun..=now()).contains(from), "{from}");
}

#[tokio::test]
async fn test_a_source_that_refuses_since_it_is_gone_is_no_error() {
    let house = House::default();
    *house.there.lock().unwrap() = vec!["broken", "hall"];
    house.refuses.store(true, Ordering::SeqCst);
    // The feed's first list is older than the next one, which is requested at once.
    let sources = house.clone();
    let (log, _) = run(&house, Duration::from_secs(3600), move |log| {
        *sources.there.lock().unwrap() = vec!["hall"];
        log.contains("broken no longer exists")
    })
    .await;
    assert!(log.contains("there is no such lamp"), "{log}");
}
