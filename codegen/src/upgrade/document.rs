//! Rewrites constructs outside schemas that OpenAPI 3.1 has and 3.0 lacks: shared path items, and
//! contracts without paths.

use super::members::rename;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, child, local_pointer, reference, resolve};
use serde_json::{Map, Value};

/// Inlines shared path items, and adds `paths` if it is missing.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    put_path_items_in_place(document, notes);
    let Value::Object(root) = document else { return };
    root.shift_remove("jsonSchemaDialect");
    root.entry("paths").or_insert_with(|| Value::Object(Map::new()));
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.shift_remove("pathItems");
    }
    if let Some(Value::Object(info)) = root.get_mut("info")
        && let Some(summary) = info.get("summary").cloned()
    {
        rename(info, "summary", "x-summary", summary);
    }
}

fn put_path_items_in_place(document: &mut Document, notes: &mut Notes) {
    let Some(Value::Object(paths)) = document.get("paths") else {
        return;
    };
    let (mut resolved, mut moved) = (Vec::new(), Vec::new());
    for (path, item) in paths {
        let shared = reference(item).is_some_and(|text| text.starts_with("#/components/pathItems/"));
        let (true, Some(Value::Object(target)), Value::Object(item)) =
            (shared, resolve(document, item), item)
        else {
            continue;
        };
        let from = item.text("$ref").and_then(local_pointer);
        let from = from.unwrap_or_default();
        let inherited = target.keys().filter(|key| !item.contains_key(*key));
        moved.extend(inherited.map(|key| (child(&child("/paths", path), key), child(&from, key))));
        let mut merged = target.clone();
        merged.extend(
            item.iter()
                .filter(|(key, _)| *key != "$ref")
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        resolved.push((path.clone(), Value::Object(merged)));
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in resolved {
        paths.insert(path, item);
    }
    notes.origins.moved(moved);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_contract_without_paths_gets_some() {
        let mut document = json!({"openapi": "3.1.0", "jsonSchemaDialect": "x", "info": {"summary": "s"}});
        apply(&mut document, &mut Notes::default());
        assert_eq!(
            document,
            json!({"openapi": "3.1.0", "info": {"x-summary": "s"}, "paths": {}})
        );
    }

    #[test]
    fn test_shared_path_items_are_put_in_place() {
        let mut document = json!({
            "paths": {"/a": {"$ref": "#/components/pathItems/A", "summary": "s"}, "/b": {"$ref": "#/paths/~1a"}},
            "components": {"pathItems": {"A": {"get": {}, "summary": "t"}}}
        });
        apply(&mut document, &mut Notes::default());
        assert_eq!(
            document,
            json!({"paths": {"/a": {"get": {}, "summary": "s"}, "/b": {"$ref": "#/paths/~1a"}}, "components": {}})
        );
    }
}
