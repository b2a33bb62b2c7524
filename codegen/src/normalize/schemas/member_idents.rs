//! Names the fields of every object.
//!
//! Before: `{"properties": {"type": S, "@type": S, "siteId": {..., "x-aliases": ["siteID"]}}}`.
//! After: each property has its `x-lorgnette-ident` (`type_`, `type_2`, `site_id`), and other spellings stand in the object's
//! `x-lorgnette-aliases` (`{"siteID": "siteId"}`).

use super::keywords::{self, Kind};
use super::walk;
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use crate::naming::{self, Scope};
use serde_json::Value;

/// Runs the pass.
pub(super) fn apply(document: &mut Document, _notes: &mut Notes) {
    let mut schemas = walk::take_schemas(document);
    for (_, schema) in &mut schemas {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        if keywords::kind(schema) == Kind::Object || schema.contains_key("properties") {
            object(schema);
        }
    }
    walk::put_schemas(document, schemas);
}

fn object(schema: &mut Object) {
    let has_rest = schema
        .get("additionalProperties")
        .is_some_and(|rest| *rest != Value::Bool(false));
    let whole_case_inferred = keywords::flag(schema, "x-case-inferred");
    let inferred: Vec<String> = keywords::list(schema, "x-case-inferred-fields")
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_string)
        .collect();
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut scope = Scope::reserving(has_rest.then_some("additional_properties"));
    let mut aliases: Vec<(String, String)> = Vec::new();
    let names: Vec<String> = properties.keys().cloned().collect();
    // A name without punctuation keeps its spelling; the ones that only look like it give way.
    let (plain, odd): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| is_plain(name));
    for name in plain.into_iter().chain(odd) {
        let Some(property) = properties.get_mut(name) else {
            continue;
        };
        let ident = scope.claim(&naming::field_name(name));
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        for alias in keywords::list(property, "x-aliases")
            .iter()
            .filter_map(Value::as_str)
        {
            aliases.push((alias.to_string(), name.clone()));
        }
        if whole_case_inferred || keywords::flag(property, "x-case-inferred") || inferred.contains(name) {
            aliases.extend(other_cases(name).into_iter().map(|alias| (alias, name.clone())));
        }
        if property.contains_key("$ref") {
            let reference = Value::Object(std::mem::take(property));
            property.insert("allOf".to_string(), Value::Array(vec![reference]));
        }
        property.insert("x-lorgnette-ident".to_string(), Value::String(ident));
    }
    aliases.retain(|(alias, _)| !names.contains(alias));
    if !aliases.is_empty() {
        let mut map = Object::new();
        for (alias, name) in aliases {
            map.entry(alias).or_insert(Value::String(name));
        }
        schema.insert("x-lorgnette-aliases".to_string(), Value::Object(map));
    }
}

fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Spellings of a name that a server may use whose letter case nobody has seen.
fn other_cases(name: &str) -> Vec<String> {
    let mut characters = name.chars();
    let capital: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect();
    let mut cases = vec![capital, name.to_lowercase()];
    cases.retain(|case| case != name);
    cases.dedup();
    cases
}

#[cfg(test)]
mod tests {
    use super::super::testing::{component, normalized, with_schemas};
    use serde_json::json;

    #[test]
    fn test_fields_are_told_apart_and_plain_names_come_first() {
        let (document, _) = normalized(with_schemas(
            json!({"User": {"type": "object", "additionalProperties": true, "properties": {
                "@type": {"type": "string"}, "type": {"type": "string"}, "additionalProperties": {"type": "string"},
                "self": {"$ref": "#/components/schemas/User"}, "?": {"type": "integer"}
            }}}),
        ));
        let ident =
            |name: &str| component(&document, "User")["properties"][name]["x-lorgnette-ident"].clone();
        assert_eq!(ident("type"), "type_");
        assert_eq!(ident("@type"), "type_2");
        assert_eq!(ident("self"), "self_");
        assert_eq!(ident("?"), "question");
        assert_eq!(ident("additionalProperties"), "additional_properties_2");
    }

    #[test]
    fn test_other_spellings_are_aliases() {
        let (document, _) = normalized(with_schemas(
            json!({"User": {"type": "object", "x-case-inferred-fields": ["pathList"], "properties": {
                "siteId": {"type": "string", "x-aliases": ["siteID"]},
                "pathList": {"type": "string"},
                "PathList": {"type": "string"},
                "mfa": {"type": "boolean", "x-case-inferred": true}
            }}}),
        ));
        assert_eq!(
            component(&document, "User")["x-lorgnette-aliases"],
            json!({"siteID": "siteId", "pathlist": "pathList", "Mfa": "mfa"})
        );
    }
}
