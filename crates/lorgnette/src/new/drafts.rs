//! What is drafted for a new API beside its crate: repairs, better names, how lists page.

use super::confidence::Confidence;
use super::operation_names::{self, Name};
use super::paging;
use crate::failure::Failure;
use crate::regen::source;
use crate::workspace::Workspace;
use lorgnette_codegen::catalogue::{Api, Paging};
use lorgnette_codegen::document::json_path;
use lorgnette_codegen::pipeline;
use lorgnette_codegen::salvage::{self, OVERLAY, Salvaged};
use lorgnette_codegen::text::{LONG, line, yaml};
use serde_json::Value;
use std::fmt::Write;

/// What is drafted.
pub struct Drafts {
    /// What could be generated, and what could not.
    pub salvaged: Salvaged,
    /// The text of the overlay, where there is something to repair or to name.
    pub overlay: Option<String>,
    /// The names that the overlay gives.
    pub names: Vec<Name>,
    /// How lists page, where the crate's lists do with it.
    pub paging: Option<paging::Draft>,
}

/// Drafts what can be for an API whose contract lies in the workspace.
///
/// # Errors
///
/// When nothing can be generated.
pub fn drafts(workspace: &Workspace, api: &Api, document: &Value) -> Result<Drafts, Failure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let salvaged = source::on_large_stack(&folder, || salvage::salvage(&input))?
        .map_err(|error| Failure::of_generator(&error, &folder))?;
    let names = names(document, &salvaged);
    let mut overlay = overlay(&api.name, salvaged.overlay.clone(), &names);
    let (mut used, mut paged) = (names, paging::Draft::of(document));
    // A draft is a guess: what does not go through the generator is left out.
    let goes = |overlay: &Option<String>, paged: Option<&paging::Draft>| {
        made(workspace, api, overlay.as_deref(), paged).is_ok()
    };
    let is_drafted = !used.is_empty() || paged.is_some();
    if is_drafted && !goes(&overlay, paged.as_ref()) {
        // Without the paging first, if there is one.
        if paged.take().is_none() || !goes(&overlay, None) {
            used = Vec::new();
            overlay.clone_from(&salvaged.overlay);
        }
    }
    Ok(Drafts {
        salvaged,
        overlay,
        names: used,
        paging: paged,
    })
}

/// The part of an entry that says how lists page.
#[derive(serde::Deserialize)]
struct Paged {
    paging: Paging,
}

/// Makes the crate with the drafts.
fn made(
    workspace: &Workspace,
    api: &Api,
    overlay: Option<&str>,
    paging: Option<&paging::Draft>,
) -> Result<(), Failure> {
    let mut entry = api.clone();
    entry.overlay = overlay.map(|_| OVERLAY.to_owned());
    if let Some(draft) = paging {
        entry.paging = toml::from_str(&format!("paging = {}", draft.entry()))
            .map(|Paged { paging }| paging)
            .map_err(|error| Failure::new(error.to_string()))?;
    }
    let mut input = source::input(workspace, api)?;
    input.api = &entry;
    input.overlay = overlay.map(ToOwned::to_owned);
    source::on_large_stack("specs", || pipeline::generate_crate(&input))?
        .map_err(|error| Failure::of_generator(&error, "specs"))?;
    Ok(())
}

/// The names that are sure enough, of operations that are not left out.
fn names(document: &Value, salvaged: &Salvaged) -> Vec<Name> {
    let is_left_out = |pointer: &str| {
        salvaged
            .repairs
            .iter()
            .any(|repair| pointer == repair.pointer || pointer.starts_with(&format!("{}/", repair.pointer)))
    };
    let names = operation_names::drafted(document).into_iter();
    names
        .filter(|name| name.confidence >= Confidence::Medium && !is_left_out(&name.pointer))
        .collect()
}

/// The overlay of the repairs, with the names at its end.
fn overlay(api: &str, repairs: Option<String>, names: &[Name]) -> Option<String> {
    if names.is_empty() {
        return repairs;
    }
    let mut text = repairs.unwrap_or_else(|| {
        format!("overlay: 1.0.0\ninfo:\n  title: Repairs of {api}\n  version: 1.0.0\nactions:\n")
    });
    for name in names {
        let was = match name.old.as_str() {
            "" => "it has none".to_owned(),
            old => format!("it was {old}"),
        };
        let why = format!("A drafted name, confidence {}; {was}.", name.confidence);
        let _ = write!(
            text,
            "  - target: {}\n    description: {}\n    update: {{operationId: {}}}\n",
            yaml(&json_path(&Value::Null, &name.pointer)),
            yaml(&line(&why, LONG)),
            yaml(&name.new)
        );
    }
    Some(text)
}
