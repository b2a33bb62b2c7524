//! The refine stage: builds the model of a crate from the engine's types and the contract.
//!
//! It adds what the engine cannot express: open enums, unions, responses by status, presence and
//! null, tags with the types that they reach, documentation.

mod alternatives;
mod argument;
mod bodies;
mod conversions;
mod docs;
mod forms;
mod item;
mod losses;
pub mod model;
mod operation_docs;
mod operations;
mod pages;
pub mod paging;
mod reach;
mod responses;
pub(crate) mod scopes;
mod types;
mod waiting;
mod webhooks;

use crate::catalogue;
use crate::diagnostics::{Collected, Notes};
use crate::generate::Types;
use crate::ir::{self, Api};
use crate::names::published::Published;
pub use argument::Argument;
use model::{Model, Tag};

/// Makes the model of a crate; `entry` is the API's in the catalogue. `notes` lists everything that
/// it cannot express.
///
/// # Errors
///
/// When the engine created no type for a part of the contract, or the paging settings do not match.
pub fn refine(
    api: &Api,
    entry: &catalogue::Entry,
    types: &Types,
    published: &Published,
    notes: &mut Notes,
) -> Collected<Model> {
    losses::note(api, notes);
    let tags: Vec<Tag> = api.tags.iter().map(tag).collect();
    let (mut operations, enums) = operations::operations(api, entry, types, published)?;
    let statuses = enums.into_sorted();
    let usages = match entry.types_only {
        true => reach::any(api),
        false => reach::usages(api, &statuses),
    };
    let webhooks = webhooks::split(api, &mut operations);
    let items = types::items(api, types, &usages)?;
    forms::needed_encodings(&mut operations, &items);
    let is_taken = |name: &str| {
        let mut requests = operations.iter().map(|operation| &operation.request);
        api.types.contains_key(name) || requests.any(|request| request == name)
    };
    let scopes = scopes::scopes(entry, &operations, is_taken)?;
    let mut model = Model {
        version: api.version.clone(),
        base_url: entry.base_url.clone().or_else(|| ir::absolute(&api.servers)),
        schemes: api
            .schemes
            .iter()
            .map(|(name, scheme)| (name.clone(), scheme.kind.clone()))
            .collect(),
        types: items,
        statuses,
        operations,
        scopes,
        webhooks,
        limited_by: api.limited_by.clone(),
        tags,
        conversions: Vec::new(),
    };
    model.conversions = conversions::conversions(&model);
    Ok(model)
}

fn tag(tag: &ir::Tag) -> Tag {
    Tag {
        name: tag.name.clone(),
        description: tag.description.clone(),
        module: tag.module.clone(),
    }
}
