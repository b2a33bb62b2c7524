//! Turns inline schemas that are referred to into component schemas.
//!
//! A reference may lead anywhere: into `$defs`, to a property of another schema, into an operation,
//! to an `$anchor`. Afterwards, later stages need to handle only component schemas.
//!
//! ```text
//! A: {$defs: {B: {type: string}}, items: {$ref: "#/components/schemas/A/$defs/B"}}
//! becomes
//! A: {items: {$ref: "#/components/schemas/B"}}
//! B: {type: string}
//! ```

use super::members::object_at;
use super::walk::for_each_schema;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, child, local_pointer};
use crate::load::grammar::{Kind, Slot};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Segments of a pointer that do not describe its target.
const SILENT: [&str; 15] = [
    "components",
    "schemas",
    "definitions",
    "$defs",
    "properties",
    "items",
    "paths",
    "content",
    "schema",
    "responses",
    "parameters",
    "requestBody",
    "allOf",
    "oneOf",
    "anyOf",
];

/// Moves every schema that is referred to from outside the components into the section `schemas`,
/// and removes `$defs`.
pub fn apply(document: &mut Document, schemas: &str, notes: &mut Notes) {
    resolve_anchors(document);
    // Content from an extension may refer to further extensions; another round finds them.
    for _ in 0..ROUNDS {
        let targets = targets(document, schemas);
        if targets.is_empty() {
            break;
        }
        hoist(document, schemas, targets, notes);
    }
    for_each_schema(document, &mut |_, schema| {
        if let Value::Object(schema) = schema {
            schema.shift_remove("$defs");
            schema.shift_remove("definitions");
        }
    });
}

/// The maximum number of rounds, far more than any reasonable contract needs.
const ROUNDS: usize = 16;

/// The content of a place that schemas refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// A schema, which is moved.
    Schema,
    /// A node with a schema in it, or a schema in an extension: it is kept in place, too.
    Carrier,
    /// A part of the document that cannot be a schema.
    Structure,
}

fn hoist(document: &mut Document, schemas: &str, targets: Vec<String>, notes: &mut Notes) {
    let mut held: Vec<(String, Held)> = Vec::new();
    let mut structures = HashSet::new();
    for pointer in targets {
        match held_at(document, &pointer) {
            Held::Structure => {
                structures.insert(pointer);
            }
            other => held.push((pointer, other)),
        }
    }
    let moved = name(document, schemas, held);
    let mut deepest_first: Vec<&(String, Held, String)> = moved.iter().collect();
    deepest_first.sort_by_key(|(pointer, ..)| std::cmp::Reverse(pointer.matches('/').count()));
    for (pointer, held, name) in deepest_first {
        relocate(document, schemas, pointer, *held, name);
    }
    let places = moved
        .iter()
        .map(|(pointer, _, name)| (child(schemas, name), pointer.clone()));
    notes.origins.moved(places);
    let references: HashMap<String, String> = moved
        .into_iter()
        .map(|(pointer, _, name)| (pointer, reference_to(schemas, &name)))
        .collect();
    for_each_schema(document, &mut |at, schema| {
        let Value::Object(schema) = schema else { return };
        let Some(Value::String(text)) = schema.get_mut("$ref") else {
            return;
        };
        let Some(pointer) = local_pointer(text) else {
            return;
        };
        if let Some(new) = references.get(&pointer) {
            new.clone_into(text);
        } else if structures.contains(&pointer) {
            let what = format!("Any value is accepted, where the contract refers to `{text}`.");
            notes.add("hoist", at, what, "The target of the reference is not a schema.");
            schema.shift_remove("$ref");
        }
    });
}

/// The node at a place, with the path that leads there.
fn held_at(document: &Document, pointer: &str) -> Held {
    let mut node = document;
    let mut shape = Slot::One(Kind::Root);
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = match node {
            Value::Object(map) => {
                shape = shape.member(&token);
                map.get(&token)
            }
            Value::Array(list) => token.parse::<usize>().ok().and_then(|index| list.get(index)),
            _ => None,
        };
        let Some(next) = next else { return Held::Structure };
        node = next;
    }
    match shape {
        _ if !node.is_object() && !node.is_boolean() => Held::Structure,
        Slot::One(Kind::Schema) => Held::Schema,
        Slot::One(Kind::Root | Kind::Components | Kind::PathItem | Kind::Operation | Kind::Callback)
        | Slot::Map(_)
        | Slot::Extensible(_)
        | Slot::Mapping => Held::Structure,
        Slot::One(_) | Slot::Data => Held::Carrier,
    }
}

/// Turns `#name` into the pointer of the schema with that `$anchor`, and `$dynamicRef` into `$ref`.
fn resolve_anchors(document: &mut Document) {
    let mut anchors = HashMap::new();
    for_each_schema(document, &mut |at, schema| {
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(Value::String(name)) = schema.get(keyword) {
                anchors.entry(name.clone()).or_insert_with(|| at.to_owned());
            }
        }
    });
    if anchors.is_empty() {
        return;
    }
    for_each_schema(document, &mut |_, schema| {
        let Value::Object(schema) = schema else { return };
        for keyword in ["$ref", "$dynamicRef"] {
            let name = schema.text(keyword).and_then(|text| text.strip_prefix('#'));
            let Some(pointer) = name.and_then(|name| anchors.get(name)) else {
                continue;
            };
            let reference = Value::String(format!("#{}", pointer.replace('%', "%25")));
            super::members::rename(schema, keyword, "$ref", reference);
        }
        schema.shift_remove("$anchor");
        schema.shift_remove("$dynamicAnchor");
    });
}

/// The targets of schemas' references other than component schemas, in the order of first use.
fn targets(document: &mut Document, schemas: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut known = HashSet::new();
    for_each_schema(document, &mut |_, schema| {
        let Some(Value::String(text)) = schema.get("$ref") else {
            return;
        };
        let Some(pointer) = local_pointer(text) else {
            return;
        };
        let name = pointer
            .strip_prefix(schemas)
            .and_then(|rest| rest.strip_prefix('/'));
        if name.is_none_or(|name| name.contains('/')) && known.insert(pointer.clone()) {
            targets.push(pointer);
        }
    });
    targets
}

/// Names for the nodes at some places: the key if it is free, otherwise more of the pointer.
fn name(document: &Document, schemas: &str, held: Vec<(String, Held)>) -> Vec<(String, Held, String)> {
    let mut taken: HashSet<String> = match document.pointer(schemas) {
        Some(Value::Object(schemas)) => schemas.keys().cloned().collect(),
        _ => HashSet::new(),
    };
    held.into_iter()
        .map(|(pointer, held)| {
            let tokens: Vec<String> = pointer
                .split('/')
                .skip(1)
                .map(|token| token.replace("~1", "/").replace("~0", "~"))
                .collect();
            let named = matches!(
                tokens.iter().rev().nth(1).map(String::as_str),
                Some("$defs" | "definitions")
            );
            let key = tokens
                .last()
                .filter(|key| named && !taken.contains(*key))
                .cloned();
            let base = key.unwrap_or_else(|| speaking(&tokens));
            let mut name = base.clone();
            let mut count = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}_{count}");
                count += 1;
            }
            (pointer, held, name)
        })
        .collect()
}

fn speaking(tokens: &[String]) -> String {
    let words = tokens.iter().filter(|token| !SILENT.contains(&token.as_str()));
    let words = words.map(|token| {
        token
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_")
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "Schema".to_owned()
    } else {
        words.join(".")
    }
}

fn reference_to(schemas: &str, name: &str) -> String {
    format!("#{}", child(schemas, name).replace('%', "%25"))
}

/// Moves or copies the node at `pointer` to the component `name`.
fn relocate(document: &mut Document, schemas: &str, pointer: &str, held: Held, name: &str) {
    let Some(slot) = document.pointer_mut(pointer) else {
        return;
    };
    let content = match held {
        Held::Schema => std::mem::replace(slot, json!({"$ref": reference_to(schemas, name)})),
        // A parameter or response that is used as a schema stands for the schema in it.
        _ => held_schema(slot).clone(),
    };
    if let Value::Object(root) = document {
        let section = schemas
            .split('/')
            .skip(1)
            .try_fold(root, |object: &mut Object, key| object_at(object, key));
        if let Some(section) = section {
            section.insert(name.to_owned(), content);
        }
    }
}

/// The schema in a parameter, header, media type, body or response, or the node itself.
fn held_schema(carrier: &Value) -> &Value {
    let of_content = || {
        carrier
            .get("content")?
            .as_object()?
            .values()
            .next()?
            .get("schema")
    };
    carrier
        .get("schema")
        .or_else(of_content)
        .filter(|schema| schema.is_object())
        .unwrap_or(carrier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hoisted(mut document: Value) -> Value {
        let mut notes = Notes::default();
        apply(&mut document, "/components/schemas", &mut notes);
        assert!(notes.is_empty());
        document
    }

    #[test]
    fn test_defs_become_components() {
        let document = hoisted(json!({"components": {"schemas": {
            "A": {"$defs": {"B": {"type": "string"}, "C": {"items": {"$ref": "#/components/schemas/A/$defs/B"}}, "A": {"type": "integer"}},
                  "items": {"$ref": "#/components/schemas/A/$defs/C"}, "not": {"$ref": "#/components/schemas/A/$defs/A"}}
        }}}));
        assert_eq!(
            document,
            json!({"components": {"schemas": {
                "A": {"items": {"$ref": "#/components/schemas/C"}, "not": {"$ref": "#/components/schemas/A.A"}},
                "B": {"type": "string"}, "C": {"items": {"$ref": "#/components/schemas/B"}}, "A.A": {"type": "integer"}
            }}})
        );
    }

    #[test]
    fn test_schema_in_an_operation_becomes_a_component_that_both_use() {
        let at = "/paths/~1a~1{b}/get/responses/200/content/application~1json/schema";
        let document = hoisted(json!({
            "paths": {"/a/{b}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
                "type": "object", "properties": {"children": {"items": {"$ref": "#/paths/~1a~1%7Bb%7D/get/responses/200/content/application~1json/schema"}}}
            }}}}}}}},
            "components": {"schemas": {"A": {"$ref": format!("#{at}/properties/children")}}}
        }));
        assert_eq!(
            document.pointer(at),
            Some(&json!({"$ref": "#/components/schemas/a_b.get.200.application_json"}))
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"$ref": "#/components/schemas/a_b.get.200.application_json.children"},
                "a_b.get.200.application_json.children": {"items": {"$ref": "#/components/schemas/a_b.get.200.application_json"}},
                "a_b.get.200.application_json": {
                    "type": "object",
                    "properties": {"children": {"$ref": "#/components/schemas/a_b.get.200.application_json.children"}}
                }
            })
        );
    }

    #[test]
    fn test_anchors_become_pointers() {
        let document = hoisted(json!({"components": {"schemas": {
            "A": {"$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}}, "B": {"items": {"$ref": "#node"}}
        }}}));
        assert_eq!(
            document,
            json!({"components": {"schemas": {
                "A": {"items": {"$ref": "#/components/schemas/A"}}, "B": {"items": {"$ref": "#/components/schemas/A"}}
            }}})
        );
    }

    #[test]
    fn test_parameter_used_as_a_schema_stays_a_parameter() {
        let document = hoisted(json!({"components": {
            "parameters": {"P": {"name": "p", "in": "query", "schema": {"type": "string"}}},
            "schemas": {"A": {"properties": {"p": {"$ref": "#/components/parameters/P"}}}}
        }}));
        assert_eq!(
            document["components"],
            json!({
                "parameters": {"P": {"name": "p", "in": "query", "schema": {"type": "string"}}},
                "schemas": {"A": {"properties": {"p": {"$ref": "#/components/schemas/P"}}}, "P": {"type": "string"}}
            })
        );
    }

    #[test]
    fn test_schemas_in_extensions_are_copied_and_stay() {
        let document = hoisted(json!({
            "x-shared": {"A": {"type": "array", "items": {"$ref": "#/x-shared/B"}}, "B": {"type": "string"}},
            "components": {"schemas": {"C": {"items": {"$ref": "#/x-shared/A"}}}}
        }));
        assert_eq!(
            document["x-shared"]["A"]["items"],
            json!({"$ref": "#/x-shared/B"})
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "C": {"items": {"$ref": "#/components/schemas/x_shared.A"}},
                "x_shared.A": {"type": "array", "items": {"$ref": "#/components/schemas/x_shared.B"}},
                "x_shared.B": {"type": "string"}
            })
        );
    }

    #[test]
    fn test_reference_to_what_is_no_schema_accepts_anything_with_a_note() {
        for reference in [
            "#",
            "#/components/schemas",
            "#/paths/~1a",
            "#/paths/~1a/get",
            "#/components/schemas/B/required",
        ] {
            let mut document = json!({
                "paths": {"/a": {"get": {}}},
                "components": {"schemas": {"A": {"$ref": reference}, "B": {"required": ["a"]}}}
            });
            let mut notes = Notes::default();
            apply(&mut document, "/components/schemas", &mut notes);
            assert_eq!(
                document["components"]["schemas"],
                json!({"A": {}, "B": {"required": ["a"]}})
            );
            assert_eq!(
                notes.iter().next().map(|note| note.pointer.as_str()),
                Some("/components/schemas/A")
            );
        }
    }
}
