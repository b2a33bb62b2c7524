//! Lowering: turns the repaired document into the typed model.
//!
//! No other stage reads the marks that passes over the document write into it.

mod marks;
mod nodes;
mod operations;
mod schemas;
mod spellings;
#[cfg(test)]
mod tests;

use crate::diagnostics::{Collected, Errors};
use crate::document::{self, Document, Node, Object, child, items, members, text};
use crate::ir::{Api, Flow, Provenance, Scheme, SchemeKind, Tag};
use crate::origins::Origins;
use nodes::{NodePlace, servers};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Makes the model of a normalized document; `origins` knows what has been moved in it.
///
/// # Errors
///
/// When an operation has no form in the model; the errors name the places.
pub fn lower(document: &Document, origins: &Origins) -> Collected<Api> {
    let nothing = Object::new();
    let root = document.as_object().unwrap_or(&nothing);
    let version = document.pointer("/info/version");
    let tags: Vec<Tag> = items(root, "tags").filter_map(tag).collect();
    let names = tags.iter().enumerate();
    let tag_of: HashMap<&str, usize> = names.map(|(index, tag)| (tag.name.as_str(), index)).collect();
    let operations =
        document::operations(document).map(|place| operations::operation(&place, &tag_of, origins));
    let operations = Errors::or(operations)?;
    let place = NodePlace::new("", root, origins);
    Ok(Api {
        version: version.and_then(Value::as_str).unwrap_or_default().to_string(),
        servers: servers(root, &place),
        limited_by: marks::limited_by(root, &place)?,
        operations,
        tags,
        schemes: schemes(document, origins),
        types: schemas::types(document, origins),
    })
}

fn tag(node: &Value) -> Option<Tag> {
    let node = node.as_object()?;
    Some(Tag {
        name: text(node, "name").to_string(),
        module: String::new(),
        description: text(node, "description").to_string(),
    })
}

fn schemes(document: &Document, origins: &Origins) -> BTreeMap<String, Scheme> {
    let declared = members(document, "/components/securitySchemes");
    let scheme = |(name, node): (&String, &Value)| {
        let pointer = child("/components/securitySchemes", name);
        let provenance = Provenance::new(origins.of(&pointer));
        let kind = scheme_kind(node);
        (name.clone(), Scheme { provenance, kind })
    };
    declared.map(scheme).collect()
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
            let flows = node.map("flows").iter().filter(|(_, flow)| flow.is_object());
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
