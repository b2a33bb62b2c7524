//! Where a type is named: gives every type its name in Rust.
//!
//! Before: `access-points.AgentAccessPoint`, `eyes.Agent` and `sensors.Agent`, and
//! `eyes.Agent/state` that was inline. After: `AgentAccessPoint`, `EyesAgent` and `SensorsAgent`,
//! and `EyesAgentState`. A type that several places share is named after its common role
//! (`TimeZone`), unless another type could have that name.

use super::published::Published;
use super::shared;
use crate::catalogue::{self, Naming, TypeNames};
use crate::diagnostics::{Notes, Result};
use crate::ir::{Api, TypeDef};
use crate::naming::{self, Scope};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

type Types = IndexMap<String, TypeDef>;

/// Runs the pass.
///
/// # Errors
///
/// When a name in the catalogue is not a valid type name, applies to no type, or occurs twice.
pub(crate) fn apply(
    api: &mut Api,
    entry: &catalogue::Entry,
    published: &Published,
    notes: &mut Notes,
) -> Result<()> {
    let schemas = check(&api.types, entry)?;
    let mut names = ChosenNames {
        finals: HashMap::new(),
        scope: Scope::new(),
    };
    names.renamed(&api.types, &entry.naming);
    names.published(&api.types, published);
    names.of_contract(&api.types, &entry.naming, notes);
    names.shared(&api.types);
    for key in api.types.keys() {
        names.hoisted(key, &api.types, 0);
    }
    names.renamed_unnamed(&api.types, entry, &schemas, published)?;
    let finals = names.finals;
    let types = std::mem::take(&mut api.types).into_iter();
    api.types = types
        .map(|(key, def)| (finals.get(&key).cloned().unwrap_or(key), def))
        .collect();
    api.refer(&finals);
    Ok(())
}

/// Checks the names in the catalogue, and returns the keys that are schemas of the contract.
fn check<'e>(types: &Types, entry: &'e catalogue::Entry) -> Result<BTreeSet<&'e str>> {
    let mut wished: HashMap<&str, &str> = HashMap::new();
    let mut schemas = BTreeSet::new();
    for (key, name) in &entry.naming.rename_types {
        let error = |message: String| entry.naming_error("rename-types", key, message);
        if types.get(key).is_some_and(|def| def.home.is_none()) {
            schemas.insert(key.as_str());
        }
        let proper = naming::type_name(name);
        if proper != *name {
            return Err(error(format!("{name:?} is not a name for a type")).help(format!(
                "write an unused name in Rust's style, for instance {proper:?}"
            )));
        }
        if let Some(other) = wished.insert(name, key) {
            return Err(error(format!(
                "the schemas {other:?} and {key:?} would both be the type {name:?}"
            ))
            .help("give each a name of its own"));
        }
    }
    Ok(schemas)
}

/// The schemas of the contract that `key` may stand for.
fn alike<'t>(types: &'t Types, key: &str) -> Vec<&'t str> {
    let meant = naming::type_name(naming::last_part(key));
    of_contract(types)
        .map(String::as_str)
        .filter(|other| shared::have_a_word_in_common(&naming::type_name(naming::last_part(other)), &meant))
        .take(5)
        .collect()
}

/// The types that the contract names.
fn of_contract(types: &Types) -> impl Iterator<Item = &String> {
    let named = types.iter().filter(|(_, def)| def.home.is_none());
    named.map(|(key, _)| key)
}

/// The number of leading words that all schemas share, such as a package name, if there are many
/// schemas.
fn common_prefix(keys: &[&String]) -> usize {
    const FEWEST: usize = 6;
    let names: Vec<Vec<String>> = keys
        .iter()
        .map(|key| shared::words(naming::last_part(key)))
        .collect();
    let shortest = names.iter().map(Vec::len).min().unwrap_or_default();
    let is_common = |at: &usize| names.iter().all(|words| words[*at] == names[0][*at]);
    if names.len() < FEWEST {
        return 0;
    }

    let mut count = (0..shortest.saturating_sub(1)).take_while(is_common).count();
    // A number belongs to the preceding word.
    let begins_a_number = |at: usize| {
        names
            .iter()
            .any(|words| words[at].starts_with(|c: char| c.is_ascii_digit()))
    };
    while count > 0 && begins_a_number(count) {
        count -= 1;
    }
    count
}

struct ChosenNames {
    finals: HashMap<String, String>,
    scope: Scope,
}

impl ChosenNames {
    fn give(&mut self, key: &str, wanted: &str) -> String {
        let name = self.scope.claim(wanted);
        self.finals.insert(key.to_string(), name.clone());
        name
    }

    /// The types that the catalogue names.
    fn renamed(&mut self, types: &Types, rules: &Naming) {
        for key in of_contract(types) {
            if let Some(name) = rules.rename_types.get(key) {
                self.give(key, &naming::type_name(name));
            }
        }
    }

    /// The types of the last release: first those with unmoved schemas, then those that members and
    /// parameters held.
    fn published(&mut self, types: &Types, published: &Published) {
        for (key, def) in types {
            self.keep(key, published.type_at(def));
        }
        for (key, def) in types.iter().filter(|(_, def)| def.home.is_some()) {
            self.keep(key, published.type_held(def));
        }
    }

    fn keep(&mut self, key: &str, name: Option<&str>) {
        if let Some(name) = name.filter(|name| !self.finals.contains_key(key) && self.scope.is_free(name)) {
            self.give(key, name);
        }
    }

    /// The types that the contract names.
    fn of_contract(&mut self, types: &Types, rules: &Naming, notes: &mut Notes) {
        let named: Vec<&String> = of_contract(types).collect();
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        let prefix = common_prefix(&named);
        let short = |key: &str| match rules.types {
            TypeNames::Short => {
                let words = shared::words(naming::last_part(key));
                match words.get(prefix..).filter(|_| prefix > 0) {
                    Some(rest) => naming::type_name(&rest.concat()),
                    None => naming::type_name(naming::last_part(key)),
                }
            }
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
                let pointer = types[*key].provenance.pointer();
                let why = "Another schema has the same name, apart from case and punctuation.";
                notes.add("schema_names", pointer, what, why);
            }
        }
    }

    /// Names types that several places share: each by its first unique candidate.
    fn shared(&mut self, types: &Types) {
        let shared = types.iter().filter(|(_, def)| !def.shared.is_empty());
        let shared = shared.filter(|(key, _)| !self.finals.contains_key(*key));
        let mut waiting: Vec<(&String, Vec<String>)> = shared
            .map(|(key, def)| (key, shared::candidates(def, &def.shared)))
            .collect();
        let alone = types.values().filter(|def| def.shared.is_empty());
        let owned: BTreeSet<String> = alone
            .filter_map(|def| def.home.as_ref())
            .map(|home| naming::type_name(&without_stutter(naming::last_part(&home.owner), &home.hint)))
            .collect();
        for _ in 0..2 {
            let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
            for (_, candidates) in &waiting {
                if let Some(name) = candidates.first() {
                    *wanted.entry(name.clone()).or_default() += 1;
                }
            }
            waiting.retain_mut(|(key, candidates)| {
                if candidates.is_empty() {
                    return false;
                }
                let name = candidates.remove(0);
                let granted =
                    wanted.get(&name) == Some(&1) && self.scope.is_free(&name) && !owned.contains(&name);
                if granted {
                    self.give(key, &name);
                }
                !granted
            });
        }
    }

    /// Names from the catalogue for types that the contract does not name. The key is the name that
    /// such a type would have otherwise.
    fn renamed_unnamed(
        &mut self,
        types: &Types,
        entry: &catalogue::Entry,
        schemas: &BTreeSet<&str>,
        published: &Published,
    ) -> Result<()> {
        let others = entry.naming.rename_types.iter();
        for (from, to) in others.filter(|(from, _)| !schemas.contains(from.as_str())) {
            let error = |message: String| entry.naming_error("rename-types", from, message);
            let to = naming::type_name(to);
            let called = |name: &String| {
                let mut unnamed = types.iter().filter(|(_, def)| def.home.is_some());
                unnamed.find(|(key, _)| self.finals.get(*key) == Some(name))
            };
            let Some((key, _)) = called(from) else {
                // The new name is already in a release, and was kept above.
                if published.has_type(&to) && called(&to).is_some() {
                    continue;
                }
                let alike = alike(types, from);
                let help = if alike.is_empty() {
                    "no type and no schema that an operation uses has this name".to_string()
                } else {
                    format!("there is a type of {}", alike.join(", "))
                };
                return Err(error(format!("no type comes from a schema {from:?}")).help(help));
            };
            if !self.scope.take(&to) {
                let error = error(format!("another type has the name {to:?}"));
                return Err(error.help("choose an unused name"));
            }
            self.finals.insert(key.clone(), to);
        }
        Ok(())
    }

    /// The name of a type that the contract does not name: its owner's, plus its role.
    fn hoisted(&mut self, key: &str, types: &Types, depth: usize) -> String {
        if let Some(name) = self.finals.get(key) {
            return name.clone();
        }
        let home = types
            .get(key)
            .and_then(|def| def.home.clone())
            .unwrap_or_default();
        let (owner, hint) = (home.owner.as_str(), home.hint.as_str());
        let wanted = match owner {
            "" => hint.to_string(),
            // An owner that is no longer a component is named by its key.
            owner if !types.contains_key(owner) || depth > 100 => {
                let short = without_stutter(&naming::last_part(owner).replace('/', " "), hint);
                let name = naming::type_name(&short);
                if self.scope.is_free(&name) {
                    name
                } else {
                    without_stutter(owner, hint)
                }
            }
            owner => {
                let owner = self.hoisted(owner, types, depth + 1);
                let alone = naming::type_name(hint);
                if shared::says_already(&owner, &alone) && self.scope.is_free(&alone) {
                    alone
                } else {
                    let short = without_stutter(&owner, hint);
                    // A repeated word is better than a number.
                    let is_free = |short: &String| self.scope.is_free(&naming::type_name(short));
                    Some(short).filter(is_free).unwrap_or(format!("{owner} {hint}"))
                }
            }
        };
        let wanted = if wanted.trim().is_empty() { key } else { &wanted };
        self.give(key, &naming::type_name(wanted))
    }
}

/// The name of an owner joined with the role of its part. Words at the end of the one that also
/// begin the other are not repeated: `KpiTopology` and `topologyObject` give `KpiTopologyObject`.
fn without_stutter(owner: &str, hint: &str) -> String {
    let (first, second) = (shared::words(owner), shared::words(hint));
    let longest = first.len().min(second.len().saturating_sub(1));
    let common = (1..=longest)
        .rev()
        .find(|count| first[first.len() - count..] == second[..*count]);
    match common {
        Some(count) => format!("{}{}", first.concat(), second[count..].concat()),
        None => format!("{owner} {hint}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::Notes;
    use crate::names::testing::{entry, named, named_by, noted, with_schemas};
    use serde_json::json;

    fn object(name: &str) -> serde_json::Value {
        json!({"type": "object", "properties": {name: {"type": "string"}}})
    }

    /// The names of the types for these schemas.
    fn names(schemas: &serde_json::Value) -> Vec<String> {
        named(with_schemas(schemas)).types.into_keys().collect()
    }

    #[test]
    fn test_short_names_where_they_are_unique() {
        let schemas = json!({
            "access-points.AccessPoint": object("a"), "eyes.Agent": object("b"), "sensors.Agent": object("c"), "Error": object("d")
        });
        assert_eq!(
            names(&schemas),
            ["AccessPoint", "EyesAgent", "SensorsAgent", "ErrorModel"]
        );
    }

    #[test]
    fn test_prefix_that_all_schemas_share_says_nothing() {
        let kinds = ["Lamp", "Room", "House", "Street", "Town", "Land", "Sea"];
        let named = |names: &[String]| {
            let schemas = names.iter().map(|name| (name.clone(), object(name)));
            self::names(&json!(schemas.collect::<serde_json::Map<_, _>>()))
        };
        let mut names: Vec<String> = kinds.iter().map(|kind| format!("AcmeCloudV1{kind}")).collect();
        // A small group may begin with the same word by chance.
        assert_eq!(named(&names)[0], "AcmeCloudV1Lamp");
        names.push("AcmeCloudV1LampState".to_string());
        assert_eq!(named(&names)[..2], ["Lamp", "Room"]);
        names.push("Other".to_string());
        assert_eq!(named(&names)[0], "AcmeCloudV1Lamp");
    }

    #[test]
    fn test_member_has_a_word_twice_rather_than_a_number() {
        let lamp = |value: &str| json!({"enum": [value]});
        let schemas =
            json!({"Lamp": {"type": "object", "properties": {"type": lamp("x"), "lamp_type": lamp("y")}}});
        assert_eq!(names(&schemas), ["Lamp", "LampType", "LampLampType"]);
    }

    #[test]
    fn test_names_that_differ_only_in_case_are_told_apart_with_a_note() {
        let schemas = json!({"user_info": object("a"), "UserInfo": object("b")});
        let (api, notes) = noted(with_schemas(&schemas));
        assert_eq!(
            api.types.into_keys().collect::<Vec<_>>(),
            ["UserInfo", "UserInfo2"]
        );
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn test_catalogue_decides_over_names() {
        let schemas = json!({"eyes.Agent": object("a"), "eyes.Sensor": object("b")});
        let mut entry = entry();
        entry.naming.types = crate::catalogue::TypeNames::Qualified;
        entry
            .naming
            .rename_types
            .insert("eyes.Agent".to_string(), "Eye".to_string());
        let api = named_by(with_schemas(&schemas), &entry, &mut Notes::default());
        let names: Vec<String> = api.map(|api| api.types.into_keys().collect()).unwrap_or_default();
        assert_eq!(names, ["Eye", "EyesSensor"]);
    }

    #[test]
    fn test_catalogue_names_types_that_the_contract_does_not() {
        let band = json!({"type": "string", "enum": ["a", "b"]});
        let schemas = json!({"Incident": {"type": "object", "properties": {"band": band}}});
        let renamed = |to: &str| {
            let mut entry = entry();
            let names = &mut entry.naming.rename_types;
            names.insert("IncidentBand".to_string(), to.to_string());
            named_by(with_schemas(&schemas), &entry, &mut Notes::default())
        };
        let names: Vec<String> = renamed("Band")
            .map(|api| api.types.into_keys().collect())
            .unwrap_or_default();
        assert_eq!(names, ["Incident", "Band"]);
        let error = renamed("Incident").err().map(|error| error.message);
        assert_eq!(error.as_deref(), Some("another type has the name \"Incident\""));
    }

    #[test]
    fn test_catalogue_cannot_name_types_wrongly() {
        let schemas = json!({"eyes.Agent": object("a"), "eyes.Sensor": object("b")});
        for (renamed, message) in [
            (
                &[("eyes.Agents", "Eye")][..],
                "no type comes from a schema \"eyes.Agents\"",
            ),
            (
                &[("eyes.Agent", "no thing")],
                "\"no thing\" is not a name for a type",
            ),
            (&[("eyes.Agent", "Vec")], "\"Vec\" is not a name for a type"),
            (
                &[("eyes.Agent", "Eye"), ("eyes.Sensor", "Eye")],
                "the schemas \"eyes.Agent\" and \"eyes.Sensor\" would both be the type \"Eye\"",
            ),
        ] {
            let mut entry = entry();
            let renamed = renamed
                .iter()
                .map(|(key, name)| ((*key).to_string(), (*name).to_string()));
            entry.naming.rename_types = renamed.collect();
            let error = named_by(with_schemas(&schemas), &entry, &mut Notes::default()).err();
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
            assert_eq!(crate::naming::last_part(key), last);
        }
    }
}
