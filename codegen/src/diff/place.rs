//! Where a thing of the normalized document stands in the contract as it was written.
//!
//! Normalizing and upgrading move things: references are resolved, `definitions` become component schemas, a Swagger body
//! parameter becomes a request body. This module knows the shapes of contracts, and nothing of differences.

use crate::document::{child, local_pointer, reference};
use serde_json::Value;

/// The place in `contract` of what stands at `pointer` in the document that was made of it; where that cannot be told, the
/// nearest place around it.
pub fn locate(contract: &Value, pointer: &str) -> String {
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    furthest(contract, String::new(), &tokens, 64).1
}

/// How many tokens are left where the way from `at` along `tokens` ends, and the place there. Of several ways the one that
/// leads furthest.
fn furthest(contract: &Value, at: String, tokens: &[String], depth: usize) -> (usize, String) {
    let ([token, after @ ..], Some(depth)) = (tokens, depth.checked_sub(1)) else {
        return (tokens.len(), at);
    };
    let mut best = (tokens.len(), at.clone());
    for next in steps(contract, &at, token) {
        let found = furthest(contract, next, after, depth);
        if found.0 < best.0 {
            best = found;
        }
    }
    if best.0 < tokens.len() {
        return best;
    }
    match (at.as_str(), token.as_str(), after) {
        // Swagger 2.0 keeps at its root what OpenAPI 3 keeps in `components`.
        ("", "components", [section, after @ ..]) => {
            let place = match section.as_str() {
                "schemas" => "/definitions",
                "parameters" => "/parameters",
                "responses" => "/responses",
                "securitySchemes" => "/securityDefinitions",
                _ => return best,
            };
            match contract.pointer(place) {
                Some(_) => furthest(contract, place.to_string(), after, depth),
                None => best,
            }
        }
        // What an operation does not say itself holds for all.
        (_, "security", []) if contract.get("security").is_some() => (0, "/security".to_string()),
        (_, "requestBody", _) => match body_parameter(contract, &at) {
            Some(place) => furthest(contract, place, after, depth),
            None => best,
        },
        // Swagger 2.0 has one schema for all media types.
        (_, "content", [_, after @ ..]) => furthest(contract, at, after, depth),
        _ => best,
    }
}

/// The place of the parameter `name` in `location`, of the operation at `operation`.
pub fn parameter(contract: &Value, operation: &str, name: &str, location: &str) -> Option<String> {
    let item = operation
        .rsplit_once('/')
        .map(|(item, _)| item)
        .unwrap_or_default();
    [operation, item].into_iter().find_map(|holder| {
        let list = steps(contract, &locate(contract, holder), "parameters")
            .into_iter()
            .next()?;
        let entries = contract.pointer(&list)?.as_array()?;
        let index = entries.iter().position(|entry| {
            let is = |key: &str, value: &str| {
                let entry = crate::document::resolve(contract, entry);
                entry.and_then(|entry| entry.get(key)).and_then(Value::as_str) == Some(value)
            };
            is("name", name) && is("in", location)
        })?;
        Some(child(&list, &index.to_string()))
    })
}

/// The places of the child `token` of what stands at `at`: its own, that behind its reference, those in the parts of its `allOf`.
fn steps(contract: &Value, at: &str, token: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![at.to_string()];
    // Contracts may refer in circles.
    for _ in 0..64 {
        let Some(at) = pending.pop() else { break };
        let Some(node) = contract.pointer(&at) else {
            continue;
        };
        let next = child(&at, token);
        if contract.pointer(&next).is_some() {
            found.push(next);
        }
        let parts = node.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        let all_of = child(&at, "allOf");
        pending.extend((0..parts).rev().map(|index| child(&all_of, &index.to_string())));
        pending.extend(reference(node).and_then(local_pointer));
    }
    found
}

/// The place of the body parameter of the Swagger 2.0 operation at `operation`.
fn body_parameter(contract: &Value, operation: &str) -> Option<String> {
    let list = child(operation, "parameters");
    let entries = contract.pointer(&list)?.as_array()?;
    let index = entries.iter().position(|entry| {
        let entry = crate::document::resolve(contract, entry);
        entry.and_then(|entry| entry.get("in")).and_then(Value::as_str) == Some("body")
    })?;
    Some(child(&list, &index.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_locate_goes_through_references_and_all_of() {
        let contract = json!({
            "paths": {"/a": {"$ref": "#/x-fragments/a"}},
            "x-fragments": {"a": {"get": {"responses": {}}}},
            "components": {"schemas": {
                "B": {"allOf": [{"$ref": "#/components/schemas/C"}, {"properties": {"own": {}}}]},
                "C": {"properties": {"id": {}}}
            }}
        });
        assert_eq!(
            locate(&contract, "/paths/~1a/get/responses"),
            "/x-fragments/a/get/responses"
        );
        let property = |name: &str| locate(&contract, &format!("/components/schemas/B/properties/{name}"));
        assert_eq!(property("own"), "/components/schemas/B/allOf/1/properties/own");
    }

    #[test]
    fn test_locate_knows_where_swagger_keeps_things() {
        let contract = json!({
            "definitions": {"A": {"properties": {"id": {}}}},
            "paths": {"/a": {"post": {
                "parameters": [{"in": "query", "name": "q"}, {"in": "body", "name": "b", "schema": {"type": "object"}}],
                "responses": {"200": {"schema": {"type": "object"}}}
            }}}
        });
        assert_eq!(
            locate(&contract, "/components/schemas/A/properties/id"),
            "/definitions/A/properties/id"
        );
        assert_eq!(
            locate(
                &contract,
                "/paths/~1a/post/requestBody/content/application~1json/schema"
            ),
            "/paths/~1a/post/parameters/1/schema"
        );
        assert_eq!(
            locate(
                &contract,
                "/paths/~1a/post/responses/200/content/application~1json/schema"
            ),
            "/paths/~1a/post/responses/200/schema"
        );
    }

    #[test]
    fn test_locate_stops_at_what_is_not_there() {
        let contract = json!({"components": {"schemas": {"A": {}}}});
        assert_eq!(
            locate(&contract, "/components/schemas/A/properties/id"),
            "/components/schemas/A"
        );
    }

    #[test]
    fn test_parameter_is_found_by_name_and_place_on_operation_or_path() {
        let contract = json!({
            "components": {"parameters": {"P": {"name": "p", "in": "query"}}},
            "paths": {"/a": {
                "parameters": [{"name": "id", "in": "path"}],
                "get": {"parameters": [{"name": "p", "in": "header"}, {"$ref": "#/components/parameters/P"}]}
            }}
        });
        let place = |name, location| parameter(&contract, "/paths/~1a/get", name, location);
        assert_eq!(
            place("p", "query").as_deref(),
            Some("/paths/~1a/get/parameters/1")
        );
        assert_eq!(place("id", "path").as_deref(), Some("/paths/~1a/parameters/0"));
        assert_eq!(place("id", "query"), None);
    }
}
