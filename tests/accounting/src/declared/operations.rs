//! The operations of a contract.

use super::{
    Declared, DeclaredBody, DeclaredContent, DeclaredOperation, DeclaredResponse, Node, contents,
    is_media_type, parameters, servers, swagger,
};

const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// All operations, in the contract's order.
pub(super) fn all<'d>(declared: &Declared<'d>) -> Vec<DeclaredOperation<'d>> {
    let mut operations = Vec::new();
    let root = declared.documents.root();
    let Some(paths) = root.get("paths") else {
        return operations;
    };
    for (path, item) in paths.members().filter(|(path, _)| !path.starts_with("x-")) {
        // Members beside the reference of a path item take precedence over its target.
        let target = declared.resolve(&item);
        let items: Vec<Node<'d>> = match target {
            Some(target) if item.reference().is_some() => vec![target, item],
            _ => vec![item],
        };
        let mut found: Vec<(String, Node<'d>)> = Vec::new();
        for item in &items {
            for (key, node) in item.members() {
                if METHODS.contains(&key) && node.value.is_object() {
                    found.retain(|(method, _)| *method != key.to_uppercase());
                    found.push((key.to_uppercase(), node));
                } else if key == "additionalOperations" {
                    let more = node.members().filter(|(_, node)| node.value.is_object());
                    found.extend(more.map(|(method, node)| (method.to_string(), node)));
                }
            }
        }
        for (method, node) in found {
            operations.push(operation(declared, path, &items, method, node));
        }
    }
    operations
}

fn operation<'d>(
    declared: &Declared<'d>,
    path: &'d str,
    items: &[Node<'d>],
    method: String,
    node: Node<'d>,
) -> DeclaredOperation<'d> {
    let root = declared.documents.root();
    let mut found = parameters::DeclaredParameters::default();
    for carrier in items.iter().chain([&node]) {
        for parameter in carrier
            .get("parameters")
            .iter()
            .flat_map(|it| it.items().collect::<Vec<_>>())
        {
            found.add(declared, &parameter);
        }
    }
    let security = node.get("security").or_else(|| root.get("security"));
    let own_servers = if declared.is_swagger {
        swagger::operation_servers(&root, &node)
    } else {
        let own = servers(&node);
        if own.is_empty() {
            items
                .iter()
                .rev()
                .map(servers)
                .find(|list| !list.is_empty())
                .unwrap_or_default()
        } else {
            own
        }
    };
    let body = if declared.is_swagger {
        swagger::body(&root, &node, &found)
    } else {
        node.get("requestBody")
            .and_then(|it| declared.resolve(&it))
            .map(|body| DeclaredBody {
                required: body.flag("required").unwrap_or(false),
                contents: valid(contents(declared, &body)),
                node: body,
            })
    };
    DeclaredOperation {
        method,
        path,
        body,
        responses: responses(declared, &node),
        servers: own_servers,
        security: security.as_ref().map_or_else(Vec::new, alternatives),
        callbacks: node
            .get("callbacks")
            .map_or_else(Vec::new, |it| it.members().collect()),
        parameters: found.parameters,
        node,
    }
}

/// The contents whose names can be sent or requested.
fn valid(contents: Vec<DeclaredContent<'_>>) -> Vec<DeclaredContent<'_>> {
    contents
        .into_iter()
        .filter(|content| is_media_type(content.media_type))
        .collect()
}

fn responses<'d>(declared: &Declared<'d>, operation: &Node<'d>) -> Vec<DeclaredResponse<'d>> {
    let Some(responses) = operation.get("responses").and_then(|it| declared.resolve(&it)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, node) in responses.members() {
        let status = key.trim().to_uppercase();
        let is_status = status.len() == 3 && status.starts_with(['1', '2', '3', '4', '5']) && {
            let rest = &status[1..];
            rest == "XX" || rest.bytes().all(|byte| byte.is_ascii_digit())
        };
        let status = match status.as_str() {
            "DEFAULT" => "default".to_string(),
            _ if is_status => status,
            _ => continue,
        };
        let Some(response) = declared.resolve(&node).filter(|it| it.value.is_object()) else {
            continue;
        };
        // HTTP allows no body with these statuses.
        let contents = if matches!(status.as_str(), "204" | "205" | "304") || status.starts_with('1') {
            Vec::new()
        } else if declared.is_swagger {
            swagger::contents(&declared.documents.root(), operation, &response)
        } else {
            valid(contents(declared, &response))
        };
        let headers = response.get("headers");
        found.push(DeclaredResponse {
            node,
            status,
            contents,
            headers: headers.map_or_else(Vec::new, |it| it.members().collect()),
        });
    }
    found
}

/// The alternatives of credentials.
fn alternatives<'d>(security: &Node<'d>) -> Vec<(Vec<&'d str>, Node<'d>)> {
    let mut found: Vec<(Vec<&'d str>, Node<'d>)> = Vec::new();
    for requirement in security.items().filter(|it| it.value.is_object()) {
        let mut schemes: Vec<&str> = requirement.members().map(|(name, _)| name).collect();
        schemes.sort_unstable();
        if !found.iter().any(|(known, _)| *known == schemes) {
            found.push((schemes, requirement));
        }
    }
    found
}
