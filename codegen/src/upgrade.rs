//! The upgrade station.

use crate::diagnostics::{Notes, Result};
use crate::document::Document;

/// placeholder
pub fn upgrade(document: Document, _notes: &mut Notes) -> Result<Document> {
    Ok(document)
}
