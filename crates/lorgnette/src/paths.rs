//! Handles paths that need not exist on disk.

use crate::failure::CommandFailure;
use std::path::{Component, Path, PathBuf};

/// An absolute path without `.` and `..`, whether it exists or not.
///
/// # Errors
///
/// When the current folder cannot be determined, or the path is empty.
pub fn absolute(path: &Path) -> Result<PathBuf, CommandFailure> {
    let whole = std::path::absolute(path).map_err(|error| CommandFailure::io("find", path, &error))?;
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    Ok(plain)
}

/// The relative path from one folder to another, given absolute paths.
pub fn between(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let same = from
        .iter()
        .zip(&to)
        .take_while(|(one, other)| one == other)
        .count();
    let up = from[same..].iter().map(|_| Component::ParentDir);
    up.chain(to[same..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_way_between_folders_goes_up_to_what_they_share() {
        let between = |from: &str, to: &str| between(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(between("/a/b/c", "/a/d"), "../../d");
        assert_eq!(between("/a", "/a/b"), "b");
        assert_eq!(between("/a/b", "/a"), "..");
    }
}
