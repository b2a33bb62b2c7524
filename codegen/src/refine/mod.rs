//! The refine station: from the engine's types and the contract to the model of a crate.
//!
//! What the engine cannot express is added here: open enums, unions, responses by status, presence and null, tags with
//! the types that they reach, documentation. This station knows no file and no formatting.

mod bodies;
mod docs;
mod forms;
pub mod model;
mod operation_docs;
mod operations;
mod paging;
mod reach;
mod responses;
mod types;

use crate::catalogue::Api;
use crate::diagnostics::Result;
use crate::document::Document;
use crate::generate::Types;
use heck::ToUpperCamelCase;
use model::{Model, Tag};
use serde_json::Value;
use std::collections::HashMap;

/// Makes the model of a crate.
///
/// # Errors
///
/// When the engine made no type for a part of the contract, or a part breaks the conventions of normalized documents.
pub fn refine(document: &Document, api: &Api, types: &Types) -> Result<Model> {
    let tags: Vec<Tag> = document
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(tag)
        .collect();
    let tag_of: HashMap<String, usize> = tags
        .iter()
        .enumerate()
        .map(|(index, tag)| (tag.name.clone(), index))
        .collect();
    let usages = reach::usages(document, &tag_of);
    let (mut operations, enums) = operations::operations(document, api, types, &tags, &tag_of)?;
    let items = types::items(document, types, &usages)?;
    forms::needed_encodings(&mut operations, &items);
    let info = |key: &str| {
        document
            .pointer(&format!("/info/{key}"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let base_url = api
        .base_url
        .clone()
        .or_else(|| document.get("servers").and_then(operations::absolute_server));
    Ok(Model {
        version: info("version").to_string(),
        base_url,
        types: items,
        statuses: enums.into_sorted(),
        operations,
        tags,
    })
}

fn tag(node: &Value) -> Tag {
    let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
    let module = text("x-lorgnette-module").to_string();
    Tag {
        name: text("name").to_string(),
        extension: format!("{}Operations", module.to_upper_camel_case()),
        description: text("description").to_string(),
        module,
    }
}
