//! Sites that come and go while a feed follows them.

use crate::api::FeedApi;
use crate::system::{Killed, eventually, feed, finished, following};
use std::fs;
use std::io::Read;
use std::process::Command;
use std::time::SystemTime;

#[test]
fn test_sites_come_and_go_while_they_are_followed() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let from = now.as_secs() / 60 * 60 - 3600;
    let api = FeedApi::with_sites(3);
    let folder = tempfile::tempdir().unwrap();
    let (state, file) = (folder.path().join("state"), folder.path().join("lines"));
    let to = format!("file:{}", file.display());
    // The last site is known from the saved state, and is missing at first.
    finished(feed(&api.url, &state, from, from + 600, &["--to", &to]));
    *api.there.lock().unwrap() = 0..2;
    let more = ["--to", &to, "--follow", "--sites-every", "1s"];
    let mut child = Killed(following(&api.url, &state, from, &more).spawn().unwrap());
    let has = |site: u64, minute: u64| {
        let id = format!("\"{site}-{}-0\"", from / 60 + minute);
        fs::read_to_string(&file).unwrap().contains(&id)
    };
    eventually("sites are followed", || has(0, 45) && has(1, 45));
    assert!(!has(2, 11));
    *api.there.lock().unwrap() = 1..3;
    eventually("the new site goes on where it was", || has(2, 11) && has(2, 45));
    let id = child.0.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(child.0.wait().unwrap().success());
    let mut said = String::new();
    let mut error = child.0.stderr.take().unwrap();
    error.read_to_string(&mut said).unwrap();
    for expected in ["source acme/site2 is new", "source acme/site0 no longer exists"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
    let lines = fs::read_to_string(&file).unwrap();
    let mut distinct: Vec<&str> = lines.lines().collect();
    let count = distinct.len();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), count);
}
