//! The progress of each sink, stored in the state folder.

use crate::disk::replace;
use crate::error::Error;
use crate::hash::file_name;
use crate::journal::JournalPlace;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The progress of a sink.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The sink's position in the journal.
    pub place: JournalPlace,
    /// The sink's own state.
    #[serde(default)]
    pub state: Value,
}

/// The file that holds the progress of a sink.
#[derive(Clone, Debug)]
pub struct ProgressFile(PathBuf);

impl ProgressFile {
    /// The file of the sink of this name.
    pub fn new(folder: &Path, name: &str) -> Self {
        Self(folder.join("sinks").join(format!("{}.json", file_name(name))))
    }

    /// The saved state; `None` if none was saved.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is damaged.
    pub fn read(&self) -> Result<Option<Progress>, Error> {
        match fs::read(&self.0) {
            Ok(bytes) => {
                let progress = serde_json::from_slice(&bytes).map(Some);
                progress.map_err(|_| Error::damaged(&self.0, "it is not JSON of this version"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::disk(&self.0, &error)),
        }
    }

    /// Saves the progress atomically.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn keep(&self, progress: &Progress) -> Result<(), Error> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::disk(folder, &error))?;
        }
        let bytes = serde_json::to_vec(progress).map_err(|error| Error::disk(&self.0, &error.into()))?;
        replace(&self.0, &bytes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_progress_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = ProgressFile::new(folder.path(), "file:/a b");
        assert_eq!(file.read().unwrap(), None);
        let progress = Progress {
            place: JournalPlace {
                segment: 1,
                offset: 7,
            },
            state: serde_json::json!({"length": 5}),
        };
        file.keep(&progress).unwrap();
        assert_eq!(file.read().unwrap(), Some(progress));
        assert_eq!(
            ProgressFile::new(folder.path(), "file:/a-b").read().unwrap(),
            None
        );
    }
}
