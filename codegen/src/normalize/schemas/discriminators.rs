//! Writes the wire values of a discriminator onto the branches that they select.
//!
//! Before: `{"oneOf": [{"$ref": ".../Cat"}], "discriminator": {"propertyName": "kind", "mapping":
//! {"cat": "Cat"}}}`.
//! After: the branch is `{"allOf": [{"$ref": ".../Cat"}], "x-lorgnette-tags": ["cat"]}`; the
//! discriminator keeps its property. A branch without an entry gets the name of its component, and
//! an entry without a branch becomes one.

use super::keywords;
use super::walk::{self, Place};
use crate::diagnostics::Notes;
use crate::document::{self, Document, Node, Object, reference_to};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let names: HashSet<String> = schemas.keys().cloned().collect();
    let known = |name: &str| names.contains(name);
    let mut settle = |_: &Place<'_>, schema: &mut Object| {
        if schema.contains_key("discriminator") && keywords::has_choice(schema) {
            tag_branches(schema, &known);
        }
    };
    walk::each_of(&mut schemas, document, &mut settle);
    walk::put_schemas(document, schemas);
}

/// The component that a mapping's target names: by reference, by name, or by the name of a file.
pub(super) fn mapped(target: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if let Some(name) = document::schema_name(target).filter(|name| known(name)) {
        return Some(name);
    }
    if known(target) {
        return Some(target.to_string());
    }
    let file = target.rsplit('/').next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    [file, stem]
        .into_iter()
        .find(|name| known(name))
        .map(str::to_string)
}

fn tag_branches(schema: &mut Object, known: &dyn Fn(&str) -> bool) {
    let mapping = schema.map("discriminator").map("mapping").clone();
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for (value, target) in mapping {
        let Some(target) = target.as_str().and_then(|target| mapped(target, known)) else {
            continue;
        };
        match entries.iter_mut().find(|(name, _)| *name == target) {
            Some((_, values)) => values.push(value),
            None => entries.push((target, vec![value])),
        }
    }
    if let Some(Value::Object(discriminator)) = schema.get_mut("discriminator") {
        discriminator.shift_remove("mapping");
    }
    let keyword = if schema.contains_key("oneOf") {
        "oneOf"
    } else {
        "anyOf"
    };
    let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
        return;
    };
    for branch in branches.iter_mut() {
        let Some(name) = keywords::value_refers_to(branch) else {
            continue;
        };
        let tags = match entries.iter().position(|(target, _)| *target == name) {
            Some(index) => entries.remove(index).1,
            None => vec![last_name(&name).to_string()],
        };
        *branch = tagged(&name, &tags);
    }
    for (name, tags) in entries {
        branches.push(tagged(&name, &tags));
    }
}

/// The name that a component without an entry in the mapping has on the wire: as the vendor wrote
/// it, without the prefix that bundling added.
pub(super) fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A branch that `tags` select.
pub(super) fn tagged(name: &str, tags: &[String]) -> Value {
    json!({ "allOf": [reference_to(name)], "x-lorgnette-tags": tags })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{normalized, with_schemas};
    use serde_json::json;

    #[test]
    fn test_mapping_names_its_targets_in_any_way() {
        let known = |name: &str| name == "Cat" || name == "eyes.Dog";
        for (target, found) in [
            ("#/components/schemas/Cat", Some("Cat")),
            ("Cat", Some("Cat")),
            ("animals/Cat.json", Some("Cat")),
            ("#/components/schemas/eyes.Dog", Some("eyes.Dog")),
            ("Bird", None),
        ] {
            assert_eq!(super::mapped(target, &known).as_deref(), found, "{target}");
        }
    }

    #[test]
    fn test_branches_have_the_values_of_the_mapping_or_their_names() {
        let pet = |name: &str| json!({"type": "object", "properties": {"kind": {"type": "string"}, name: {"type": "string"}}});
        let (document, _) = normalized(with_schemas(json!({
            "Pet": {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "kitten": "#/components/schemas/Cat", "bird": "Bird"}}
            },
            "Cat": pet("purr"), "Dog": pet("bark"), "Bird": pet("sing")
        })));
        let pet = &document["components"]["schemas"]["Pet"];
        assert_eq!(pet["x-lorgnette-tag"], "kind");
        let tags: Vec<_> = pet["x-lorgnette-union"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| &entry["tags"])
            .collect();
        assert_eq!(
            tags,
            [&json!(["cat", "kitten"]), &json!(["Dog"]), &json!(["bird"])]
        );
    }
}
