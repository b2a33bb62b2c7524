//! Finds programs that tests need, and installs their Debian packages.

use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// The result of `find`. If there is none, and root runs the test, the packages are installed
/// first. `None` if there is no result even then.
pub fn installed<T>(packages: &[&str], find: impl Fn() -> Option<T>) -> Option<T> {
    // Packages are installed one after another.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = find() {
        return Some(found);
    }
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let arguments = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    if is_root && !apt_get(&arguments) {
        let _ = apt_get(&["update"]) && apt_get(&arguments);
    }
    find()
}

fn apt_get(arguments: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    // On this run level, the package does not start a server.
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1");
    let output = command.stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}
