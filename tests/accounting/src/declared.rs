//! The declarations of a contract: operations with parameters, bodies, responses, servers and
//! security.
//!
//! Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are each read in their own terms. Malformed parts that
//! cannot be interpreted are ignored.

mod node;
mod operations;
mod parameters;
mod swagger;

pub use node::{Documents, Node};
use serde_json::Value;

/// A parsed contract.
#[derive(Debug)]
pub struct Declared<'d> {
    /// Its files.
    pub documents: &'d Documents,
    /// Whether it is Swagger 2.0.
    pub is_swagger: bool,
    /// The operations, in the contract's order.
    pub operations: Vec<DeclaredOperation<'d>>,
    /// The servers of the root.
    pub servers: Vec<DeclaredServer<'d>>,
    /// The webhooks.
    pub webhooks: Vec<(&'d str, Node<'d>)>,
}

/// An operation.
#[derive(Debug)]
pub struct DeclaredOperation<'d> {
    /// Its place.
    pub node: Node<'d>,
    /// The HTTP method in upper case.
    pub method: String,
    /// The key of its path.
    pub path: &'d str,
    /// Parameters of the operation and its path item that are not part of a body.
    pub parameters: Vec<DeclaredParameter<'d>>,
    /// The request body.
    pub body: Option<DeclaredBody<'d>>,
    /// The declared responses.
    pub responses: Vec<DeclaredResponse<'d>>,
    /// The servers of the operation or its path item; empty if it has none of its own.
    pub servers: Vec<DeclaredServer<'d>>,
    /// The alternatives of credentials, each a sorted list of schemes; an empty one needs none.
    pub security: Vec<(Vec<&'d str>, Node<'d>)>,
    /// The callbacks, by name.
    pub callbacks: Vec<(&'d str, Node<'d>)>,
}

/// A parameter that is not part of a body.
#[derive(Clone, Debug)]
pub struct DeclaredParameter<'d> {
    /// Its place, with references followed.
    pub node: Node<'d>,
    /// The name on the wire.
    pub name: &'d str,
    /// `path`, `query`, `header` or `cookie`.
    pub location: &'d str,
    /// Whether it is required.
    pub required: bool,
    /// Its schema; of a Swagger parameter, itself.
    pub schema: Option<Node<'d>>,
    /// OpenAPI's `style`.
    pub style: String,
    /// OpenAPI's `explode`.
    pub explode: bool,
    /// Whether reserved characters are sent unencoded.
    pub allow_reserved: bool,
    /// The media type of a parameter that is a document of its own.
    pub content: Option<&'d str>,
}

/// A request body.
#[derive(Debug)]
pub struct DeclaredBody<'d> {
    /// Its place.
    pub node: Node<'d>,
    /// Whether it is required.
    pub required: bool,
    /// Its media types.
    pub contents: Vec<DeclaredContent<'d>>,
}

/// A body with one media type.
#[derive(Clone, Debug)]
pub struct DeclaredContent<'d> {
    /// The media type, as written in the contract.
    pub media_type: &'d str,
    /// The place of the media type.
    pub node: Node<'d>,
    /// Its schema.
    pub schema: Option<Node<'d>>,
    /// The fields of a Swagger form.
    pub fields: Vec<DeclaredParameter<'d>>,
    /// `encoding`: the fields and how they are written.
    pub encodings: Vec<(&'d str, Node<'d>)>,
    /// Whether the schema is that of one item of a stream (OpenAPI 3.2's `itemSchema`).
    pub is_streamed: bool,
}

/// A declared response.
#[derive(Debug)]
pub struct DeclaredResponse<'d> {
    /// The place at which the operation declares it.
    pub node: Node<'d>,
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// Its media types.
    pub contents: Vec<DeclaredContent<'d>>,
    /// Its headers, by name.
    pub headers: Vec<(&'d str, Node<'d>)>,
}

/// A server.
#[derive(Clone, Debug)]
pub struct DeclaredServer<'d> {
    /// Its place.
    pub node: Node<'d>,
    /// The address, as written in the contract.
    pub template: String,
    /// The address with every variable at its default; a variable without a default stays in
    /// braces.
    pub address: String,
}

impl<'d> Declared<'d> {
    /// Reads a contract.
    pub fn of(documents: &'d Documents) -> Self {
        let root = documents.root();
        let is_swagger = root.get("swagger").is_some();
        let mut declared = Self {
            documents,
            is_swagger,
            operations: Vec::new(),
            servers: if is_swagger {
                swagger::servers(&root)
            } else {
                servers(&root)
            },
            webhooks: Vec::new(),
        };
        declared.operations = operations::all(&declared);
        declared.webhooks = root
            .get("webhooks")
            .into_iter()
            .flat_map(|webhooks| webhooks.members().collect::<Vec<_>>())
            .filter(|(name, _)| !name.starts_with("x-"))
            .collect();
        declared
    }

    /// The node that `node` is or refers to; `None` if the reference leads nowhere.
    pub fn resolve(&self, node: &Node<'d>) -> Option<Node<'d>> {
        self.documents.resolve(node)
    }

    /// Whether keywords beside a reference count, as they do from OpenAPI 3.1 on.
    pub fn has_siblings(&self) -> bool {
        let version = self.documents.root().text("openapi").unwrap_or_default();
        version.starts_with("3.") && !version.starts_with("3.0")
    }

    /// The named schemas.
    pub fn schemas(&self) -> Vec<(&'d str, Node<'d>)> {
        let root = self.documents.root();
        let schemas = if self.is_swagger {
            root.get("definitions")
        } else {
            root.get("components")
                .and_then(|components| components.get("schemas"))
        };
        schemas.map_or_else(Vec::new, |schemas| schemas.members().collect())
    }
}

/// The servers that a node lists.
fn servers<'d>(node: &Node<'d>) -> Vec<DeclaredServer<'d>> {
    let Some(list) = node.get("servers") else {
        return Vec::new();
    };
    let server = |node: Node<'d>| {
        let template = node.text("url")?.trim().to_string();
        let mut address = template.clone();
        for (name, variable) in node
            .get("variables")
            .iter()
            .flat_map(|it| it.members().collect::<Vec<_>>())
        {
            let default = variable.value.get("default");
            let default = default.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_string));
            if let Some(default) = default {
                address = address.replace(&format!("{{{name}}}"), &default);
            }
        }
        Some(DeclaredServer {
            node,
            template,
            address,
        })
    };
    list.items().filter_map(server).collect()
}

/// The media types of `content`, with their schemas.
fn contents<'d>(declared: &Declared<'d>, carrier: &Node<'d>) -> Vec<DeclaredContent<'d>> {
    let Some(content) = carrier.get("content") else {
        return Vec::new();
    };
    let entry = |(media_type, node): (&'d str, Node<'d>)| {
        let node = declared.resolve(&node).unwrap_or(node);
        let streamed = node.get("itemSchema");
        let encodings = node.get("encoding");
        let encodings = encodings.map_or_else(Vec::new, |it| it.members().collect());
        DeclaredContent {
            media_type,
            is_streamed: streamed.is_some(),
            schema: streamed.or_else(|| node.get("schema")),
            fields: Vec::new(),
            encodings,
            node,
        }
    };
    content.members().map(entry).collect()
}

/// Whether a text is a media type or a range of them.
fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let allowed = |character: char| character.is_ascii_alphanumeric() || "!#$&-^_.+*".contains(character);
    essence.split_once('/').is_some_and(|(kind, subtype)| {
        !kind.is_empty() && !subtype.is_empty() && kind.chars().chain(subtype.chars()).all(allowed)
    })
}

/// The texts of a list.
fn texts(node: Option<&Value>) -> Vec<&str> {
    let list = node.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests;
