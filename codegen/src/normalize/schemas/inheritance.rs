//! Turns a base whose children are distinguished by a property into a union. This is how contracts
//! wrote unions before `oneOf`.
//!
//! Before: `Pet = {"discriminator": {"propertyName": "kind"}, "properties": {"kind": S}}`, and
//! `Cat` and `Dog` extend it with `allOf`.
//! After: `Pet = {"oneOf": [the members of Pet tagged "Pet", Cat tagged "Cat", Dog tagged "Dog"],
//! "discriminator": {"propertyName": "kind"}}`; the children already have the base's members. Of
//! the values that the base lists, a child gets those with its name, and the base gets the others.
//! A base without references to it remains an object.

use super::inline_schemas::{HOISTED, ORIGIN};
use super::keywords::{self, EXTENDS};
use super::{discriminators, walk};
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let bases: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| {
            schema
                .as_object()
                .is_some_and(|it| it.contains_key("discriminator") && !keywords::has_choice(it))
        })
        .map(|(key, _)| key.clone())
        .collect();
    if bases.is_empty() {
        walk::put_schemas(document, schemas);
        return;
    }
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, schema) in &schemas {
        for base in schema.as_object().map_or(&[][..], |schema| schema.list(EXTENDS)) {
            if let Some(base) = base.as_str() {
                children.entry(base.to_string()).or_default().push(key.clone());
            }
        }
    }
    let used = referred(&mut schemas, document);
    let unions: HashSet<String> = bases
        .iter()
        .filter(|base| used.contains(*base) && children.contains_key(*base))
        .cloned()
        .collect();
    for base in bases {
        let empty = Vec::new();
        let of_base = children.get(&base).unwrap_or(&empty);
        become_union(&mut schemas, &base, of_base, &unions);
    }
    walk::put_schemas(document, schemas);
}

/// The components that are referred to.
fn referred(schemas: &mut Object, document: &mut Document) -> HashSet<String> {
    let mut used = HashSet::new();
    walk::each_site(schemas, document, &mut |_, schema| {
        used.extend(keywords::value_refers_to(schema));
    });
    used
}

/// The key under which the members of a base stay, once the base is a union.
fn own_key(base: &str) -> String {
    format!("{base}/itself")
}

fn become_union(schemas: &mut Object, base: &str, children: &[String], unions: &HashSet<String>) {
    let Some(Value::Object(object)) = schemas.get_mut(base) else {
        return;
    };
    let discriminator = object.shift_remove("discriminator");
    if !unions.contains(base) {
        return;
    }
    let mapping = discriminator.as_ref().map(|it| it.map("mapping").clone());
    let own = object.clone();
    let known = |name: &str| name == base || children.iter().any(|child| child == name);
    let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (value, target) in mapping.unwrap_or_default() {
        if let Some(target) = target
            .as_str()
            .and_then(|target| discriminators::mapped(target, &known))
        {
            tags.entry(target).or_default().push(value);
        }
    }
    let property = discriminator.as_ref().and_then(|it| it.text("propertyName"));
    let property = property.unwrap_or_default().to_string();
    let listed = listed(schemas, base, &property);
    let mut left: Vec<String> = listed.clone();
    left.retain(|value| !tags.values().any(|tags| tags.contains(value)));
    let mut branches = Vec::new();
    for child in children {
        let target = if unions.contains(child) {
            own_key(child)
        } else {
            child.clone()
        };
        let own = self::listed(schemas, child, &property);
        let tags = tags.get(child).cloned().unwrap_or_else(|| {
            let named = left
                .iter()
                .filter(|_| own == listed)
                .find(|value| is_called(child, base, value));
            vec![
                named
                    .cloned()
                    .unwrap_or_else(|| discriminators::last_name(child).to_string()),
            ]
        });
        left.retain(|value| !tags.contains(value) && (own == listed || !own.contains(value)));
        branches.push(discriminators::tagged(&target, &tags));
    }
    let implied = listed
        .is_empty()
        .then(|| discriminators::last_name(base).to_string());
    left.extend(implied);
    if let Some(tags) = tags.get(base).or(Some(&left)).filter(|tags| !tags.is_empty()) {
        branches.insert(0, discriminators::tagged(&own_key(base), tags));
    }
    let mut union = Object::new();
    for (key, value) in &own {
        if !keywords::is_structural(key) && key != EXTENDS {
            union.insert(key.clone(), value.clone());
        }
    }
    union.insert("oneOf".to_string(), Value::Array(branches));
    if let Some(mut discriminator) = discriminator {
        if let Some(discriminator) = discriminator.as_object_mut() {
            discriminator.shift_remove("mapping");
        }
        union.insert("discriminator".to_string(), discriminator);
    }
    let mut itself = own;
    itself.insert(
        HOISTED.to_string(),
        json!({ "owner": base, "hint": "Base", "role": "branch" }),
    );
    if let Some(origin) = union.get(ORIGIN) {
        itself.insert(ORIGIN.to_string(), origin.clone());
    }
    schemas.insert(base.to_string(), Value::Object(union));
    schemas.insert(own_key(base), Value::Object(itself));
}

/// The values that a component lists for a property.
fn listed(schemas: &Object, key: &str, property: &str) -> Vec<String> {
    let schema = schemas.get(key);
    let member = schema.and_then(|schema| schema.map("properties").get(property));
    let target = member.and_then(keywords::value_refers_to);
    let member = target.and_then(|target| schemas.get(&target)).or(member);
    let values = member.map_or(&[][..], |member| member.list("enum"));
    values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_string)
        .collect()
}

/// Whether a child has the name of a value, with or without the name of its base.
fn is_called(child: &str, base: &str, value: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|character| character.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (child, base) = (
        letters(discriminators::last_name(child)),
        letters(discriminators::last_name(base)),
    );
    let value = letters(value);
    let shorter = [child.strip_suffix(&base), child.strip_prefix(&base)];
    value == child
        || shorter
            .into_iter()
            .flatten()
            .any(|name| name == value && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, names, normalized};
    use serde_json::json;

    fn animals(user: &serde_json::Value) -> serde_json::Value {
        json!({
            "openapi": "3.0.3",
            "components": {"schemas": {
                "Pet": {
                    "type": "object",
                    "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}},
                    "properties": {"kind": {"type": "string"}},
                    "required": ["kind"]
                },
                "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"purrs": {"type": "boolean"}}}]},
                "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}]}
            }},
            "paths": {"/pets": {"get": {"operationId": "get_pets", "responses": {
                "200": {"content": {"application/json": {"schema": user}}}
            }}}}
        })
    }

    #[test]
    fn test_base_in_use_is_a_union_of_its_children() {
        let (document, _) = normalized(animals(
            &json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}),
        ));
        assert_eq!(
            component(&document, "Pet"),
            json!({
                "x-lorgnette-union": [
                    {"schema": {"$ref": "#/components/schemas/PetBase"}, "tags": ["Pet"]},
                    {"schema": {"$ref": "#/components/schemas/Cat"}, "tags": ["cat"]},
                    {"schema": {"$ref": "#/components/schemas/Dog"}, "tags": ["Dog"]}
                ],
                "x-lorgnette-tag": "kind"
            })
        );
        assert_eq!(
            component(&document, "Dog")["properties"]["kind"]["type"],
            "string"
        );
    }

    #[test]
    fn test_child_of_a_child_is_a_branch_even_if_it_adds_nothing() {
        let mut contract = animals(&json!({"$ref": "#/components/schemas/Pet"}));
        let schemas = &mut contract["components"]["schemas"];
        schemas["Pet"]["discriminator"]["mapping"] = json!({"cat": "Cat", "manx": "Manx"});
        schemas["Manx"] = json!({"allOf": [{"$ref": "#/components/schemas/Cat"}], "description": "No tail."});
        let (document, _) = normalized(contract);
        let branches = &component(&document, "Pet")["x-lorgnette-union"];
        assert_eq!(
            branches[3],
            json!({"schema": {"$ref": "#/components/schemas/Manx"}, "tags": ["manx"]}),
            "{branches}"
        );
        assert_eq!(
            component(&document, "Manx")["properties"]["purrs"]["type"],
            "boolean"
        );
    }

    #[test]
    fn test_child_of_several_is_a_branch_wherever_the_base_stands() {
        let mut contract = animals(&json!({"$ref": "#/components/schemas/Pet"}));
        let schemas = &mut contract["components"]["schemas"];
        let extends = |names: &[&str]| {
            let parts = names
                .iter()
                .map(|name| json!({"$ref": crate::document::schema_reference(name)}));
            json!({"allOf": parts.collect::<Vec<_>>()})
        };
        schemas["Deep"] = json!({"type": "object", "properties": {"deep": {"type": "string"}}});
        schemas["Legs"] = extends(&["Deep"]);
        schemas["Legs"]["properties"] = json!({"legs": {"type": "integer"}});
        schemas["Cat"] = extends(&["Pet", "Legs"]);
        schemas["Manx"] = extends(&["Cat"]);
        let (document, _) = normalized(contract);
        let branches = component(&document, "Pet")["x-lorgnette-union"].to_string();
        assert!(branches.contains("schemas/Manx"), "{branches}");
    }

    #[test]
    fn test_base_that_adds_only_a_discriminator_is_a_union() {
        let mut contract = animals(&json!({"$ref": "#/components/schemas/Kind"}));
        let schemas = &mut contract["components"]["schemas"];
        let kinds = json!({"type": "string", "enum": ["Cat", "Dog"]});
        schemas["Animal"] = json!({"type": "object", "properties": {"kind": kinds}, "required": ["kind"]});
        schemas["Kind"] = json!({
            "allOf": [{"$ref": "#/components/schemas/Animal"}], "type": "object", "properties": {},
            "discriminator": {"propertyName": "kind"}
        });
        schemas["Cat"]["allOf"][0] = json!({"$ref": "#/components/schemas/Kind"});
        let (document, _) = normalized(contract);
        assert_eq!(
            component(&document, "Kind")["x-lorgnette-union"],
            json!([
                {"schema": {"$ref": "#/components/schemas/KindBase"}, "tags": ["Dog"]},
                {"schema": {"$ref": "#/components/schemas/Cat"}, "tags": ["Cat"]}
            ])
        );
    }

    #[test]
    fn test_base_out_of_use_leaves_its_children_alone() {
        let (document, _) = normalized(animals(&json!({"$ref": "#/components/schemas/Cat"})));
        assert_eq!(names(&document), ["Cat"]);
    }
}
