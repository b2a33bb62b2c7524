//! Replaces path items that are `$ref`s, including those into other paths, by their targets.
//!
//! Before:
//! ```yaml
//! /lamps: { $ref: "#/components/pathItems/Lamps", summary: All lamps }
//! components: { pathItems: { Lamps: { get: {...} } } }
//! ```
//! After:
//! ```yaml
//! /lamps: { get: {...}, summary: All lamps }
//! ```

use super::places::kind;
use super::references;
use crate::diagnostics::{Collected, Error, Errors, Notes, Result, Station};
use crate::document::{Document, Node, Object, child, reference};
use serde_json::Value;

/// Runs the pass.
///
/// # Errors
///
/// When a reference cannot be resolved, is circular, or leads to something other than an object.
pub fn apply(document: &mut Document, notes: &mut Notes) -> Collected<()> {
    let referring = document.map("paths").iter().filter_map(|(path, item)| {
        let target = reference(item)?;
        Some(inlined(document, path, item, target))
    });
    let inlined = Errors::or(referring)?;
    let mut all_moved = Vec::new();
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for Inlined { path, item, moved } in inlined {
            paths.insert(path, Value::Object(item));
            all_moved.extend(moved);
        }
    }
    notes.origins.moved(all_moved);
    Ok(())
}

/// A path item with the members of its target, and their original places.
struct Inlined {
    path: String,
    item: Object,
    moved: Vec<(String, String)>,
}

fn inlined(document: &Document, path: &str, item: &Value, target: &str) -> Result<Inlined> {
    let at = child("/paths", path);
    let found = references::resolve(document, target).map_err(|trouble| trouble.error(&at, target))?;
    let Some(referred) = found.node.as_object() else {
        let message = format!(
            "$ref {target:?} leads to {}, not to a path item",
            kind(found.node)
        );
        return Err(Error::new(Station::Normalize, at, message));
    };
    let own = |member: &String| item.get(member).is_some();
    let inherited = referred.keys().filter(|member| !own(member));
    let moved = inherited.map(|member| (child(&at, member), child(&found.pointer, member)));
    // Members beside the reference are more specific to this path than its target.
    let mut merged = referred.clone();
    let siblings = item.as_object().into_iter().flatten();
    for (member, value) in siblings.filter(|(member, _)| *member != "$ref") {
        merged.insert(member.clone(), value.clone());
    }
    Ok(Inlined {
        path: path.to_string(),
        moved: moved.collect(),
        item: merged,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_path_reference_is_inlined_and_its_siblings_win() {
        let (document, _) = run(
            apply,
            json!({
                "paths": {
                    "/a": {"$ref": "#/paths/~1b", "summary": "ours"},
                    "/b": {"$ref": "#/components/pathItems/B"},
                    "/c": {"put": {}}
                },
                "components": {"pathItems": {"B": {"summary": "theirs", "get": {"operationId": "b"}}}}
            }),
        );
        assert_eq!(
            document["paths"],
            json!({
                "/a": {"summary": "ours", "get": {"operationId": "b"}},
                "/b": {"summary": "theirs", "get": {"operationId": "b"}},
                "/c": {"put": {}}
            })
        );
    }

    #[test]
    fn test_circular_path_reference_is_an_error() {
        let mut document = json!({"paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}});
        let errors = apply(&mut document, &mut Notes::default())
            .unwrap_err()
            .into_vec();
        let said = errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.message.as_str()));
        assert_eq!(
            said.collect::<Vec<_>>(),
            [
                ("/paths/~1a", "$ref \"#/paths/~1b\" refers only to itself"),
                ("/paths/~1b", "$ref \"#/paths/~1a\" refers only to itself")
            ]
        );
    }

    #[test]
    fn test_path_reference_to_nothing_or_to_no_object_is_an_error() {
        for target in ["#/paths/~1nowhere", "#/info/title", "other.json"] {
            let mut document = json!({"info": {"title": "x"}, "paths": {"/a": {"$ref": target}}});
            assert_eq!(
                apply(&mut document, &mut Notes::default())
                    .unwrap_err()
                    .into_one()
                    .pointer,
                "/paths/~1a"
            );
        }
    }
}
