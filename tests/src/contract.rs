//! Contracts as they stand in `specs/`, with or without our overlays.

use crate::workspace::{Api, read};
pub use lorgnette_accounting::contract::*;
use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_1::Overlay;
use serde_json::Value;

/// The contract of `api` as it stands in `specs/`, with or without its overlay.
///
/// # Errors
///
/// When a file cannot be read, or the overlay does not apply.
pub fn of(api: &Api, with_overlay: bool) -> Result<Contract, String> {
    let file = api.specs().join(&api.contract);
    let mut document = parse(&read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
    if let (true, Some(overlay)) = (with_overlay, &api.overlay) {
        let file = api.specs().join(overlay);
        let in_file = |error: String| format!("{}: {error}", file.display());
        let mut overlay = parse(&read(&file)?).map_err(in_file)?;
        // What 1.0 says of lists differs from 1.1, which the repairs are written for whatever version they name.
        overlay["overlay"] = "1.1.0".into();
        let overlay: Overlay = serde_json::from_value(overlay).map_err(|error| in_file(error.to_string()))?;
        overlay
            .apply(&mut document, ApplyOptions::ErrorOnZeroMatch.into())
            .map_err(|error| in_file(error.to_string()))?;
    }
    Ok(Contract { document })
}

fn parse(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}
