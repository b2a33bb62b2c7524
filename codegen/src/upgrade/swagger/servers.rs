//! Turns `host`, `basePath` and `schemes` into servers.

use crate::document::{Document, Node, Object};
use crate::upgrade::members::texts;
use serde_json::{Value, json};

/// The servers of the document; `None` if it names neither host nor base path.
pub fn servers(root: &Object) -> Option<Value> {
    list(root, &texts(root.get("schemes")))
}

/// The servers of an operation that declares `schemes`.
pub fn operation_servers(document: &Document, operation: &Object) -> Option<Value> {
    let schemes = texts(operation.get("schemes"));
    if schemes.is_empty() {
        None
    } else {
        list(document.as_object()?, &schemes)
    }
}

fn list(root: &Object, schemes: &[String]) -> Option<Value> {
    let text = |key: &str| root.text(key).unwrap_or_default().trim().trim_end_matches('/');
    let (host, mut base) = (text("host"), text("basePath").to_owned());
    if !base.is_empty() && !base.starts_with('/') {
        base.insert(0, '/');
    }
    let mut addresses: Vec<String> = if host.is_empty() {
        if !root.contains_key("basePath") {
            return None;
        }
        vec![if base.is_empty() { "/".to_owned() } else { base }]
    } else if host.contains("://") {
        vec![format!("{host}{base}")]
    } else if schemes.is_empty() {
        vec![format!("https://{host}{base}")]
    } else {
        schemes
            .iter()
            .map(|scheme| format!("{scheme}://{host}{base}"))
            .collect()
    };
    // A client uses the first server, which must not send credentials in clear text if there is an
    // alternative.
    addresses.sort_by_key(|address| !address.starts_with("https:"));
    Some(addresses.into_iter().map(|url| json!({"url": url})).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::needless_pass_by_value)]
    fn servers_of(root: Value) -> Option<Value> {
        servers(root.as_object()?)
    }

    #[test]
    fn test_host_and_schemes_become_servers() {
        assert_eq!(
            servers_of(json!({"host": "h:8080", "basePath": "/v1/", "schemes": ["http", "https"]})),
            Some(json!([{"url": "https://h:8080/v1"}, {"url": "http://h:8080/v1"}]))
        );
        assert_eq!(
            servers_of(json!({"host": "h", "basePath": "/"})),
            Some(json!([{"url": "https://h"}]))
        );
        assert_eq!(
            servers_of(json!({"host": "http://h"})),
            Some(json!([{"url": "http://h"}]))
        );
    }

    #[test]
    fn test_base_path_alone_is_relative() {
        assert_eq!(
            servers_of(json!({"basePath": "/v1", "schemes": ["http"]})),
            Some(json!([{"url": "/v1"}]))
        );
        assert_eq!(
            servers_of(json!({"basePath": "v1"})),
            Some(json!([{"url": "/v1"}]))
        );
        assert_eq!(servers_of(json!({"schemes": ["http"]})), None);
    }
}
