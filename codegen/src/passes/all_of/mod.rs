//! Merges compositions: what `allOf` puts together becomes one type.
//!
//! Before: `Child` is composed of `Base`, which has the member `a`, and of an object with the required member `b`.
//! After: `Child` has the members `a` and `b`, requires `b`, and extends `Base`.

mod known;
mod members;
mod rank;
mod repeated;

use crate::diagnostics::{Collected, Error, Errors, Notes, Result, Station};
use crate::ir::{Alias, Api, Home, Object, Part, Shape, TypeDef};
use known::{Known, Pair};
use members::{Members, Merged, Outcome};
use std::collections::{HashMap, HashSet};

/// A composition may extend a composition that extends another, so many times; the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
///
/// # Errors
///
/// When compositions extend each other more than 200 times in a row.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) -> Collected<()> {
    let mut merger = Merger {
        known: Known {
            types: &mut api.types,
            aliases: &mut api.aliases,
            parts: HashMap::new(),
        },
        done: HashSet::new(),
        busy: HashSet::new(),
        pairs: Vec::new(),
        notes,
    };
    let mut waiting: Vec<String> = merger.known.types.keys().cloned().collect();
    while !waiting.is_empty() {
        Errors::or(waiting.iter().map(|name| merger.merge(name, 0)))?;
        waiting = merger.new_pairs();
    }
    api.types.retain(|name, _| !api.aliases.contains_key(name));
    Ok(())
}

struct Merger<'a> {
    known: Known<'a>,
    done: HashSet<String>,
    busy: HashSet<String>,
    pairs: Vec<Pair>,
    notes: &'a mut Notes,
}

impl Merger<'_> {
    /// Merges one type, those that it extends first.
    fn merge(&mut self, name: &str, depth: usize) -> Result<()> {
        if self.done.contains(name) || self.busy.contains(name) {
            return Ok(());
        }
        let Some(def) = self.known.types.get_mut(name) else {
            return Ok(());
        };
        if !def.parts.is_empty() {
            if depth > DEEPEST {
                let message = "compositions extend each other without an end in sight";
                let error = Error::new(Station::Normalize, def.provenance.pointer(), message);
                return Err(error.help("break the chain of allOf in an overlay"));
            }
            let parts = std::mem::take(&mut def.parts);
            let mut members = Members::new(name, def.provenance.clone());
            self.busy.insert(name.to_string());
            let last = parts.len() - 1;
            for (index, part) in parts.into_iter().enumerate() {
                match part {
                    Part::Base { name, nullable } => self.base(&mut members, &name, nullable, depth)?,
                    Part::Own(own) => members.own(*own, index == last),
                }
            }
            let merged = members.finish(&mut self.pairs, &self.known, self.notes);
            self.put(name, merged);
            self.busy.remove(name);
        }
        self.done.insert(name.to_string());
        Ok(())
    }

    /// Takes in what a type or alias says.
    fn base(&mut self, members: &mut Members, name: &str, nullable: bool, depth: usize) -> Result<()> {
        self.merge(name, depth + 1)?;
        if self.busy.contains(name) {
            self.notes.add(
                members.provenance.pointer(),
                format!("the members of {name} are not all here"),
                "The two schemas extend each other.",
            );
            return Ok(());
        }
        if let Some(alias) = self.known.aliases.get(name) {
            return match alias.used.named().map(str::to_string) {
                Some(_) if depth > DEEPEST => Ok(()),
                Some(next) => {
                    let nullable = nullable || alias.used.nullable;
                    self.base(members, &next, nullable, depth + 1)
                }
                None => {
                    members.alias(name, alias, nullable);
                    Ok(())
                }
            };
        }
        if let Some(def) = self.known.types.get(name) {
            members.base(name, def, nullable);
        }
        Ok(())
    }

    /// Puts what a composition has come to in its place.
    fn put(&mut self, name: &str, merged: Merged) {
        let Some(def) = self.known.types.get_mut(name) else {
            return;
        };
        let Merged {
            words,
            note,
            nullable,
            extends,
            outcome,
        } = merged;
        match outcome {
            Outcome::Shape(shape) => {
                def.shape = shape;
                def.extends = extends;
                def.nullable = nullable;
                def.description = words.description;
                def.title = words.title;
                def.deprecated = words.deprecated;
                def.note = note;
            }
            Outcome::Alias(mut used, is_implicit) => {
                used.nullable |= nullable;
                used.say_over(words);
                let provenance = def.provenance.clone();
                let alias = Alias {
                    provenance,
                    used,
                    is_implicit,
                };
                self.known.aliases.insert(name.to_string(), alias);
            }
        }
    }

    /// Makes types of the pairs of types that members of one name turned out to be.
    fn new_pairs(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        for pair in std::mem::take(&mut self.pairs) {
            if self.known.types.contains_key(&pair.name) || self.known.aliases.contains_key(&pair.name) {
                continue;
            }
            let owner = self.known.types.get(&pair.owner);
            let provenance = owner.map(|def| def.provenance.clone()).unwrap_or_default();
            let home = Home {
                owner: pair.owner,
                hint: pair.hint,
                role: "property".to_string(),
                ..Home::default()
            };
            let mut def = TypeDef::new(provenance, Some(home), Shape::Object(Object::default()));
            let bases = pair.parts.iter().cloned();
            let base = |name| Part::Base {
                name,
                nullable: false,
            };
            def.parts = bases.map(base).collect();
            self.known.types.insert(pair.name.clone(), def);
            self.known.parts.insert(pair.name.clone(), pair.parts);
            names.push(pair.name);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{Integer, Text, Type};
    use crate::names::testing::{
        entry, member, named_by, names, object, said, settled, values, wires, with_schemas,
    };
    use serde_json::{Value, json};

    const BASE: &str = "#/components/schemas/Base";

    #[test]
    fn test_members_of_all_branches_are_one_object() {
        let (api, notes) = settled(&json!({
            "Base": {"type": "object", "properties": {"a": {"type": "string", "description": "An a."}}, "required": ["a"]},
            "Child": {
                "allOf": [{"$ref": BASE}, {"allOf": [{"type": "object", "properties": {"b": {"type": "integer"}}}]}],
                "properties": {"c": {"type": "boolean"}},
                "required": ["c", "a"],
                "description": "A child."
            }
        }));
        let child = object(&api, "Child");
        let shown: Vec<(&str, bool)> = child
            .members
            .iter()
            .map(|member| (member.wire.as_str(), member.required))
            .collect();
        assert_eq!(shown, [("a", true), ("b", false), ("c", true)]);
        let a = member(&api, "Child", "a");
        assert_eq!(a.said().description.as_deref(), Some("An a."));
        assert_eq!(member(&api, "Child", "b").ty, Type::Integer(Integer::I64));
        let def = &api.types["Child"];
        assert_eq!(def.description.as_deref(), Some("A child."));
        assert_eq!(def.extends, ["Base"]);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn test_wrapper_stays_a_reference() {
        let (api, _) = settled(&json!({
            "Base": {"type": "object", "properties": {
                "self": {"allOf": [{"$ref": BASE}], "nullable": true, "description": "d"}
            }}
        }));
        let own = member(&api, "Base", "self");
        assert_eq!((own.named(), own.nullable), (Some("Base"), true));
        assert_eq!(own.said().description.as_deref(), Some("d"));
    }

    #[test]
    fn test_inline_composition_of_a_schema_inside_itself_ends() {
        let (api, _) = settled(&json!({
            "Base": {"type": "object", "properties": {
                "child": {"allOf": [{"$ref": BASE}, {"properties": {"age": {"type": "integer"}}}]}
            }}
        }));
        assert_eq!(member(&api, "BaseChild", "child").named(), Some("BaseChild"));
        assert_eq!(wires(&api, "BaseChild"), ["child", "age"]);
    }

    #[test]
    fn test_schemas_that_extend_each_other_are_noted() {
        let (_, notes) = settled(&json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"a": {"type": "string"}}}]},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "string"}}}]}
        }));
        assert_eq!(said(&notes), ["all_of: the members of A are not all here"]);
    }

    #[test]
    fn test_later_narrower_type_wins_and_contradiction_is_noted() {
        let (api, notes) = settled(&json!({
            "Base": {"type": "object", "properties": {
                "open": {}, "text": {"type": "string", "format": "date"}, "count": {"type": "string"}
            }},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {
                "open": {"type": "string"}, "text": {"type": "string"}, "count": {"type": "integer"}
            }}]}
        }));
        let ty = |wire: &str| member(&api, "Child", wire).ty;
        assert_eq!(ty("open"), Type::Text(Text::Plain));
        assert_eq!(ty("text"), Type::Text(Text::Date));
        assert_eq!(ty("count"), Type::Integer(Integer::I64));
        assert_eq!(
            said(&notes),
            ["all_of: of two types that the contract gives \"count\", the later one is taken"]
        );
    }

    #[test]
    fn test_two_objects_for_one_property_are_put_together() {
        let inner = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
        let (api, _) = settled(&json!({
            "Base": {"type": "object", "properties": {"data": inner("a")}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {"data": inner("b")}}]}
        }));
        assert_eq!(wires(&api, "ChildData"), ["a", "b"]);
    }

    #[test]
    fn test_enums_are_narrowed_or_put_together() {
        let (api, _) = settled(&json!({
            "Base": {"type": "object", "properties": {"k": {"enum": ["a", "b"]}, "l": {"enum": ["a", "b"]}}},
            "Child": {"allOf": [{"$ref": BASE}, {"properties": {"k": {"enum": ["a"]}, "l": {"enum": ["b", "c"]}}}]}
        }));
        let listed = |wire: &str| values(&api, member(&api, "Child", wire).named().unwrap());
        assert_eq!(listed("k"), ["a"]);
        assert_eq!(listed("l"), ["a", "b", "c"]);
    }

    #[test]
    fn test_composition_of_simple_schemas_is_simple() {
        let (api, _) = settled(&json!({
            "Id": {"type": "string", "format": "uuid"},
            "Own": {"type": "object", "properties": {
                "id": {"allOf": [{"$ref": "#/components/schemas/Id"}, {"pattern": "a"}], "description": "d"}
            }}
        }));
        assert_eq!(names(&api), ["Own"]);
        let id = member(&api, "Own", "id");
        assert_eq!(id.ty, Type::Text(Text::Uuid));
        assert_eq!(id.said().description.as_deref(), Some("d"));
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
        let document = with_schemas(&Value::Object(schemas));
        let error = named_by(document, &entry(), &mut crate::diagnostics::Notes::default()).unwrap_err();
        assert!(
            error
                .message
                .starts_with("compositions extend each other without an end in sight"),
            "{error}"
        );
    }
}
