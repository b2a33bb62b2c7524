//! Members that a schema requires and that nothing defines: a slip of the contract, whose values
//! are made without them.

use crate::contract::{Contract, keys};
use crate::reach::{inner_schemas, parts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Takes members that nothing defines from the lists of those that are required.
pub fn forget(contract: &mut Contract) {
    let mut search = Search {
        contract,
        defined: BTreeMap::new(),
    };
    let operations = contract.operations();
    let bodies = operations.iter().flat_map(|operation| &operation.bodies);
    let responses = operations.iter().flat_map(|operation| &operation.responses);
    let contents = responses.flat_map(|response| &response.contents);
    let roots = bodies.chain(contents).filter_map(|(_, schema)| schema.as_ref());
    let parameters = operations.iter().flat_map(|operation| &operation.parameters);
    let roots = roots.chain(parameters.filter_map(|parameter| parameter.schema.as_ref()));
    for root in roots {
        search.schema(root, &Defined::Names(BTreeSet::new()));
    }
    let found: Vec<(String, BTreeSet<String>)> = search
        .defined
        .into_iter()
        .filter_map(|(pointer, defined)| match defined {
            Defined::Names(names) if !names.is_empty() => Some((pointer, names)),
            _ => None,
        })
        .collect();
    for (pointer, names) in found {
        let Some(Value::Object(schema)) = contract.document.pointer_mut(&pointer) else {
            continue;
        };
        let Some(Value::Array(required)) = schema.get_mut("required") else {
            continue;
        };
        required.retain(|name| name.as_str().is_none_or(|name| names.contains(name)));
        if required.is_empty() {
            schema.shift_remove("required");
        }
    }
}

/// What schemas that hold of the same value define.
#[derive(Clone, PartialEq, Eq)]
enum Defined {
    /// Any member.
    Any,
    /// Those of these names.
    Names(BTreeSet<String>),
}

impl Defined {
    fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Names(one), Self::Names(other)) => Self::Names(one.union(other).cloned().collect()),
            _ => Self::Any,
        }
    }
}

struct Search<'c> {
    contract: &'c Contract,
    /// What is defined for a value of a schema, by its pointer, wherever it is used.
    defined: BTreeMap<String, Defined>,
}

impl Search<'_> {
    /// Notes what is defined for the schema at `pointer`; `around` is what others say of the value.
    fn schema(&mut self, pointer: &str, around: &Defined) {
        let pointer = self.contract.resolve(pointer);
        let own = around.and(&self.group(&pointer, &mut BTreeSet::new()));
        let known = self.defined.get(&pointer);
        let all = known.map_or_else(|| own.clone(), |known| known.and(&own));
        if known == Some(&all) {
            return;
        }
        self.defined.insert(pointer.clone(), all.clone());
        let schema = self.contract.at(&pointer);
        let parts = parts(schema, &pointer);
        for inner in inner_schemas(schema, &pointer) {
            match parts.contains(&inner) {
                true => self.schema(&inner, &all),
                false => self.schema(&inner, &Defined::Names(BTreeSet::new())),
            }
        }
    }

    /// What a schema and its parts define.
    fn group(&self, pointer: &str, seen: &mut BTreeSet<String>) -> Defined {
        let pointer = self.contract.resolve(pointer);
        let schema = self.contract.at(&pointer);
        let open = ["additionalProperties", "patternProperties"];
        let is_open = |keyword: &&str| schema.get(*keyword).is_some_and(|open| open != false);
        if open.iter().any(is_open) {
            return Defined::Any;
        }
        let names = keys(schema.get("properties").unwrap_or(&Value::Null)).cloned();
        let mut defined = Defined::Names(names.collect());
        if seen.insert(pointer.clone()) {
            for part in parts(schema, &pointer) {
                defined = defined.and(&self.group(&part, seen));
            }
        }
        defined
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_forget_leaves_what_is_defined_anywhere_for_the_value() {
        let mut contract = Contract {
            document: json!({"openapi": "3.0.3", "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                "responses": {}
            }}}, "components": {"schemas": {
                "A": {
                    "required": ["own", "part", "gone"],
                    "properties": {"own": {"required": ["gone"], "properties": {"a": {}}}, "map": {"$ref": "#/components/schemas/Map"}},
                    "allOf": [{"$ref": "#/components/schemas/Part"}, {"required": ["own"]}],
                    "oneOf": [{"required": ["own"]}, {"required": ["part"]}]
                },
                "Part": {"properties": {"part": {}}},
                "Map": {"required": ["any"], "properties": {"a": {}}, "additionalProperties": {"type": "string"}}
            }}}),
        };
        forget(&mut contract);
        let at = |pointer: &str| contract.at(&format!("/components/schemas/{pointer}"));
        assert_eq!(*at("A/required"), json!(["own", "part"]));
        assert_eq!(*at("A/properties/own"), json!({"properties": {"a": {}}}));
        assert_eq!(*at("A/allOf/1"), json!({"required": ["own"]}));
        assert_eq!(*at("A/oneOf/1"), json!({"required": ["part"]}));
        assert_eq!(*at("Map/required"), json!(["any"]));
    }
}
