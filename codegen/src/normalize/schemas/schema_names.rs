//! Gives every component its final name, that of its Rust type.
//!
//! Before: `access-points.AgentAccessPoint`, `eyes.Agent` and `sensors.Agent`, and `eyes.Agent/state` that was inline.
//! After: `AgentAccessPoint`, `EyesAgent` and `SensorsAgent`, and `EyesAgentState`. A schema that several places share is called after what it
//! is to all of them (`TimeZone`), where no other schema could be called so.

use super::additional_properties::IMPLICIT;
use super::all_of::EXTENDS;
use super::duplicate_schemas::ALSO;
use super::inline_schemas::HOISTED;
use super::keywords;
use super::walk;
use crate::catalogue::{Naming, TypeNames};
use crate::diagnostics::Notes;
use crate::document::{self, Document, Object};
use crate::naming::{self, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Words that say too little to be a type's name alone.
const VAGUE: [&str; 40] = [
    "Action",
    "Attribute",
    "Attributes",
    "Body",
    "Category",
    "Code",
    "Config",
    "Content",
    "Count",
    "Data",
    "Detail",
    "Details",
    "Direction",
    "Field",
    "Fields",
    "Filter",
    "Format",
    "Id",
    "Info",
    "Item",
    "Items",
    "Key",
    "Kind",
    "Level",
    "Meta",
    "Metadata",
    "Method",
    "Mode",
    "Name",
    "Options",
    "Order",
    "Params",
    "Properties",
    "Role",
    "Settings",
    "Sort",
    "State",
    "Status",
    "Type",
    "Unit",
];

/// Runs the pass.
pub(super) fn apply(document: &mut Document, rules: &Naming, notes: &mut Notes) {
    let schemas = walk::take_schemas(document);
    let mut names = Names {
        finals: HashMap::new(),
        scope: Scope::new(),
    };
    names.of_contract(&schemas, rules, notes);
    names.shared(&schemas);
    for key in schemas.keys() {
        names.hoisted(key, &schemas, 0);
    }
    let finals = names.finals;
    let mut renamed = Object::new();
    for (key, mut schema) in schemas {
        if let Value::Object(schema) = &mut schema {
            keywords::remove_all(schema, &[HOISTED, ALSO, EXTENDS, "x-lorgnette-parts"]);
        }
        renamed.insert(finals.get(&key).cloned().unwrap_or(key), schema);
    }
    walk::each_of(&mut renamed, document, &mut |_, schema| {
        keywords::remove_all(schema, &[IMPLICIT, "x-lorgnette-tags"]);
        let Some(key) = schema.get("$ref").and_then(Value::as_str).and_then(walk::key_of) else {
            return;
        };
        if let Some(name) = finals.get(&key) {
            schema.insert(
                "$ref".to_string(),
                Value::String(document::schema_reference(name)),
            );
        }
    });
    walk::put_schemas(document, renamed);
}

struct Names {
    finals: HashMap<String, String>,
    scope: Scope,
}

impl Names {
    fn give(&mut self, key: &str, wanted: &str) -> String {
        let name = self.scope.claim(wanted);
        self.finals.insert(key.to_string(), name.clone());
        name
    }

    /// The schemas that the contract names.
    fn of_contract(&mut self, schemas: &Object, rules: &Naming, notes: &mut Notes) {
        let named: Vec<&String> = schemas
            .iter()
            .filter(|(_, schema)| schema.get(HOISTED).is_none())
            .map(|(key, _)| key)
            .collect();
        for key in &named {
            if let Some(name) = rules.rename_types.get(*key) {
                self.give(key, &naming::type_name(name));
            }
        }
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        let short = |key: &str| match rules.types {
            TypeNames::Short => naming::type_name(last_part(key)),
            TypeNames::Qualified => naming::type_name(key),
        };
        for key in &named {
            if !self.finals.contains_key(*key) {
                *wanted.entry(short(key)).or_default() += 1;
            }
        }
        for key in &named {
            let name = short(key);
            if !self.finals.contains_key(*key) && wanted.get(&name) == Some(&1) && self.scope.is_free(&name) {
                self.give(key, &name);
            }
        }
        for key in &named {
            if self.finals.contains_key(*key) {
                continue;
            }
            let whole = naming::type_name(key);
            let name = self.give(key, &whole);
            if name != whole {
                let what = format!("{key} is called {name}");
                let pointer = walk::pointer_of(key);
                notes.add(
                    "schema_names",
                    pointer,
                    what,
                    "Another schema has the same name, apart from case and punctuation.",
                );
            }
        }
    }

    /// Schemas that several places share, and that are the same thing to most of them.
    fn shared(&mut self, schemas: &Object) {
        let mut wishes: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for (key, schema) in schemas {
            if let Some(wish) = wish(schema) {
                wishes.entry(wish).or_default().push(key);
            }
        }
        for (wish, keys) in wishes {
            if let ([only], true) = (keys.as_slice(), self.scope.is_free(&wish)) {
                self.give(only, &wish);
            }
        }
    }

    /// The name of a schema that the contract does not name: its owner's, and what it is to the owner.
    fn hoisted(&mut self, key: &str, schemas: &Object, depth: usize) -> String {
        if let Some(name) = self.finals.get(key) {
            return name.clone();
        }
        let hoisted = schemas.get(key).and_then(|schema| schema.get(HOISTED));
        let text = |name: &str| {
            hoisted
                .and_then(|it| it.get(name))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let owner = text("owner");
        let wanted = match owner {
            "" => text("hint").to_string(),
            // An owner that became something else than a component is named by its key.
            owner if !schemas.contains_key(owner) || depth > 100 => {
                format!("{} {}", last_part(owner).replace('/', " "), text("hint"))
            }
            owner => format!("{} {}", self.hoisted(owner, schemas, depth + 1), text("hint")),
        };
        let wanted = if wanted.trim().is_empty() { key } else { &wanted };
        self.give(key, &naming::type_name(wanted))
    }
}

/// The part of a dotted name that says what the schema is.
pub(super) fn last_part(key: &str) -> &str {
    let plain = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
    let start = key
        .split('/')
        .next()
        .unwrap_or(key)
        .rfind('.')
        .map_or(0, |dot| dot + 1);
    let last = &key[start..];
    if plain && last.starts_with(|c: char| c.is_ascii_alphabetic()) {
        last
    } else {
        key
    }
}

/// What a schema that several places share would be called after what it is to most of them.
fn wish(schema: &Value) -> Option<String> {
    let places = schema.get(ALSO)?.as_array()?;
    let roles: Vec<&str> = places.iter().filter_map(|place| place.get(0)?.as_str()).collect();
    if roles.iter().all(|role| *role == "error") {
        return Some("ErrorBody".to_string());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for place in places {
        let bare = place.get(1).and_then(Value::as_str).unwrap_or_default();
        if !bare.is_empty() {
            *counts.entry(naming::type_name(bare)).or_default() += 1;
        }
    }
    let (name, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let words = name.chars().filter(char::is_ascii_uppercase).count();
    let telling = words >= 2 || (count >= 3 && !VAGUE.contains(&name.as_str()));
    (count * 2 > places.len() && telling).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{api, names, normalized, with_schemas};
    use serde_json::json;

    fn object(name: &str) -> serde_json::Value {
        json!({"type": "object", "properties": {name: {"type": "string"}}})
    }

    #[test]
    fn test_short_names_where_they_are_unique() {
        let (document, _) = normalized(with_schemas(json!({
            "access-points.AccessPoint": object("a"), "eyes.Agent": object("b"), "sensors.Agent": object("c"), "Error": object("d")
        })));
        assert_eq!(
            names(&document),
            ["AccessPoint", "EyesAgent", "SensorsAgent", "ErrorModel"]
        );
    }

    #[test]
    fn test_names_that_differ_only_in_case_are_told_apart_with_a_note() {
        let (document, notes) = normalized(with_schemas(
            json!({"user_info": object("a"), "UserInfo": object("b")}),
        ));
        assert_eq!(names(&document), ["UserInfo", "UserInfo2"]);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_catalogue_decides_over_names() {
        let mut document = with_schemas(json!({"eyes.Agent": object("a"), "eyes.Sensor": object("b")}));
        let mut api = api();
        api.naming.types = crate::catalogue::TypeNames::Qualified;
        api.naming
            .rename_types
            .insert("eyes.Agent".to_string(), "Eye".to_string());
        let mut notes = crate::diagnostics::Notes::default();
        assert!(super::super::normalize(&mut document, &api, &mut notes).is_ok());
        assert_eq!(names(&document), ["Eye", "EyesSensor"]);
    }

    #[test]
    fn test_last_part_of_a_name() {
        for (key, last) in [
            ("a.b.C", "C"),
            ("A", "A"),
            ("v1.2", "v1.2"),
            ("List<a.B>", "List<a.B>"),
            ("a.B/c.d", "B/c.d"),
        ] {
            assert_eq!(super::last_part(key), last);
        }
    }
}
