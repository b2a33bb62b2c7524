//! Lowering: from the repaired document to the typed model.
//!
//! It is the only reader of what passes over the document have written onto it.

mod operations;
mod schemas;

use crate::diagnostics::Result;
use crate::document::{self, Document, Object, child, items, text};
use crate::ir::{Api, Flow, Provenance, Scheme, Server, Tag};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Makes the model of a normalized document.
///
/// # Errors
///
/// When a part of the document has no form in the model; the error names its place.
pub fn lower(document: &Document) -> Result<Api> {
    let nothing = Object::new();
    let root = document.as_object().unwrap_or(&nothing);
    let version = document.pointer("/info/version");
    let tags: Vec<Tag> = items(root, "tags").filter_map(tag).collect();
    let names = tags.iter().enumerate();
    let tag_of: HashMap<&str, usize> = names.map(|(index, tag)| (tag.name.as_str(), index)).collect();
    let operations = document::operations(document)
        .map(|place| operations::operation(document, &place, &tag_of))
        .collect::<Result<_>>()?;
    Ok(Api {
        version: version.and_then(Value::as_str).unwrap_or_default().to_string(),
        servers: servers(root, ""),
        operations,
        tags,
        schemes: schemes(document),
        types: schemas::types(document),
    })
}

fn tag(node: &Value) -> Option<Tag> {
    let node = node.as_object()?;
    Some(Tag {
        name: text(node, "name").to_string(),
        module: text(node, "x-lorgnette-module").to_string(),
        description: text(node, "description").to_string(),
    })
}

/// The servers that `holder` lists, which stands at `pointer`.
fn servers(holder: &Object, pointer: &str) -> Vec<Server> {
    let list = child(pointer, "servers");
    let servers = items(holder, "servers").enumerate();
    let servers = servers.filter_map(|(index, server)| {
        let mut url = server.get("url")?.as_str()?.to_string();
        let variables = server.get("variables").and_then(Value::as_object);
        for (name, variable) in variables.into_iter().flatten() {
            if let Some(default) = variable.get("default").and_then(Value::as_str) {
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        let provenance = Provenance::new(child(&list, &index.to_string()));
        Some(Server { provenance, url })
    });
    servers.collect()
}

fn schemes(document: &Document) -> BTreeMap<String, Scheme> {
    let declared = document.pointer("/components/securitySchemes");
    let declared = declared.and_then(Value::as_object).into_iter().flatten();
    declared
        .map(|(name, node)| (name.clone(), scheme(node)))
        .collect()
}

fn scheme(node: &Value) -> Scheme {
    let text = |node: &Value, key: &str| {
        let text = node.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_string()
    };
    match text(node, "type").as_str() {
        "apiKey" => Scheme::ApiKey {
            location: text(node, "in"),
            name: text(node, "name"),
        },
        "http" => Scheme::Http {
            scheme: text(node, "scheme"),
        },
        "openIdConnect" => Scheme::OpenIdConnect {
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
            Scheme::OAuth2 {
                flows: flows.collect(),
            }
        }
        other => Scheme::Other(other.to_string()),
    }
}
