//! The baseline's contract: a contract reduced to the constructs that plain progenitor supports,
//! with all its operations and schemas.
//!
//! Plain progenitor stops at several things that OpenAPI allows. Each repair here removes one of
//! them in the way that least changes how much progenitor generates, so that the baseline is
//! neither longer nor shorter than necessary. The resulting crates are only compiled, never called.
//! They have nothing to do with lorgnette's own repairs of contracts.

use lorgnette_codegen::document::{self, Document, Object};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Makes all repairs on an OpenAPI 3.0 document without external references.
pub fn repair(document: &mut Document) {
    list_tags(document);
    let whole = document.clone();
    document::for_each_operation(document, |pointer, _, _, operation| {
        name_operation(pointer, operation);
        plain_body(&whole, operation);
        one_type_for(&whole, operation, |status| status.starts_with('2'));
        one_type_for(&whole, operation, |status| !status.starts_with('2'));
    });
    document::for_each_schema(document, |_, schema| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        drop_siblings(schema);
        tell_variants_apart(schema);
        fit_default(schema);
    });
}

/// The builder style with separate tags looks every tag up in the document's list.
fn list_tags(document: &mut Document) {
    let used = |operation: &Object| -> Vec<Value> {
        operation
            .get("tags")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let used: BTreeSet<String> = document::operations(document)
        .flat_map(|place| used(place.operation))
        .filter_map(|tag| tag.as_str().map(str::to_string))
        .collect();
    let Some(root) = document.as_object_mut() else {
        return;
    };
    let tags = root.entry("tags").or_insert_with(|| json!([]));
    let Some(tags) = tags.as_array_mut() else { return };
    for name in used {
        if !tags.iter().any(|tag| tag["name"] == name.as_str()) {
            tags.push(json!({ "name": name }));
        }
    }
}

/// progenitor takes an operation's name from its `operationId` alone.
fn name_operation(pointer: &str, operation: &mut Object) {
    operation
        .entry("operationId")
        .or_insert_with(|| json!(pointer.replace(['/', '~', '{', '}'], "-")));
}

/// progenitor knows JSON, form, text and raw bodies, one media type each. If there are several, the
/// first is kept; an unknown one becomes a raw body.
fn plain_body(document: &Document, operation: &mut Object) {
    const KNOWN: [&str; 3] = [
        "application/json",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
    ];
    let Some(body) = operation
        .get("requestBody")
        .and_then(|body| document::resolve(document, body))
    else {
        return;
    };
    let mut body = body.clone();
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let Some((first, _)) = content.iter().next() else {
        return;
    };
    let (first, mut entry) = match KNOWN.into_iter().find(|known| content.contains_key(*known)) {
        Some(known) => (known.to_string(), content[known].clone()),
        None if first.starts_with("text/") => (first.clone(), json!({"schema": {"type": "string"}})),
        None => {
            let raw = json!({"schema": {"type": "string", "format": "binary"}});
            ("application/octet-stream".to_string(), raw)
        }
    };
    if let Some(entry) = entry.as_object_mut() {
        entry.remove("encoding");
    }
    content.clear();
    content.insert(first, entry);
    operation.insert("requestBody".to_string(), body);
}

/// progenitor takes one type for all successes and one for all errors. The first JSON body that one
/// of them declares becomes the body of all.
fn one_type_for(document: &Document, operation: &mut Object, of_group: impl Fn(&str) -> bool) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    let mut contents = Vec::new();
    for (_, response) in responses.iter_mut().filter(|(status, _)| of_group(status)) {
        let resolved = document::resolve(document, response).cloned();
        *response = resolved.unwrap_or_else(|| json!({"description": ""}));
        contents.push(response.get("content").cloned().unwrap_or(Value::Null));
    }
    let is_json = |content: &&Value| content.get("application/json").is_some();
    let Some(common) = contents.iter().find(is_json).or(contents.first()).cloned() else {
        return;
    };
    if contents.iter().all(|content| *content == common) {
        return;
    }
    for (_, response) in responses.iter_mut().filter(|(status, _)| of_group(status)) {
        response["content"] = common.clone();
    }
}

/// OpenAPI 3.0 ignores the siblings of a `$ref`, and so does progenitor, except for a schema's
/// type.
fn drop_siblings(schema: &mut Object) {
    if schema.contains_key("$ref") {
        schema.retain(|keyword, _| keyword == "$ref");
    }
}

/// Typify makes variants of values by dropping every character that is invalid in an identifier,
/// and stops if two values collide (`Etc/GMT+1`, `Etc/GMT-1`). Such characters are spelled out. The
/// values are then wrong on the wire, but their number is unchanged.
fn tell_variants_apart(schema: &mut Object) {
    let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) else {
        return;
    };
    let bare = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase()
    };
    let mut seen = BTreeSet::new();
    let distinct = values
        .iter()
        .filter_map(Value::as_str)
        .all(|text| seen.insert(bare(text)));
    if distinct {
        return;
    }
    for value in values {
        if let Value::String(text) = value {
            let spelled = [
                ("+", " plus "),
                ("-", " minus "),
                ("<", " less "),
                (">", " more "),
                ("=", " equal "),
            ];
            *text = spelled
                .iter()
                .fold(text.clone(), |text, (sign, word)| text.replace(sign, word));
        }
    }
}

/// Typify stops at a default that its type does not allow.
fn fit_default(schema: &mut Object) {
    let Some(default) = schema.get("default") else {
        return;
    };
    let fits = match schema.get("type").and_then(Value::as_str) {
        Some("string") => default.is_string(),
        Some("integer") => default.is_i64() || default.is_u64(),
        Some("number") => default.is_number(),
        Some("boolean") => default.is_boolean(),
        Some("array") => default.is_array(),
        Some("object") => default.is_object(),
        _ => true,
    };
    if !fits {
        schema.remove("default");
    }
}
