//! Reads the contracts in `specs/`, with or without our overlays.

use crate::workspace::{CatalogueEntry, read};
pub use lorgnette_accounting::contract::*;
use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_1::Overlay;
use serde_json::Value;

/// The contract of `api` in `specs/`, with or without its overlay.
///
/// # Errors
///
/// When a file cannot be read, or the overlay does not apply.
pub fn of(api: &CatalogueEntry, with_overlay: bool) -> Result<Contract, String> {
    let file = api.specs().join(&api.contract);
    let mut document = parse(&read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
    if api.described.as_ref() == Some(&api.contract) {
        prefix_words(&mut document, false);
    }
    if let (true, Some(overlay)) = (with_overlay, &api.overlay) {
        let file = api.specs().join(overlay);
        let in_file = |error: String| format!("{}: {error}", file.display());
        let mut overlay = parse(&read(&file)?).map_err(in_file)?;
        // Overlay 1.0 treats lists differently from 1.1; the repairs are written for 1.1 in any
        // case.
        overlay["overlay"] = "1.1.0".into();
        let overlay: Overlay = serde_json::from_value(overlay).map_err(|error| in_file(error.to_string()))?;
        overlay
            .apply(&mut document, ApplyOptions::ErrorOnZeroMatch.into())
            .map_err(|error| in_file(error.to_string()))?;
    }
    Ok(Contract { document })
}

/// The keys of descriptions of our own, which may leave out the prefix `x-lorgnette-`.
const WORDS: [&str; 14] = [
    "aliases",
    "case-inferred",
    "case-inferred-fields",
    "confidence",
    "deprecated-values",
    "evidence",
    "known-values",
    "naive-utc",
    "note",
    "numeric-offset",
    "pagination",
    "type-not-observed",
    "types",
    "value-types",
];

/// Adds the prefix to these keys; the names in `properties` are the vendor's.
fn prefix_words(node: &mut Value, are_names: bool) {
    match node {
        Value::Object(members) => {
            let word = |key: &str| key.strip_prefix("x-").map(str::to_string).filter(|_| !are_names);
            let members_then = std::mem::take(members).into_iter().map(|(key, mut value)| {
                prefix_words(&mut value, key == "properties" && !are_names);
                match word(&key) {
                    Some(word) if WORDS.contains(&word.as_str()) || word.starts_with("known-values") => {
                        (format!("x-lorgnette-{word}"), value)
                    }
                    _ => (key, value),
                }
            });
            *members = members_then.collect();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| prefix_words(item, false)),
        _ => {}
    }
}

fn parse(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}
