//! Runs the program, and the Debian packages that it works with.

use crate::debian;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run of `sigsci feed` from `from` until `until`, in seconds.
pub fn feed(url: &str, state: &Path, from: u64, until: u64, more: &[&str]) -> Command {
    let until = until.to_string();
    following(url, state, from, &[&["--until", &until], more].concat())
}

/// A run of `sigsci feed` that starts at `from`, in seconds.
pub fn following(url: &str, state: &Path, from: u64, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigsci"));
    command
        .args(["feed", "--corp", "acme", "--all-sites", "--state"])
        .arg(state)
        .args(["--from", &from.to_string()])
        .args(more)
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("HOSTNAME", "here")
        .env("SIGSCI_BASE_URL", url)
        .env("SIGSCI_EMAIL", "ada@example.com")
        .env("SIGSCI_TOKEN", "c4nary-token")
        .env("HEC_TOKEN", "c4nary-hec")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end, and returns its output.
pub fn finished(mut command: Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    assert!(!error.contains("c4nary"), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Waits until a condition holds.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that is killed at the end.
pub struct Killed(pub Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A file of a Debian package, at one of these paths. The package is installed if it is missing.
pub fn installed(package: &str, places: &[&str]) -> PathBuf {
    let find = || places.iter().map(PathBuf::from).find(|path| path.exists());
    debian::installed(&[package], find).unwrap_or_else(|| {
        panic!("this test needs {places:?}, which is not there: apt-get install {package}")
    })
}

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
