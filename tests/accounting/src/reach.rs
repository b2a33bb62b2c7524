//! Collects everything that the operations of a contract use, from the contract alone.
//!
//! The accounting compares these sets with its findings in the crate.

use crate::contract::{Contract, child, keys};
use serde_json::Value;
use std::collections::BTreeSet;

/// The parts of a contract that its operations use, as JSON pointers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Operations.
    pub operations: BTreeSet<String>,
    /// Uses of parameters: the pointer of the operation, the location and the name.
    pub parameters: BTreeSet<String>,
    /// Properties, where they are defined.
    pub properties: BTreeSet<String>,
    /// Enum values, where they are listed.
    pub values: BTreeSet<String>,
    /// Keywords that hold schemas and that the accounting does not follow.
    pub unread: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Reach {
    /// Walks `contract`.
    pub fn of(contract: &Contract) -> Self {
        let mut reach = Self::default();
        for operation in contract.operations() {
            for parameter in &operation.parameters {
                reach
                    .parameters
                    .insert(use_of(&operation.pointer, &parameter.location, &parameter.name));
            }
            let parameters = operation
                .parameters
                .iter()
                .filter_map(|parameter| parameter.schema.as_ref());
            let bodies = operation.bodies.iter().filter_map(|(_, schema)| schema.as_ref());
            let answers = operation
                .responses
                .iter()
                .flat_map(|response| &response.contents)
                .filter_map(|(_, schema)| schema.as_ref());
            for schema in parameters.chain(bodies).chain(answers) {
                reach.schema(contract, schema);
            }
            reach.operations.insert(operation.pointer);
        }
        reach
    }

    fn schema(&mut self, contract: &Contract, pointer: &str) {
        let chain = contract.chain(pointer);
        let Some(pointer) = chain.last().cloned() else {
            return;
        };
        let known = self.seen.contains(&pointer);
        self.seen.extend(chain);
        if known {
            return;
        }
        let schema = contract.at(&pointer);
        self.properties
            .extend(property_pointers(schema, &pointer).map(|(_, property)| property));
        self.values
            .extend(value_pointers(schema, &pointer).map(|(_, value)| value));
        self.unread.extend(
            UNREAD
                .iter()
                .filter(|keyword| schema.get(**keyword).is_some())
                .map(|keyword| child(&pointer, keyword)),
        );
        for inner in inner_schemas(schema, &pointer) {
            self.schema(contract, &inner);
        }
    }

    /// Named schemas that no operation uses, by name.
    pub fn unused_components(&self, contract: &Contract) -> Vec<String> {
        let components = contract.components();
        let names = keys(contract.at(components));
        names
            .filter(|name| !self.seen.contains(&child(components, name)))
            .cloned()
            .collect()
    }
}

/// Keywords with schemas that no contract has used so far.
const UNREAD: [&str; 8] = [
    "patternProperties",
    "prefixItems",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "contains",
];

/// Whether a keyword lists values: allowed ones, or observed ones, possibly with a condition as a
/// suffix of the keyword (`x-lorgnette-known-values-corp`).
fn lists_values(keyword: &str) -> bool {
    ["enum", "x-lorgnette-deprecated-values"].contains(&keyword)
        || keyword.starts_with("x-lorgnette-known-values")
}

/// The name of a parameter's use.
pub fn use_of(operation: &str, location: &str, name: &str) -> String {
    format!("{operation} {location} {name}")
}

/// The properties of a schema: name and pointer.
pub fn property_pointers<'s>(schema: &'s Value, pointer: &str) -> impl Iterator<Item = (&'s String, String)> {
    let at = child(pointer, "properties");
    keys(schema.get("properties").unwrap_or(&Value::Null)).map(move |name| (name, child(&at, name)))
}

/// The values that a schema lists, each with its pointer. Null is not a value but states that there
/// may be none.
pub fn value_pointers<'s>(schema: &'s Value, pointer: &str) -> impl Iterator<Item = (&'s Value, String)> {
    let constant = schema.get("const").map(|value| (value, child(pointer, "const")));
    let keywords = keys(schema).filter(|keyword| lists_values(keyword));
    let listed = keywords.flat_map(|keyword| {
        let at = child(pointer, keyword);
        let list = schema
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        list.enumerate()
            .map(move |(index, value)| (value, child(&at, &index.to_string())))
    });
    let all: Vec<_> = constant
        .into_iter()
        .chain(listed)
        .filter(|(value, _)| !value.is_null())
        .collect();
    all.into_iter()
}

/// The observed types of a schema that does not state one: `x-lorgnette-types`,
/// `x-lorgnette-value-types`.
pub fn seen_types(schema: &Value) -> impl Iterator<Item = &str> {
    let lists = ["x-lorgnette-types", "x-lorgnette-value-types"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    lists.flatten().filter_map(Value::as_str)
}

/// The pointers of the schemas inside a schema.
pub fn inner_schemas(schema: &Value, pointer: &str) -> Vec<String> {
    let mut inner: Vec<String> = property_pointers(schema, pointer)
        .map(|(_, property)| property)
        .collect();
    for keyword in ["items", "additionalProperties"] {
        if schema.get(keyword).is_some_and(Value::is_object) {
            inner.push(child(pointer, keyword));
        }
    }
    inner.extend(parts(schema, pointer));
    inner
}

/// The pointers of the schemas that describe the same value as `schema`.
pub fn parts(schema: &Value, pointer: &str) -> Vec<String> {
    let keywords = ["allOf", "oneOf", "anyOf"].iter();
    keywords
        .flat_map(|keyword| branches(schema, pointer, keyword))
        .collect()
}

/// The pointers of the schemas at `roots` and of all schemas inside them, with references followed.
pub fn within<'a>(contract: &Contract, roots: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = roots.into_iter().cloned().collect();
    while let Some(pointer) = open.pop() {
        if seen.insert(pointer.clone()) {
            let resolved = contract.resolve(&pointer);
            open.extend(inner_schemas(contract.at(&resolved), &resolved));
            seen.insert(resolved);
        }
    }
    seen
}

/// The same without those that only add to others, by `allOf`: no value is one of theirs alone.
pub fn held_within<'a>(contract: &Contract, roots: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    let (mut seen, mut held): (BTreeSet<(String, bool)>, BTreeSet<String>) = Default::default();
    let mut open: Vec<(String, bool)> = roots.into_iter().map(|root| (root.clone(), true)).collect();
    while let Some((pointer, alone)) = open.pop() {
        let resolved = contract.resolve(&pointer);
        if alone {
            held.extend([pointer, resolved.clone()]);
        }
        if !seen.insert((resolved.clone(), alone)) {
            continue;
        }
        let schema = contract.at(&resolved);
        let says = |schema: &Value| {
            ["$ref", "properties", "allOf"]
                .iter()
                .any(|key| schema.get(key).is_some())
        };
        let parts = branches(schema, &resolved, "allOf");
        let saying = parts.iter().filter(|part| says(contract.at(part))).count();
        let merges = saying + usize::from(schema.get("properties").is_some()) > 1;
        let inner = inner_schemas(schema, &resolved).into_iter();
        open.extend(inner.map(|inner| {
            let adds = merges && parts.contains(&inner);
            (inner, !adds)
        }));
    }
    held
}

/// The pointers of the branches under a keyword.
pub fn branches(schema: &Value, pointer: &str, keyword: &str) -> Vec<String> {
    let count = schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
    let at = child(pointer, keyword);
    (0..count).map(|index| child(&at, &index.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_held_are_schemas_that_do_more_than_add_to_others() {
        let contract = Contract {
            document: json!({
                "A": {"allOf": [{"$ref": "#/Base"}, {"properties": {"a": {"allOf": [{"$ref": "#/Alias"}]}}}]},
                "Base": {"properties": {"base": {"type": "string"}}},
                "Alias": {"properties": {"b": {}}}
            }),
        };
        let held = held_within(&contract, [&"/A".to_owned()]);
        assert!(
            ["/A", "/Alias", "/Base/properties/base"]
                .iter()
                .all(|it| held.contains(*it))
        );
        assert!(!held.contains("/Base") && within(&contract, [&"/A".to_owned()]).contains("/Base"));
    }

    #[test]
    fn test_reach_counts_what_is_used_once_and_lists_what_is_not() {
        let contract = Contract {
            document: json!({
                "openapi": "3.0.3",
                "paths": {"/a": {"get": {
                    "parameters": [{"name": "q", "in": "query", "schema": {"enum": ["x", null], "x-lorgnette-known-values-b": ["y"]}}],
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}
                }}},
                "components": {"schemas": {
                    "A": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {"$ref": "#/components/schemas/Alias"}}},
                    "B": {"oneOf": [{"properties": {"c": {}}}]},
                    "Alias": {"$ref": "#/components/schemas/B"},
                    "Unused": {"properties": {"d": {}}}
                }}
            }),
        };
        let reach = Reach::of(&contract);
        assert_eq!(reach.properties.len(), 3);
        assert_eq!(reach.values.len(), 2);
        assert_eq!(reach.parameters.len(), 1);
        assert_eq!(reach.unused_components(&contract), ["Unused"]);
    }
}
