//! Makes component schemas of all other targets of a schema's `$ref`: schemas inside other schemas,
//! inside paths, and inside shared parameters and responses. Afterwards, schemas refer only to
//! component schemas.
//!
//! Before:
//! ```yaml
//! paths: { /lamps: { get: { responses: { "200": { content: { application/json: { schema: { type: object } } } } } } } }
//! components: { schemas: { A: { properties: { lamp:
//!   { $ref: "#/paths/~1lamps/get/responses/200/content/application~1json/schema" } } } } }
//! ```
//! After:
//! ```yaml
//! paths: { /lamps: { get: { responses: { "200": { content: { application/json: { schema:
//!   { $ref: "#/components/schemas/LampsGet200" } } } } } } } }
//! components: { schemas: { A: { properties: { lamp: { $ref: "#/components/schemas/LampsGet200" } } },
//!   LampsGet200: { type: object, x-lorgnette-origin: "/paths/~1lamps/..." } } }
//! ```

use super::component_names;
use super::places::{ORIGIN, kind};
use super::references::{self, Target};
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{
    Document, child, for_each_schema, local_pointer, reference, schema_name, schema_reference,
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Moving a schema shows the references inside it; each round moves those of one more level.
const ROUNDS: usize = 64;

/// Runs the pass. A schema that refers to something that is not a schema accepts any value.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    // The new target of each reference; `None` if it does not lead to a schema.
    let mut moved: HashMap<String, Option<String>> = HashMap::new();
    for _ in 0..ROUNDS {
        let found = deep_references(document, &moved);
        if found.is_empty() {
            break;
        }
        let mut targets = Vec::with_capacity(found.len());
        for (target, place) in found {
            match schema_pointer(document, &target, &place) {
                Ok(pointer) => targets.push((target, pointer)),
                Err(error) => {
                    let what = format!("any JSON value is accepted here: {}", error.message);
                    let why = "Correct the reference with an overlay action.";
                    notes.add("schema_references", error.pointer, what, why);
                    moved.insert(target, None);
                }
            }
        }
        // The innermost schemas come first, so that a schema is complete when it moves: its own
        // moved parts are already references.
        targets.sort_by_cached_key(|(_, pointer)| std::cmp::Reverse(pointer.matches('/').count()));
        for (target, pointer) in targets {
            let name = move_schema(document, &pointer);
            moved.insert(target, Some(schema_reference(&name)));
        }
        for_each_schema(document, |_, schema| {
            if let Some(new) = reference(schema).and_then(|target| moved.get(target))
                && let Some(object) = schema.as_object_mut()
            {
                match new {
                    Some(new) => object.insert("$ref".into(), new.as_str().into()),
                    None => object.shift_remove("$ref"),
                };
            }
        });
    }
}

/// References to anything but component schemas, each with the first place that has it. The passes
/// over schemas report references out of the document and to missing component schemas.
fn deep_references(
    document: &mut Document,
    moved: &HashMap<String, Option<String>>,
) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for_each_schema(document, |pointer, schema| {
        let Some(target) = reference(schema) else { return };
        let deep = local_pointer(target).is_some() && schema_name(target).is_none();
        if deep && !moved.contains_key(target) && seen.insert(target.to_string()) {
            found.push((target.to_string(), pointer.to_string()));
        }
    });
    found
}

/// The place of the schema that `target` means: a parameter, header, body or response is read as
/// its schema.
fn schema_pointer(document: &Document, target: &str, place: &str) -> Result<String> {
    let Target { pointer, node } =
        references::locate(document, target).map_err(|trouble| trouble.error(place, target))?;
    let no_schema = |what: &str| {
        Error::new(
            Station::Normalize,
            place,
            format!("$ref {target:?} leads to {what}"),
        )
    };
    let Some(object) = node.as_object() else {
        return if node.is_boolean() {
            Ok(pointer)
        } else {
            Err(no_schema(kind(node)))
        };
    };
    if [
        "type",
        "properties",
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "items",
    ]
    .iter()
    .any(|word| object.contains_key(*word))
    {
        return Ok(pointer);
    }
    if object.get("schema").is_some() {
        return Ok(child(&pointer, "schema"));
    }
    if let Some((media_type, entry)) = object
        .get("content")
        .and_then(Value::as_object)
        .and_then(|all| all.iter().next())
        && entry.get("schema").is_some()
    {
        return Ok(child(&child(&child(&pointer, "content"), media_type), "schema"));
    }
    // A schema may be empty, but only in a place for schemas.
    let tokens: Vec<&str> = pointer.split('/').collect();
    let among_schemas = pointer.starts_with("/components/schemas/") || tokens.contains(&"schema");
    if among_schemas || !(tokens.len() < 4 || ["paths", "components"].contains(&tokens[1])) {
        return Ok(pointer);
    }
    Err(no_schema("something that is not a schema"))
}

/// Moves the schema at `pointer` to the component schemas, leaves a reference in its place and
/// returns its name there.
fn move_schema(document: &mut Document, pointer: &str) -> String {
    // Another reference in a different spelling may already have led here.
    if let Some(name) = document.pointer(pointer).and_then(moved_before) {
        return name;
    }
    let mut schema = document.pointer_mut(pointer).map(Value::take).unwrap_or_default();
    if let Some(object) = schema.as_object_mut() {
        object.entry(ORIGIN).or_insert_with(|| pointer.into());
    }
    let mut name = component_names::name_of(pointer);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut)
        && let Value::Object(schemas) = components
            .entry("schemas")
            .or_insert_with(|| Value::Object(Map::new()))
    {
        name = component_names::add(schemas, &name, "Schema", schema);
    }
    if let Some(slot) = document.pointer_mut(pointer) {
        *slot = json!({ "$ref": schema_reference(&name) });
    }
    name
}

/// The component that a schema refers to, if it consists only of a reference.
fn moved_before(schema: &Value) -> Option<String> {
    (schema.as_object()?.len() == 1).then_some(())?;
    schema_name(reference(schema)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run_infallible as run;
    use super::*;

    #[test]
    fn test_schema_inside_a_path_becomes_a_component() {
        let place = "#/paths/~1lamps/get/responses/200/content/application~1json/schema";
        let (document, _) = run(
            apply,
            json!({
                "paths": {"/lamps": {"get": {"responses": {"200": {"content": {"application/json": {"schema":
                    {"type": "object", "properties": {"next": {"$ref": place}}}}}}}}}},
                "components": {"schemas": {"A": {"items": {"$ref": place}}}}
            }),
        );
        let new = json!({"$ref": "#/components/schemas/LampsGet200"});
        assert_eq!(document.pointer(&place[1..]), Some(&new));
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "A": {"items": new},
                "LampsGet200": {"type": "object", "properties": {"next": new}, "x-lorgnette-origin": &place[1..]}
            })
        );
    }

    #[test]
    fn test_schema_inside_a_schema_and_inside_that_become_components() {
        let (document, _) = run(
            apply,
            json!({"components": {"schemas": {
                "A": {"definitions": {"b": {"properties": {"c": {"type": "string"}, "d": {"$ref": "#/components/schemas/A/definitions/b/properties/c"}}}}},
                "X": {"$ref": "#/components/schemas/A/definitions/b"}
            }}}),
        );
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["X"], json!({"$ref": "#/components/schemas/AB"}));
        assert_eq!(
            schemas["AB"]["properties"]["d"],
            json!({"$ref": "#/components/schemas/ABC"})
        );
        assert_eq!(schemas["ABC"]["type"], "string");
    }

    #[test]
    fn test_reference_to_a_shared_parameter_means_its_schema() {
        let (document, _) = run(
            apply,
            json!({"components": {
                "schemas": {"A": {"$ref": "#/components/parameters/Level"}},
                "parameters": {"Level": {"name": "level", "in": "query", "schema": {"type": "integer"}}}
            }}),
        );
        assert_eq!(
            document["components"]["parameters"]["Level"]["schema"],
            document["components"]["schemas"]["A"]
        );
    }

    #[test]
    fn test_reference_to_nothing_or_to_no_schema_takes_any_value() {
        for (target, message) in [
            ("#/paths/~1y/get", "leads to nothing"),
            ("#/info/title", "leads to a text"),
            ("#", "leads to something that is not a schema"),
            ("#/paths", "leads to something that is not a schema"),
            ("#/paths/~1x", "leads to something that is not a schema"),
            ("#/components/schemas", "leads to something that is not a schema"),
        ] {
            let (document, notes) = run(
                apply,
                json!({
                    "info": {"title": "x"}, "paths": {"/x": {"get": {}}},
                    "components": {"schemas": {"A": {"items": {"$ref": target}}}}
                }),
            );
            assert_eq!(
                document["components"]["schemas"]["A"],
                json!({"items": {}}),
                "{target}"
            );
            let said = format!(
                "/components/schemas/A/items any JSON value is accepted here: $ref {target:?} {message}"
            );
            assert_eq!(notes, [said]);
        }
    }
}
