//! Compares the context of calls: servers, credentials, webhooks and callbacks.

use super::FindingKind;
use super::walk::{How, Walk};
use crate::declared::{DeclaredOperation, DeclaredServer, Node};
use crate::surface;

/// Compares the servers of the root, and webhooks.
pub(super) fn compare(walk: &mut Walk<'_, '_>) {
    let declared = walk.declared;
    for server in &declared.servers {
        if !is_named(server, walk) {
            let what = format!("server {:?} is named nowhere", server.template);
            walk.report(
                FindingKind::Server,
                &server.node,
                what,
                &[&server.template, &server.address],
            );
        }
    }
    for (event, node) in &declared.webhooks {
        events(FindingKind::Webhook, event, node, walk);
    }
}

/// Compares the servers, credentials and callbacks of an operation.
pub(super) fn of_operation<'d>(
    operation: &DeclaredOperation<'d>,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    let option = |name: &'static str| built.options.iter().filter(move |(option, _)| option == name);
    let own: Vec<&str> = option("server")
        .map(|(_, server)| server.trim_matches('"'))
        .collect();
    let root: Vec<&str> = walk
        .declared
        .servers
        .iter()
        .map(|server| server.address.as_str())
        .collect();
    for (index, server) in operation.servers.iter().enumerate() {
        let address = trimmed(&server.address);
        if server.address.is_empty() {
            continue;
        }
        let is_usual = index == 0 && root.first().is_some_and(|root| trimmed(root) == address);
        let is_own = own.iter().any(|own| ends_with(own, address));
        if !(is_usual || is_own || index > 0 && is_named(server, walk)) {
            let what = format!("{} is not sent to {:?}", built.builder, server.template);
            walk.report(
                FindingKind::OperationServer,
                &server.node,
                what,
                &[&server.template, &server.address],
            );
        }
    }
    let known: Vec<Vec<String>> = option("security")
        .flat_map(|(_, words)| alternatives(words))
        .collect();
    for (schemes, node) in operation
        .security
        .iter()
        .filter(|(schemes, _)| !schemes.is_empty())
    {
        if !known.iter().any(|known| known == schemes) {
            let what = format!("{} is not called with {}", built.builder, schemes.join(" and "));
            walk.report(FindingKind::Security, node, what, schemes);
        }
    }
    for (event, node) in &operation.callbacks {
        let Some(callback) = walk.declared.resolve(node) else {
            continue;
        };
        let items: Vec<_> = callback.members().collect();
        if items.is_empty() {
            events(FindingKind::Callback, event, node, walk);
        }
        for (_, item) in items.iter().filter(|(address, _)| !address.starts_with("x-")) {
            events(FindingKind::Callback, event, item, walk);
        }
    }
}

/// Compares the request that the vendor's server sends for an event with the type that reads it.
fn events<'d>(kind: FindingKind, event: &str, node: &Node<'d>, walk: &mut Walk<'_, 'd>) {
    let item = walk.declared.resolve(node).unwrap_or_else(|| node.clone());
    let methods: Vec<Node<'d>> = item.members().map(|(_, operation)| operation).collect();
    let schemas: Vec<Node<'d>> = methods
        .iter()
        .filter_map(|operation| {
            let body = walk.declared.resolve(&operation.get("requestBody")?)?;
            let content = body.get("content")?;
            let mut json = content
                .members()
                .filter(|(media_type, _)| media_type.contains("json"));
            json.next()?.1.get("schema")
        })
        .collect();
    // Callbacks with the same name are distinguished by their operations.
    let of_operation = format!(".{event}");
    let types = walk.surface.webhooks.iter();
    let mut types = types.filter(|(known, _)| *known == event || known.ends_with(&of_operation));
    match types.next().map(|(_, ty)| ty) {
        Some(_) if types.next().is_some() => {}
        Some(ty) => {
            for schema in schemas {
                walk.check(std::slice::from_ref(&schema), ty, &How::default());
            }
        }
        None => {
            let what = format!("{kind} {event:?} has no type");
            walk.report(kind, node, what, &[event]);
        }
    }
}

/// Whether a text in the crate is the address of a server, or its template.
fn is_named(server: &DeclaredServer<'_>, walk: &Walk<'_, '_>) -> bool {
    let address = trimmed(&server.address);
    let template = trimmed(&server.template);
    address.is_empty()
        || walk
            .surface
            .texts
            .iter()
            .any(|text| ends_with(text, address) || trimmed(text) == template)
}

/// Whether a text is this address. A relative address matches the end of the text.
fn ends_with(text: &str, address: &str) -> bool {
    let text = trimmed(text);
    if address.contains("://") {
        return text == address;
    }
    let path = address.trim_start_matches("./").trim_start_matches('/');
    text == address
        || text
            .strip_suffix(path)
            .is_some_and(|before| before.ends_with('/'))
}

fn trimmed(address: &str) -> &str {
    // An address without a scheme is requested over HTTPS.
    let address = address.trim().trim_end_matches('/');
    match address.strip_prefix("https:") {
        Some(rest) if rest.starts_with("//") => rest,
        _ => address,
    }
}

/// The lists of `&["a", "b"]`, each sorted.
fn alternatives(words: &str) -> Vec<Vec<String>> {
    let mut lists = Vec::new();
    for list in words.split('[').skip(1) {
        let list = list.split(']').next().unwrap_or_default();
        let mut schemes: Vec<String> = list
            .split(',')
            .map(|scheme| scheme.trim().trim_matches('"').to_string())
            .filter(|scheme| !scheme.is_empty())
            .collect();
        schemes.sort_unstable();
        lists.push(schemes);
    }
    lists
}
