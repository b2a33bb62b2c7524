//! Files that are written completely or not at all.

use crate::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Replaces a file atomically, even across a crash.
///
/// # Errors
///
/// When the file cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = path.with_extension("new");
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| Error::disk(path, &error))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// Syncs the names in a folder to disk. Platforms that do not allow this sync them by themselves.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Locks a folder for one process, creating it if it is missing. The lock ends when the returned
/// value is dropped or the process ends in any way.
///
/// # Errors
///
/// When another process holds the lock, or the file system has no locks.
pub fn lock(folder: &Path) -> Result<File, Error> {
    fs::create_dir_all(folder).map_err(|error| Error::disk(folder, &error))?;
    let path = &folder.join("lock");
    let opened = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    let file = opened.map_err(|error| Error::disk(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let folder = folder.display();
            Err(Error::settings(format!("{folder} is in use by another feed")))
        }
        Err(fs::TryLockError::Error(error)) => Err(Error::disk(path, &error)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_a_folder_is_of_one_feed_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let first = lock(&state).unwrap();
        let error = lock(&state).unwrap_err();
        assert!(error.to_string().contains("in use"), "{error}");
        drop(first);
        lock(&state).unwrap();
    }
}
