//! Expresses the additions of OpenAPI 3.2 outside schemas in terms of 3.0.3: operations with
//! methods of any name, shared media types, items of streams, and parameters that are the whole
//! query.
//!
//! ```text
//! /lamps: {additionalOperations: {COPY: {...}}}
//! becomes, since from `#` on a path only tells keys apart
//! /lamps#COPY: {post: {..., x-lorgnette-method: COPY}}
//!
//! text/event-stream: {itemSchema: {properties: {event: {type: string}, data: {contentSchema: S}}}}
//! becomes
//! text/event-stream: {schema: {type: array, items: S}}
//! ```

use super::members::rename;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, reference, resolve};
use crate::load::grammar::{Kind, Slot};
use serde_json::{Map, Value, json};

/// Runs the step.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    additional_operations(document, notes);
    let shared = document.clone();
    node(&shared, document, Slot::One(Kind::Root), "", notes);
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.shift_remove("mediaTypes");
    }
}

/// Moves each further operation of a path to a separate path item.
fn additional_operations(document: &mut Document, notes: &mut Notes) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let (mut kept, mut moved) = (Map::new(), Vec::new());
    for (path, mut item) in std::mem::take(paths) {
        let more = item
            .as_object_mut()
            .and_then(|item| item.shift_remove("additionalOperations"));
        let shared: Object = item
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| ["summary", "description", "servers", "parameters"].contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let key = path.clone();
        kept.insert(path, item);
        let Some(Value::Object(more)) = more else { continue };
        for (method, mut operation) in more {
            if let Some(operation) = operation.as_object_mut() {
                operation.insert("x-lorgnette-method".to_owned(), method.clone().into());
            }
            let mut item = shared.clone();
            item.insert("post".to_owned(), operation);
            let (at, new) = (child("/paths", &key), format!("{key}#{method}"));
            moved.push((
                child(&child("/paths", &new), "post"),
                child(&child(&at, "additionalOperations"), &method),
            ));
            kept.insert(new, Value::Object(item));
        }
    }
    *paths = kept;
    notes.origins.moved(moved);
}

fn node(shared: &Document, value: &mut Value, shape: Slot, at: &str, notes: &mut Notes) {
    match (shape, value) {
        (Slot::Data | Slot::Mapping | Slot::One(Kind::Schema), _) => {}
        (Slot::One(kind), Value::Object(map)) => {
            match kind {
                Kind::MediaType => media_type(shared, map, at, notes),
                Kind::Parameter => whole_query(map),
                _ => {}
            }
            for (key, value) in map {
                node(shared, value, shape.member(key), &child(at, key), notes);
            }
        }
        (_, Value::Object(map)) => {
            for (key, value) in map {
                node(shared, value, shape.member(key), &child(at, key), notes);
            }
        }
        (_, Value::Array(list)) => {
            for (index, value) in list.iter_mut().enumerate() {
                node(shared, value, shape, &child(at, &index.to_string()), notes);
            }
        }
        _ => {}
    }
}

/// Inlines a shared media type, and turns items that arrive one by one into a list.
fn media_type(shared: &Document, entry: &mut Object, at: &str, notes: &mut Notes) {
    let named = reference(&Value::Object(entry.clone())).map(str::to_owned);
    if let Some(target) = named.filter(|text| text.starts_with("#/components/mediaTypes/"))
        && let Some(Value::Object(target)) = resolve(shared, &json!({ "$ref": target }))
    {
        entry.shift_remove("$ref");
        for (key, value) in target {
            entry.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    for keyword in ["prefixEncoding", "itemEncoding"] {
        if entry.shift_remove(keyword).is_some() {
            let what = format!("`{keyword}` has no effect here: parts are written one after another.");
            let why = "OpenAPI 3.0 names each part of a body.";
            notes.add("additions", child(at, keyword), what, why);
        }
    }
    if let Some(item) = entry.get("itemSchema") {
        let key = at.rsplit('/').next().unwrap_or_default();
        let is_events = key.to_ascii_lowercase().starts_with("text~1event-stream");
        let item = if is_events {
            data(shared, item)
        } else {
            item.clone()
        };
        entry.shift_remove("schema");
        rename(
            entry,
            "itemSchema",
            "schema",
            json!({ "type": "array", "items": item }),
        );
    }
}

/// The schema of an event's data: its member `data`, and the content of that member if the contract
/// declares it. Data without such a member is described directly.
fn data(shared: &Document, event: &Value) -> Value {
    let Some(resolved) = resolve(shared, event) else {
        return event.clone();
    };
    for keyword in ["oneOf", "anyOf"] {
        if let Some(Value::Array(branches)) = resolved.get(keyword) {
            let mut kinds: Vec<Value> = Vec::new();
            for kind in branches.iter().map(|branch| data(shared, branch)) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            return match kinds.as_slice() {
                [only] => only.clone(),
                _ => json!({ keyword: kinds }),
            };
        }
    }
    let branches = resolved.list("allOf").iter();
    let branches = branches.filter_map(|branch| resolve(shared, branch));
    let mut declared = branches
        .chain([resolved])
        .filter_map(|schema| schema.pointer("/properties/data"));
    let Some(declared) = declared.next_back() else {
        return event.clone();
    };
    declared.get("contentSchema").unwrap_or(declared).clone()
}

/// A parameter that is the whole query becomes an object whose members are the query parameters.
fn whole_query(parameter: &mut Object) {
    if parameter.text("in") != Some("querystring") {
        return;
    }
    let form = parameter.map("content").get("application/x-www-form-urlencoded");
    let Some(schema) = form.map(|form| form.get("schema").cloned().unwrap_or_else(|| json!({}))) else {
        return;
    };
    parameter.shift_remove("content");
    parameter.extend([
        ("in".to_owned(), "query".into()),
        ("style".to_owned(), "form".into()),
        ("explode".to_owned(), true.into()),
        ("schema".to_owned(), schema),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(mut document: Value) -> Value {
        apply(&mut document, &mut Notes::default());
        document
    }

    #[test]
    fn test_further_methods_become_operations() {
        let document = added(json!({"paths": {"/a": {
            "parameters": [], "query": {}, "additionalOperations": {"COPY": {"summary": "c"}, "x": null}
        }}}));
        assert_eq!(
            document["paths"],
            json!({
                "/a": {"parameters": [], "query": {}},
                "/a#COPY": {"parameters": [], "post": {"summary": "c", "x-lorgnette-method": "COPY"}},
                "/a#x": {"parameters": [], "post": null}
            })
        );
    }

    #[test]
    fn test_items_of_a_stream_become_a_list() {
        let schema = |item: Value, media_type: &str| {
            let content = json!({ media_type: { "$ref": "#/components/mediaTypes/M" } });
            let document = added(json!({
                "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}},
                "components": {"mediaTypes": {"M": {"itemSchema": item}}}
            }));
            assert_eq!(document["components"], json!({}));
            let pointer = child("/paths/~1a/get/responses/200/content", media_type);
            document.pointer(&format!("{pointer}/schema/items")).cloned()
        };
        let event = |data: Value| json!({"type": "object", "properties": {"event": {}, "data": data}});
        let text = json!({"type": "string"});
        assert_eq!(schema(text.clone(), "application/jsonl"), Some(text.clone()));
        assert_eq!(
            schema(event(text.clone()), "text/event-stream"),
            Some(text.clone())
        );
        let written = event(json!({"contentMediaType": "application/json", "contentSchema": text}));
        assert_eq!(
            schema(written.clone(), "text/event-stream; charset=utf-8"),
            Some(text.clone())
        );
        let either = json!({"oneOf": [written, event(json!({"type": "integer"}))]});
        assert_eq!(
            schema(either, "text/event-stream"),
            Some(json!({"oneOf": [text, {"type": "integer"}]}))
        );
    }

    #[test]
    fn test_parameter_that_is_the_query_is_written_as_its_members() {
        let mut parameter = json!({"in": "querystring", "name": "q", "content": {
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}}}});
        whole_query(parameter.as_object_mut().unwrap_or(&mut Map::new()));
        assert_eq!(
            parameter,
            json!({"in": "query", "name": "q", "style": "form", "explode": true, "schema": {"type": "object"}})
        );
    }
}
