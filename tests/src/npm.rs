//! Installs npm packages whose programs tests start.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The packages that `tests/<name>/package-lock.json` lists, in a folder of that name in `target`,
/// with `files` of `tests/<name>` beside them. npm installs the packages unless it did so before.
///
/// # Errors
///
/// When npm cannot be started or fails, or a file cannot be written.
pub fn installed(name: &str, target: &str, files: &[&str]) -> io::Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let folder = Path::new(target).join(name);
    fs::create_dir_all(&folder)?;
    // Only one process installs at a time.
    let lock = fs::File::create(folder.join("lock"))?;
    lock.lock()?;
    for file in ["package.json", "package-lock.json", ".npmrc"]
        .iter()
        .chain(files)
    {
        fs::copy(source.join(file), folder.join(file))?;
    }
    let wanted = fs::read_to_string(folder.join("package-lock.json"))?;
    let mark = folder.join("node_modules/installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .status();
    let status = status
        .map_err(|error| io::Error::other(format!("cannot start npm, which comes with Node.js: {error}")))?;
    if !status.success() {
        return Err(io::Error::other(format!("npm ci failed in {}", folder.display())));
    }
    fs::write(mark, wanted)?;
    Ok(folder)
}
