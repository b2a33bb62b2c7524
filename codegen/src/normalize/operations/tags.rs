//! Where a feature is assigned to an operation: it keeps only its first tag. The used tags are
//! listed at the root in order of first use. Tags that differ in letter case or punctuation only
//! are the same tag.
//!
//! Before:
//! ```yaml
//! tags: [ { name: types, description: Kinds of lamps }, { name: unused } ]
//! paths: { /lamps: { get: { tags: [Lamp Posts, all] }, post: {}, put: { tags: [lamp-posts] }, patch: { tags: [types] } } }
//! ```
//! After:
//! ```yaml
//! tags:
//!   - { name: Lamp Posts }
//!   - { name: default }
//!   - { name: types, description: Kinds of lamps }
//! paths: { /lamps: { get: { tags: [Lamp Posts] }, post: { tags: [default] }, put: { tags: [Lamp Posts] }, patch: { tags: [types] } } }
//! ```

use super::ledger::Ledger;
use crate::catalogue::Entry;
use crate::diagnostics::{Notes, Result};
use crate::document::{Document, Node, Object, child, for_each_operation, operations};
use crate::naming::module_name;
use crate::naming::modules::{is_free, natural};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};

const WHY_ONE: &str = "An operation belongs to one module: that of its first tag.";
const WHY_SAME: &str = "Both would be the same module.";

/// Runs the pass; the catalogue may name certain modules.
///
/// # Errors
///
/// When a name in the catalogue is not a valid module name, applies to no tag of the contract, or
/// is a duplicate.
pub fn apply(document: &mut Document, api: &Entry, notes: &mut Notes) -> Result<()> {
    let rename_tags = &api.naming.rename_tags;
    let by_path = PathTags::of(document);
    check(document, api, &by_path)?;
    let mut ledger = Ledger::new("tags");
    // The first tag of a module gets the module's plain name.
    let mut used: IndexMap<String, String> = IndexMap::new();
    let mut natural_of: HashMap<String, String> = HashMap::new();
    for_each_operation(document, |at, path, _, operation| {
        let tags = texts(operation.get("tags"));
        if tags.len() > 1 {
            ledger.add(
                child(at, "tags"),
                "further tags of an operation are left out",
                WHY_ONE,
            );
        }
        let tag = tags.into_iter().next().unwrap_or_else(|| by_path.tag(path));
        let natural = natural_of
            .entry(tag.clone())
            .or_insert_with(|| natural(&tag, rename_tags))
            .clone();
        let first = used.entry(natural).or_insert_with(|| tag.clone());
        if *first != tag {
            ledger.add(
                child(at, "tags"),
                format!("tag {tag:?} is tag {first:?}"),
                WHY_SAME,
            );
        }
        operation.insert("tags".into(), json!([first]));
    });
    let declared = declared(document);
    let tags = used.into_values().map(|name| {
        let mut tag = declared.get(&name).cloned().unwrap_or_default();
        tag.insert("name".into(), name.into());
        Value::Object(tag)
    });
    let tags: Vec<Value> = tags.collect();
    if let Some(root) = document.as_object_mut() {
        root.insert("tags".into(), tags.into());
    }
    ledger.write(notes);
    Ok(())
}

/// Tags for operations without one, derived from their paths.
struct PathTags {
    /// The number of leading segments that all paths share and that carry no meaning; `None` if
    /// paths give no tags.
    skipped: Option<usize>,
}

impl PathTags {
    fn of(document: &Document) -> Self {
        let untagged = operations(document).filter(|place| texts(place.operation.get("tags")).is_empty());
        let paths: Vec<Vec<&str>> = untagged.map(|place| segments(place.path)).collect();
        let shortest = paths.iter().map(Vec::len).min().unwrap_or_default();
        let is_common = |at: &usize| paths.iter().all(|path| path[*at] == paths[0][*at]);
        let skipped = (0..shortest.saturating_sub(1)).take_while(is_common).count();
        let tags: BTreeSet<String> = paths
            .iter()
            .filter_map(|path| path.get(skipped))
            .map(|segment| module_name(segment))
            .collect();
        // If hardly any operations share a tag, tags are useless.
        let is_useful = tags.len() > 1 && tags.len() * 2 <= paths.len();
        Self {
            skipped: is_useful.then_some(skipped),
        }
    }

    fn tag(&self, path: &str) -> String {
        let segment = self
            .skipped
            .and_then(|skipped| segments(path).get(skipped).copied());
        segment.unwrap_or("default").to_string()
    }
}

/// The segments of a path that could be a tag: no parameters, no versions, no `api`.
fn segments(path: &str) -> Vec<&str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_version = |segment: &str| {
        let version = segment.trim_start_matches(['v', 'V']);
        version.starts_with(|c: char| c.is_ascii_digit())
            && !version.contains(|c: char| c.is_ascii_alphabetic())
    };
    let segments = path
        .split('/')
        .map(|segment| segment.split('.').next().unwrap_or_default());
    segments
        .filter(|segment| segment.contains(|c: char| c.is_ascii_alphabetic()) && !segment.contains('{'))
        .filter(|segment| {
            !is_version(segment) && !["api", "rest"].contains(&segment.to_ascii_lowercase().as_str())
        })
        .collect()
}

/// Checks the catalogue's modules.
fn check(document: &mut Document, api: &Entry, by_path: &PathTags) -> Result<()> {
    if api.naming.rename_tags.is_empty() {
        return Ok(());
    }
    let mut known: IndexSet<String> = IndexSet::new();
    for_each_operation(document, |_, path, _, operation| {
        let first = texts(operation.get("tags")).into_iter().next();
        known.insert(first.unwrap_or_else(|| by_path.tag(path)));
    });
    let mut wished: HashMap<&str, &str> = HashMap::new();
    for (tag, module) in &api.naming.rename_tags {
        let error = |message: String| api.naming_error("rename-tags", tag, message);
        if !known.contains(tag) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(error(format!("no operation has {tag:?} as its first tag"))
                .help(format!("the first tags of the contract are {}", known.join(", "))));
        }
        let proper = module_name(module);
        if proper != *module {
            return Err(error(format!("{module:?} is not a name of a module"))
                .help(format!("write it in snake_case, for instance {proper:?}")));
        }
        if !is_free(module) {
            return Err(error(format!("{module:?} cannot be the name of a module"))
                .help("generated crates, Rust or cargo reserve that name"));
        }
        if let Some(other) = wished.insert(module, tag) {
            return Err(error(format!(
                "the tags {other:?} and {tag:?} would both be the module {module:?}"
            ))
            .help(
                "give each a name of its own; to make them one, change the operations' tags in the overlay",
            ));
        }
    }
    Ok(())
}

/// The tags of an operation that are text, or can be read as one, and not empty.
fn texts(tags: Option<&Value>) -> Vec<String> {
    let list = match tags {
        Some(Value::Array(list)) => list.as_slice(),
        Some(single @ (Value::String(_) | Value::Object(_))) => std::slice::from_ref(single),
        _ => &[],
    };
    let text = |tag: &Value| match tag {
        Value::String(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(tag) => tag.text("name").map(|name| name.trim().to_string()),
        _ => None,
    };
    list.iter()
        .filter_map(text)
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// The root's descriptions of tags, by name.
fn declared(document: &Document) -> HashMap<String, Object> {
    let tags = document.list("tags").iter();
    tags.filter_map(|tag| {
        let mut tag: Map<String, Value> = tag.as_object()?.clone();
        let name = tag.text("name")?.trim().to_string();
        if !tag.get("description").is_none_or(Value::is_string) {
            tag.shift_remove("description");
        }
        Some((name, tag))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run;
    use super::*;
    use crate::catalogue::Catalogue;

    fn after(document: Value) -> (Value, Vec<String>) {
        run(|document, notes| apply(document, &api(&[]), notes), document)
    }

    #[test]
    fn test_operations_without_tags_get_those_of_their_paths() {
        let paths = [
            "/api/v1/lamps",
            "/api/v1/lamps/{id}",
            "/api/v1/rooms/{id}.json",
            "/api/v1/rooms.json",
            "/api/v1/{any}",
        ];
        let items = paths.iter().map(|path| ((*path).to_string(), json!({"get": {}})));
        let (document, _) = after(json!({"paths": items.collect::<Map<_, _>>()}));
        let tags = paths.map(|path| document["paths"][path]["get"]["tags"][0].clone());
        assert_eq!(tags, ["lamps", "lamps", "rooms", "rooms", "default"]);
        // Each operation would have its own module.
        let items = ["/getLamp", "/setLamp", "/getRoom"].map(|path| (path.to_string(), json!({"post": {}})));
        let (document, _) = after(json!({"paths": items.into_iter().collect::<Map<_, _>>()}));
        assert_eq!(document["tags"], json!([{"name": "default"}]));
    }

    #[test]
    fn test_every_operation_keeps_its_first_tag() {
        let (document, notes) = after(json!({
            "tags": [{"name": "b", "description": "B"}, {"name": "unused"}, {"name": "a", "description": 3}, 7],
            "paths": {"/x": {"get": {"tags": ["a", "b"]}, "put": {}, "post": {"tags": [{"name": "b"}]}, "patch": {"tags": "A"}}}
        }));
        assert_eq!(
            document["tags"],
            json!([
                {"name": "a"},
                {"name": "default"},
                {"name": "b", "description": "B"}
            ])
        );
        assert_eq!(
            document["paths"]["/x"],
            json!({
                "get": {"tags": ["a"]}, "put": {"tags": ["default"]}, "post": {"tags": ["b"]}, "patch": {"tags": ["a"]}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/~1x/get/tags further tags of an operation are left out",
                "/paths/~1x/patch/tags tag \"A\" is tag \"a\"",
            ]
        );
    }

    /// A catalogue entry with these modules.
    fn api(renamed: &[(&str, &str)]) -> Entry {
        let entry = "[[api]]\nname = 'eyes'\ntitle = ''\nvendor = ''\ncontract = ''\ndocumentation = ''\nsource = ''\nauthentication = ''";
        let mut api = Catalogue::parse(entry).unwrap().apis.remove(0);
        let renamed = renamed
            .iter()
            .map(|(tag, module)| ((*tag).to_string(), (*module).to_string()));
        api.naming.rename_tags = renamed.collect();
        api
    }

    #[test]
    fn test_catalogue_cannot_name_modules_wrongly() {
        let paths = json!({"paths": {"/x": {"get": {"tags": ["a", "c"]}, "put": {"tags": ["b"]}}}});
        for (renamed, message) in [
            (&[("c", "things")][..], "no operation has \"c\" as its first tag"),
            (&[("a", "Things")], "\"Things\" is not a name of a module"),
            (&[("a", "types")], "\"types\" cannot be the name of a module"),
            (
                &[("a", "things"), ("b", "things")],
                "the tags \"a\" and \"b\" would both be the module \"things\"",
            ),
        ] {
            let error = apply(&mut paths.clone(), &api(renamed), &mut Notes::default()).unwrap_err();
            assert_eq!(error.message, message);
            assert_eq!(error.file, crate::catalogue::FILE);
            assert!(error.pointer.starts_with("/api/0/naming/rename-tags/"));
        }
    }
}
