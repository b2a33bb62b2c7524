//! Binds dynamic references where a schema is used: they are the generics of JSON Schema 2020-12.
//!
//! ```text
//! Page: {properties: {items: {items: {$dynamicRef: "#item"}}}, $defs: {item: {$dynamicAnchor: item, not: {}}}}
//! Lamps: {$ref: "#/components/schemas/Page", $defs: {item: {$dynamicAnchor: item, $ref: "#/components/schemas/Lamp"}}}
//! becomes, beside a Page that is not bound,
//! Lamps: {allOf: [{properties: {items: {items: {$ref: "#/components/schemas/Lamps/$defs/item"}}}}], $defs: {...}}
//! ```

use super::walk::for_each_schema;
use crate::document::{Document, Node, Object, child, follow, reference, resolve};
use serde_json::Value;
use std::collections::BTreeMap;

/// The maximum depth of generic schemas that refer to each other.
const DEEPEST: usize = 16;

/// The targets of anchors, as JSON pointers.
type Bindings = BTreeMap<String, String>;

/// Replaces every reference to a schema with names that the referrer binds by a copy in which they
/// are bound.
pub fn apply(document: &mut Document) {
    let mut binders: Vec<(String, Bindings)> = Vec::new();
    let mut is_used = false;
    for_each_schema(document, &mut |at, schema| {
        is_used |= schema.get("$dynamicRef").is_some();
        let own = anchors(at, schema);
        if !own.is_empty() {
            binders.push((at.to_owned(), own));
        }
    });
    if !is_used {
        return;
    }
    for (at, bindings) in &binders {
        bind_references(document, at, bindings);
    }
    // An unbound reference refers to the anchor of its own schema.
    let mut unbound = Vec::new();
    for_each_schema(document, &mut |at, schema| {
        let name = schema.text("$dynamicRef");
        if let Some(name) = name.and_then(|name| name.strip_prefix('#')) {
            let around = binders.iter().filter(|(binder, own)| {
                own.contains_key(name) && at.strip_prefix(binder).is_some_and(|rest| rest.starts_with('/'))
            });
            let nearest = around.max_by_key(|(binder, _)| binder.len());
            unbound.extend(nearest.map(|(_, own)| (at.to_owned(), own[name].clone())));
        }
    });
    for (at, target) in unbound {
        if let Some(Value::Object(schema)) = document.pointer_mut(&at) {
            refer(schema, &target);
        }
    }
}

/// The dynamic anchors that a schema binds: its own and those of its `$defs`.
fn anchors(at: &str, schema: &Value) -> Bindings {
    let name = |schema: &Value| schema.text("$dynamicAnchor").map(str::to_owned);
    let inner = schema
        .map("$defs")
        .iter()
        .filter_map(|(key, schema)| Some((name(schema)?, child(&child(at, "$defs"), key))));
    name(schema)
        .map(|name| (name, at.to_owned()))
        .into_iter()
        .chain(inner)
        .collect()
}

/// Binds the names that the schema at `at` refers to, directly or in a branch of `allOf`.
fn bind_references(document: &mut Document, at: &str, bindings: &Bindings) {
    let Some(schema) = document.pointer(at) else {
        return;
    };
    let branches = schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
    let places = (0..branches).map(|index| child(&child(at, "allOf"), &index.to_string()));
    for place in std::iter::once(at.to_owned()).chain(places) {
        let target = document.pointer(&place).and_then(reference);
        let Some(target) = target.and_then(|text| resolve(document, follow(document, text)?)) else {
            continue;
        };
        let Some(bound) = bound(document, target, bindings, 0) else {
            continue;
        };
        let Some(Value::Object(schema)) = document.pointer_mut(&place) else {
            continue;
        };
        schema.shift_remove("$ref");
        if let Value::Array(branches) = schema.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
            branches.insert(0, bound);
        }
    }
}

/// A copy of a schema with the names bound; `None` if it uses none of them.
fn bound(document: &Document, schema: &Value, bindings: &Bindings, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    match schema {
        Value::Array(list) => {
            let bound: Vec<Option<Value>> = list
                .iter()
                .map(|item| self::bound(document, item, bindings, depth))
                .collect();
            bound.iter().any(Option::is_some).then(|| {
                let either = bound.into_iter().zip(list);
                either
                    .map(|(bound, item)| bound.unwrap_or_else(|| item.clone()))
                    .collect()
            })
        }
        Value::Object(schema) => {
            let name = schema.text("$dynamicRef");
            let target = name.and_then(|name| bindings.get(name.strip_prefix('#')?));
            let mut changed = target.is_some();
            let mut copy = schema.clone();
            if let Some(target) = target {
                refer(&mut copy, target);
            }
            for keyword in ["$defs", "$id", "$anchor", "$dynamicAnchor"] {
                copy.shift_remove(keyword);
            }
            let inner = reference(&Value::Object(schema.clone()))
                .and_then(|text| follow(document, text))
                .and_then(|inner| self::bound(document, inner, bindings, depth + 1));
            if let Some(inner) = inner {
                changed = true;
                copy.shift_remove("$ref");
                copy.insert("allOf".to_owned(), Value::Array(vec![inner]));
            }
            for (key, value) in schema {
                let inner = (key != "$defs").then(|| self::bound(document, value, bindings, depth));
                if let Some(inner) = inner.flatten() {
                    changed = true;
                    copy.insert(key.clone(), inner);
                }
            }
            changed.then_some(Value::Object(copy))
        }
        _ => None,
    }
}

/// Turns a dynamic reference into a reference by place.
fn refer(schema: &mut Object, pointer: &str) {
    let text = Value::String(format!("#{}", pointer.replace('%', "%25")));
    super::members::rename(schema, "$dynamicRef", "$ref", text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bound(schemas: Value) -> Value {
        let mut document = json!({"components": {"schemas": schemas}});
        apply(&mut document);
        document["components"]["schemas"].take()
    }

    #[test]
    fn test_schema_is_bound_where_it_is_used() {
        let page = json!({
            "properties": {"items": {"items": {"$dynamicRef": "#item"}}}, "$defs": {"item": {"$dynamicAnchor": "item"}}
        });
        let schemas = bound(json!({
            "Page": page, "Lamps": {"$ref": "#/components/schemas/Page", "$defs": {
                "item": {"$dynamicAnchor": "item", "$ref": "#/components/schemas/Lamp"}}}, "Lamp": {"type": "object"}
        }));
        let items = |schema: &Value| schema["properties"]["items"]["items"]["$ref"].clone();
        assert_eq!(
            items(&schemas["Lamps"]["allOf"][0]),
            "#/components/schemas/Lamps/$defs/item"
        );
        assert_eq!(items(&schemas["Page"]), "#/components/schemas/Page/$defs/item");
        assert_eq!(schemas["Lamps"].get("$ref"), None);
    }

    #[test]
    fn test_recursive_schema_is_extended_at_every_level() {
        let schemas = bound(json!({
            "Tree": {"$dynamicAnchor": "node", "properties": {"children": {"items": {"$dynamicRef": "#node"}}}},
            "Named": {"$dynamicAnchor": "node", "allOf": [
                {"$ref": "#/components/schemas/Tree"}, {"properties": {"name": {"type": "string"}}}]}
        }));
        let tree = &schemas["Named"]["allOf"][0]["allOf"][0];
        assert_eq!(
            tree["properties"]["children"]["items"]["$ref"],
            "#/components/schemas/Named"
        );
        assert_eq!(
            schemas["Tree"]["properties"]["children"]["items"]["$ref"],
            "#/components/schemas/Tree"
        );
    }
}
