//! Other spellings of members that servers use: those that overlays list, and derived ones if the
//! letter case has not been observed.

use super::nodes::flag;
use crate::document::{Object, items};
use crate::naming::is_plain;
use serde_json::Value;

/// The other spellings of the members of an object, each with the name of the member on the wire.
pub(super) fn aliases(schema: &Object) -> Vec<(String, String)> {
    let whole_case_inferred = flag(schema, "x-lorgnette-case-inferred");
    let inferred: Vec<&str> = items(schema, "x-lorgnette-case-inferred-fields")
        .filter_map(Value::as_str)
        .collect();
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Vec::new();
    };
    // A name without punctuation keeps its spelling; names that collide with it change.
    let (plain, odd): (Vec<&String>, Vec<&String>) = properties.keys().partition(|name| is_plain(name));
    let mut aliases: Vec<(String, String)> = Vec::new();
    let mut add = |alias: String, name: &String| {
        if !properties.contains_key(&alias) && aliases.iter().all(|(known, _)| *known != alias) {
            aliases.push((alias, name.clone()));
        }
    };
    for name in plain.into_iter().chain(odd) {
        let Some(property) = properties.get(name).and_then(Value::as_object) else {
            continue;
        };
        for alias in items(property, "x-lorgnette-aliases").filter_map(Value::as_str) {
            add(alias.to_string(), name);
        }
        if whole_case_inferred
            || flag(property, "x-lorgnette-case-inferred")
            || inferred.contains(&name.as_str())
        {
            for alias in other_cases(name) {
                add(alias, name);
            }
        }
    }
    aliases
}

/// Spellings of a name that a server may use, if its letter case has not been observed.
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
    use super::*;
    use serde_json::json;

    #[test]
    fn test_other_spellings_are_aliases() {
        let schema = json!({"x-lorgnette-case-inferred-fields": ["pathList"], "properties": {
            "siteId": {"type": "string", "x-lorgnette-aliases": ["siteID"]},
            "pathList": {"type": "string"},
            "PathList": {"type": "string"},
            "mfa": {"type": "boolean", "x-lorgnette-case-inferred": true}
        }});
        let aliases = schema.as_object().map(aliases).unwrap_or_default();
        let shown: Vec<String> = aliases
            .iter()
            .map(|(alias, name)| format!("{alias} {name}"))
            .collect();
        assert_eq!(shown, ["siteID siteId", "pathlist pathList", "Mfa mfa"]);
    }
}
