//! Short names of commands: `list`, `get`, `create`, `update` and `delete`.

use std::collections::BTreeMap;

/// The values that determine an alias.
#[derive(Clone, Copy)]
pub struct AliasBasis<'a> {
    /// The HTTP method in upper case.
    pub method: &'a str,
    /// The path template.
    pub path: &'a str,
    /// The name of the command.
    pub name: &'a str,
}

/// The short name of each operation of a tag, if it has one.
///
/// If a tag's operations concern one collection, such as `/lamps` with `/lamps/{id}`, they get the
/// short names. Of several collections, the least nested one gets them. If two are nested equally
/// deep, neither does, since a short name must not be ambiguous.
pub fn aliases(operations: &[AliasBasis<'_>]) -> Vec<Option<&'static str>> {
    let mut collections: BTreeMap<&str, bool> = BTreeMap::new();
    for operation in operations {
        let (collection, is_item) = collection(operation.path);
        *collections.entry(collection).or_default() |= is_item;
    }
    let depth = |path: &str| path.matches('{').count();
    let with_items = collections.values().any(|is_item| *is_item);
    let candidates = || {
        collections
            .iter()
            .filter(move |(_, is_item)| **is_item || !with_items)
            .map(|(collection, _)| *collection)
    };
    let least = candidates().map(depth).min().unwrap_or_default();
    let mut nested_least = candidates().filter(|collection| depth(collection) == least);
    let (chosen, other) = (nested_least.next(), nested_least.next());
    let chosen = chosen.filter(|_| other.is_none());
    let named: Vec<Option<&'static str>> = operations
        .iter()
        .map(|operation| {
            let (collection, is_item) = collection(operation.path);
            if Some(collection) != chosen {
                return None;
            }
            match (operation.method, is_item) {
                ("GET", false) => Some("list"),
                ("GET", true) => Some("get"),
                ("POST", false) => Some("create"),
                ("PATCH", true) => Some("update"),
                ("PUT", true) if !has_patch(operations, operation.path) => Some("update"),
                ("DELETE", true) => Some("delete"),
                _ => None,
            }
        })
        .collect();
    let is_taken = |name: &str| operations.iter().any(|operation| operation.name == name);
    let is_only = |name: &&str| named.iter().filter(|other| **other == Some(*name)).count() == 1;
    named
        .iter()
        .map(|name| name.filter(is_only).filter(|name| !is_taken(name)))
        .collect()
}

/// The path of the collection that a path concerns, and whether it concerns one item of it.
fn collection(path: &str) -> (&str, bool) {
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((collection, last)) if last.starts_with('{') && last.ends_with('}') => (collection, true),
        _ => (path, false),
    }
}

fn has_patch(operations: &[AliasBasis<'_>], path: &str) -> bool {
    operations
        .iter()
        .any(|other| other.path == path && other.method == "PATCH")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(requests: &[&'static str]) -> Vec<Option<&'static str>> {
        let requests = requests.iter().filter_map(|request| request.split_once(' '));
        let requests = requests.map(|(method, path)| AliasBasis {
            method,
            path,
            name: "other",
        });
        aliases(&requests.collect::<Vec<_>>())
    }

    #[test]
    fn test_one_collection_has_all_short_names() {
        assert_eq!(
            named(&[
                "GET /a",
                "POST /a",
                "GET /a/{i}",
                "PUT /a/{i}",
                "PATCH /a/{i}",
                "DELETE /a/{i}/"
            ]),
            [
                Some("list"),
                Some("create"),
                Some("get"),
                None,
                Some("update"),
                Some("delete")
            ]
        );
    }

    #[test]
    fn test_what_is_within_an_item_has_none() {
        assert_eq!(
            named(&["GET /a", "GET /a/{i}", "DELETE /a/{i}/b/{j}", "POST /a/search"]),
            [Some("list"), Some("get"), None, None]
        );
    }

    #[test]
    fn test_two_collections_side_by_side_have_none() {
        assert_eq!(
            named(&["GET /x/a", "GET /x/a/{i}", "GET /x/b", "GET /x/b/{i}"]),
            [None, None, None, None]
        );
    }
}
