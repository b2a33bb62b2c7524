//! Writes what needs no type of its own where it is used: other names of types, plain types, lists, maps.
//!
//! Before: `Id` is a text with a UUID, and a member is an `Id`. After: the member is a text with a UUID. A list or map whose items
//! lead back to itself has no such form: any JSON value is taken at the point of the circle.

use crate::diagnostics::Notes;
use crate::ir::{Alias, Api, Type, TypeRef};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// Aliases of aliases of aliases, so many times; the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) {
    let aliases = std::mem::take(&mut api.aliases);
    let mut inliner = Inliner {
        aliases: &aliases,
        done: HashMap::new(),
        busy: HashSet::new(),
        notes,
    };
    for name in aliases.keys() {
        inliner.resolve(name, 0);
    }
    let done = inliner.done;
    api.each_use_mut(&mut |used| {
        if let Some(alias) = used.named().and_then(|name| done.get(name)) {
            replace(used, alias);
        }
    });
}

struct Inliner<'a> {
    aliases: &'a IndexMap<String, Alias>,
    done: HashMap<&'a str, TypeRef>,
    busy: HashSet<&'a str>,
    notes: &'a mut Notes,
}

impl Inliner<'_> {
    /// Makes the form of an alias that refers to no other alias.
    fn resolve(&mut self, name: &str, depth: usize) {
        let Some((name, Alias { provenance, used, .. })) = self.aliases.get_key_value(name) else {
            return;
        };
        if self.done.contains_key(name.as_str()) {
            return;
        }
        let mut used = if depth > DEEPEST {
            TypeRef::default()
        } else {
            used.clone()
        };
        self.busy.insert(name);
        let mut is_circle = false;
        used.each_mut(&mut |inner| {
            let Type::Named(target) = &inner.ty else { return };
            if !self.aliases.contains_key(target) {
                return;
            }
            if self.busy.contains(target.as_str()) || depth == DEEPEST {
                is_circle = true;
                *inner = TypeRef::default();
                return;
            }
            self.resolve(&target.clone(), depth + 1);
            if let Some(target) = self.done.get(target.as_str()) {
                replace(inner, target);
            }
        });
        if is_circle {
            self.notes.add(
                provenance.pointer(),
                "any JSON value is taken where the schema contains itself",
                "A list of lists without an end has no Rust type.",
            );
        }
        self.busy.remove(name.as_str());
        self.done.insert(name, used);
    }
}

/// Puts what an alias stands for in place of its name; what is said at the place of use goes before.
fn replace(used: &mut TypeRef, alias: &TypeRef) {
    let TypeRef {
        nullable,
        annotations,
        ..
    } = std::mem::replace(used, alias.clone());
    used.nullable |= nullable;
    annotations.into_iter().for_each(|said| used.say_over(*said));
}

#[cfg(test)]
mod tests {
    use crate::ir::{Text, Type};
    use crate::names::testing::{member, names, said, settled};
    use serde_json::json;

    #[test]
    fn test_aliases_are_written_where_they_are_used() {
        let (api, notes) = settled(&json!({
            "Id": {"type": "string", "format": "uuid", "description": "An id."},
            "Ids": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}},
            "ByName": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Ids"}},
            "Same": {"$ref": "#/components/schemas/ByName"},
            "User": {"type": "object", "properties": {
                "id": {"allOf": [{"$ref": "#/components/schemas/Id"}], "nullable": true},
                "friends": {"$ref": "#/components/schemas/Same"}
            }}
        }));
        assert_eq!(names(&api), ["User"]);
        let id = member(&api, "User", "id");
        assert_eq!((&id.ty, id.nullable), (&Type::Text(Text::Uuid), true));
        assert_eq!(id.said().description.as_deref(), Some("An id."));
        let Type::Map(ids) = member(&api, "User", "friends").ty else {
            panic!()
        };
        assert!(matches!(ids.ty, Type::List(id) if id.ty == Type::Text(Text::Uuid)));
        assert!(notes.is_empty());
    }

    #[test]
    fn test_list_of_itself_takes_anything_and_is_noted() {
        let (api, notes) = settled(&json!({
            "Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
        }));
        let used = api.operations[0].uses().next().unwrap();
        assert!(matches!(&used.ty, Type::List(items) if items.ty == Type::Any));
        assert_eq!(
            said(&notes),
            ["aliases: any JSON value is taken where the schema contains itself"]
        );
    }
}
