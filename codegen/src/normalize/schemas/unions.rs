//! Settles unions: a choice without alternatives is replaced by its content, and every other choice
//! becomes a list of entries.
//!
//! Before: `{"oneOf": [{"$ref": ".../A"}, {"type": "string"}]}`, `{"oneOf": [E1, E2]}` with two
//! enums, `{"properties": P, "oneOf": [A, B]}`.
//! After: `{"x-lorgnette-union": [{"schema": {"$ref": ".../A"}}, {"schema": {"type": "string"}}]}`,
//! one enum with the values of both, and a union of `A` and `B` with the members `P` in each. With
//! a discriminator each entry has its `tags`, and `x-lorgnette-tag` names the property.

use super::inline_schemas::{HOISTED, ORIGIN};
use super::keywords::{self, SchemaKind};
use super::origins::ORIGINS;
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Node, Object, reference_to};
use serde_json::{Value, json};
use std::collections::HashSet;

mod collapse;
mod distribute;
mod tags;

const PASS: &str = "unions";

/// The maximum depth of nested unions, since the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) {
    let schemas = walk::take_schemas(document);
    let keys: Vec<String> = schemas.keys().cloned().collect();
    let mut unions = Unions {
        schemas,
        busy: HashSet::new(),
        notes,
    };
    for key in keys {
        unions.settle(&key, 0);
    }
    let schemas = unions.schemas;
    walk::put_schemas(document, schemas);
}

/// One of the alternatives.
#[derive(Clone)]
struct Choice {
    /// `{$ref}` or a simple schema.
    schema: Value,
    /// The wire values that select it.
    tags: Vec<String>,
}

struct Unions<'n> {
    schemas: Object,
    busy: HashSet<String>,
    notes: &'n mut Notes,
}

impl Unions<'_> {
    /// Settles the union `key` after those among its branches.
    fn settle(&mut self, key: &str, depth: usize) {
        let Some(schema) = self.schemas.get(key).and_then(Value::as_object) else {
            return;
        };
        if !keywords::has_choice(schema) || depth > DEEPEST || !self.busy.insert(key.to_string()) {
            return;
        }
        let inner: Vec<String> = ["oneOf", "anyOf"]
            .iter()
            .flat_map(|keyword| schema.list(keyword))
            .filter_map(keywords::value_refers_to)
            .collect();
        for branch in inner {
            self.settle(&branch, depth + 1);
        }
        let Some(Value::Object(mut schema)) = self.schemas.get_mut(key).map(Value::take) else {
            return;
        };
        // Until then, readers of this schema see a union without branches.
        let pointer = schema.text(ORIGIN).unwrap_or_default().to_string();
        let mut branches = Vec::new();
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(list)) = schema.shift_remove(keyword) {
                branches.extend(list.into_iter().flat_map(|branch| self.branches(branch, key)));
            }
        }
        let property = schema
            .shift_remove("discriminator")
            .and_then(|it| it.text("propertyName").map(str::to_string));
        if keywords::has_properties(&schema) || !schema.list("required").is_empty() {
            branches = self.distribute(key, &schema, branches);
        }
        for keyword in [
            "properties",
            "required",
            "additionalProperties",
            "type",
            "format",
            "items",
            "x-lorgnette-extends",
            ORIGINS,
        ] {
            schema.shift_remove(keyword);
        }
        let branches = self.collapse(key, &pointer, &distinct(branches));
        let settled = self.entries(&pointer, branches, property, schema);
        self.schemas.insert(key.to_string(), Value::Object(settled));
        self.busy.remove(key);
    }

    /// The result of a branch: itself, the target of its alias, or the branches of its inline
    /// union.
    fn branches(&self, branch: Value, union: &str) -> Vec<Choice> {
        let tags = match branch.get("x-lorgnette-tags") {
            Some(Value::Array(tags)) => tags
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_string)
                .collect(),
            _ => Vec::new(),
        };
        let Some(mut key) = keywords::value_refers_to(&branch) else {
            let mut schema = branch;
            if let Some(schema) = schema.as_object_mut() {
                schema.shift_remove("x-lorgnette-tags");
            }
            return vec![Choice { schema, tags }];
        };
        for _ in 0..16 {
            let Some(target) = self.schemas.get(&key).and_then(Value::as_object) else {
                break;
            };
            match (keywords::refers_to(target), keywords::kind(target)) {
                (Some(next), _) => key = next,
                (None, SchemaKind::Simple) => {
                    let mut schema = target.clone();
                    schema.retain(|keyword, _| keyword != HOISTED && keyword != ORIGIN);
                    return vec![Choice {
                        schema: Value::Object(schema),
                        tags,
                    }];
                }
                (None, SchemaKind::Union)
                    if tags.is_empty()
                        && target.contains_key(HOISTED)
                        && !target.contains_key("x-lorgnette-tag") =>
                {
                    return entries_of(target);
                }
                _ => break,
            }
        }
        if key == union {
            return Vec::new();
        }
        vec![Choice {
            schema: reference_to(&key),
            tags,
        }]
    }

    /// The schema of a union that has these branches.
    fn entries(
        &mut self,
        pointer: &str,
        mut branches: Vec<Choice>,
        property: Option<String>,
        mut words: Object,
    ) -> Object {
        if branches.is_empty() {
            return words;
        }
        let tag = self.tag(pointer, &mut branches, property);
        if branches.len() == 1 && tag.is_none() {
            let only = branches.swap_remove(0);
            return match only.schema {
                Value::Object(schema) if schema.contains_key("$ref") => {
                    words.retain(|keyword, _| keyword != ORIGIN);
                    keywords::wrapped(Value::Object(schema), words)
                }
                Value::Object(mut schema) => {
                    for (keyword, value) in words {
                        schema.insert(keyword, value);
                    }
                    schema
                }
                _ => words,
            };
        }
        if tag.is_none() {
            branches.sort_by_key(|branch| self.vagueness(&branch.schema));
        }
        let entries: Vec<Value> = branches
            .into_iter()
            .map(|branch| match &tag {
                Some(_) => json!({ "schema": branch.schema, "tags": branch.tags }),
                None => json!({ "schema": branch.schema }),
            })
            .collect();
        let mut union = Object::new();
        union.insert("x-lorgnette-union".to_string(), Value::Array(entries));
        if let Some(tag) = tag {
            union.insert("x-lorgnette-tag".to_string(), Value::String(tag));
        }
        union.extend(words);
        union
    }

    /// Narrower branches come first, since the first branch that fits a value is chosen.
    fn vagueness(&self, schema: &Value) -> (u8, i64, i64) {
        let Some(object) = self.resolved(schema) else {
            return (9, 0, 0);
        };
        let count = |number: usize| -i64::try_from(number).unwrap_or(0);
        match keywords::kind(object) {
            SchemaKind::Object => (
                0,
                count(object.list("required").len()),
                count(object.map("properties").len()),
            ),
            SchemaKind::Enum => (1, 0, 0),
            SchemaKind::Union | SchemaKind::Composition => (6, 0, 0),
            SchemaKind::Simple => match object.text("type") {
                Some("boolean") => (2, 0, 0),
                Some("integer") => (3, 0, 0),
                Some("number") => (4, 0, 0),
                Some("string") if object.contains_key("format") => (4, 0, 0),
                Some("string") => (5, 0, 0),
                Some("array") => (6, 0, 0),
                Some(_) => (7, 0, 0),
                None => (8, 0, 0),
            },
        }
    }

    /// The schema of a branch, or its component if it refers to one.
    fn resolved<'s>(&'s self, schema: &'s Value) -> Option<&'s Object> {
        match keywords::value_refers_to(schema) {
            Some(key) => self.schemas.get(&key)?.as_object(),
            None => schema.as_object(),
        }
    }
}

/// The branches of a settled union.
fn entries_of(union: &Object) -> Vec<Choice> {
    union
        .list("x-lorgnette-union")
        .iter()
        .filter_map(|entry| {
            let tags = entry.list("tags").iter();
            let tags = tags.filter_map(Value::as_str).map(str::to_string).collect();
            Some(Choice {
                schema: entry.get("schema")?.clone(),
                tags,
            })
        })
        .collect()
}

/// Each branch once; selectors of an equal branch select the remaining one.
fn distinct(branches: Vec<Choice>) -> Vec<Choice> {
    let mut kept: indexmap::IndexMap<String, Choice> = indexmap::IndexMap::new();
    for branch in branches {
        let bare = keywords::stripped(&branch.schema).to_string();
        match kept.get_mut(&bare) {
            Some(same) => {
                for tag in branch.tags {
                    if !same.tags.contains(&tag) {
                        same.tags.push(tag);
                    }
                }
            }
            None => {
                kept.insert(bare, branch);
            }
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, names, normalized, said, variants, with_schemas};
    use serde_json::json;

    #[test]
    fn test_enums_to_choose_from_are_one_enum() {
        let (document, _) = normalized(with_schemas(json!({
            "Zone": {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}, {"type": "string"}], "description": "d"}
        })));
        assert_eq!(
            component(&document, "Zone"),
            json!({"type": "string", "enum": ["a", "b", "c"], "description": "d"})
        );
    }

    #[test]
    fn test_choice_that_one_type_can_hold_is_that_type() {
        let (document, notes) = normalized(with_schemas(json!({"User": {"type": "object", "properties": {
            "text": {"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}]},
            "count": {"oneOf": [{"type": "number"}, {"type": "number", "format": "float"}]},
            "same": {"oneOf": [{"type": "boolean"}, {"type": "boolean", "description": "d"}]},
            "open": {"anyOf": [{"type": "string"}, {}]}
        }}})));
        let properties = &component(&document, "User")["properties"];
        assert_eq!(names(&document), ["User"]);
        assert_eq!(properties["text"]["type"], "string");
        assert_eq!(properties["count"]["type"], "number");
        assert_eq!(properties["same"]["type"], "boolean");
        assert_eq!(properties["open"], json!({}));
        let said = said(&notes);
        let format = "unions: a text of format date is a plain text here";
        assert!(said.iter().any(|said| said == format), "{said:?}");
    }

    #[test]
    fn test_branches_that_differ_are_tried_narrow_ones_first() {
        let (document, _) = normalized(with_schemas(json!({
            "Small": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Large": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]},
            "Any": {"oneOf": [
                {"type": "array", "items": {"type": "string"}}, {"type": "string"}, {"type": "number"},
                {"$ref": "#/components/schemas/Small"}, {"$ref": "#/components/schemas/Large"}, {"type": "boolean"}
            ]}
        })));
        assert_eq!(
            variants(&document, "AnyModel"),
            ["Large", "Small", "Boolean", "Number", "Text", "TextList"]
        );
    }

    #[test]
    fn test_members_beside_a_choice_are_in_each_branch() {
        let (document, _) = normalized(with_schemas(json!({
            "Shape": {
                "type": "object",
                "properties": {"id": {"type": "string"}},
                "required": ["id"],
                "oneOf": [
                    {"title": "Circle", "properties": {"radius": {"type": "number"}}, "required": ["radius"]},
                    {"$ref": "#/components/schemas/Square"}
                ]
            },
            "Square": {"type": "object", "properties": {"side": {"type": "number"}}}
        })));
        assert_eq!(variants(&document, "Shape"), ["Circle", "Square"]);
        let circle = component(&document, "ShapeCircle");
        assert_eq!(circle["required"], json!(["id", "radius"]));
        assert!(component(&document, "ShapeSquare")["properties"]["id"].is_object());
        assert!(component(&document, "Square")["properties"]["id"].is_null());
    }

    #[test]
    fn test_value_that_every_branch_requires_tells_them_apart() {
        let kind = |values: serde_json::Value| json!({"type": "object", "required": ["type"], "properties": {"type": {"enum": values}}});
        let (document, _) = normalized(with_schemas(json!({
            "Auth": {"oneOf": [kind(json!(["basic"])), kind(json!(["bearer", "jwt"]))]},
            "Same": {"oneOf": [kind(json!(["a"])), {"type": "object", "properties": {"type": {"enum": ["b"]}}}]}
        })));
        let auth = component(&document, "Auth");
        assert_eq!(auth["x-lorgnette-tag"], "type");
        assert_eq!(auth["x-lorgnette-union"][1]["tags"], json!(["bearer", "jwt"]));
        assert!(component(&document, "Same")["x-lorgnette-tag"].is_null());
    }

    #[test]
    fn test_what_a_choice_requires_each_branch_requires() {
        let branch = |name: &str| json!({"type": "object", "properties": {"id": {"type": "string"}, name: {"type": "string"}}});
        let (document, _) = normalized(with_schemas(json!({
            "Lamp": {"oneOf": [branch("a"), branch("b")], "required": ["id", "nowhere"]}
        })));
        let union = &component(&document, "Lamp")["x-lorgnette-union"];
        for entry in union.as_array().into_iter().flatten() {
            let name = crate::document::schema_name(entry["schema"]["$ref"].as_str().unwrap_or_default());
            let branch = component(&document, &name.unwrap_or_default());
            assert_eq!(branch["required"], json!(["id"]), "{branch}");
        }
        assert_eq!(union.as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn test_discriminator_without_values_is_noted() {
        let (document, notes) = normalized(with_schemas(json!({
            "Auth": {
                "discriminator": {"propertyName": "type"},
                "oneOf": [
                    {"type": "object", "properties": {"type": {"type": "string"}, "a": {"type": "string"}}},
                    {"type": "object", "properties": {"type": {"type": "string"}, "b": {"type": "string"}}}
                ]
            }
        })));
        assert!(component(&document, "Auth")["x-lorgnette-tag"].is_null());
        assert_eq!(
            said(&notes),
            ["unions: the alternatives are distinguished by their members, not by the tag \"type\""]
        );
    }

    #[test]
    fn test_union_inside_itself_and_inside_others_ends() {
        let (document, _) = normalized(with_schemas(json!({
            "Json": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Json"}}]},
            "Rule": {"oneOf": [{"$ref": "#/components/schemas/Rule"}, {"type": "integer"}, {"$ref": "#/components/schemas/Json"}]}
        })));
        assert_eq!(variants(&document, "Json"), ["Text", "JsonList"]);
        assert_eq!(variants(&document, "Rule"), ["Integer", "Json"]);
    }
}
