//! Drafts for a new API in addition to its crate: repairs, better names, secrets, paging.

use super::confidence::Confidence;
use super::operation_names::{self, Name};
use super::paging;
use super::secrets::{self, Secret};
use super::type_names::{self, TypeName};
use crate::failure::CommandFailure;
use crate::regen::source;
use crate::workspace::Workspace;
use lorgnette_codegen::catalogue::{Entry, Paging};
use lorgnette_codegen::diff::surface::Surface;
use lorgnette_codegen::document::json_path;
use lorgnette_codegen::pipeline;
use lorgnette_codegen::salvage::{self, OVERLAY, Salvaged};
use lorgnette_codegen::text::{LONG, line, yaml};
use serde_json::Value;
use std::fmt::Write;

/// The drafts.
pub struct Drafts {
    /// The generated and the omitted parts.
    pub salvaged: Salvaged,
    /// The text of the overlay, if there is anything to repair or rename.
    pub overlay: Option<String>,
    /// The operation names that the overlay sets.
    pub names: Vec<Name>,
    /// The members that the overlay marks as secrets.
    pub secrets: Vec<Secret>,
    /// The type names that the entry sets.
    pub types: Vec<TypeName>,
    /// How lists page, if the draft works for the crate's lists.
    pub paging: Option<paging::Draft>,
}

/// Makes all possible drafts for an API whose contract is in the workspace.
///
/// # Errors
///
/// When nothing can be generated.
pub fn drafts(workspace: &Workspace, api: &Entry, document: &Value) -> Result<Drafts, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let salvaged = source::on_large_stack(&folder, || salvage::salvage(&input))?
        .map_err(|error| CommandFailure::of_generator(&error, &folder))?;
    let mut drafts = Drafts {
        overlay: salvaged.overlay.clone(),
        salvaged,
        names: Vec::new(),
        secrets: Vec::new(),
        types: Vec::new(),
        paging: None,
    };
    // A draft is a guess: parts that the generator rejects are left out.
    let Ok(mut seen) = seen(workspace, api, &drafts) else {
        return Ok(drafts);
    };
    let names = names(document, &seen, &drafts.salvaged);
    let secrets = secrets(document, &drafts.salvaged);
    let salvaged = drafts.overlay.clone();
    for (names, secrets) in [(names.clone(), secrets), (names, Vec::new())] {
        drafts.overlay = overlay(&api.name, salvaged.clone(), &names, &secrets);
        if let Ok(new) = self::seen(workspace, api, &drafts) {
            (seen, drafts.names, drafts.secrets) = (new, names, secrets);
            break;
        }
        drafts.overlay.clone_from(&salvaged);
    }
    // Operations without an id are named after their path.
    for of_contract in [true, false] {
        let types = type_names::drafted(&seen, of_contract);
        if types.is_empty() {
            continue;
        }
        let before = drafts.types.len();
        drafts.types.extend(types);
        match self::seen(workspace, api, &drafts) {
            Ok(new) => seen = new,
            Err(_) => drafts.types.truncate(before),
        }
    }
    drafts.paging = paging::Draft::of(document);
    if drafts.paging.is_some() && self::seen(workspace, api, &drafts).is_err() {
        drafts.paging = None;
    }
    Ok(drafts)
}

/// The part of an entry that says how lists page.
#[derive(serde::Deserialize)]
struct Paged {
    paging: Paging,
}

/// The crate as it would be with the drafts.
fn seen(workspace: &Workspace, api: &Entry, drafts: &Drafts) -> Result<Surface, CommandFailure> {
    let mut entry = api.clone();
    entry.overlay = drafts.overlay.as_ref().map(|_| OVERLAY.to_owned());
    let types = drafts.types.iter();
    entry.naming.rename_types = types
        .map(|draft| (draft.key.clone(), draft.new.clone()))
        .collect();
    if let Some(draft) = &drafts.paging {
        entry.paging = toml::from_str(&format!("paging = {}", draft.entry()))
            .map(|Paged { paging }| paging)
            .map_err(|error| CommandFailure::new(error.to_string()))?;
    }
    let mut input = source::input(workspace, api)?;
    input.api = &entry;
    input.overlay.clone_from(&drafts.overlay);
    let seen = source::on_large_stack("specs", || pipeline::surface(&input))?
        .map_err(|error| CommandFailure::of_generator(&error, "specs"))?;
    Ok(seen.surface)
}

/// The names with sufficient confidence, of operations that are not left out.
fn names(document: &Value, surface: &Surface, salvaged: &Salvaged) -> Vec<Name> {
    let own = surface.operations.iter();
    let own = own
        .map(|(name, operation)| (operation.at.clone(), name.clone()))
        .collect();
    let names = operation_names::drafted(document, &own).into_iter();
    names
        .filter(|name| name.confidence >= Confidence::Medium && !is_left_out(salvaged, &name.pointer))
        .collect()
}

/// The members that grant access, except for those left out.
fn secrets(document: &Value, salvaged: &Salvaged) -> Vec<Secret> {
    let mut secrets = secrets::drafted(document);
    secrets.retain(|secret| !is_left_out(salvaged, &secret.pointer));
    secrets
}

fn is_left_out(salvaged: &Salvaged, pointer: &str) -> bool {
    salvaged
        .repairs
        .iter()
        .any(|repair| pointer == repair.pointer || pointer.starts_with(&format!("{}/", repair.pointer)))
}

/// The overlay of the repairs, with the names and the secrets at its end.
fn overlay(api: &str, repairs: Option<String>, names: &[Name], secrets: &[Secret]) -> Option<String> {
    if names.is_empty() && secrets.is_empty() {
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
    for secret in secrets {
        let why = format!(
            "A drafted secret, confidence {}; logs do not show it.",
            secret.confidence
        );
        let _ = write!(
            text,
            "  - target: {}\n    description: {}\n    update: {{format: password}}\n",
            yaml(&json_path(&Value::Null, &secret.pointer)),
            yaml(&line(&why, LONG))
        );
    }
    Some(text)
}
