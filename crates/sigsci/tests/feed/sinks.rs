//! Tests each sink's delivery guarantees.

use crate::api::{FeedApi, Manners};
use crate::system::{Killed, eventually, feed, finished, free_port, installed};
use crate::{bulk, hec, http};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// Two hours, long ago.
const FROM: u64 = 1_738_312_200;
const UNTIL: u64 = FROM + 2 * 3600;

fn ids(lines: &str) -> Vec<String> {
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}")));
    let of_site = |id: &str| format!("acme/site{}/{id}", id.split('-').next().unwrap());
    lines.map(|line| of_site(line["id"].as_str().unwrap())).collect()
}

fn all_once(found: Vec<String>, api: &FeedApi) {
    let distinct: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(distinct.len(), found.len(), "some are there twice");
    assert_eq!(distinct, api.ids(FROM, UNTIL));
}

#[test]
fn test_lines_are_written_as_they_came() {
    let api = FeedApi::with_sites(3);
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("out/requests.ndjson");
    let to = format!("file:{}", file.display());
    let out = finished(feed(
        &api.url,
        &state.path().join("state"),
        FROM,
        UNTIL,
        &["--to", "stdout:", "--to", &to],
    ));
    let kept = fs::read_to_string(&file).unwrap();
    assert!(
        kept.contains("\"path\": \"/ü/1\"") && kept.contains("\"new\": {\"ratio\": 1.50}"),
        "{}",
        &kept[..300]
    );
    all_once(ids(&kept), &api);
    all_once(ids(&out), &api);
    // After a restart, there is nothing to do.
    let calls = api.calls.load(std::sync::atomic::Ordering::SeqCst);
    finished(feed(
        &api.url,
        &state.path().join("state"),
        FROM,
        UNTIL,
        &["--to", &to],
    ));
    assert_eq!(fs::read_to_string(&file).unwrap(), kept);
    assert_eq!(api.calls.load(std::sync::atomic::Ordering::SeqCst), calls);
}

#[test]
fn test_files_rotate_and_are_compressed() {
    let api = FeedApi::start(Manners {
        per_minute: 100,
        ..Manners::default()
    });
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("out");
    let to = format!("file:{}?size=200KiB&compress=gzip", folder.display());
    finished(feed(
        &api.url,
        &state.path().join("state"),
        FROM,
        UNTIL,
        &["--to", &to],
    ));
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() > 3, "{names:?}");
    let mut text = String::new();
    for name in names {
        MultiGzDecoder::new(fs::File::open(name).unwrap())
            .read_to_string(&mut text)
            .unwrap();
    }
    all_once(ids(&text), &api);
}

#[test]
fn test_requests_are_chosen_and_mapped() {
    let api = FeedApi::start(Manners::default());
    let state = tempfile::tempdir().unwrap();
    let (plain, mapped) = (state.path().join("a"), state.path().join("b"));
    let (to, ecs) = (
        format!("file:{}", plain.display()),
        format!("file:{}?mapping=ecs", mapped.display()),
    );
    let more = [
        "--to",
        &to,
        "--to",
        &ecs,
        "--tag",
        "XSS",
        "--members",
        "id,path,new.ratio",
    ];
    finished(feed(
        &api.url,
        &state.path().join("state"),
        FROM,
        FROM + 600,
        &more,
    ));
    let line: Value =
        serde_json::from_str(fs::read_to_string(&plain).unwrap().lines().next().unwrap()).unwrap();
    assert_eq!(line.as_object().unwrap().len(), 3, "{line}");
    let text = fs::read_to_string(&mapped).unwrap();
    assert_eq!(text.lines().count(), 150);
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&line["source"]["ip"], &line["rule"]["name"][0]),
        (&"10.0.0.0".into(), &"XSS".into())
    );
    assert_eq!(line["sigsci"]["new"]["ratio"], 1.5);
}

#[test]
fn test_splunk_has_all_that_is_acknowledged() {
    let api = FeedApi::with_sites(2);
    let (port, collector) = hec::start(5, 0);
    let state = tempfile::tempdir().unwrap();
    let to = format!("splunk+http://127.0.0.1:{port}?token=HEC_TOKEN&index=main&sourcetype=sigsci");
    finished(feed(&api.url, state.path(), FROM, UNTIL, &["--to", &to]));
    let collector = collector.lock().unwrap();
    assert_eq!(collector.wrong, Vec::<String>::new());
    let indexed: BTreeSet<String> = collector.indexed.keys().cloned().collect();
    assert_eq!(indexed, api.ids(FROM, UNTIL));
    let last = collector.last.as_ref().unwrap();
    assert_eq!(
        (&last["index"], &last["sourcetype"]),
        (&"main".into(), &"sigsci".into())
    );
    assert_eq!(last["event"]["new"]["ratio"], 1.5);
}

#[test]
fn test_a_cluster_takes_each_item_once_and_refused_ones_are_kept() {
    let api = FeedApi::with_sites(2);
    let refused = "-7";
    let (port, cluster) = bulk::start(7, Some(refused));
    let state = tempfile::tempdir().unwrap();
    let to = format!("elasticsearch+http://127.0.0.1:{port}/requests");
    finished(feed(&api.url, state.path(), FROM, UNTIL, &["--to", &to]));
    let cluster = cluster.lock().unwrap();
    assert_eq!(cluster.wrong, Vec::<String>::new());
    let taken: BTreeSet<String> = cluster.documents.keys().cloned().collect();
    let (never, expected): (BTreeSet<String>, BTreeSet<String>) = api
        .ids(FROM, UNTIL)
        .into_iter()
        .partition(|id| id.contains(refused));
    assert!(!never.is_empty());
    assert_eq!(taken, expected);
    let folder = state.path().join("refused");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let kept = fs::read_to_string(file).unwrap();
    let kept: BTreeSet<String> = kept
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(kept, never);
}

#[test]
fn test_posts_are_halved_where_they_are_too_long() {
    let api = FeedApi::start(Manners {
        per_minute: 100,
        ..Manners::default()
    });
    let taken = Arc::<Mutex<String>>::default();
    let kept = Arc::clone(&taken);
    let port = http::serve(move |request| {
        assert_eq!(request.headers["content-type"], "application/x-ndjson");
        assert!(request.headers["idempotency-key"].starts_with("acme/site0/0-"));
        match request.body.len() > 100_000 {
            true => http::HttpReply::json(413, "{}"),
            false => {
                kept.lock()
                    .unwrap()
                    .push_str(str::from_utf8(&request.body).unwrap());
                http::HttpReply::json(200, "{}")
            }
        }
    });
    let state = tempfile::tempdir().unwrap();
    let to = format!("http+http://127.0.0.1:{port}/in");
    finished(feed(&api.url, state.path(), FROM, UNTIL, &["--to", &to]));
    all_once(ids(&taken.lock().unwrap()), &api);
}

/// Starts rsyslog with this input. It writes messages with their structured data to a file.
fn rsyslog(folder: &Path, input: &str) -> Killed {
    let program = installed("rsyslog", &["/usr/sbin/rsyslogd"]);
    let configuration = format!(
        "global(workDirectory=\"{0}\" maxMessageSize=\"64k\")\n{input}\n\
         template(name=\"line\" type=\"string\" string=\"%structured-data% %msg%\\n\")\n\
         action(type=\"omfile\" file=\"{0}/messages\" template=\"line\")\n",
        folder.display()
    );
    fs::write(folder.join("rsyslog.conf"), configuration).unwrap();
    let child = Command::new(program)
        .arg("-n")
        .arg("-f")
        .arg(folder.join("rsyslog.conf"))
        .arg("-i")
        .arg(folder.join("pid"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Killed(child)
}

/// The ids of the messages that rsyslog received, which must be the same in the structured data and
/// in the message.
fn received(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("messages")).unwrap_or_default();
    let lines = text.lines().map(|line| {
        let (data, message) = line.split_once("] ").unwrap_or_else(|| panic!("{line}"));
        let id = data
            .split("id=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let message: Value = serde_json::from_str(message.trim()).unwrap_or_else(|_| panic!("{message}"));
        assert!(id.ends_with(message["id"].as_str().unwrap()));
        id
    });
    lines.collect()
}

#[test]
fn test_rsyslog_receives_by_tcp() {
    let api = FeedApi::with_sites(2);
    let (state, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = free_port();
    let input =
        format!("module(load=\"imtcp\")\ninput(type=\"imtcp\" port=\"{port}\" address=\"127.0.0.1\")");
    let _rsyslog = rsyslog(folder.path(), &input);
    let to = format!("syslog+tcp://127.0.0.1:{port}?name=sigsci");
    finished(feed(&api.url, state.path(), FROM, UNTIL, &["--to", &to]));
    let expected = api.ids(FROM, UNTIL);
    eventually("rsyslog has all lines", || {
        received(folder.path()).len() >= expected.len()
    });
    all_once(received(folder.path()), &api);
}

#[test]
fn test_rsyslog_receives_by_tls() {
    // The driver is in a separate package.
    let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
    let drivers = folders.map(|folder| format!("/usr/lib/{folder}/rsyslog/lmnsd_gtls.so"));
    installed("rsyslog-gnutls", &drivers.each_ref().map(String::as_str));
    let api = FeedApi::start(Manners::default());
    let (state, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let port = free_port();
    let input = format!(
        "global(defaultNetstreamDriver=\"gtls\" defaultNetstreamDriverCAFile=\"{0}\" defaultNetstreamDriverCertFile=\"{0}\"\n\
         defaultNetstreamDriverKeyFile=\"{1}\")\nmodule(load=\"imtcp\" streamDriver.name=\"gtls\" streamDriver.mode=\"1\" \
         streamDriver.authMode=\"anon\")\ninput(type=\"imtcp\" port=\"{port}\" address=\"127.0.0.1\")",
        certificate.display(),
        key.display()
    );
    let _rsyslog = rsyslog(folder.path(), &input);
    let to = format!("syslog+tls://localhost:{port}?root={}", certificate.display());
    finished(feed(&api.url, state.path(), FROM, UNTIL, &["--to", &to]));
    let expected = api.ids(FROM, UNTIL);
    eventually("rsyslog has all lines", || {
        received(folder.path()).len() >= expected.len()
    });
    all_once(received(folder.path()), &api);
}
