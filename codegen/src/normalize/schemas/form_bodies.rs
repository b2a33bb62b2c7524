//! Lets the body of every form be an object, one of several objects or a map, and a file stand only
//! where a file can be sent.
//!
//! Before: a `multipart/form-data` body `{"type": "string", "format": "binary"}`; a JSON body with
//! a member of that kind.
//! After: the form has an object with the member `file`; the member of the JSON body is a text.

use super::inline_schemas::{HOISTED, ORIGIN};
use super::keywords::{self, Kind};
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{self, Document, Node, Object, reference_to};
use crate::naming;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

const PASS: &str = "form_bodies";

/// Alternatives of alternatives, so many times; the stack is finite.
const DEEPEST: usize = 16;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    document::for_each_operation(document, |pointer, _, _, operation| {
        let name = operation.text("operationId").unwrap_or(pointer);
        let hint = format!("{} Form", naming::type_name(name));
        let Some(content) = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"))
        else {
            return;
        };
        for (media_type, entry) in content.as_object_mut().into_iter().flatten() {
            if is_form(media_type) {
                let at = format!("{pointer}/requestBody/content");
                let at = document::child(&document::child(&at, media_type), "schema");
                be_object(entry, &at, &hint, &mut schemas, notes);
            }
        }
    });
    let in_json = json_components(document, &schemas);
    let in_forms = form_components(document, &schemas);
    let mut copies: Vec<(String, Value)> = Vec::new();
    for key in &in_forms {
        if in_json.contains(key)
            && has_files(&schemas, key)
            && let Some(Value::Object(component)) = schemas.get(key)
        {
            let mut copy = component.clone();
            copy.insert(
                HOISTED.to_string(),
                json!({ "owner": key, "hint": "Form", "role": "request" }),
            );
            copies.push((key.clone(), Value::Object(copy)));
        }
    }
    for (key, copy) in copies {
        let form = format!("{key}/form");
        refer_forms(document, &key, &form);
        schemas.insert(form, copy);
    }
    let in_forms = form_components(document, &schemas);
    for (key, schema) in &mut schemas {
        texts(schema, in_forms.contains(key));
    }
    for_each_json(document, &mut |schema| texts(schema, false));
    walk::put_schemas(document, schemas);
}

fn is_form(media_type: &str) -> bool {
    media_type.starts_with("multipart/") || media_type.starts_with("application/x-www-form-urlencoded")
}

fn is_json(media_type: &str) -> bool {
    let bare = media_type.split(';').next().unwrap_or("").trim();
    bare == "application/json" || bare.ends_with("+json") || bare == "text/json" || bare == "*/*"
}

/// Lets the schema of a form refer to an object.
fn be_object(entry: &mut Value, at: &str, hint: &str, schemas: &mut Object, notes: &mut Notes) {
    let Some(entry) = entry.as_object_mut() else {
        return;
    };
    let schema = entry.entry("schema").or_insert_with(|| json!({}));
    if let Some(key) = keywords::value_refers_to(schema) {
        match schemas.get(&key).and_then(Value::as_object).map(keywords::kind) {
            Some(Kind::Object) => {
                // A body is never null, and what is said of it stands in its component.
                *schema = reference_to(&key);
                return;
            }
            Some(Kind::Union) if are_objects(&key, schemas, 0) => {
                *schema = reference_to(&key);
                return;
            }
            _ => {}
        }
    }
    let mut object = Object::new();
    object.insert("type".to_string(), json!("object"));
    let simple = schema.as_object().cloned().unwrap_or_default();
    match simple.text("type") {
        None => {
            object.insert("properties".to_string(), json!({}));
            object.insert("additionalProperties".to_string(), json!({}));
        }
        Some("object") => {
            let mut map = simple;
            map.entry("additionalProperties").or_insert_with(|| json!({}));
            map.shift_remove("nullable");
            *schema = Value::Object(map);
            return;
        }
        Some(_) => {
            let name = if simple.text("format") == Some("binary") {
                "file"
            } else {
                "value"
            };
            object.insert("properties".to_string(), json!({ name: simple }));
            let what = format!("the form has one member, {name:?}");
            notes.add(
                PASS,
                at,
                what,
                "The contract does not name the parts of the form.",
            );
        }
    }
    *schema = hoist(object, at, hint, schemas);
}

fn hoist(mut object: Object, at: &str, hint: &str, schemas: &mut Object) -> Value {
    let mut key = format!("/{hint}");
    while schemas.contains_key(&key) {
        key.push_str("/2");
    }
    object.insert(
        HOISTED.to_string(),
        json!({ "owner": null, "hint": hint, "role": "request" }),
    );
    object.insert(ORIGIN.to_string(), Value::String(at.to_string()));
    schemas.insert(key.clone(), Value::Object(object));
    reference_to(&key)
}

/// Whether all alternatives of a union are objects.
fn are_objects(key: &str, schemas: &Object, depth: usize) -> bool {
    let union = schemas.get(key).and_then(Value::as_object);
    let mut entries = union
        .map_or(&[][..], |union| union.list("x-lorgnette-union"))
        .iter();
    entries.all(|entry| {
        let branch = entry.get("schema").and_then(keywords::value_refers_to);
        let schema = branch
            .as_ref()
            .and_then(|branch| schemas.get(branch)?.as_object());
        match (branch, schema.map(keywords::kind)) {
            (Some(_), Some(Kind::Object)) => true,
            (Some(branch), Some(Kind::Union)) => depth < DEEPEST && are_objects(&branch, schemas, depth + 1),
            _ => false,
        }
    })
}

/// The components that forms refer to, alternatives among them.
fn form_components(document: &mut Document, schemas: &Object) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for_each_form(document, &mut |schema| {
        let mut waiting: Vec<String> = keywords::value_refers_to(schema).into_iter().collect();
        while let Some(key) = waiting.pop() {
            let entries = schemas
                .get(&key)
                .and_then(|schema| schema.get("x-lorgnette-union")?.as_array());
            let branches = entries
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.get("schema"));
            if found.insert(key.clone()) {
                waiting.extend(branches.filter_map(keywords::value_refers_to));
            }
        }
    });
    found
}

fn refer_forms(document: &mut Document, from: &str, to: &str) {
    for_each_form(document, &mut |schema| {
        if keywords::value_refers_to(schema).as_deref() == Some(from) {
            *schema = reference_to(to);
        }
    });
}

fn for_each_form(document: &mut Document, visit: &mut dyn FnMut(&mut Value)) {
    document::for_each_operation(document, |_, _, _, operation| {
        let Some(content) = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"))
        else {
            return;
        };
        for (media_type, entry) in content.as_object_mut().into_iter().flatten() {
            if let Some(schema) = entry
                .get_mut("schema")
                .filter(|_| media_type.starts_with("multipart/"))
            {
                visit(schema);
            }
        }
    });
}

fn for_each_json(document: &mut Document, visit: &mut dyn FnMut(&mut Value)) {
    document::for_each_operation(document, |_, _, _, operation| {
        if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
            parameters
                .iter_mut()
                .filter_map(|parameter| parameter.get_mut("schema"))
                .for_each(&mut *visit);
        }
        let mut content = |carrier: &mut Value| {
            let Some(content) = carrier.get_mut("content").and_then(Value::as_object_mut) else {
                return;
            };
            for (media_type, entry) in content {
                if is_json(media_type) {
                    entry.get_mut("schema").into_iter().for_each(&mut *visit);
                }
            }
        };
        operation
            .get_mut("requestBody")
            .into_iter()
            .for_each(&mut content);
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        responses
            .into_iter()
            .flatten()
            .for_each(|(_, response)| content(response));
    });
}

/// The components that are used elsewhere than as the body of a form.
fn json_components(document: &mut Document, schemas: &Object) -> HashSet<String> {
    let mut found = HashSet::new();
    for_each_json(document, &mut |schema| {
        walk::sites(&walk::Place::Root(""), schema, &mut |_, site| {
            found.extend(keywords::value_refers_to(site));
        });
    });
    for schema in schemas.values() {
        references(schema, &mut found);
    }
    found
}

/// The components that a schema refers to.
pub(super) fn references(schema: &Value, found: &mut HashSet<String>) {
    let Some(object) = schema.as_object() else { return };
    match keywords::refers_to(object) {
        Some(key) => {
            found.insert(key);
        }
        None => walk::each_child(object, &mut |inner| references(inner, found)),
    }
}

fn has_files(schemas: &Object, key: &str) -> bool {
    let properties = schemas
        .get(key)
        .and_then(|it| it.get("properties"))
        .and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .any(|(_, property)| is_file(property) || property.get("items").is_some_and(is_file))
}

fn is_file(schema: &Value) -> bool {
    schema.get("format").is_some_and(|format| format == "binary")
}

/// Makes texts of files; in a form its members, and the items of its members, stay files.
fn texts(schema: &mut Value, in_form: bool) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if object.text("format") == Some("binary") {
        object.shift_remove("format");
        object.insert("x-lorgnette-format".to_string(), json!("binary"));
        return;
    }
    let place = walk::Place::Root("");
    if let (true, Some(Value::Object(properties))) = (in_form, object.get_mut("properties")) {
        for (_, property) in properties {
            if is_file(property) || property.get("items").is_some_and(is_file) {
                continue;
            }
            texts(property, false);
        }
        return;
    }
    walk::children(&place, object, &mut |_, inner| texts(inner, false));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, names, normalized, said};
    use serde_json::json;

    fn posting(media_type: &str, schema: &serde_json::Value) -> serde_json::Value {
        json!({"paths": {"/eyes": {"post": {
            "operationId": "create_eye",
            "requestBody": {"content": {media_type: {"schema": schema}}},
            "responses": {}
        }}}})
    }

    #[test]
    fn test_form_without_members_has_one() {
        let (document, notes) = normalized(posting(
            "multipart/form-data",
            &json!({"type": "string", "format": "binary"}),
        ));
        let form = component(&document, "CreateEyeForm");
        assert_eq!(form["properties"]["file"]["format"], "binary");
        assert_eq!(said(&notes), ["form_bodies: the form has one member, \"file\""]);
    }

    #[test]
    fn test_form_of_anything_is_a_map() {
        let (document, notes) = normalized(posting(
            "application/x-www-form-urlencoded",
            &json!({"type": "object"}),
        ));
        let content = &document["paths"]["/eyes"]["post"]["requestBody"]["content"];
        assert_eq!(
            content["application/x-www-form-urlencoded"]["schema"],
            json!({"type": "object", "additionalProperties": {}})
        );
        assert!(notes.is_empty() && names(&document).is_empty());
    }

    #[test]
    fn test_form_with_alternatives_is_one_of_them_with_their_files() {
        let schema = json!({"oneOf": [
            {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}},
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
        ]});
        let (document, notes) = normalized(posting("multipart/form-data", &schema));
        let union = component(&document, "CreateEyeBody");
        let branches = union["x-lorgnette-union"].as_array().map(Vec::len);
        assert_eq!(branches, Some(2), "{union}");
        let first = document["components"]["schemas"].as_object().and_then(|schemas| {
            schemas
                .values()
                .find(|schema| schema["properties"]["a"]["format"] == "binary")
        });
        assert!(first.is_some(), "{document:#}");
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn test_file_in_json_is_a_text_and_in_a_form_a_file() {
        let upload = json!({"type": "object", "properties": {
            "file": {"type": "string", "format": "binary"},
            "more": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "inner": {"type": "object", "additionalProperties": {"type": "string", "format": "binary"}}
        }});
        let reference = json!({"$ref": "#/components/schemas/Upload"});
        let mut document = posting("multipart/form-data", &reference);
        document["components"] = json!({"schemas": {"Upload": upload}});
        document["paths"]["/eyes"]["put"] = json!({
            "operationId": "replace_eye",
            "requestBody": {"content": {"application/json": {"schema": reference}}},
            "responses": {}
        });
        let (document, _) = normalized(document);
        assert_eq!(names(&document), ["UploadModel", "UploadModelForm"]);
        let (json, form) = (
            component(&document, "UploadModel"),
            component(&document, "UploadModelForm"),
        );
        assert!(json["properties"]["file"]["format"].is_null());
        assert_eq!(form["properties"]["file"]["format"], "binary");
        assert_eq!(form["properties"]["more"]["items"]["format"], "binary");
        assert!(form["properties"]["inner"]["additionalProperties"]["format"].is_null());
    }
}
