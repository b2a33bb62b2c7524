//! Inlines components that need no separate Rust type: aliases, primitives, arrays, maps, any.
//!
//! Before: `Id = {"type": "string", "format": "uuid"}`, used as `{"$ref": ".../Id"}`. After: used
//! as `{"type": "string", "format": "uuid"}`. An array or map whose items refer back to it has no
//! such form: the reference that closes the cycle accepts any JSON value.

use super::inline_schemas::{HOISTED, ORIGIN};
use super::keywords::{self, SchemaKind};
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use crate::document::{self, Document, Node, Object};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// The maximum depth of aliases of aliases, since the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let mut inliner = Inliner {
        aliases: HashMap::new(),
        done: HashMap::new(),
        busy: HashSet::new(),
        notes,
    };
    let mut keys = Vec::new();
    for (key, schema) in &mut schemas {
        if schema
            .as_object()
            .is_none_or(|schema| keywords::kind(schema) == SchemaKind::Simple)
        {
            keys.push(key.clone());
            inliner.aliases.insert(key.clone(), schema.take());
        }
    }
    for key in &keys {
        inliner.resolve(key, 0);
    }
    schemas.retain(|key, _| !inliner.aliases.contains_key(key));
    let done = inliner.done;
    walk::each_site(&mut schemas, document, &mut |_, schema| {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        if let Some(target) = keywords::refers_to(object).and_then(|key| done.get(&key)) {
            replace(object, target);
        }
    });
    walk::put_schemas(document, schemas);
}

struct Inliner<'n> {
    aliases: HashMap<String, Value>,
    done: HashMap<String, Object>,
    busy: HashSet<String>,
    notes: &'n mut Notes,
}

impl Inliner<'_> {
    /// Makes the form of an alias that refers to no other alias.
    fn resolve(&mut self, key: &str, depth: usize) {
        if self.done.contains_key(key) {
            return;
        }
        let pointer = document::child("/components/schemas", key);
        let mut schema = self.aliases.get_mut(key).map_or(Value::Null, Value::take);
        if !schema.is_object() || depth > DEEPEST {
            schema = json!({});
        }
        self.busy.insert(key.to_string());
        let mut circle = false;
        walk::sites(&Place::Root(&pointer), &mut schema, &mut |_, inner| {
            let Some(object) = inner.as_object_mut() else {
                return;
            };
            let Some(target) = keywords::refers_to(object) else {
                return;
            };
            if self.busy.contains(&target) || (depth == DEEPEST && self.aliases.contains_key(&target)) {
                circle = true;
                object.clear();
            } else if self.aliases.contains_key(&target) {
                self.resolve(&target, depth + 1);
                if let Some(target) = self.done.get(&target) {
                    replace(object, target);
                }
            }
        });
        if circle {
            let what = "any JSON value is accepted where the schema contains itself".to_string();
            let why = "A list of lists without an end has no Rust type.";
            self.notes.add("aliases", pointer, what, why);
        }
        self.busy.remove(key);
        if let Value::Object(mut object) = schema {
            object.retain(|keyword, _| keyword != HOISTED && keyword != ORIGIN);
            self.done.insert(key.to_string(), object);
        }
    }
}

/// Replaces a reference with the form of its alias; statements at the place of use take precedence.
fn replace(site: &mut Object, alias: &Object) {
    let own: Object = std::mem::take(site)
        .into_iter()
        .filter(|(key, _)| key != "$ref" && key != "allOf")
        .collect();
    let reference = match alias.get("$ref") {
        Some(_) => Some(Value::Object(alias.clone())),
        None if keywords::refers_to(alias).is_some() => alias.list("allOf").first().cloned(),
        None => None,
    };
    if let Some(reference) = reference {
        let mut siblings: Object = Object::new();
        for (key, value) in alias {
            if key != "$ref" && key != "allOf" {
                siblings.insert(key.clone(), value.clone());
            }
        }
        siblings.extend(own);
        *site = keywords::wrapped(reference, siblings);
    } else {
        site.clone_from(alias);
        site.extend(own);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, names, normalized, said, with_schemas};
    use serde_json::json;

    #[test]
    fn test_aliases_are_written_where_they_are_used() {
        let (document, notes) = normalized(with_schemas(json!({
            "Id": {"type": "string", "format": "uuid", "description": "An id."},
            "Ids": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}},
            "ByName": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Ids"}},
            "Same": {"$ref": "#/components/schemas/ByName"},
            "User": {"type": "object", "properties": {
                "id": {"allOf": [{"$ref": "#/components/schemas/Id"}], "nullable": true},
                "friends": {"$ref": "#/components/schemas/Same"}
            }}
        })));
        assert_eq!(names(&document), ["User"]);
        let properties = &component(&document, "User")["properties"];
        assert_eq!(
            properties["id"],
            json!({"type": "string", "format": "uuid", "description": "An id.", "nullable": true})
        );
        assert_eq!(
            properties["friends"]["additionalProperties"]["items"]["format"],
            "uuid"
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_list_of_itself_takes_anything_and_is_noted() {
        let (document, notes) = normalized(with_schemas(json!({
            "Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
        })));
        let schema =
            &document["paths"]["/eyes"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(*schema, json!({"type": "array", "items": {}}));
        assert_eq!(
            said(&notes),
            ["aliases: any JSON value is accepted where the schema contains itself"]
        );
    }
}
