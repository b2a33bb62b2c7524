//! Lowering: from the repaired document to the typed model.
//!
//! It is the only reader of what passes over the document have written onto it.

mod hints;
mod marks;
mod nodes;
mod operations;
mod schemas;
mod spellings;
#[cfg(test)]
mod tests;

pub use spellings::is_plain;

use crate::diagnostics::{Collected, Errors};
use crate::document::{self, Document, Node, Object, child, items, text};
use crate::ir::{Alias, Api, Flow, Provenance, Scheme, SchemeKind, Tag, TypeDef};
use crate::origins::Origins;
use indexmap::IndexMap;
use nodes::{Place, servers};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Makes the model of a repaired document; `origins` knows what has been moved in it.
///
/// # Errors
///
/// When an operation has no form in the model; the errors name the places.
pub fn lower(document: &Document, origins: &Origins) -> Collected<Api> {
    let nothing = Object::new();
    let root = document.as_object().unwrap_or(&nothing);
    let tags: Vec<Tag> = items(root, "tags").filter_map(tag).collect();
    let names = tags.iter().enumerate();
    let mut lowering = Lowering {
        origins,
        tag_of: names.map(|(index, tag)| (tag.name.as_str(), index)).collect(),
        components: root.map("components").map("schemas"),
        types: IndexMap::new(),
        aliases: IndexMap::new(),
    };
    lowering.components();
    let operations = document::operations(document).map(|place| lowering.operation(&place));
    let operations = Errors::or(operations)?;
    let limited_by = marks::limited_by(root, &Place::new("", root, origins))?;
    let Lowering { types, aliases, .. } = lowering;
    Ok(Api {
        version: text(root.map("info"), "version").to_string(),
        servers: servers(root, &Place::new("", root, origins)),
        limited_by,
        operations,
        schemes: schemes(root.map("components").map("securitySchemes"), origins),
        types,
        aliases,
        tags,
    })
}

/// A document on its way to the model.
struct Lowering<'d> {
    origins: &'d Origins,
    /// The index of every tag.
    tag_of: HashMap<&'d str, usize>,
    /// The component schemas.
    components: &'d Object,
    types: IndexMap<String, TypeDef>,
    aliases: IndexMap<String, Alias>,
}

fn tag(node: &Value) -> Option<Tag> {
    let node = node.as_object()?;
    Some(Tag {
        name: text(node, "name").to_string(),
        module: String::new(),
        description: text(node, "description").to_string(),
    })
}

fn schemes(declared: &Object, origins: &Origins) -> BTreeMap<String, Scheme> {
    let scheme = |(name, node): (&String, &Value)| {
        let pointer = child("/components/securitySchemes", name);
        let provenance = Provenance::new(origins.of(&pointer));
        let kind = scheme_kind(node);
        (name.clone(), Scheme { provenance, kind })
    };
    declared.iter().map(scheme).collect()
}

fn scheme_kind(node: &Value) -> SchemeKind {
    let text = |node: &Value, key: &str| {
        let text = node.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_string()
    };
    match text(node, "type").as_str() {
        "apiKey" => SchemeKind::ApiKey {
            location: text(node, "in"),
            name: text(node, "name"),
        },
        "http" => SchemeKind::Http {
            scheme: text(node, "scheme"),
        },
        "openIdConnect" => SchemeKind::OpenIdConnect {
            url: text(node, "openIdConnectUrl"),
        },
        "oauth2" => {
            let flows = node.get("flows").and_then(Value::as_object);
            let flows = flows.into_iter().flatten().filter(|(_, flow)| flow.is_object());
            let flows = flows.map(|(name, flow)| {
                let urls = ["authorizationUrl", "tokenUrl"].map(|key| text(flow, key));
                Flow {
                    name: name.clone(),
                    urls: urls.into_iter().filter(|url| !url.is_empty()).collect(),
                }
            });
            SchemeKind::OAuth2 {
                flows: flows.collect(),
            }
        }
        other => SchemeKind::Other(other.to_string()),
    }
}
