//! Kills the feed at arbitrary moments: nothing is lost, and nothing appears twice in files.

use crate::api::{FeedApi, Manners};
use crate::system::{Killed, feed, finished, free_port};
use crate::{bulk, hec};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufReader, Read};
use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const FROM: u64 = 1_738_312_200;

/// A syslog server that reads each connection to its end, with octet-counted messages as in RFC
/// 6587.
fn syslog() -> (u16, Arc<Mutex<BTreeMap<String, u64>>>) {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::<Mutex<BTreeMap<String, u64>>>::default();
    let kept = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                let mut text = Vec::new();
                let _ = reader.read_to_end(&mut text);
                let mut rest = text.as_slice();
                while let Some(blank) = rest.iter().position(|byte| *byte == b' ') {
                    let length: usize = str::from_utf8(&rest[..blank]).unwrap().parse().unwrap();
                    let Some(message) = rest.get(blank + 1..blank + 1 + length) else {
                        return;
                    };
                    let message = str::from_utf8(message).unwrap();
                    let id = message.split("id=\"").nth(1).unwrap().split('"').next().unwrap();
                    *kept.lock().unwrap().entry(id.to_owned()).or_default() += 1;
                    rest = &rest[blank + 1 + length..];
                }
            });
        }
    });
    (port, seen)
}

/// The number of kills, and the number of requests. The full numbers take some minutes.
fn numbers() -> (u32, u64) {
    match std::env::var("FEED_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
    {
        Some(kills) => (kills, 100_000),
        None => (12, 12_000),
    }
}

#[test]
fn test_feed_that_is_killed_loses_and_repeats_nothing() {
    let (kills, requests) = numbers();
    let sites = 20;
    let minutes = 100;
    let api = FeedApi::start(Manners {
        sites,
        per_minute: requests / sites / minutes,
        trouble: 13,
        repeats: 3,
        cursor: 1500,
        ..Manners::default()
    });
    let until = FROM + minutes * 60;
    let folder = tempfile::tempdir().unwrap();
    let (file, zipped) = (
        folder.path().join("requests.ndjson"),
        folder.path().join("zipped"),
    );
    let (syslog_port, syslog) = syslog();
    let (hec_port, collector) = hec::start(9, 0);
    let (bulk_port, cluster) = bulk::start(50, None);
    let sinks = [
        format!("file:{}", file.display()),
        format!("file:{}?size=300KiB&compress=gzip", zipped.display()),
        format!("syslog+tcp://127.0.0.1:{syslog_port}"),
        format!("splunk+http://127.0.0.1:{hec_port}?token=HEC_TOKEN"),
        format!("elasticsearch+http://127.0.0.1:{bulk_port}/requests"),
    ];
    // Little disk space, so that segments of the journal are created and removed all the time.
    let mut more: Vec<&str> = vec!["--window", "5m", "--parallel", "4", "--buffer", "1MiB"];
    for sink in &sinks {
        more.extend(["--to", sink]);
    }
    let state = folder.path().join("state");
    let length = || fs::metadata(&file).map_or(0, |file| file.len());
    let progress = || -> [u64; 4] {
        let documents = cluster.lock().unwrap().documents.len() as u64;
        let messages = syslog.lock().unwrap().len() as u64;
        [api.calls.load(Ordering::SeqCst), length(), documents, messages]
    };
    let mut killed = 0;
    for number in 0..kills {
        // The feed is killed in turn after some more calls, and as soon as one of the sinks has
        // more lines.
        let (what, begun) = (number as usize % 4, progress());
        let more_of_it = if what == 0 {
            1 + u64::from(number * 7919 % 8)
        } else {
            1
        };
        let child = feed(&api.url, &state, FROM, until, &more).spawn().unwrap();
        let mut child = Killed(child);
        let mut is_running = true;
        while is_running && progress()[what] < begun[what] + more_of_it {
            is_running = child.0.try_wait().unwrap().is_none();
            thread::sleep(Duration::from_millis(1));
        }
        // The next step interrupts something else each time.
        thread::sleep(Duration::from_millis(u64::from(number * 31 % 40)));
        killed += u32::from(child.0.try_wait().unwrap().is_none());
    }
    let before = fs::read_to_string(&file).unwrap_or_default().lines().count();
    println!("killed {killed} of {kills} times with {before} of {requests} requests");
    assert!(
        killed * 2 > kills && before > 0,
        "{killed} of {kills} times, {before} lines"
    );
    finished(feed(&api.url, &state, FROM, until, &more));
    let expected = api.ids(FROM, until);
    assert_eq!(expected.len() as u64, requests);

    let mut text = fs::read_to_string(&file).unwrap();
    once(&text, &expected);
    text.clear();
    let mut names: Vec<_> = fs::read_dir(&zipped)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    for name in names {
        flate2::read::MultiGzDecoder::new(fs::File::open(name).unwrap())
            .read_to_string(&mut text)
            .unwrap();
    }
    once(&text, &expected);
    let of_syslog: BTreeSet<String> = syslog.lock().unwrap().keys().cloned().collect();
    assert_eq!(of_syslog, expected, "syslog");
    let collector = collector.lock().unwrap();
    assert_eq!(
        collector.indexed.keys().cloned().collect::<BTreeSet<String>>(),
        expected,
        "splunk"
    );
    let cluster = cluster.lock().unwrap();
    assert_eq!(
        cluster.documents.keys().cloned().collect::<BTreeSet<String>>(),
        expected,
        "elasticsearch"
    );
    assert!(collector.wrong.is_empty() && cluster.wrong.is_empty());
}

/// Each request is there exactly once, and nothing else is there.
fn once(text: &str, expected: &BTreeSet<String>) {
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let id = line["id"].as_str().unwrap();
        let id = format!("acme/site{}/{id}", id.split('-').next().unwrap());
        assert!(expected.contains(&id), "{id} was not asked for");
        assert!(seen.insert(id.clone()), "{id} is there twice");
    }
    assert_eq!(seen.len(), expected.len(), "some are lost");
}
