//! Turns parameters in the body into a request body.
//!
//! ```text
//! parameters: [{name: pet, in: body, required: true, schema: {$ref: "#/definitions/Pet"}}]
//! becomes
//! requestBody: {required: true, content: {application/json: {schema: {...}}}, x-body-name: pet}
//!
//! parameters: [{name: photo, in: formData, type: file}]
//! becomes
//! requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {photo: {type: file}}}}}}
//! ```

use super::parameters::{NESTED, nested_formats, style, value_schema};
use crate::document::{Node, Object};
use serde_json::{Map, Value, json};

const MULTIPART: &str = "multipart/form-data";
const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Whether a parameter is, or is part of, a body.
pub fn is_body(parameter: &Value) -> bool {
    let place = parameter.text("in").unwrap_or_default();
    place == "body" || place.eq_ignore_ascii_case("formData")
}

/// The request body made of `shared`, the path's parameters, and `own`, the operation's.
pub fn request_body(shared: &[Value], own: &[Value], consumes: &[String]) -> Option<Value> {
    let is_form = |parameter: &&Value| parameter.text("in") != Some("body");
    let whole = own
        .iter()
        .rev()
        .chain(shared.iter().rev())
        .find(|parameter| !is_form(parameter));
    let mut fields: Vec<&Object> = Vec::new();
    for field in shared
        .iter()
        .chain(own)
        .filter(is_form)
        .filter_map(Value::as_object)
    {
        match fields
            .iter_mut()
            .find(|known| known.get("name") == field.get("name"))
        {
            Some(known) => *known = field,
            None => fields.push(field),
        }
    }
    let mut body = whole
        .and_then(Value::as_object)
        .map(|whole| whole_body(whole, consumes))
        .unwrap_or_default();
    if !fields.is_empty() {
        let form = form_body(&fields, consumes);
        // Both kinds in one operation are invalid; the server may accept either.
        match (body.get_mut("content"), form) {
            (Some(Value::Object(content)), Value::Object(mut form)) => {
                if let Some(Value::Object(more)) = form.shift_remove("content") {
                    content.extend(more);
                }
            }
            (_, Value::Object(form)) => body = form,
            _ => {}
        }
    }
    (!body.is_empty()).then_some(Value::Object(body))
}

fn whole_body(parameter: &Object, consumes: &[String]) -> Object {
    let schema = value_schema_of_body(parameter);
    let mut body = Map::new();
    for (key, value) in parameter {
        match key.as_str() {
            "name" => {
                body.insert("x-body-name".to_owned(), value.clone());
            }
            "description" | "required" => {
                body.insert(key.clone(), value.clone());
            }
            "schema" => {
                body.insert("content".to_owned(), Value::Null);
            }
            key if key.starts_with("x-") => {
                body.insert(key.to_owned(), value.clone());
            }
            _ => {}
        }
    }
    let default = ["application/json".to_owned()];
    let types = if consumes.is_empty() {
        &default[..]
    } else {
        consumes
    };
    let content = types.iter().map(|media_type| {
        let mut entry = Map::from_iter([("schema".to_owned(), schema.clone())]);
        if let Some(example) = parameter.get("example") {
            entry.insert("example".to_owned(), example.clone());
        }
        (media_type.clone(), Value::Object(entry))
    });
    body.insert("content".to_owned(), Value::Object(content.collect()));
    body
}

/// The schema of a body; some contracts write a type where the schema should be.
fn value_schema_of_body(parameter: &Object) -> Value {
    parameter.get("schema").cloned().unwrap_or_else(|| {
        let mut schema = value_schema(parameter);
        schema.retain(|key, _| !key.starts_with("x-"));
        Value::Object(schema)
    })
}

fn form_body(fields: &[&Object], consumes: &[String]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut encoding = Map::new();
    let mut has_file = false;
    for field in fields {
        let Some(name) = field.text("name") else {
            continue;
        };
        let mut schema = value_schema(field);
        for key in ["description", "example", "allowEmptyValue", "deprecated"] {
            if let Some(value) = field.get(key) {
                schema.insert(
                    if key == "allowEmptyValue" {
                        "x-allow-empty-value"
                    } else {
                        key
                    }
                    .to_owned(),
                    value.clone(),
                );
            }
        }
        let is = |schema: &Object, name: &str| schema.text("type") == Some(name);
        let is_file = is(&schema, "file") || is(schema.map("items"), "file");
        has_file |= is_file;
        if is(&schema, "array") && !is_file {
            let format = field.text("collectionFormat").unwrap_or("csv");
            let (style, explode) = style(format, "formData");
            let mut written = json!({"style": style, "explode": explode});
            if let Some(nested) = nested_formats(field) {
                written[NESTED] = Value::String(nested);
            }
            encoding.insert(name.to_owned(), written);
        }
        if field.flag("required") {
            required.push(Value::String(name.to_owned()));
        }
        properties.insert(name.to_owned(), Value::Object(schema));
    }
    let mut schema = Map::from_iter([
        ("type".to_owned(), Value::String("object".to_owned())),
        ("properties".to_owned(), Value::Object(properties)),
    ]);
    let is_required = !required.is_empty();
    if is_required {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    let mut entry = Map::from_iter([("schema".to_owned(), Value::Object(schema))]);
    if !encoding.is_empty() {
        entry.insert("encoding".to_owned(), Value::Object(encoding));
    }
    let content = form_types(consumes, has_file)
        .into_iter()
        .map(|media_type| (media_type, Value::Object(entry.clone())));
    json!({"content": content.collect::<Object>(), "required": is_required})
}

/// The media types of a form: those that the operation names and that can carry a form.
fn form_types(consumes: &[String], has_file: bool) -> Vec<String> {
    if has_file {
        return vec![MULTIPART.to_owned()];
    }
    let named: Vec<String> = consumes
        .iter()
        .filter(|name| name.starts_with(MULTIPART) || name.starts_with(URLENCODED))
        .cloned()
        .collect();
    if named.is_empty() {
        vec![URLENCODED.to_owned()]
    } else {
        named
    }
}
