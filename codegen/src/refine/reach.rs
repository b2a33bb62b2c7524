//! Which types the operations reach, and what for: the tags that need a type, and whether it is sent, received or both.
//!
//! This module knows the graph of types only.

use super::bodies;
use crate::document::{self, Document, schema_name};
use crate::generate::projection::{component_schemas, reference};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What a component schema is used for.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Indices of the tags whose operations reach it.
    pub tags: BTreeSet<usize>,
    /// Some request holds it.
    pub sent: bool,
    /// Some answer holds it.
    pub received: bool,
    /// The body of a PUT or PATCH holds it, where null and absent mean different things.
    pub replaces: bool,
}

/// What every component schema is used for, by name.
pub fn usages(document: &Document, tag_of: &HashMap<String, usize>) -> HashMap<String, Usage> {
    let edges: HashMap<&String, Vec<String>> = component_schemas(document)
        .map(|(name, schema)| {
            let mut names = Vec::new();
            references(schema, &mut names);
            (name, names)
        })
        .collect();
    let mut usages: HashMap<String, Usage> = HashMap::new();
    for place in document::operations(document) {
        let Some(tag) = bodies::tag_name(place.operation).and_then(|name| tag_of.get(name)) else {
            continue;
        };
        let mut mark = |holder: Option<&Value>, sent: bool| {
            let mut pending = Vec::new();
            if let Some(holder) = holder {
                references(holder, &mut pending);
            }
            let replaces = sent && matches!(place.method, "put" | "patch");
            while let Some(name) = pending.pop() {
                let usage = usages.entry(name.clone()).or_default();
                let before = (usage.tags.len(), usage.sent, usage.received, usage.replaces);
                usage.tags.insert(*tag);
                usage.sent |= sent;
                usage.received |= !sent;
                usage.replaces |= replaces;
                if before != (usage.tags.len(), usage.sent, usage.received, usage.replaces) {
                    pending.extend(edges.get(&name).into_iter().flatten().cloned());
                }
            }
        };
        mark(place.operation.get("parameters"), true);
        mark(place.operation.get("requestBody"), true);
        let responses = place.operation.get("responses").and_then(Value::as_object);
        for (_, response) in responses.into_iter().flatten() {
            mark(Some(response), false);
        }
    }
    usages
}

/// The names of the component schemas that a node refers to, itself and all that it holds in place.
fn references(node: &Value, names: &mut Vec<String>) {
    match node {
        Value::Object(object) => {
            if let Some(name) = reference(node).and_then(schema_name) {
                names.push(name);
                return;
            }
            for (key, inner) in object {
                match (key.as_str(), inner) {
                    // Names of the contract's choice, whatever they are.
                    ("properties" | "content" | "headers", Value::Object(named)) => {
                        named.values().for_each(|inner| references(inner, names));
                    }
                    // Data, not schemas.
                    ("example" | "examples" | "default" | "enum", _) => {}
                    _ => references(inner, names),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_usages_follows_members_and_remembers_the_direction() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "components": {"schemas": {
                "A": {"properties": {"b": {"type": "array", "items": reference("B")}}},
                "B": {"properties": {"a": reference("A")}},
                "C": {"properties": {}}
            }},
            "paths": {
                "/x": {"put": {"tags": ["t"], "requestBody": {"content": {"application/json": {"schema": reference("A")}}}}},
                "/y": {"get": {"tags": ["u"], "responses": {"200": {"content": {"application/json": {"schema": reference("C")}}}}}}
            }
        });
        let usages = usages(
            &document,
            &HashMap::from([("t".to_string(), 0), ("u".to_string(), 1)]),
        );
        assert!(usages["B"].sent && usages["B"].replaces && !usages["B"].received);
        assert_eq!(usages["B"].tags, BTreeSet::from([0]));
        assert!(usages["C"].received && !usages["C"].sent);
    }

    #[test]
    fn test_usages_takes_no_name_of_the_contract_for_a_keyword() {
        let reference = |name: &str| json!({"schema": {"$ref": format!("#/components/schemas/{name}")}});
        let document = json!({
            "components": {"schemas": {
                "A": {"properties": {"example": {"$ref": "#/components/schemas/B"}}, "example": {"$ref": "#/components/schemas/D"}},
                "B": {"properties": {}},
                "C": {"properties": {}},
                "D": {"properties": {}}
            }},
            "paths": {"/x": {"get": {"tags": ["t"], "responses": {
                "200": {"content": {"application/json": reference("A")}},
                "default": {"content": {"application/json": reference("C")}}
            }}}}
        });
        let usages = usages(&document, &HashMap::from([("t".to_string(), 0)]));
        let mut found: Vec<&str> = usages.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, ["A", "B", "C"]);
    }
}
