//! Edits the catalogue as a document that keeps its comments.

use crate::failure::CommandFailure;
use crate::workspace::{CATALOGUE, Workspace};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError};

/// The catalogue's text.
pub struct Document {
    document: DocumentMut,
}

impl Document {
    /// Reads the catalogue of a workspace.
    ///
    /// # Errors
    ///
    /// When the catalogue cannot be read or is not TOML.
    pub fn read(workspace: &Workspace) -> Result<Self, CommandFailure> {
        let document = workspace.read(CATALOGUE)?.parse();
        let document =
            document.map_err(|error: TomlError| CommandFailure::new(error.message()).at(CATALOGUE))?;
        Ok(Self { document })
    }

    /// The entry of an API.
    ///
    /// # Errors
    ///
    /// When the API has no entry.
    pub fn entry(&mut self, name: &str) -> Result<&mut Table, CommandFailure> {
        let entries = self.entries().into_iter().flat_map(ArrayOfTables::iter_mut);
        entries
            .into_iter()
            .find(|entry| is_called(entry, name))
            .ok_or_else(|| CommandFailure::new(format!("there is no entry of {name:?}")).at(CATALOGUE))
    }

    /// Removes the entry of an API.
    pub fn remove(&mut self, name: &str) {
        if let Some(entries) = self.entries() {
            entries.retain(|entry| !is_called(entry, name));
        }
    }

    fn entries(&mut self) -> Option<&mut ArrayOfTables> {
        self.document
            .get_mut("api")
            .and_then(Item::as_array_of_tables_mut)
    }

    /// The catalogue's text.
    pub fn text(&self) -> String {
        self.document.to_string()
    }
}

fn is_called(entry: &Table, name: &str) -> bool {
    entry.get("name").and_then(Item::as_str) == Some(name)
}
