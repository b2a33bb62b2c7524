//! Problems around a feed: sinks that are down, full disks, wrong credentials, signals.

use crate::api::{FeedApi, Manners};
use crate::http::{self, HttpReply};
use crate::system::{Killed, eventually, feed, finished, free_port, installed};
use crate::{bulk, hec};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const FROM: u64 = 1_738_312_200;
const UNTIL: u64 = FROM + 3600;

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").as_bytes())
        .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

#[test]
fn test_a_sink_that_is_down_holds_up_no_other() {
    let api = FeedApi::start(Manners::default());
    let is_up = Arc::new(AtomicBool::new(false));
    let (seen, bytes) = (
        Arc::clone(&is_up),
        Arc::<std::sync::atomic::AtomicUsize>::default(),
    );
    let counted = Arc::clone(&bytes);
    let port = http::serve(move |request| match seen.load(Ordering::SeqCst) {
        false => HttpReply::json(503, "{}"),
        true => {
            counted.fetch_add(
                String::from_utf8_lossy(&request.body).lines().count(),
                Ordering::SeqCst,
            );
            HttpReply::json(200, "{}")
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    let (to, other) = (
        format!("file:{}", file.display()),
        format!("http+http://127.0.0.1:{port}/"),
    );
    let child = feed(
        &api.url,
        &folder.path().join("state"),
        FROM,
        UNTIL,
        &["--to", &other, "--to", &to],
    )
    .spawn()
    .unwrap();
    let mut child = Killed(child);
    let all = api.ids(FROM, UNTIL).len();
    eventually("the file has all", || {
        fs::read_to_string(&file).is_ok_and(|text| text.lines().count() == all)
    });
    assert!(
        child.0.try_wait().unwrap().is_none(),
        "the feed waits for the other sink"
    );
    is_up.store(true, Ordering::SeqCst);
    eventually("the other sink has all", || bytes.load(Ordering::SeqCst) == all);
    assert!(child.0.wait().unwrap().success());
}

#[test]
fn test_what_waits_on_disk_is_bounded() {
    let api = FeedApi::start(Manners {
        per_minute: 2000,
        ..Manners::default()
    });
    let port = http::serve(|_| HttpReply::json(503, "{}"));
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let other = format!("http+http://127.0.0.1:{port}/");
    let more = ["--to", other.as_str(), "--buffer", "1MiB", "--window", "1m"];
    let _child = Killed(feed(&api.url, &state, FROM, UNTIL, &more).spawn().unwrap());
    let size = || {
        let entries = fs::read_dir(state.join("journal"))
            .into_iter()
            .flatten()
            .flatten();
        entries
            .map(|entry| entry.metadata().map_or(0, |metadata| metadata.len()))
            .sum::<u64>()
    };
    eventually("the buffer is full", || size() > 1 << 20);
    std::thread::sleep(Duration::from_secs(2));
    // A window in progress, and those that had started.
    assert!(size() < 6 << 20, "{}", size());
}

/// A disk that to this process appears to have a hundred kilobytes or two. It takes part of a line.
#[test]
fn test_a_disk_that_is_full_loses_and_repeats_nothing() {
    let api = FeedApi::start(Manners::default());
    let folder = tempfile::tempdir().unwrap();
    let (state, file, log) = (
        folder.path().join("state"),
        folder.path().join("a"),
        folder.path().join("log"),
    );
    let before = "{\"id\": \"of somebody else\"}\n".repeat(2000);
    fs::write(&file, &before).unwrap();
    let to = format!("file:{}", file.display());
    let command = feed(&api.url, &state, FROM, UNTIL, &["--to", &to]);
    let mut limited = Command::new("/bin/sh");
    limited
        .args(["-c", "ulimit -f 140; trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .stderr(fs::File::create(&log).unwrap());
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap());
    }
    let child = Killed(limited.spawn().unwrap());
    eventually("the disk is full", || {
        fs::read_to_string(&log).is_ok_and(|text| text.contains("sink file:") && text.contains("fails"))
    });
    drop(child);
    finished(feed(&api.url, &state, FROM, UNTIL, &["--to", &to]));
    let text = fs::read_to_string(&file).unwrap();
    let own = text.strip_prefix(&before).unwrap();
    let ids: std::collections::BTreeSet<String> = own
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
        .collect();
    assert_eq!(ids.len(), own.lines().count(), "some are there twice");
    assert_eq!(ids.len(), api.ids(FROM, UNTIL).len());
}

/// The peak memory of a process, in KiB.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn test_a_hundred_sites_take_little_memory() {
    let api = FeedApi::start(Manners {
        sites: 100,
        per_minute: 10,
        padding: 1500,
        ..Manners::default()
    });
    let port = http::serve(|_| HttpReply::json(200, "{}"));
    let folder = tempfile::tempdir().unwrap();
    let (state, file) = (folder.path().join("state"), folder.path().join("a"));
    let (to, other) = (
        format!("file:{}", file.display()),
        format!("http+http://127.0.0.1:{port}/"),
    );
    let more = ["--to", &to, "--to", &other, "--window", "1h"];
    let mut child = Killed(feed(&api.url, &state, FROM, UNTIL, &more).spawn().unwrap());
    let mut most = 0;
    while child.0.try_wait().unwrap().is_none() {
        most = most.max(memory(child.0.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(child.0.wait().unwrap().success());
    assert_eq!(
        fs::read_to_string(&file).unwrap().lines().count(),
        api.ids(FROM, UNTIL).len()
    );
    println!("{} MiB", most >> 10);
    assert!(most > 1 << 10 && most < 64 << 10, "{most} KiB");
}

#[test]
fn test_sigterm_drains_and_the_rest_comes_later() {
    let api = FeedApi::with_sites(3);
    let (port, collector) = hec::start(0, 0);
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let to = format!("splunk+http://127.0.0.1:{port}?token=HEC_TOKEN");
    let mut child = feed(&api.url, &state, FROM, UNTIL, &["--to", &to, "--window", "1m"])
        .spawn()
        .unwrap();
    eventually("something has come", || {
        !collector.lock().unwrap().indexed.is_empty()
    });
    Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    let begun = Instant::now();
    assert!(child.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    finished(feed(&api.url, &state, FROM, UNTIL, &["--to", &to]));
    let collector = collector.lock().unwrap();
    assert_eq!(
        collector
            .indexed
            .keys()
            .cloned()
            .collect::<std::collections::BTreeSet<_>>(),
        api.ids(FROM, UNTIL)
    );
    // The sinks were drained: nothing was sent again.
    assert!(collector.indexed.values().all(|count| *count == 1));
}

#[test]
fn test_a_batch_that_is_never_acknowledged_comes_again() {
    // The test waits less long for forgotten acknowledgements than a real run: the feed is started
    // again.
    let api = FeedApi::start(Manners::default());
    let (port, collector) = hec::start(0, 1);
    let folder = tempfile::tempdir().unwrap();
    let to = format!("splunk+http://127.0.0.1:{port}?token=HEC_TOKEN");
    let child = feed(&api.url, folder.path(), FROM, UNTIL, &["--to", &to])
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(3));
    drop(Killed(child));
    assert!(collector.lock().unwrap().indexed.is_empty());
    let (port, collector) = hec::start(0, 0);
    let moved = format!("splunk+http://127.0.0.1:{port}?token=HEC_TOKEN");
    finished(feed(&api.url, folder.path(), FROM, UNTIL, &["--to", &moved]));
    assert_eq!(
        collector.lock().unwrap().indexed.len(),
        api.ids(FROM, UNTIL).len()
    );
}

#[test]
fn test_a_window_that_is_not_over_for_the_server_is_not_taken() {
    // By its clock, the first half of the hour can be requested.
    let api = FeedApi::start(Manners {
        date: Some(FROM + 1800 + 300),
        ..Manners::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let (state, file) = (folder.path().join("state"), folder.path().join("a"));
    let to = format!("file:{}", file.display());
    let more = ["--to", &to, "--window", "30m"];
    let _child = Killed(feed(&api.url, &state, FROM, UNTIL, &more).spawn().unwrap());
    eventually("the server was asked for more", || {
        api.calls.load(Ordering::SeqCst) > 3
    });
    let half = api.ids(FROM, FROM + 1800).len();
    let lines = || fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    eventually("the first half is there", || lines() >= half);
    assert_eq!(lines(), half);
}

#[test]
fn test_wrong_credentials_and_settings_are_said() {
    let api = FeedApi::start(Manners::default());
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str], token: &str| {
        let mut command = feed(&api.url, &folder.path().join("state"), FROM, UNTIL, more);
        let output = command.env("SIGSCI_TOKEN", token).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, said) = run(&["--to", "stdout:"], "other");
    assert!(status == 3 && said.contains("401"), "{status} {said}");
    for wrong in [
        "kafka:x",
        "file:/a?rotate=1",
        "splunk+https://h:8088?token=NO_SUCH",
    ] {
        let (status, said) = run(&["--to", wrong], "c4nary-token");
        assert!(status == 2 && said.lines().count() == 1, "{status} {said}");
    }
}

#[test]
fn test_a_state_is_of_one_feed_at_a_time() {
    let api = FeedApi::start(Manners::default());
    let port = http::serve(|_| HttpReply::json(503, "{}"));
    let folder = tempfile::tempdir().unwrap();
    let to = format!("http+http://127.0.0.1:{port}/");
    let _first = Killed(
        feed(&api.url, folder.path(), FROM, UNTIL, &["--to", &to])
            .spawn()
            .unwrap(),
    );
    eventually("the first has begun", || folder.path().join("lock").exists());
    std::thread::sleep(Duration::from_millis(300));
    let output = feed(&api.url, folder.path(), FROM, UNTIL, &["--to", &to])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("in use by another feed")
    );
}

#[test]
fn test_sites_have_their_turns() {
    let api = FeedApi::with_sites(5);
    let folder = tempfile::tempdir().unwrap();
    let more = ["--to", "stdout:", "--window", "10m", "--parallel", "1"];
    finished(feed(&api.url, folder.path(), FROM, UNTIL, &more));
    let windows = api.windows.lock().unwrap();
    assert_eq!(windows.len(), 5 * 6);
    for round in windows.chunks(5) {
        let sites: std::collections::BTreeSet<_> = round.iter().collect();
        assert_eq!(sites.len(), 5, "{windows:?}");
    }
}

#[test]
fn test_two_machines_share_the_sites() {
    let api = FeedApi::with_sites(6);
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    for shard in ["1/2", "2/2"] {
        let state = folder.path().join(shard.replace('/', "-"));
        let out = finished(feed(
            &api.url,
            &state,
            FROM,
            UNTIL,
            &["--to", "stdout:", "--shard", shard],
        ));
        assert!(!out.is_empty(), "{shard}");
        lines.extend(out.lines().map(str::to_owned));
    }
    lines.sort();
    let count = lines.len();
    lines.dedup();
    assert_eq!((lines.len(), count), (count, api.ids(FROM, UNTIL).len()));
}

#[test]
fn test_prometheus_scrapes_and_health_is_told() {
    let api = FeedApi::with_sites(2);
    let (bulk_port, _cluster) = bulk::start(0, None);
    let folder = tempfile::tempdir().unwrap();
    let (metrics, own) = (free_port(), free_port());
    let to = format!("elasticsearch+http://127.0.0.1:{bulk_port}/requests");
    let address = format!("127.0.0.1:{metrics}");
    let more = ["--to", &to, "--metrics", &address, "--follow"];
    let mut command = feed(&api.url, &folder.path().join("state"), FROM, UNTIL, &[]);
    let mut arguments: Vec<String> = command
        .get_args()
        .map(|argument| argument.to_str().unwrap().to_owned())
        .collect();
    let until = arguments
        .iter()
        .position(|argument| argument == "--until")
        .unwrap();
    arguments.drain(until..until + 2);
    // The interval is short, so that the run with `--follow` ends within the test.
    let from = arguments
        .iter()
        .position(|argument| argument == "--from")
        .unwrap();
    arguments[from + 1] = "-30m".to_owned();
    let program = command.get_program().to_owned();
    let mut following = Command::new(program);
    following.args(arguments).args(more).env_clear();
    for (name, value) in command.get_envs() {
        following.env(name, value.unwrap());
    }
    command = following;
    let _feed = Killed(
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    eventually("it is well", || {
        get(metrics, "/healthz").is_some_and(|text| text.contains("200 OK") && text.ends_with("well\n"))
    });
    let program = installed("prometheus", &["/usr/bin/prometheus"]);
    let configuration = format!(
        "global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: feed\n    static_configs:\n      - targets: ['{address}']\n"
    );
    fs::write(folder.path().join("prometheus.yml"), configuration).unwrap();
    let child = Command::new(program)
        .arg(format!(
            "--config.file={}",
            folder.path().join("prometheus.yml").display()
        ))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.path().join("data").display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{own}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _prometheus = Killed(child);
    eventually("Prometheus has read the lines", || {
        let text = get(own, "/api/v1/query?query=feed_sink_lines_total").unwrap_or_default();
        text.contains("\"sink\":\"elasticsearch+http://") && !text.contains(",\"0\"]")
    });
    let up = get(own, "/api/v1/query?query=up").unwrap_or_default();
    assert!(up.contains(",\"1\"]"), "{up}");
}

#[test]
fn test_the_unit_has_a_command_line_that_is_one() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/sigsci-feed@.service");
    let unit = fs::read_to_string(unit)
        .unwrap()
        .replace("\\\n", " ")
        .replace("%i", "1");
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    let arguments = line.split_whitespace().skip(1);
    let output = Command::new(env!("CARGO_BIN_EXE_sigsci"))
        .args(arguments)
        .env_clear()
        .env("SIGSCI_CONFIG", "/nonexistent/config.toml")
        .output()
        .unwrap();
    // Only the credentials are missing.
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
}
