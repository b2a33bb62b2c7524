//! Writes files completely or not at all.

use crate::failure::CommandFailure;
use std::path::{Path, PathBuf};

/// Writes a file atomically: it holds either its previous content or all of `text`. It is not
/// written if it holds `text` already.
///
/// # Errors
///
/// When the file cannot be written.
pub fn whole(path: &Path, text: &str) -> Result<(), CommandFailure> {
    all(&[(path.to_path_buf(), text.to_owned())])
}

/// Writes several files. None is replaced before all are written to temporary files beside their
/// places.
///
/// # Errors
///
/// When one cannot be written. Unless renaming fails, all files are unchanged then.
pub fn all(files: &[(PathBuf, String)]) -> Result<(), CommandFailure> {
    let mut ready: Vec<(PathBuf, &Path)> = Vec::new();
    let written = files
        .iter()
        .filter(|(path, text)| !std::fs::read(path).is_ok_and(|old| old == text.as_bytes()))
        .try_for_each(|(path, text)| {
            let mut name = path.file_name().unwrap_or_default().to_os_string();
            name.push(".new");
            let beside = path.with_file_name(name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| CommandFailure::io("make", folder, &error))?;
            }
            ready.push((beside.clone(), path));
            std::fs::write(&beside, text).map_err(|error| CommandFailure::io("write", path, &error))
        })
        .and_then(|()| {
            ready.iter().try_for_each(|(beside, path)| {
                std::fs::rename(beside, path).map_err(|error| CommandFailure::io("write", path, &error))
            })
        });
    if written.is_err() {
        for (beside, _) in &ready {
            let _ = std::fs::remove_file(beside);
        }
    }
    written
}
