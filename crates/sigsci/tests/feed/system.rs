//! Running the program, and parts of Debian that it works with.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run of `sigsci feed` that begins at `from` and ends at `until`, in seconds.
pub fn feed(url: &str, state: &Path, from: u64, until: u64, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigsci"));
    command
        .args(["feed", "--corp", "acme", "--all-sites", "--state"])
        .arg(state)
        .args(["--from", &from.to_string(), "--until", &until.to_string()])
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

/// Runs it to its end, and gives what it wrote.
pub fn finished(mut command: Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    assert!(!error.contains("c4nary"), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

/// Waits until something holds.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that is killed in the end.
pub struct Killed(pub Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program of a package of Debian, which is installed if it is not there and these tests may.
pub fn installed(program: &str, package: &str) -> PathBuf {
    let find = || {
        ["/usr/sbin", "/usr/bin", "/usr/local/bin"]
            .map(|folder| Path::new(folder).join(program))
            .into_iter()
            .find(|path| path.exists())
    };
    if let Some(path) = find() {
        return path;
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // On this run level, the package does not start a server of its own.
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let install = || apt(&["install", "--yes", "--no-install-recommends", package]);
    if !install() {
        let _ = apt(&["update"]) && install();
    }
    find().unwrap_or_else(|| panic!("these tests need {program}, which is not there: apt-get install {package}"))
}

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
