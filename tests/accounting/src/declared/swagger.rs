//! Reads bodies, responses and servers from Swagger 2.0.

use super::parameters::DeclaredParameters;
use super::{DeclaredBody, DeclaredContent, DeclaredServer, Node, is_media_type, texts};

const MULTIPART: &str = "multipart/form-data";
const URLENCODED: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The media types that an operation, or else the root, lists.
fn media_types<'d>(root: &Node<'d>, operation: &Node<'d>, key: &str) -> Vec<&'d str> {
    let list = operation.get(key).or_else(|| root.get(key));
    let list = list.map(|list| texts(Some(list.value))).unwrap_or_default();
    list.into_iter().filter(|it| is_media_type(it)).collect()
}

/// The request body of an operation.
pub(super) fn body<'d>(
    root: &Node<'d>,
    operation: &Node<'d>,
    found: &DeclaredParameters<'d>,
) -> Option<DeclaredBody<'d>> {
    let mut consumes = media_types(root, operation, "consumes");
    if let Some(body) = &found.body {
        if consumes.is_empty() {
            consumes = vec![JSON];
        }
        let content = |media_type| DeclaredContent {
            media_type,
            node: body.clone(),
            schema: body.get("schema"),
            fields: Vec::new(),
            encodings: Vec::new(),
            is_streamed: false,
        };
        return Some(DeclaredBody {
            node: body.clone(),
            required: body.flag("required").unwrap_or(false),
            contents: consumes.into_iter().map(content).collect(),
        });
    }
    if found.fields.is_empty() {
        return None;
    }
    let is_file = |node: &Node<'d>| node.text("type") == Some("file");
    let has_file = found
        .fields
        .iter()
        .any(|field| is_file(&field.node) || field.node.get("items").is_some_and(|items| is_file(&items)));
    consumes.retain(|it| it.starts_with(MULTIPART) || it.starts_with(URLENCODED) && !has_file);
    if consumes.is_empty() {
        consumes.push(if has_file { MULTIPART } else { URLENCODED });
    }
    let content = |media_type| DeclaredContent {
        media_type,
        node: operation.clone(),
        schema: None,
        fields: found.fields.clone(),
        encodings: Vec::new(),
        is_streamed: false,
    };
    Some(DeclaredBody {
        node: operation.clone(),
        required: found.fields.iter().any(|field| field.required),
        contents: consumes.into_iter().map(content).collect(),
    })
}

/// The media types of a response; one without a schema has no body.
pub(super) fn contents<'d>(
    root: &Node<'d>,
    operation: &Node<'d>,
    response: &Node<'d>,
) -> Vec<DeclaredContent<'d>> {
    let Some(schema) = response.get("schema") else {
        return Vec::new();
    };
    let mut produces = media_types(root, operation, "produces");
    let is_json = |it: &&str| it.contains("json");
    if schema.text("type") == Some("file") && produces.iter().all(is_json) {
        // A file is not JSON, whatever the operation lists: any media type may arrive.
        produces = vec!["*/*"];
    } else if produces.is_empty() {
        produces = vec![JSON];
    }
    let content = |media_type| DeclaredContent {
        media_type,
        node: response.clone(),
        schema: Some(schema.clone()),
        fields: Vec::new(),
        encodings: Vec::new(),
        is_streamed: false,
    };
    produces.into_iter().map(content).collect()
}

/// The servers of the root: `schemes`, `host` and `basePath`.
pub(super) fn servers<'d>(root: &Node<'d>) -> Vec<DeclaredServer<'d>> {
    list(root, root)
}

/// The servers of an operation with `schemes` of its own.
pub(super) fn operation_servers<'d>(root: &Node<'d>, operation: &Node<'d>) -> Vec<DeclaredServer<'d>> {
    if operation.get("schemes").is_some() {
        list(root, operation)
    } else {
        Vec::new()
    }
}

fn list<'d>(root: &Node<'d>, carrier: &Node<'d>) -> Vec<DeclaredServer<'d>> {
    let schemes = texts(carrier.value.get("schemes"));
    let host = root.text("host").unwrap_or_default().trim().trim_end_matches('/');
    let base = root
        .text("basePath")
        .unwrap_or_default()
        .trim()
        .trim_end_matches('/');
    let base = if base.is_empty() || base.starts_with('/') {
        base.to_string()
    } else {
        format!("/{base}")
    };
    let address = |address: String| DeclaredServer {
        node: root
            .get("host")
            .or_else(|| root.get("basePath"))
            .unwrap_or_else(|| root.clone()),
        template: address.clone(),
        address,
    };
    if host.is_empty() {
        return if base.is_empty() {
            Vec::new()
        } else {
            vec![address(base)]
        };
    }
    if host.contains("://") {
        return vec![address(format!("{host}{base}"))];
    }
    // The host's other schemes are the same service.
    let scheme = if schemes.is_empty() || schemes.contains(&"https") {
        "https"
    } else {
        schemes[0]
    };
    vec![address(format!("{scheme}://{host}{base}"))]
}
