//! Writes schemas once that the contract writes several times.
//!
//! Before: `Agent.properties.country` and `Site.properties.country` each list the same 253 values; `kpis.Pagination` and
//! `common.Pagination` have the same members. After: both properties refer to one enum, and there is one `Pagination`.
//!
//! Named schemas become one only if they have the same last name too. Inline objects of a few members become one only where
//! they are the same thing to their owners: `{id}` here and `{id}` there may part ways tomorrow.

use super::inline_schemas::HOISTED;
use super::keywords;
use super::shared_names::{self, Sharer};
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// The member that counts how often a component was found in the contract, with the hints of all places.
pub(super) const ALSO: &str = "x-lorgnette-also";

/// Inline objects of so many members are the same thing wherever they stand.
const TELLING: usize = 4;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    let mut components: Vec<Node> = schemas
        .iter()
        .map(|(key, schema)| Node::new(key, schema))
        .collect();
    part(&mut components, &schemas);
    let classes = refine(&components);
    let mut replaced: HashMap<String, String> = HashMap::new();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, class) in classes.iter().enumerate() {
        groups.entry(*class).or_default().push(index);
    }
    for members in groups.values() {
        let first = members[0];
        for &member in members.iter().filter(|&&member| components[member].named) {
            if member == first {
                continue;
            }
            replaced.insert(
                components[member].key.to_string(),
                components[first].key.to_string(),
            );
            let what = format!(
                "{} and {} are one type",
                components[first].key, components[member].key
            );
            let pointer = super::walk::pointer_of(components[member].key);
            notes.add(
                "duplicate_schemas",
                pointer,
                what,
                "They have the same name and the same members.",
            );
        }
    }
    // A name may be right for some of those that say the same, and wrong for others: these stay together.
    let by_named = named_twins(&components, &classes, &replaced);
    for members in groups.values() {
        let mut left = members.iter().map(|&member| components[member].key);
        let mut left = left.by_ref().filter(|key| !by_named.contains_key(*key));
        if let Some(first) = left.next().filter(|_| !components[members[0]].named) {
            replaced.extend(left.map(|key| (key.to_string(), first.to_string())));
        }
    }
    let mut also: HashMap<String, Vec<Value>> = HashMap::new();
    for node in &components {
        let target = replaced.get(node.key).map_or(node.key, String::as_str);
        if !node.named && !by_named.contains_key(node.key) {
            also.entry(target.to_string())
                .or_default()
                .push(node.sharer.note());
        }
    }
    drop(components);
    replaced.extend(by_named);
    for (key, places) in also {
        if let Some(Value::Object(schema)) = schemas.get_mut(&key)
            && places.len() > 1
        {
            schema.insert(ALSO.to_string(), Value::Array(places));
        }
    }
    refer(&mut schemas, document, &replaced);
    schemas.retain(|key, _| !replaced.contains_key(key));
    for (_, schema) in &mut schemas {
        // What belongs to a duplicate belongs to the one that stays.
        let Some(hoisted) = schema.get_mut(HOISTED) else {
            continue;
        };
        let owner = hoisted
            .get("owner")
            .and_then(Value::as_str)
            .and_then(|owner| replaced.get(owner))
            .cloned();
        if let Some(owner) = owner {
            hoisted["owner"] = Value::String(owner);
        }
    }
    walk::put_schemas(document, schemas);
}

/// A component as the comparison sees it.
struct Node<'s> {
    key: &'s str,
    named: bool,
    /// The place, where the contract has not named the schema.
    sharer: Sharer,
    /// What the schema says, without words and without the names of those it refers to.
    shape: String,
    /// Those it refers to, in the order in which the shape has them.
    refers: Vec<String>,
    /// What must be the same besides the shape.
    apart: String,
    size: usize,
    is_enum: bool,
}

impl<'s> Node<'s> {
    fn new(key: &'s str, schema: &Value) -> Self {
        let hoisted = schema.get(HOISTED);
        let sharer = Sharer::new(schema);
        let mut shape = schema.as_object().map(comparable).unwrap_or_default();
        let mut refers = Vec::new();
        take_references(&mut shape, &mut refers);
        let values = schema.get("enum").and_then(Value::as_array).map_or(0, Vec::len);
        let members = schema
            .get("properties")
            .and_then(Value::as_object)
            .map_or(0, Object::len);
        let apart = if hoisted.is_none() {
            format!("named {}", key.rsplit('.').next().unwrap_or(key))
        } else if values >= 2 || members >= TELLING {
            String::new()
        } else if schema.get("x-lorgnette-union").is_some() {
            "union".to_string()
        } else {
            sharer.label()
        };
        let size = values.max(members);
        Self {
            key,
            named: hoisted.is_none(),
            sharer,
            shape: Value::Object(shape).to_string(),
            refers,
            apart,
            size,
            is_enum: values > 0,
        }
    }
}

/// Parts inline schemas that say the same and that no name fits all of.
fn part(nodes: &mut [Node<'_>], schemas: &Object) {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, class) in refine(nodes).into_iter().enumerate() {
        groups.entry(class).or_default().push(index);
    }
    for members in groups.values().filter(|members| members.len() > 1) {
        let sharers: Vec<Sharer> = members
            .iter()
            .map(|member| nodes[*member].sharer.clone())
            .collect();
        let schema = schemas.get(nodes[members[0]].key).unwrap_or(&Value::Null);
        if nodes[members[0]].named || shared_names::is_one(schema, &sharers) {
            continue;
        }
        for member in members {
            nodes[*member].apart = nodes[*member].sharer.label();
        }
    }
}

/// A schema without words, and without what passes have written onto it.
fn comparable(schema: &Object) -> Object {
    match keywords::stripped(&Value::Object(schema.clone())) {
        Value::Object(mut bare) => {
            if let Some(Value::Array(entries)) = schema.get("x-lorgnette-union") {
                let entries = entries.iter().map(|entry| {
                    json!({
                        "schema": entry.get("schema").map(keywords::stripped),
                        "tags": entry.get("tags"),
                    })
                });
                bare.insert("x-lorgnette-union".to_string(), entries.collect());
            }
            bare
        }
        _ => Object::new(),
    }
}

/// Takes the targets out of the references of a bare schema.
fn take_references(schema: &mut Object, refers: &mut Vec<String>) {
    if let Some(target) = schema.get_mut("$ref") {
        if let Value::String(key) = target.take() {
            refers.push(key);
        }
        return;
    }
    for (keyword, value) in schema {
        match value {
            Value::Object(map) if keyword == "properties" => {
                for (_, property) in map {
                    if let Value::Object(property) = property {
                        take_references(property, refers);
                    }
                }
            }
            Value::Object(inner) => take_references(inner, refers),
            Value::Array(list) if keyword == "x-lorgnette-union" => {
                for entry in list {
                    if let Some(Value::Object(schema)) = entry.get_mut("schema") {
                        take_references(schema, refers);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Puts into one class what cannot be told apart: first by shape, then, again and again, by the classes of what is referred to.
fn refine(nodes: &[Node<'_>]) -> Vec<usize> {
    let index: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.key, index))
        .collect();
    let mut numbers: HashMap<(&str, &str), usize> = HashMap::new();
    let mut classes: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let next = numbers.len();
        classes.push(
            *numbers
                .entry((node.shape.as_str(), node.apart.as_str()))
                .or_insert(next),
        );
    }
    let refers: Vec<Vec<Option<usize>>> = nodes
        .iter()
        .map(|node| {
            node.refers
                .iter()
                .map(|key| index.get(key.as_str()).copied())
                .collect()
        })
        .collect();
    let mut count = numbers.len();
    loop {
        let mut numbers: HashMap<(usize, Vec<Option<usize>>), usize> = HashMap::new();
        let mut finer = Vec::with_capacity(nodes.len());
        for (node, refers) in refers.iter().enumerate() {
            let signature = refers
                .iter()
                .map(|target| target.map(|target| classes[target]))
                .collect();
            let next = numbers.len();
            finer.push(*numbers.entry((classes[node], signature)).or_insert(next));
        }
        classes = finer;
        if numbers.len() == count {
            return classes;
        }
        count = numbers.len();
    }
}

/// Inline schemas that say what exactly one named schema says: they become it. A few values are not much in common: there the
/// name must have something of what the schema is to its owner.
fn named_twins(
    nodes: &[Node<'_>],
    classes: &[usize],
    replaced: &HashMap<String, String>,
) -> HashMap<String, String> {
    let index: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.key, index))
        .collect();
    let signature = |node: &Node<'_>| {
        let refers: Vec<Option<usize>> = node
            .refers
            .iter()
            .map(|key| index.get(key.as_str()).map(|index| classes[*index]))
            .collect();
        (node.shape.clone(), refers)
    };
    let mut named: HashMap<(String, Vec<Option<usize>>), Option<&str>> = HashMap::new();
    let telling = |node: &Node<'_>| {
        if node.is_enum {
            node.size >= 2
        } else {
            node.size >= TELLING
        }
    };
    for node in nodes
        .iter()
        .filter(|node| node.named && telling(node) && !replaced.contains_key(node.key))
    {
        named
            .entry(signature(node))
            .and_modify(|twin| *twin = None)
            .or_insert(Some(node.key));
    }
    let mut twins = HashMap::new();
    for node in nodes.iter().filter(|node| !node.named && telling(node)) {
        if let Some(Some(twin)) = named.get(&signature(node))
            && (!node.is_enum || node.size > TELLING || shared_names::kindred(twin, &node.sharer.label()))
        {
            twins.insert(node.key.to_string(), (*twin).to_string());
        }
    }
    twins
}

/// Lets every reference lead to the schema that stays.
fn refer(schemas: &mut Object, document: &mut Document, replaced: &HashMap<String, String>) {
    if replaced.is_empty() {
        return;
    }
    walk::each_of(schemas, document, &mut |_, schema| {
        let Some(key) = schema.get("$ref").and_then(Value::as_str).and_then(walk::key_of) else {
            return;
        };
        if let Some(target) = replaced.get(&key) {
            schema.insert(
                "$ref".to_string(),
                Value::String(crate::document::schema_reference(target)),
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, names, normalized, said, with_schemas};
    use serde_json::json;

    fn user(values: &serde_json::Value) -> serde_json::Value {
        json!({"type": "object", "properties": {"id": {"type": "string"}, "timeZone": {"enum": values, "description": "d"}}})
    }

    #[test]
    fn test_enum_that_is_written_twice_is_one_named_after_what_it_is_to_both() {
        let mut site = user(&json!(["a", "b"]));
        site["properties"]["name"] = json!({"type": "string"});
        let (document, notes) = normalized(with_schemas(
            json!({"User": user(&json!(["a", "b"])), "Site": site}),
        ));
        assert_eq!(names(&document), ["User", "TimeZone", "Site"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn test_enums_with_other_values_stay_apart() {
        let (document, _) = normalized(with_schemas(json!({
            "User": user(&json!(["a", "b"])), "Site": user(&json!(["b", "a"]))
        })));
        assert_eq!(names(&document), ["User", "UserTimeZone", "Site", "SiteTimeZone"]);
    }

    #[test]
    fn test_inline_enum_is_the_named_one_with_the_same_values() {
        let (document, _) = normalized(with_schemas(json!({
            "Zones": {"type": "string", "enum": ["a", "b"], "description": "other words"}, "User": user(&json!(["a", "b"]))
        })));
        assert_eq!(names(&document), ["Zones", "User"]);
        let property = &component(&document, "User")["properties"]["timeZone"];
        assert_eq!(property["allOf"][0]["$ref"], "#/components/schemas/Zones");
    }

    #[test]
    fn test_inline_enums_whose_names_have_something_of_a_named_one_are_it_and_the_others_stay_together() {
        let level = || json!({"enum": ["read", "write"]});
        let (document, _) = normalized(with_schemas(json!({
            "Action": {"type": "string", "enum": ["read", "write"]},
            "Grants": {"type": "object", "properties": {"actions": level(), "pages": level(), "issues": level()}}
        })));
        let properties = &document["components"]["schemas"]["Grants"]["properties"];
        let reference = |name: &str| properties[name]["allOf"][0]["$ref"].as_str().unwrap_or_default();
        assert_eq!(reference("actions"), "#/components/schemas/Action");
        assert_eq!(reference("pages"), reference("issues"));
        assert_eq!(names(&document).len(), 3);
        assert!(crate::document::follow(&document, reference("pages")).is_some());
    }

    #[test]
    fn test_named_schemas_become_one_only_under_one_last_name() {
        let page = |of: &str| {
            json!({"type": "object", "properties": {
                "page": {"type": "integer"}, "next": {"$ref": format!("#/components/schemas/{of}")}
            }})
        };
        let (document, notes) = normalized(with_schemas(json!({
            "kpis.Page": page("kpis.Page"), "common.Page": page("kpis.Page"), "common.Leaf": page("kpis.Page")
        })));
        assert_eq!(names(&document), ["Page", "Leaf"]);
        assert_eq!(
            said(&notes),
            ["duplicate_schemas: kpis.Page and common.Page are one type"]
        );
    }

    #[test]
    fn test_named_schemas_with_the_same_last_name_and_other_members_stay() {
        let (document, _) = normalized(with_schemas(json!({
            "a.Page": {"type": "object", "properties": {"a": {"type": "string"}}},
            "b.Page": {"type": "object", "properties": {"b": {"type": "string"}}}
        })));
        assert_eq!(names(&document), ["APage", "BPage"]);
    }

    #[test]
    fn test_small_answers_of_several_operations_stay_apart() {
        let operation = |id: &str| {
            json!({"get": {"operationId": id, "responses": {
                "200": {"content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}},
                "404": {"content": {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}}}
            }}})
        };
        let (document, _) =
            normalized(json!({"paths": {"/a": operation("get_a"), "/b": operation("get_b")}}));
        assert_eq!(names(&document), ["GetAResponse", "ErrorBody", "GetBResponse"]);
    }
}
