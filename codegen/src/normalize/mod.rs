//! The normalize station: a list of small passes, each of which removes one thing that the engine cannot take, without
//! losing what the vendor said.
//!
//! Each pass is a file of its own. The passes know the document and nothing of Rust syntax, the engine or a vendor.

use crate::catalogue::Api;
use crate::diagnostics::{Notes, Result};
use crate::document::Document;

mod operations;
mod schemas;

/// Runs every pass, in order.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate; the error names its place.
pub fn normalize(document: &mut Document, api: &Api, notes: &mut Notes) -> Result<()> {
    operations::normalize(document, api, notes)?;
    schemas::normalize(document, api, notes)
}
