//! Replaces path items that are `$ref`s, also those into other paths, by what they refer to.
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
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{Document, child, reference};
use serde_json::Value;

/// Runs the pass.
///
/// # Errors
///
/// When a reference leads nowhere, back to itself, or to something else than an object.
pub fn apply(document: &mut Document, notes: &mut Notes) -> Result<()> {
    let (mut items, mut moved) = (Vec::new(), Vec::new());
    for (path, item) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let Some(target) = reference(item) else { continue };
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
        moved.extend(inherited.map(|member| (child(&at, member), child(&found.pointer, member))));
        // What stands beside the reference is nearer to this path than what it refers to.
        let mut merged = referred.clone();
        for (member, value) in item
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(member, _)| *member != "$ref")
        {
            merged.insert(member.clone(), value.clone());
        }
        items.push((path.clone(), merged));
    }
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, item) in items {
            paths.insert(path, Value::Object(item));
        }
    }
    notes.origins.moved(moved);
    Ok(())
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
        let error = apply(&mut document, &mut Notes::default()).unwrap_err();
        assert_eq!(error.pointer, "/paths/~1a");
        assert_eq!(error.message, "$ref \"#/paths/~1b\" leads only back to itself");
    }

    #[test]
    fn test_path_reference_to_nothing_or_to_no_object_is_an_error() {
        for target in ["#/paths/~1nowhere", "#/info/title", "other.json"] {
            let mut document = json!({"info": {"title": "x"}, "paths": {"/a": {"$ref": target}}});
            assert_eq!(
                apply(&mut document, &mut Notes::default()).unwrap_err().pointer,
                "/paths/~1a"
            );
        }
    }
}
