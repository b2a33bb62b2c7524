//! Finds the original places of the parts of upgraded operations: bodies among the parameters,
//! contents without media types.

use super::bodies;
use crate::document::{Document, Node, child, local_pointer, members, operations, reference, resolve};
use serde_json::Value;
use std::collections::HashSet;

/// The parts of the operations of `upgraded` that were elsewhere in `contract`, as pairs of the new
/// and the old place.
pub fn moved(upgraded: &Document, contract: &Document) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    for place in operations(upgraded) {
        let at = &place.pointer;
        let item = at.rsplit_once('/').map_or("", |(item, _)| item);
        let (own_bodies, others) = split(contract, at);
        let (shared_bodies, _) = split(contract, item);
        let list = child(at, "parameters");
        let others = others.into_iter().enumerate();
        parts.extend(others.map(|(index, before)| (child(&list, &index.to_string()), before)));
        if let Some(body) = place.operation.get("requestBody") {
            let bodies: Vec<PlacedParameter<'_>> = shared_bodies.into_iter().chain(own_bodies).collect();
            request_body(&child(at, "requestBody"), body, &bodies, &list, &mut parts);
        }
        for (status, response) in place.operation.map("responses") {
            contents(&child(&child(at, "responses"), status), response, &mut parts);
        }
    }
    for (name, response) in members(upgraded, "/components/responses") {
        let now = child("/components/responses", name);
        for (now, _) in content_places(&now, response) {
            parts.push((now, child("/responses", name)));
        }
    }
    parts
}

/// A parameter and its place.
type PlacedParameter<'d> = (String, &'d Value);

/// The parameters of the body that `holder` lists, and the places of its others; references are
/// followed.
fn split<'d>(contract: &'d Document, holder: &str) -> (Vec<PlacedParameter<'d>>, Vec<String>) {
    let list = child(holder, "parameters");
    let entries = contract.pointer(&list).and_then(Value::as_array);
    let (mut bodies, mut others) = (Vec::new(), Vec::new());
    for (index, entry) in entries.into_iter().flatten().enumerate() {
        let here = child(&list, &index.to_string());
        match resolve(contract, entry).filter(|parameter| bodies::is_body(parameter)) {
            Some(body) => {
                let shared = reference(entry).and_then(local_pointer);
                bodies.push((shared.unwrap_or(here), body));
            }
            None => others.push(here),
        }
    }
    (bodies, others)
}

/// The place of a body is that of its parameter; the place of a form is the list of its fields.
fn request_body(
    now: &str,
    body: &Value,
    bodies: &[PlacedParameter<'_>],
    list: &str,
    parts: &mut Vec<(String, String)>,
) {
    let is_whole = |parameter: &Value| parameter.text("in") == Some("body");
    let whole = bodies.iter().rev().find(|(_, parameter)| is_whole(parameter));
    let before = whole.map_or(list, |(place, _)| place);
    parts.push((now.to_owned(), before.to_owned()));
    for (now, entry) in content_places(now, body) {
        parts.push((now.clone(), before.to_owned()));
        if whole.is_some() {
            continue;
        }
        let fields = members(entry, "/schema/properties");
        let names: HashSet<&str> = fields.map(|(name, _)| name.as_str()).collect();
        let properties = child(&child(&now, "schema"), "properties");
        for (place, parameter) in bodies {
            let name = parameter.text("name").unwrap_or_default();
            if names.contains(name) {
                parts.push((child(&properties, name), place.clone()));
            }
        }
    }
}

fn contents(now: &str, response: &Value, parts: &mut Vec<(String, String)>) {
    parts.extend(content_places(now, response).map(|(content, _)| (content, now.to_owned())));
}

/// The forms of a body or response, each with its place.
fn content_places<'v>(at: &str, carrier: &'v Value) -> impl Iterator<Item = (String, &'v Value)> {
    let at = child(at, "content");
    carrier
        .map("content")
        .iter()
        .map(move |(media_type, entry)| (child(&at, media_type), entry))
}
