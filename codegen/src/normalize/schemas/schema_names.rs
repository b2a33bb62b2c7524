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
use super::shared_names::{self, Sharer};
use super::walk;
use crate::catalogue::{Api, Naming, TypeNames};
use crate::diagnostics::{Notes, Result};
use crate::document::{self, Document, Object};
use crate::naming::{self, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Runs the pass.
///
/// # Errors
///
/// When a name that the catalogue wishes is no type's name, is for no type, or is there twice.
pub(super) fn apply(document: &mut Document, api: &Api, notes: &mut Notes) -> Result<()> {
    let schemas = walk::take_schemas(document);
    check(&schemas, api)?;
    let mut names = Names {
        finals: HashMap::new(),
        scope: Scope::new(),
    };
    names.of_contract(&schemas, &api.naming, notes);
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
    Ok(())
}

/// Checks the names that the catalogue wishes.
fn check(schemas: &Object, api: &Api) -> Result<()> {
    let mut wished: HashMap<&str, &str> = HashMap::new();
    for (key, name) in &api.naming.rename_types {
        let error = |message: String| api.naming_error("rename-types", key, message);
        if schemas
            .get(key)
            .is_none_or(|schema| schema.get(HOISTED).is_some())
        {
            let alike = alike(schemas, key);
            let help = if alike.is_empty() {
                "the contract has no such schema, or no operation uses it, or it is written where it is used"
                    .to_string()
            } else {
                format!("there is a type of {}", alike.join(", "))
            };
            return Err(error(format!("no type is made of a schema {key:?}")).help(help));
        }
        let proper = naming::type_name(name);
        if proper != *name {
            return Err(error(format!("{name:?} is no name for a type")).help(format!(
                "write it as Rust does and as nothing else is called, for instance {proper:?}"
            )));
        }
        if let Some(other) = wished.insert(name, key) {
            return Err(error(format!(
                "the schemas {other:?} and {key:?} would both be the type {name:?}"
            ))
            .help("give each a name of its own"));
        }
    }
    Ok(())
}

/// The schemas of the contract that somebody may have meant by `key`.
fn alike<'s>(schemas: &'s Object, key: &str) -> Vec<&'s str> {
    let meant = naming::type_name(last_part(key));
    let named = schemas.iter().filter(|(_, schema)| schema.get(HOISTED).is_none());
    named
        .map(|(other, _)| other.as_str())
        .filter(|other| shared_names::kindred(&naming::type_name(last_part(other)), &meant))
        .take(5)
        .collect()
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

    /// Schemas that several places share: each by its first wish that nobody else has.
    fn shared(&mut self, schemas: &Object) {
        let mut waiting: Vec<(&String, Vec<String>)> = schemas
            .iter()
            .filter_map(|(key, schema)| Some((key, shared_names::wishes(schema, &Sharer::of(schema)?))))
            .collect();
        let alone = schemas.values().filter(|schema| schema.get(ALSO).is_none());
        let owned: BTreeSet<String> = alone
            .filter_map(|schema| {
                let hoisted = schema.get(HOISTED)?;
                let text = |name: &str| hoisted.get(name).and_then(Value::as_str).unwrap_or_default();
                Some(naming::type_name(&without_stutter(
                    last_part(text("owner")),
                    text("hint"),
                )))
            })
            .collect();
        for _ in 0..2 {
            let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
            for (_, wishes) in &waiting {
                if let Some(wish) = wishes.first() {
                    *wanted.entry(wish.clone()).or_default() += 1;
                }
            }
            waiting.retain_mut(|(key, wishes)| {
                if wishes.is_empty() {
                    return false;
                }
                let wish = wishes.remove(0);
                let granted =
                    wanted.get(&wish) == Some(&1) && self.scope.is_free(&wish) && !owned.contains(&wish);
                if granted {
                    self.give(key, &wish);
                }
                !granted
            });
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
        let hint = text("hint");
        let wanted = match owner {
            "" => hint.to_string(),
            // An owner that became something else than a component is named by its key.
            owner if !schemas.contains_key(owner) || depth > 100 => {
                let short = without_stutter(&last_part(owner).replace('/', " "), hint);
                let name = naming::type_name(&short);
                if self.scope.is_free(&name) {
                    name
                } else {
                    without_stutter(owner, hint)
                }
            }
            owner => {
                let owner = self.hoisted(owner, schemas, depth + 1);
                let alone = naming::type_name(hint);
                if shared_names::says_already(&owner, &alone) && self.scope.is_free(&alone) {
                    alone
                } else {
                    without_stutter(&owner, hint)
                }
            }
        };
        let wanted = if wanted.trim().is_empty() { key } else { &wanted };
        self.give(key, &naming::type_name(wanted))
    }
}

/// The name of an owner and what something is to it, where the last words of one and the first of the other are the same
/// only once: `KpiTopology` and `topologyObject` give `KpiTopologyObject`.
fn without_stutter(owner: &str, hint: &str) -> String {
    let (first, second) = (shared_names::words(owner), shared_names::words(hint));
    let longest = first.len().min(second.len().saturating_sub(1));
    let common = (1..=longest)
        .rev()
        .find(|count| first[first.len() - count..] == second[..*count]);
    match common {
        Some(count) => format!("{}{}", first.concat(), second[count..].concat()),
        None => format!("{owner} {hint}"),
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
    fn test_catalogue_cannot_name_types_wrongly() {
        let document = with_schemas(json!({"eyes.Agent": object("a"), "eyes.Sensor": object("b")}));
        for (renamed, message) in [
            (
                &[("eyes.Agents", "Eye")][..],
                "no type is made of a schema \"eyes.Agents\"",
            ),
            (
                &[("eyes.Agent", "no thing")],
                "\"no thing\" is no name for a type",
            ),
            (&[("eyes.Agent", "Vec")], "\"Vec\" is no name for a type"),
            (
                &[("eyes.Agent", "Eye"), ("eyes.Sensor", "Eye")],
                "the schemas \"eyes.Agent\" and \"eyes.Sensor\" would both be the type \"Eye\"",
            ),
        ] {
            let mut api = api();
            let renamed = renamed
                .iter()
                .map(|(key, name)| ((*key).to_string(), (*name).to_string()));
            api.naming.rename_types = renamed.collect();
            let mut notes = crate::diagnostics::Notes::default();
            let error = super::super::normalize(&mut document.clone(), &api, &mut notes).err();
            assert_eq!(error.map(|error| error.message).as_deref(), Some(message));
        }
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
