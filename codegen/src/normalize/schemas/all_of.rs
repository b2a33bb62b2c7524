//! Merges compositions: the parts of an `allOf` become one schema.
//!
//! Before: `{"allOf": [{"$ref": ".../Base"}, {"properties": {"b": B}, "required": ["b"]}]}` with
//! `Base = {"properties": {"a": A}}`.
//! After: `{"type": "object", "properties": {"a": A, "b": B}, "required": ["b"]}`. A wrapper, which
//! is an `allOf` of one reference, is kept.

use super::keywords::{self, SchemaKind};
use super::{origins, walk};
use crate::diagnostics::{Collected, Error, Errors, Notes, Result, Station};
use crate::document::{self, Document, Node, Object, reference_to};
use members::{Members, Pair};
use serde_json::{Value, json};
use std::collections::HashSet;

mod members;
mod rank;

const PASS: &str = "all_of";

/// The maximum depth of compositions that extend each other, since the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
///
/// # Errors
///
/// When compositions extend each other more than 200 times in a row.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) -> Collected<()> {
    let schemas = walk::take_schemas(document);
    let mut merger = Merger {
        schemas,
        done: HashSet::new(),
        busy: HashSet::new(),
        pairs: Vec::new(),
        notes,
    };
    let mut waiting: Vec<String> = merger.schemas.keys().cloned().collect();
    while !waiting.is_empty() {
        Errors::or(waiting.iter().map(|key| merger.component(key, 0)))?;
        waiting = merger.new_pairs();
    }
    let schemas = merger.schemas;
    walk::put_schemas(document, schemas);
    Ok(())
}

struct Merger<'n> {
    schemas: Object,
    done: HashSet<String>,
    busy: HashSet<String>,
    pairs: Vec<Pair>,
    notes: &'n mut Notes,
}

impl Merger<'_> {
    /// Merges one component; those that it extends come first.
    fn component(&mut self, key: &str, depth: usize) -> Result<()> {
        if self.done.contains(key) || self.busy.contains(key) {
            return Ok(());
        }
        let pointer = document::child("/components/schemas", key);
        let Some(schema) = self.schemas.get(key).and_then(Value::as_object) else {
            return Ok(());
        };
        let is_child = match keywords::refers_to(schema) {
            // `Cat: allOf: [Pet]` is a separate type if a discriminator distinguishes pets, and so
            // is `Pet: allOf: [Animal]` if it distinguishes only pets.
            Some(_) => schema.contains_key("allOf") && self.is_base(key),
            None => keywords::kind(schema) == SchemaKind::Composition,
        };
        if is_child && depth > DEEPEST {
            return Err(Error::new(
                Station::Normalize,
                pointer,
                "compositions extend each other endlessly",
            )
            .help("break the chain of allOf in an overlay"));
        }
        if is_child {
            self.busy.insert(key.to_string());
            let schema = match self.schemas.get_mut(key).map(Value::take) {
                Some(Value::Object(schema)) => schema,
                _ => Object::new(),
            };
            let place = origins::component(key, &schema);
            let mut members = Members::new(key, &pointer, &place);
            self.collect(&mut members, schema, &place, depth)?;
            let merged = members.finish(&mut self.pairs, &self.schemas, self.notes);
            self.schemas.insert(key.to_string(), Value::Object(merged));
            self.busy.remove(key);
        }
        self.done.insert(key.to_string());
        Ok(())
    }

    /// Whether a property distinguishes the children of a component, or of one that it extends.
    fn is_base(&self, key: &str) -> bool {
        let (mut open, mut met) = (vec![key.to_string()], HashSet::new());
        while let Some(key) = open.pop() {
            let schema = self.schemas.get(&key).and_then(Value::as_object);
            let Some(schema) = schema.filter(|_| met.insert(key)) else {
                continue;
            };
            if schema.contains_key("discriminator") && !keywords::has_choice(schema) {
                return true;
            }
            let extended = schema.list(keywords::EXTENDS).iter().filter_map(Value::as_str);
            open.extend(extended.map(str::to_string));
            open.extend(schema.list("allOf").iter().filter_map(keywords::value_refers_to));
        }
        false
    }

    /// Adds the statements of `schema`, at `place`, to `members`: first those of its composition,
    /// then its own.
    fn collect(
        &mut self,
        members: &mut Members,
        mut schema: Object,
        place: &str,
        depth: usize,
    ) -> Result<()> {
        let branches = match schema.shift_remove("allOf") {
            Some(Value::Array(branches)) => branches,
            _ => Vec::new(),
        };
        for (index, branch) in branches.into_iter().enumerate() {
            let Value::Object(branch) = branch else { continue };
            match keywords::refers_to(&branch) {
                Some(key) => self.base(members, &key, branch.flag("nullable"), depth)?,
                None => {
                    let place = document::child(&document::child(place, "allOf"), &index.to_string());
                    self.collect(members, branch, &place, depth + 1)?;
                }
            }
        }
        members.own(schema, place);
        Ok(())
    }

    /// Adds the content of a component.
    fn base(&mut self, members: &mut Members, key: &str, nullable: bool, depth: usize) -> Result<()> {
        self.component(key, depth + 1)?;
        if self.busy.contains(key) {
            let what = format!("members of {key} are missing");
            let why = "The two schemas extend each other.";
            self.notes.add(PASS, members.place.clone(), what, why);
            return Ok(());
        }
        let Some(base) = self.schemas.get(key).and_then(Value::as_object) else {
            return Ok(());
        };
        if let Some(next) = keywords::refers_to(base) {
            let nullable = nullable || base.flag("nullable");
            return if depth > DEEPEST {
                Ok(())
            } else {
                self.base(members, &next, nullable, depth + 1)
            };
        }
        let base = base.clone();
        members.base(key, base, nullable);
        Ok(())
    }

    /// Makes components of the combined schemas of properties with the same name.
    fn new_pairs(&mut self) -> Vec<String> {
        let mut keys = Vec::new();
        for pair in std::mem::take(&mut self.pairs) {
            if self.schemas.contains_key(&pair.key) {
                continue;
            }
            let mut parts: Vec<Value> = pair.parts.iter().map(|key| reference_to(key)).collect();
            if !pair.added.is_empty() {
                let mut added = pair.added;
                added.insert("type".to_string(), "object".into());
                parts.push(Value::Object(added));
            }
            let component = json!({
                "allOf": parts,
                "x-lorgnette-hoisted": {"owner": pair.owner, "hint": pair.hint, "role": "property"},
                "x-lorgnette-origin": pair.origin,
                "x-lorgnette-parts": pair.parts,
            });
            self.schemas.insert(pair.key.clone(), component);
            keys.push(pair.key);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, normalized, said, with_schemas};
    use serde_json::json;

    const BASE: &str = "#/components/schemas/Base";

    #[test]
    fn test_members_of_all_branches_are_one_object() {
        let (document, notes) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {"a": {"type": "string", "description": "An a."}}, "required": ["a"]},
            "Child": {
                "allOf": [{"$ref": BASE}, {"allOf": [{"type": "object", "properties": {"b": {"type": "integer"}}}]}],
                "properties": {"c": {"type": "boolean"}},
                "required": ["c", "a"],
                "description": "A child."
            }
        })));
        assert_eq!(
            component(&document, "Child"),
            json!({
                "type": "object",
                "properties": {
                    "a": {"type": "string", "description": "An a."},
                    "b": {"type": "integer", "format": "int64"},
                    "c": {"type": "boolean"}
                },
                "description": "A child.",
                "required": ["a", "c"]
            })
        );
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn test_wrapper_stays_a_reference() {
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {
                "self": {"allOf": [{"$ref": BASE}], "nullable": true, "description": "d"}
            }}
        })));
        assert_eq!(
            component(&document, "Base")["properties"]["self"],
            json!({"allOf": [{"$ref": BASE}], "nullable": true, "description": "d"})
        );
    }

    #[test]
    fn test_inline_composition_of_a_schema_inside_itself_ends() {
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {
                "child": {"allOf": [{"$ref": BASE}, {"properties": {"age": {"type": "integer"}}}]}
            }}
        })));
        let child = component(&document, "BaseChild");
        assert_eq!(
            child["properties"]["child"]["$ref"],
            "#/components/schemas/BaseChild"
        );
        assert_eq!(child["properties"]["age"]["type"], "integer");
    }

    #[test]
    fn test_schemas_that_extend_each_other_are_noted() {
        let (_, notes) = normalized(with_schemas(json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"a": {"type": "string"}}}]},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "string"}}}]}
        })));
        assert_eq!(said(&notes), ["all_of: members of A are missing"]);
    }

    #[test]
    fn test_later_narrower_type_wins_and_contradiction_is_noted() {
        let (document, notes) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {
                "open": {}, "text": {"type": "string", "format": "date"}, "count": {"type": "string"},
                "time": {"type": "integer"}, "whole": {"type": "integer"}
            }},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {
                "open": {"type": "string"}, "text": {"type": "string"}, "count": {"type": "integer"},
                "time": {"type": "string"}, "whole": {"type": "number"}
            }}]}
        })));
        let properties = &component(&document, "Child")["properties"];
        assert_eq!(properties["open"]["type"], "string");
        assert_eq!(properties["text"]["format"], "date");
        assert_eq!(properties["count"]["type"], "integer");
        assert_eq!(
            said(&notes),
            [
                "all_of: the contract gives \"count\" two types, and the later one is used",
                "all_of: the contract gives \"time\" two types, and the earlier one is used"
            ]
        );
    }

    #[test]
    fn test_flags_of_all_statements_hold_and_a_second_default_is_noted() {
        let (document, notes) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {
                "a": {"type": "string", "default": "x"}, "b": {"type": "integer", "default": 7},
                "c": {"$ref": "#/components/schemas/C"}
            }},
            "C": {"type": "string", "enum": ["p", "q"]},
            "Child": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {
                "a": {"type": "string", "default": "y"}, "b": {"readOnly": true}, "c": {"readOnly": true}
            }}]}
        })));
        let properties = &component(&document, "Child")["properties"];
        assert_eq!(properties["a"]["default"], "y");
        assert_eq!(
            properties["b"],
            json!({"type": "integer", "default": 7, "format": "int64", "readOnly": true})
        );
        assert_eq!(
            properties["c"],
            json!({"allOf": [{"$ref": "#/components/schemas/C"}], "readOnly": true})
        );
        assert!(
            said(&notes).contains(&"all_of: the default \"x\" of \"a\" is replaced by \"y\"".to_string()),
            "{:?}",
            said(&notes)
        );
    }

    #[test]
    fn test_two_objects_for_one_property_are_put_together() {
        let inner = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {"data": inner("a")}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {"data": inner("b")}}]}
        })));
        let data = component(&document, "ChildData");
        let names: Vec<_> = data["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(names, ["a", "b"], "{document:#}");
    }

    #[test]
    fn test_branch_that_only_requires_members_is_put_together() {
        let data =
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {"data": data}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {
                "data": {"type": "object", "required": ["b"]}
            }}]}
        })));
        assert_eq!(
            component(&document, "ChildData")["required"],
            json!(["b"]),
            "{document:#}"
        );
        assert_eq!(component(&document, "BaseData")["required"], json!(null));
    }

    #[test]
    fn test_map_and_object_for_one_property_are_put_together() {
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {"data": {"type": "object", "additionalProperties": {"type": "string"}}}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {
                "data": {"type": "object", "properties": {"a": {"type": "integer"}}}
            }}]}
        })));
        let data = component(&document, "ChildData");
        assert_eq!(data["properties"]["a"]["type"], "integer", "{document:#}");
        assert_eq!(
            data["additionalProperties"],
            json!({"type": "string"}),
            "{document:#}"
        );
    }

    #[test]
    fn test_enums_are_narrowed_or_put_together() {
        let (document, _) = normalized(with_schemas(json!({
            "Base": {"type": "object", "properties": {"k": {"enum": ["a", "b"]}, "l": {"enum": ["a", "b"]}}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {"k": {"enum": ["a"]}, "l": {"enum": ["b", "c"]}}}]}
        })));
        let enum_of = |name: &str| {
            let reference = component(&document, "Child")["properties"][name]["$ref"].clone();
            let name = crate::document::schema_name(reference.as_str().unwrap_or_default());
            component(&document, &name.unwrap_or_default())["enum"].clone()
        };
        assert_eq!(enum_of("k"), json!(["a"]));
        assert_eq!(enum_of("l"), json!(["a", "b", "c"]));
    }

    #[test]
    fn test_composition_of_simple_schemas_is_simple() {
        let (document, _) = normalized(with_schemas(json!({
            "Id": {"type": "string", "format": "uuid"},
            "Own": {"type": "object", "properties": {
                "id": {"allOf": [{"$ref": "#/components/schemas/Id"}, {"pattern": "a"}], "description": "d"}
            }}
        })));
        let id = &component(&document, "Own")["properties"]["id"];
        assert_eq!(
            (&id["type"], &id["format"], &id["description"]),
            (&json!("string"), &json!("uuid"), &json!("d"))
        );
    }

    #[test]
    fn test_chain_without_end_is_an_error() {
        let mut schemas = serde_json::Map::new();
        for number in 0..500 {
            let next = format!("#/components/schemas/S{}", number + 1);
            let own = json!({"allOf": [{"$ref": next}, {"properties": {"a": {"type": "string"}}}]});
            schemas.insert(format!("S{number}"), own);
        }
        schemas.insert(
            "S500".to_string(),
            json!({"type": "object", "properties": {"b": {"type": "string"}}}),
        );
        let mut document = with_schemas(json!(schemas));
        let mut notes = crate::diagnostics::Notes::default();
        let error = super::apply(&mut document, &mut notes)
            .err()
            .map(|errors| errors.into_vec().swap_remove(0).message);
        assert_eq!(error.as_deref(), Some("compositions extend each other endlessly"));
    }
}
