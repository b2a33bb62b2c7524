//! The overlay station.

use crate::diagnostics::Result;
use crate::document::Document;

/// placeholder
pub fn apply(_document: &mut Document, _overlay: &str) -> Result<()> {
    Ok(())
}
